/**
 * The command line, with a bug of the museum in it:
 *
 *     node dist/test/guide/raftwright.js --exhibit N COMMAND [flags]
 *
 * What needs other files of the build does not work so: pages, and several seeds at once.
 */

import { importWith } from './defect.ts';
import { exhibitOf } from './exhibits.ts';

const [flag, number, ...args] = process.argv.slice(2);
if (flag !== '--exhibit')
  throw new Error('which exhibit? raftwright.js --exhibit N COMMAND [flags]');
const exhibit = exhibitOf(Number(number));
const module = await importWith(exhibit, 'src/cli/main.ts');
if (module === null) throw new Error(`src/${exhibit.file} is no part of the command line`);
const main = module['main'] as (args: readonly string[]) => Promise<number>;
process.exitCode = await main(args);
