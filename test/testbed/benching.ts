/** Runs of the bench from outside, with a store of the test file's own. */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Ended, repositoryFile, run } from '../process.ts';

export const raftwright: string = repositoryFile('bin/raftwright');
export const linKv: string = repositoryFile('bin/lin-kv');
export const store: string = mkdtempSync(join(tmpdir(), 'raftwright-test-'));

after(() => rmSync(store, { recursive: true }));

/** One of the node programs beside this file. */
export function nodeProgram(name: string): string {
  const path = fileURLToPath(new URL(`nodes/${name}.js`, import.meta.url));
  chmodSync(path, 0o755);
  return path;
}

export function bench(
  bin: string,
  flags: readonly string[],
  args: readonly string[] = [],
): Promise<Ended> {
  return run(raftwright, [
    'test',
    ...['-w', 'lin-kv', '--bin', bin, '--store', store],
    ...flags,
    ...(args.length > 0 ? ['--', ...args] : []),
  ]);
}

/** The directory of a run, from what it printed. */
export function resultsOf({ stdout }: Ended): string {
  const report = /report: (\S+)/.exec(stdout)?.[1] ?? '';
  return join(process.cwd(), report, '..');
}
