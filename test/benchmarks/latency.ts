/** What operations cost on a stable leader: one-way delays, and messages between servers. */

import type { Body } from '../../src/maelstrom/message.ts';
import type { Envelope, NetworkEvent } from '../../src/testbed/network.ts';
import { against, type Benchmark, figure, median, table } from './benchmark.ts';
import { LiveCluster } from './live-cluster.ts';

type Type = 'read' | 'write';
const standings = ['leader', 'follower'] as const;
type Standing = (typeof standings)[number];

/**
 * How many delays a protocol needs where. Kinds of reads that the node program is told to serve by
 * its arguments get rows of their own, in a run of their own.
 */
const kinds: readonly {
  readonly name: string;
  readonly type: Type;
  readonly args: readonly string[];
  readonly needed: { readonly [standing in Standing]: number };
}[] = [
  { name: 'write', type: 'write', args: [], needed: { leader: 2, follower: 4 } },
  {
    name: 'linearizable read',
    type: 'read',
    args: [],
    needed: { leader: 2, follower: 2 },
  },
  {
    name: 'read by lease',
    type: 'read',
    args: ['--lease-reads'],
    needed: { leader: 0, follower: 2 },
  },
];

const delayMs = 20;
const delayedRate = 20;
const delayedSeconds = 20;

/** By how much of what is needed a median may exceed it; where nothing is, by so many delays. */
const tolerance = 0.1;

const countedSeconds = 6;
/** Operations a second, and below how many messages for each a cluster of three is to stay. */
const messageTargets: ReadonlyMap<number, number> = new Map([
  [10, 5],
  [1000, 1],
]);

export const latency: Benchmark = {
  name: 'latency',
  title: 'Delays and messages of an operation',
  async measure() {
    const delays = await measureDelays();
    const counts = [];
    for (const nodeCount of [3, 5]) {
      for (const rate of [0, ...messageTargets.keys()])
        counts.push(await countMessages(nodeCount, rate));
    }
    return `${delays}\n\n${describeCounts(counts)}`;
  },
};

/** From a request's arrival at its node until the reply leaves that node, as the network sees it. */
class Watch {
  readonly #arrivedMs = new Map<number, { readonly atMs: number; readonly type: string }>();
  readonly durations = new Map<string, number[]>();
  leader = (): string => '';
  isOn = false;
  operations = 0;
  serverMessages = 0;

  note(event: NetworkEvent, { message: { src, dest, body } }: Envelope, nowMs: number): void {
    if (!this.isOn) return;
    if (event === 'send' && src !== 'client' && dest !== 'client') this.serverMessages++;
    if (event === 'receive' && src === 'client' && body.msg_id !== undefined) {
      this.operations++;
      this.#arrivedMs.set(body.msg_id, { atMs: nowMs, type: body.type });
    }
    if (event === 'send' && dest === 'client' && body.in_reply_to !== undefined) {
      const arrived = this.#arrivedMs.get(body.in_reply_to);
      if (arrived === undefined || body.type !== `${arrived.type}_ok`) return;
      const standing: Standing = src === this.leader() ? 'leader' : 'follower';
      const name = `${arrived.type} ${standing}`;
      this.durations.set(name, [...(this.durations.get(name) ?? []), nowMs - arrived.atMs]);
    }
  }
}

