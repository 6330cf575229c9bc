/** The command line of `maelstrom/run`: which presets, and with what else. */

import { UsageError } from '../exit-status.ts';
import { flagValue, groups, type Preset, presets, secondsOf } from './presets.ts';

export const help = `Usage: maelstrom/run PRESET … [flags] [-- MORE FLAGS OF MAELSTROM [-- ARGUMENTS OF THE NODE]]

Runs presets under Maelstrom, one after the other, and judges each by its results and by what
Maelstrom's log says of the nodes. A PRESET may also be a group. Results go to store/ below the
directory in which it is called.

      --list       the presets and groups, with their flags
      --bench      run them under raftwright test instead, which needs no Java
      --verbose    show all that Maelstrom prints; without it, only when it breaks off

Maelstrom is looked for in the variable MAELSTROM, the path of its script or of the directory with
it, and then as maelstrom on PATH.

Exit status: 0 every run was good, 1 one was not, 130 interrupted, 254 wrong flags, or something
that Maelstrom needs is missing.
`;

export interface Selection {
  readonly kind: 'run';
  readonly chosen: readonly Chosen[];
  readonly isBench: boolean;
  readonly isVerbose: boolean;
  /** Flags that come after those of the preset, and so win over them. */
  readonly moreFlags: readonly string[];
  readonly nodeArguments: readonly string[];
}

export interface Chosen {
  readonly preset: Preset;
  /** Named itself, and not only as one of a group. */
  readonly isNamed: boolean;
}

/**
 * What is asked for; a text is to be printed instead.
 *
 * @throws UsageError
 */
export function parseSelection(args: readonly string[]): Selection | string {
  const [own, ...rest] = splitAt(args, '--');
  const [moreFlags = [], ...nodeArguments] = rest;
  const flags = own?.filter((word) => word.startsWith('-')) ?? [];
  const names = own?.filter((word) => !word.startsWith('-')) ?? [];
  for (const flag of flags) {
    if (['--help', '-h'].includes(flag)) return help;
    if (flag === '--list') return describePresets();
    if (!['--bench', '--verbose'].includes(flag)) {
      throw new UsageError(
        `unknown flag: ${flag}; flags of Maelstrom come after --, as in maelstrom/run hard -- --time-limit 20`,
      );
    }
  }
  for (const flag of ['-w', '--workload', '--bin']) {
    if (flagValue(moreFlags, flag) !== null) {
      throw new UsageError(`${flag} is what a preset sets; call maelstrom test itself for another`);
    }
  }
  if (names.length === 0) throw new UsageError('name a preset; maelstrom/run --list shows them');
  return {
    kind: 'run',
    chosen: choose(names),
    isBench: flags.includes('--bench'),
    isVerbose: flags.includes('--verbose'),
    moreFlags,
    // Only the first two -- are ours.
    nodeArguments: nodeArguments.flatMap((part, at) => (at === 0 ? part : ['--', ...part])),
  };
}

function splitAt(words: readonly string[], separator: string): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === separator) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

/** In the order in which they are named, each once. */
function choose(names: readonly string[]): Chosen[] {
  const chosen = new Map<string, Chosen>();
  for (const name of names) {
    const group = groups.find((candidate) => candidate.name === name);
    for (const each of group?.presets ?? [name]) {
      const preset = presets.find((candidate) => candidate.name === each);
      if (preset === undefined) {
        throw new UsageError(`unknown preset: ${each}; maelstrom/run --list shows them`);
      }
      const isNamed = group === undefined || chosen.get(each)?.isNamed === true;
      chosen.set(each, { preset, isNamed });
    }
  }
  return [...chosen.values()];
}

function describePresets(): string {
  const lines = presets.map(
    ({ name, about, workload, flags }) =>
      `${name.padEnd(16)} ${about}\n${' '.repeat(17)}-w ${workload} ${flags.join(' ')}`,
  );
  const sums = groups.map(({ name, presets: members }) => {
    const seconds = members
      .flatMap((member) => presets.filter((candidate) => candidate.name === member))
      .reduce((sum, member) => sum + secondsOf(member), 0);
    const which = name === 'all' ? 'every preset' : members.join(' ');
    return `${name.padEnd(16)} about ${Math.ceil(seconds / 60)} minutes: ${which}`;
  });
  return `${lines.join('\n')}\n\nGroups:\n\n${sums.join('\n')}\n`;
}
