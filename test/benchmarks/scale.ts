/** What an operation costs as there is more of something: nodes, keys, log, value. */

import { parseJson, stringifyJson } from '../../src/machine/json.ts';
import { KeyValueMachine } from '../../src/machine/key-value.ts';
import { keyValueSnapshotFormat } from '../../src/machine/key-value-wire.ts';
import {
  asLogIndex,
  asNodeId,
  asTerm,
  type Entry,
  membershipOf,
  Raft,
} from '../../src/raft/index.ts';
import { type Benchmark, figure, median, table } from './benchmark.ts';
import { LineCluster } from './line-cluster.ts';

/** Of this process, in microseconds. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

interface Cost {
  /** CPU time of all nodes for one operation, in microseconds. */
  readonly micros: number;
  /** The longest that the process was busy without a pause, in milliseconds. */
  readonly stallMs: number;
}

/** Writes at all nodes in turn, so many open at once. */
async function writes(
  cluster: LineCluster,
  count: number,
  concurrency: number,
  write: (number: number) => { readonly key: number; readonly value: number | string },
): Promise<Cost> {
  let started = 0;
  let stallMs = 0;
  let lastTurnMs = performance.now();
  let isOver = false;
  const watch = (): void => {
    const nowMs = performance.now();
    stallMs = Math.max(stallMs, nowMs - lastTurnMs);
    lastTurnMs = nowMs;
    if (!isOver) setImmediate(watch);
  };
  const client = async (name: string): Promise<void> => {
    while (started < count) {
      const { key, value } = write(started++);
      await cluster.ask(name, { type: 'write', key, value });
    }
  };
  const before = cpuMicros();
  watch();
  await Promise.all(
    Array.from({ length: concurrency }, (_, number) =>
      client(cluster.names[number % cluster.names.length] ?? ''),
    ),
  );
  isOver = true;
  return { micros: (cpuMicros() - before) / count, stallMs };
}

const rounds = 3;

async function withCluster<T>(size: number, use: (cluster: LineCluster) => Promise<T>): Promise<T> {
  const cluster = await LineCluster.start(size);
  const result = await use(cluster);
  cluster.stop();
  return result;
}

async function byNodes(): Promise<string> {
  const rows: string[][] = [['nodes', 'µs of CPU for a write, all nodes', 'for each node']];
  for (const size of [3, 5, 7, 9]) {
    const costs = await withCluster(size, async (cluster) => {
      await writes(cluster, 3000, 256, (number) => ({ key: number % 100, value: number }));
      const measured: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const cost = await writes(cluster, 8000, 256, (n) => ({ key: n % 100, value: n }));
        measured.push(cost.micros);
      }
      return measured;
    });
    const micros = median(costs);
    rows.push([String(size), figure(micros, 1), figure(micros / size, 1)]);
  }
  return table(rows);
}

async function byKeys(): Promise<string> {
  const rows = [
    ['keys', 'µs for an `apply`', 'snapshot, ms', 'and its bytes for each key', 'restore, ms'],
  ];
  for (const keys of [1e3, 1e4, 1e5, 1e6]) {
    const machine = new KeyValueMachine();
    const fill = (): void => {
      for (let key = 0; key < keys; key++) machine.apply({ kind: 'write', key, value: key % 5 });
    };
    fill();
    const count = 200_000;
    const applies: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = cpuMicros();
      for (let number = 0; number < count; number++) {
        machine.apply({ kind: 'write', key: (number * 7919) % keys, value: number % 5 });
      }
      applies.push((cpuMicros() - before) / count);
    }
    let startMs = performance.now();
    const bytes = keyValueSnapshotFormat.encode(machine.snapshot());
    const snapshotMs = performance.now() - startMs;
    startMs = performance.now();
    new KeyValueMachine().restore(keyValueSnapshotFormat.decode(bytes));
    const restoreMs = performance.now() - startMs;
    rows.push([
      figure(keys),
      figure(median(applies), 2),
      figure(snapshotMs, 1),
      figure(bytes.length / keys, 1),
      figure(restoreMs, 1),
    ]);
  }
  return table(rows);
}

async function byStoredKeys(): Promise<string> {
  const rows = [['keys', 'µs of CPU for a write, three nodes', 'longest stall of all three, ms']];
  for (const keys of [1e3, 1e4, 1e5, 1e6]) {
    const { micros, stallMs } = await withCluster(3, async (cluster) => {
      await writes(cluster, keys, 1024, (number) => ({ key: number, value: number % 5 }));
      return await writes(cluster, 150_000, 1024, (n) => ({
        key: (n * 7919) % keys,
        value: n % 5,
      }));
    });
    rows.push([figure(keys), figure(micros, 1), figure(stallMs)]);
  }
  return table(rows);
}

