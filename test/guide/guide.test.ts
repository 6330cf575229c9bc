/**
 * The generated blocks of docs/guide are what the project gives today. `UPDATE=1`, or `make guide`,
 * writes them anew.
 */

import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';
import { diffLines } from '../scenarios/diff.ts';
import { GuideFault } from './blocks.ts';
import { readGuide } from './chapter.ts';
import { renew } from './renew.ts';

/** Fails without a stack: what went wrong is in the chapter, not here. */
function failWith(message: string): never {
  const error = new Error(message);
  error.stack = message;
  throw error;
}

for (const chapter of readGuide()) {
  test(`${chapter.path}: what is generated is current`, async () => {
    const renewed = await renew(chapter).catch((error: unknown) => {
      if (!(error instanceof GuideFault)) throw error;
      return failWith(error.message);
    });
    if (renewed === chapter.text) return;
    if (process.env['UPDATE'] === '1') writeFileSync(repositoryFile(chapter.path), renewed);
    else failWith(`out of date; see why, then make guide:\n${diffLines(chapter.text, renewed)}`);
  });
}
