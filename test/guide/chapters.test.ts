/** Each page of docs/guide has the form of a chapter, and all that it refers to is there. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGuide } from './chapter.ts';
import { faultsOfForm } from './form.ts';
import { brokenReferences } from './references.ts';

const guide = readGuide();

for (const chapter of guide) {
  test(`${chapter.path}: its form`, () => {
    assert.deepEqual(faultsOfForm(chapter, guide), []);
  });
  test(`${chapter.path}: links, files and names`, () => {
    assert.deepEqual(brokenReferences(chapter), []);
  });
}