/** A single node whose log has so many entries: what it takes to start, and to add to it. */
function byLog(): string {
  const rows = [['entries in the log', 'start, ms', 'µs for a commit']];
  for (const length of [1e3, 1e4, 1e5, 1e6]) {
    const entries: Entry<number>[] = Array.from({ length }, (_, position) => ({
      kind: 'command',
      index: asLogIndex(position + 1),
      term: asTerm(1),
      command: position,
      bytes: 8,
    }));
    const id = asNodeId('n1');
    const start = (): Raft<number> =>
      Raft.create({
        id,
        membership: membershipOf([id]),
        seed: 1,
        hardState: { currentTerm: asTerm(1), votedFor: id },
        entries,
      });
    const startsMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const startMs = performance.now();
      start();
      startsMs.push(performance.now() - startMs);
    }
    rows.push([figure(length), figure(median(startsMs), 1), figure(commitMicros(start()), 2)]);
  }
  return table(rows);
}

function commitMicros(core: Raft<number>): number {
  const drain = (): void => {
    for (const effect of core.drain()) {
      if (effect.kind === 'persist') core.step({ kind: 'persisted', token: effect.token });
      const last = effect.kind === 'apply' ? effect.entries.at(-1) : undefined;
      if (last !== undefined) core.step({ kind: 'applied', index: last.index });
    }
  };
  for (let tick = 0; tick < 100; tick++) {
    core.step({ kind: 'tick' });
    drain();
  }
  const count = 20_000;
  const measured: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = cpuMicros();
    for (let command = 0; command < count; command++) {
      core.step({ kind: 'propose', requestId: command as never, command, bytes: 8 });
      drain();
      drain();
      drain();
    }
    measured.push((cpuMicros() - before) / count);
  }
  return median(measured);
}

async function byValue(): Promise<string> {
  const rows = [
    ['bytes of the value', 'µs of CPU for a write, three nodes', 'MB a second', 'of bare JSON'],
  ];
  for (const bytes of [10, 100, 1e3, 1e4, 1e5, 1e6]) {
    const value = 'x'.repeat(bytes);
    const count = Math.max(60, Math.min(8000, Math.round(2e7 / bytes)));
    const concurrency = Math.max(8, Math.min(256, Math.round(1e7 / bytes)));
    const { micros, bare } = await withCluster(3, async (cluster) => {
      const write = (number: number): { key: number; value: string } => ({
        key: number % 10,
        value,
      });
      await writes(cluster, Math.ceil(count / 4), concurrency, write);
      const costs: number[] = [];
      const bares: number[] = [];
      for (let round = 0; round < rounds; round++) {
        costs.push((await writes(cluster, count, concurrency, write)).micros);
        bares.push(bareMicros(value, count));
      }
      return { micros: median(costs), bare: median(bares) };
    });
    rows.push([
      figure(bytes),
      figure(micros, 1),
      figure(bytes / micros, 1),
      figure(bare / micros, 2),
    ]);
  }
  return table(rows);
}

/** A write as a line, written and read as often as it must be: from the client, and to each of two. */
function bareMicros(value: string, count: number): number {
  const before = cpuMicros();
  let length = 0;
  for (let line = 0; line < 3 * count; line++) {
    const text = stringifyJson({ src: 'n1', dest: 'n2', body: { type: 'write', key: 1, value } });
    length += Object.keys(parseJson(text) as object).length;
  }
  if (length === 0) throw new Error('nothing was read');
  return (cpuMicros() - before) / count;
}

const byNodesText = `### Nodes

All nodes in one process, which talk in lines of JSON; 256 writes open at once, at all nodes in turn.
The leader sends each entry to every other node, and each of them reads, keeps, acknowledges and
applies it: the cost grows with the number of nodes, and for each node stays about the same.`;

const byKeysText = `### Keys

The key-value machine alone. An \`apply\` looks up one key in a hash table: what grows is the share of
look-ups that miss the processor's caches. Snapshots are proportional to what there is.`;

const byStoredKeysText = `Three nodes that hold so many keys, while 150,000 are written, 1,024 open at once. A node
takes a snapshot after each 100,000 entries, so that with more keys than that, each write pays for
more than one key of it. It is written down in parts between other work; what still takes time in
proportion, in one go, is a list of the items, and the garbage collector's look at them.`;

const byLogText = `### Log

One node, whose log is in memory. Neither adding an entry nor committing one looks at those before
it, so that a commit costs the same; a start reads all of them once.`;

const byValueText = `### Values

Three nodes in one process. What a command costs whatever it holds (some messages, an entry, an
answer) rules up to a kilobyte; beyond, its bytes do. They are written and read as JSON when the
client's request arrives, when it is forwarded (from two nodes of three), and in two appends: six to
eight times in all. "Of bare JSON" compares with a program that only writes and reads them three
times.`;

export const scale: Benchmark = {
  name: 'scale',
  title: 'As work grows',
  async measure(print) {
    const parts: string[] = [];
    const add = async (what: string, measured: Promise<string> | string): Promise<void> => {
      parts.push(`${what}\n\n${await measured}`);
      print(parts.at(-1) ?? '');
    };
    await add(byNodesText, byNodes());
    await add(byKeysText, byKeys());
    await add(byStoredKeysText, byStoredKeys());
    await add(byLogText, byLog());
    await add(byValueText, byValue());
    return parts.join('\n\n');
  },
};
