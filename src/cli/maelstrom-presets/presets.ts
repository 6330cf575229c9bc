/** The presets of `maelstrom/run`: what each runs, and why with these flags. */

/** The faults for which a node needs a directory, and Maelstrom a version that knows them. */
const faultsOnDisk = ['kill'];

export interface Preset {
  readonly name: string;
  /** What it shows, in a line. */
  readonly about: string;
  readonly workload: string;
  /** Flags of `maelstrom test` but for the workload and the node program; words without spaces. */
  readonly flags: readonly string[];
}

function preset(name: string, workload: string, flags: string, about: string): Preset {
  return { name, about, workload, flags: flags.split(' ') };
}

const linKv = (name: string, flags: string, about: string): Preset =>
  preset(name, 'lin-kv', flags, about);

/**
 * One for every workload, by its name. The flags are those of Maelstrom's own guide and of the
 * exercises that were written for it, with partitions added, and
 * with consensus's promise where they ask for another: strict serializability for transactions, and
 * nowhere `--availability total`, since a minority behind a partition cannot answer.
 */
const workloads: readonly Preset[] = [
  preset(
    'echo',
    'echo',
    '--node-count 3 --time-limit 10 --rate 10 --nemesis partition --nemesis-interval 3',
    'every message comes back as it came',
  ),
  preset(
    'unique-ids',
    'unique-ids',
    '--node-count 3 --time-limit 30 --rate 1000 --nemesis partition --nemesis-interval 5',
    'no two identifiers are the same',
  ),
  preset(
    'g-set',
    'g-set',
    '--node-count 5 --time-limit 20 --rate 10 --nemesis partition --nemesis-interval 5',
    'what was added to a set is in it at the end',
  ),
  preset(
    'broadcast',
    'broadcast',
    '--node-count 5 --time-limit 20 --rate 10 --nemesis partition --nemesis-interval 5',
    'every node has every message at the end',
  ),
  preset(
    'g-counter',
    'g-counter',
    '--node-count 3 --time-limit 20 --rate 100 --nemesis partition --nemesis-interval 5',
    'a counter is the sum of what was added',
  ),
  preset(
    'pn-counter',
    'pn-counter',
    '--node-count 3 --time-limit 20 --rate 100 --nemesis partition --nemesis-interval 5',
    'the same, with subtraction',
  ),
  preset(
    'kafka',
    'kafka',
    '--node-count 3 --time-limit 20 --rate 1000 --concurrency 2n --nemesis partition --nemesis-interval 5',
    'logs of messages: none is lost, moved, or read twice',
  ),
  preset(
    'txn-list-append',
    'txn-list-append',
    '--node-count 3 --time-limit 30 --rate 100 --concurrency 4n --consistency-models strict-serializable --nemesis partition --nemesis-interval 5',
    'transactions on lists, strictly serializable',
  ),
  preset(
    'txn-rw-register',
    'txn-rw-register',
    '--node-count 3 --time-limit 30 --rate 100 --concurrency 4n --consistency-models strict-serializable --nemesis partition --nemesis-interval 5',
    'transactions on registers, strictly serializable',
  ),
  linKv(
    'lin-kv',
    '--node-count 3 --time-limit 30 --rate 100 --concurrency 4n --nemesis partition --nemesis-interval 5',
    'a key-value store, linearizable',
  ),
];

const highlights: readonly Preset[] = [
  linKv(
    'tutorial',
    '--node-count 3 --time-limit 10 --rate 10 --concurrency 2n',
    'as the Raft chapter of the guide of Maelstrom begins',
  ),
  linKv(
    'hard',
    '--node-count 5 --time-limit 60 --rate 100 --concurrency 4n --nemesis partition --nemesis-interval 1',
    'partitions that hardly leave time for an election',
  ),
  linKv(
    'latency',
    '--node-count 3 --time-limit 60 --rate 100 --concurrency 4n --latency 20 --latency-dist exponential --nemesis partition',
    'a slow network that reorders, with partitions',
  ),
  // A fault is one of four shapes, drawn at random, and begins some thirty times in two minutes:
  // without a ring in one run of five thousand. With three nodes a ring is one-way all around.
  linKv(
    'ring',
    '--node-count 3 --time-limit 120 --rate 50 --concurrency 4n --nemesis partition --nemesis-interval 2',
    'long enough that each shape of partition comes, majorities in a ring too',
  ),
  // The line with which that chapter ends.
  linKv(
    'soak',
    '--node-count 3 --time-limit 60 --rate 30 --concurrency 4n --nemesis partition --nemesis-interval 10 --test-count 10',
    'as that chapter ends: ten runs of a minute, one after the other',
  ),
];

