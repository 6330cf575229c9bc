/** The command that runs a preset, under Maelstrom or under the bench. */

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../exit-status.ts';
import type { Environment } from './installation.ts';
import { needsDisk, type Preset } from './presets.ts';
import type { Selection } from './selection.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

/** The flags of a preset, with those that win over them. */
export function flagsOf(preset: Preset, { moreFlags }: Selection): readonly string[] {
  return [...preset.flags, ...moreFlags];
}

/**
 * `maelstrom` is the path of its script; null runs the bench.
 *
 * @throws UsageError when the node program is missing
 */
export function commandOf(
  preset: Preset,
  selection: Selection,
  maelstrom: string | null,
  env: Environment,
): Command {
  const { workload } = preset;
  const flags = flagsOf(preset, selection);
  const machine = workload === 'lin-kv' ? [] : ['--machine', workload];
  const nodeArguments = [...machine, ...selection.nodeArguments];
  const bin = join(repository, 'bin', workload === 'lin-kv' ? 'lin-kv' : 'raft-node');
  if (!existsSync(bin)) throw new UsageError(`the node program is missing: ${bin}`);
  const test = ['test', '-w', workload, '--bin', bin, ...flags];
  if (nodeArguments.length > 0) test.push('--', ...nodeArguments);
  return {
    file: maelstrom ?? process.execPath,
    args: maelstrom === null ? [join(repository, 'bin', 'raftwright'), ...test] : test,
    env: needsDisk(flags) ? withDataDirectory(env) : env,
  };
}

/** Nodes that are killed keep their promises on disk; each run in a directory of its own below it. */
function withDataDirectory(env: Environment): Environment {
  const given = env['RAFTWRIGHT_DATA_DIR'] ?? '';
  return { ...env, RAFTWRIGHT_DATA_DIR: given === '' ? join(tmpdir(), 'raftwright-data') : given };
}