async function measureDelays(): Promise<string> {
  const head = ['operation', 'at', 'operations', 'needed', 'delays', 'median', 'messages for each'];
  const rows: string[][] = [head];
  let elections = 0;
  for (const flags of new Set(kinds.map(({ args }) => args.join(' ')))) {
    const those = kinds.filter(({ args }) => args.join(' ') === flags);
    const watch = new Watch();
    const live = await LiveCluster.start({
      nodeCount: 3,
      latency: { meanMs: delayMs, distribution: 'constant' },
      args: those[0]?.args ?? [],
      onMessage: (...seen) => watch.note(...seen),
    });
    watch.leader = () => live.leader;
    try {
      await live.wait(2000);
      watch.isOn = true;
      live.load(delayedRate, ['read', 'write']);
      await live.wait(delayedSeconds * 1000);
    } finally {
      await live.stop();
    }
    elections += live.elections.length - 1;
    for (const { name, type, needed } of those) {
      for (const standing of standings) {
        const durations = watch.durations.get(`${type} ${standing}`) ?? [];
        const ms = median(durations);
        const delays = ms / delayMs;
        const least = needed[standing];
        const isMet = delays <= (least === 0 ? tolerance : (1 + tolerance) * least);
        rows.push([
          name,
          standing,
          figure(durations.length),
          figure(least),
          against(isMet, figure(delays, 2)),
          `${figure(ms, 1)} ms`,
          figure(watch.serverMessages / watch.operations, 1),
        ]);
      }
    }
  }
  const leaders =
    elections === 0
      ? 'In each run one node led all the while.'
      : `**Leaders changed ${elections} times.**`;
  return `Three nodes, ${delayedRate} operations a second, each message between servers takes ${delayMs} ms. From a
request's arrival at its node until the reply leaves it, in delays of ${delayMs} ms; medians. What a
protocol needs: a majority has to answer whoever asks it; a follower has to hand a write to the leader
first. The targets are these and ${100 * tolerance} %, or ${tolerance} where nothing is needed. Messages are those between
servers, of all operations of the run together. ${leaders}

${table(rows)}`;
}

interface MessageCounts {
  readonly nodeCount: number;
  readonly rate: number;
  readonly operations: number;
  readonly messages: number;
  readonly byType: ReadonlyMap<string, number>;
  /** What stood in bundles. */
  readonly parts: ReadonlyMap<string, number>;
}

async function countMessages(nodeCount: number, rate: number): Promise<MessageCounts> {
  const byType = new Map<string, number>();
  const parts = new Map<string, number>();
  const count = (counts: Map<string, number>, type: string): void =>
    void counts.set(type, (counts.get(type) ?? 0) + 1);
  let isOn = false;
  let operations = 0;
  const live = await LiveCluster.start({
    nodeCount,
    latency: { meanMs: 0, distribution: 'constant' },
    onMessage(event, { message: { src, dest, body } }) {
      if (!isOn || event !== 'send' || dest === 'client') return;
      if (src === 'client') operations++;
      else count(byType, body.type);
      for (const type of partTypes(body)) count(parts, type);
    },
  });
  try {
    if (rate > 0) live.load(rate, ['read', 'write']);
    await live.wait(1500);
    isOn = true;
    await live.wait(countedSeconds * 1000);
    isOn = false;
  } finally {
    await live.stop();
  }
  const messages = [...byType.values()].reduce((sum, count) => sum + count, 0);
  return { nodeCount, rate, operations, messages, byType, parts };
}

function partTypes({ type, parts }: Body): string[] {
  if (type !== 'bundle' || !Array.isArray(parts)) return [];
  return (parts as { readonly type: string }[]).map((part) => part.type);
}

function describeCounts(counts: readonly MessageCounts[]): string {
  const rows = counts.map(({ nodeCount, rate, operations, messages, byType, parts }) => {
    const per = operations === 0 ? countedSeconds : operations;
    const target = nodeCount === 3 ? messageTargets.get(rate) : undefined;
    const isMet = target === undefined || messages / operations < target;
    const list = (types: ReadonlyMap<string, number>): string =>
      [...types]
        .filter(([, count]) => count / per >= 0.005)
        .toSorted(([, a], [, b]) => b - a)
        .map(([type, count]) => `${type} ${figure(count / per, 2)}`)
        .join(', ');
    return [
      nodeCount,
      rate === 0 ? 'none' : `${figure(rate)} a second`,
      operations === 0 ? '' : against(isMet, figure(messages / operations, 2)),
      figure(messages / countedSeconds),
      list(byType),
      list(parts),
    ];
  });
  const targets = [...messageTargets].map(
    ([rate, most]) => `below ${most} for each operation at ${figure(rate)} a second`,
  );
  return `Messages between servers with no latency, half of the operations reads and half writes, at all nodes
in turn, by the type of the body; a bundle is one message, and what it holds is in the last column. With no
load they are counted for each second. Targets for three
nodes: ${targets.join(', ')}. With five, an operation that comes alone is told
to four others and answered by four, and waits for the quickest two, whoever they are.

${table([['nodes', 'operations', 'for each', 'a second', 'by type, for each', 'in bundles'], ...rows])}
`;
}
