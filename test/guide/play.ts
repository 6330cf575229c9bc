/**
 * Plays a script on the core, with a bug of the museum in it if one is named:
 *
 *     node dist/test/guide/play.js [--exhibit N] FILE
 */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { playScript } from './scripts.ts';

const { values, positionals } = parseArgs({
  options: { exhibit: { type: 'string' } },
  allowPositionals: true,
});
const [file] = positionals;
if (file === undefined) throw new Error('which script? node dist/test/guide/play.js FILE');
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const exhibit = values.exhibit === undefined ? null : Number(values.exhibit);
process.stdout.write(`${(await playScript(lines, exhibit)).join('\n')}\n`);
