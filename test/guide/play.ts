/**
 * Plays a script on the core, with a bug of the museum in it if one is named:
 *
 *     node dist/test/guide/play.js [--exhibit N [--unjudged]] FILE
 */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { playScript } from './scripts.ts';

const usage = 'Usage: node dist/test/guide/play.js [--exhibit N [--unjudged]] FILE';

async function play(): Promise<readonly string[]> {
  const { values, positionals } = parseArgs({
    options: { exhibit: { type: 'string' }, unjudged: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined) return [usage];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const { exhibit, unjudged } = values;
  const bug = exhibit === undefined ? null : { exhibit: Number(exhibit), isJudged: !unjudged };
  return playScript(lines, bug);
}

try {
  process.stdout.write(`${(await play()).join('\n')}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
