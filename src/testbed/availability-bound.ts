/**
 * How many requests any protocol could have answered, given the faults that were injected, and how
 * many of these were answered. What remains is what the system itself loses: elections, timeouts,
 * links that it cannot do without.
 *
 * A request is *attainable* when, from some moment between its invocation and its deadline on, its
 * node can make two round trips to a majority and back, over working links between running nodes;
 * nodes in between relay. Two round trips answer any request at any node, without a leader and
 * without knowing who is cut off from whom (Rystsov, "CASPaxos: Replicated State Machines without
 * Logs", 2018). All links and nodes that the trips need work all that time, which is
 *
 *   1 delay, for a request may be held up behind a message that the network waits for,
 *   + 2 × the least number of links there and back to a majority × 1 delay.
 *
 * A delay is the mean latency, and at least what a pipe and a turn of a process take. In a cluster
 * without partitions a request needs five delays. A request whose node is killed is lost with it,
 * and one that arrives at a node that is down counts as lost; one that waits for a paused node does
 * not.
 *
 * A request is *unattainable* when its node could not have been told of by a majority that it
 * had told of the request: there is no chain of messages there and back, however fast. To answer
 * it would be wrong, but for a read under a lease. In between, nothing is claimed.
 *
 * All that is of promises that need a majority. Where a node may answer by itself, as gossip does, a
 * request is attainable when its node runs after the request has arrived, and unattainable when it
 * does not run at all in that time.
 */

import type { HistoryEvent } from './history.ts';
import { RoundTrips } from './round-trips.ts';
import { situationsIn } from './situations.ts';
import { type CompletedOperation, completedOperations } from './statistics.ts';

export interface AvailabilityOptions {
  readonly nodes: readonly string[];
  /** The number of clients; the number of nodes or a multiple of it, unless it is said. */
  readonly concurrency?: number;
  /** How long clients wait. */
  readonly clientTimeoutMs: number;
  /** The mean latency between nodes. */
  readonly latencyMs: number;
  /** Without it, a majority must be asked, as consensus does. */
  readonly answersAlone?: boolean;
}

export interface AvailabilityBound {
  /** Requests that any protocol could have answered; of these, those that were. */
  readonly attainable: number;
  readonly attained: number;
  /** `attained / attainable`, in ten-thousandths; 1 when nothing was attainable. */
  readonly attainedShare: number;
  /** Requests that nobody could have answered. `answered` is 0, or reads were served by lease. */
  readonly unattainable: { readonly invoked: number; readonly answered: number };
  /** Requests of which neither is certain. */
  readonly uncertain: { readonly invoked: number; readonly answered: number };
  /** What was attainable and not answered, in bursts. */
  readonly missed: readonly MissedBurst[];
}

/** Requests of one node that were attainable and not answered, with none answered between. */
export interface MissedBurst {
  readonly node: string;
  /** When the first and the last were invoked, in whole milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly requests: number;
}

export type Attainability = 'attainable' | 'uncertain' | 'unattainable';

export interface JudgedOperation extends CompletedOperation {
  readonly node: string;
  readonly attainability: Attainability;
}

/** What a pipe there, a turn of a process and a pipe back take at the least. */
const leastDelayMs = 1;

/** In the order of their invocations. */
export function judgeOperations(
  events: readonly HistoryEvent[],
  options: AvailabilityOptions,
): JudgedOperation[] {
  const { nodes, clientTimeoutMs, concurrency = nodes.length, answersAlone = false } = options;
  const delayMs = Math.max(leastDelayMs, options.latencyMs);
  const situations = situationsIn(events, nodes);
  const amongAll = new RoundTrips(situations, nodes);
  const alone = new Map(nodes.map((node) => [node, new RoundTrips(situations, [node])]));
  let first = 0;
  return completedOperations(events)
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((operation) => {
      const { process, startMs, durationMs } = operation;
      const node = nodes[(process % concurrency) % nodes.length] ?? '';
      while ((situations[first]?.toMs ?? 0) <= startMs) first++;
      const roundTrips = (answersAlone ? alone.get(node) : undefined) ?? amongAll;
      const request = { node, first, startMs };
      const deadlineMs = startMs + clientTimeoutMs;
      const endMs = operation.isAnswered ? startMs + durationMs : deadlineMs;
      let attainability: Attainability = 'uncertain';
      if (roundTrips.isAttainable({ ...request, deadlineMs }, delayMs))
        attainability = 'attainable';
      else if (!roundTrips.isConceivable({ ...request, deadlineMs: endMs })) {
        attainability = 'unattainable';
      }
      return { ...operation, node, attainability };
    });
}

export function availabilityBound(operations: readonly JudgedOperation[]): AvailabilityBound {
  const count = (kind: Attainability): { invoked: number; answered: number } => {
    const those = operations.filter(({ attainability }) => attainability === kind);
    return { invoked: those.length, answered: those.filter(({ isAnswered }) => isAnswered).length };
  };
  const { invoked: attainable, answered: attained } = count('attainable');
  return {
    attainable,
    attained,
    attainedShare: attainable === 0 ? 1 : Math.round((attained / attainable) * 1e4) / 1e4,
    unattainable: count('unattainable'),
    uncertain: count('uncertain'),
    missed: missedBursts(operations),
  };
}

/** Attainable, and not answered. */
export function isMissed({ attainability, isAnswered }: JudgedOperation): boolean {
  return attainability === 'attainable' && !isAnswered;
}

function missedBursts(operations: readonly JudgedOperation[]): MissedBurst[] {
  const bursts: MissedBurst[] = [];
  const open = new Map<string, { node: string; fromMs: number; toMs: number; requests: number }>();
  for (const operation of operations) {
    const { node } = operation;
    const startMs = Math.round(operation.startMs);
    if (operation.isAnswered) open.delete(node);
    if (!isMissed(operation)) continue;
    const burst = open.get(node) ?? { node, fromMs: startMs, toMs: startMs, requests: 0 };
    if (burst.requests === 0) bursts.push(burst);
    burst.toMs = startMs;
    burst.requests++;
    open.set(node, burst);
  }
  return bursts;
}