const steady: readonly Preset[] = [
  linKv('calm3', '--node-count 3 --time-limit 30 --rate 100 --concurrency 4n', 'no faults'),
  linKv('calm5', '--node-count 5 --time-limit 30 --rate 100 --concurrency 2n', 'no faults'),
  linKv(
    'partition3',
    '--node-count 3 --time-limit 60 --rate 100 --concurrency 4n --nemesis partition',
    'partitions',
  ),
  linKv(
    'partition5',
    '--node-count 5 --time-limit 60 --rate 100 --concurrency 4n --nemesis partition',
    'partitions',
  ),
  linKv(
    'storm5',
    '--node-count 5 --time-limit 60 --rate 100 --concurrency 4n --nemesis partition --nemesis-interval 2',
    'partitions, often',
  ),
  linKv(
    'slow3',
    '--node-count 3 --time-limit 60 --rate 50 --concurrency 4n --latency 20 --latency-dist exponential',
    'a slow network that reorders',
  ),
  linKv(
    'slow5',
    '--node-count 5 --time-limit 60 --rate 50 --concurrency 4n --latency 20 --latency-dist exponential --nemesis partition',
    'the same, with partitions',
  ),
];

/** They need a Maelstrom of July 2026 or later (its pull requests 102 and 103). */
const restarts: readonly Preset[] = [
  linKv(
    'kill5',
    '--node-count 5 --time-limit 60 --rate 100 --concurrency 4n --nemesis kill --nemesis-interval 5',
    'nodes are killed and started again',
  ),
  linKv(
    'pause5',
    '--node-count 5 --time-limit 60 --rate 100 --concurrency 4n --nemesis pause --nemesis-interval 5',
    'nodes stand still for a while',
  ),
  linKv(
    'chaos5',
    '--node-count 5 --time-limit 60 --rate 100 --concurrency 4n --nemesis kill,pause,partition --nemesis-interval 5',
    'all of that at once',
  ),
];

const restartsOfOthers: readonly Preset[] = [
  preset(
    'kafka-kill',
    'kafka',
    '--node-count 3 --time-limit 30 --rate 100 --concurrency 2n --nemesis kill --nemesis-interval 5',
    'logs of messages on nodes that are killed',
  ),
  preset(
    'txn-kill',
    'txn-list-append',
    '--node-count 3 --time-limit 30 --rate 100 --concurrency 4n --consistency-models strict-serializable --nemesis kill --nemesis-interval 5',
    'transactions on nodes that are killed',
  ),
];

export const presets: readonly Preset[] = [
  ...highlights,
  ...workloads,
  ...steady,
  ...restarts,
  ...restartsOfOthers,
];

const namesOf = (some: readonly Preset[]): readonly string[] => some.map(({ name }) => name);

/** Names that stand for several presets. */
export const groups: readonly {
  readonly name: string;
  readonly presets: readonly string[];
}[] = [
  { name: 'default', presets: ['tutorial', 'hard', ...namesOf(workloads)] },
  { name: 'workloads', presets: namesOf(workloads) },
  { name: 'restarts', presets: namesOf(restarts) },
  { name: 'all', presets: namesOf(presets) },
];

/** The value of a flag where it stands last, as both Maelstrom and the bench read it. */
export function flagValue(flags: readonly string[], name: string): string | null {
  for (let at = flags.length - 1; at >= 0; at--) {
    const flag = flags[at] ?? '';
    if (flag === name) return flags[at + 1] ?? null;
    if (flag.startsWith(`${name}=`)) return flag.slice(name.length + 1);
  }
  return null;
}

/** Whether nodes are killed and started again, and must find what they have promised. */
export function needsDisk(flags: readonly string[]): boolean {
  const faults = (flagValue(flags, '--nemesis') ?? '').split(',').map((fault) => fault.trim());
  return faults.some((fault) => faultsOnDisk.includes(fault));
}

/** An estimate of what starting, the ten quiet seconds before last reads, and judging add to a run. */
const overheadSeconds = 15;

/** About how long a preset runs. */
export function secondsOf({ flags }: Preset): number {
  const number = (name: string, otherwise: number): number =>
    Number(flagValue(flags, name) ?? otherwise);
  return number('--test-count', 1) * (number('--time-limit', 60) + overheadSeconds);
}
