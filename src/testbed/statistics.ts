/** Figures of a run, computed from its history and from what passed through the network. */

import type { ClientEvent, HistoryEvent } from './history.ts';

export interface Counts {
  readonly invoked: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

/** Of operations that ended ok, from invocation to answer. Null when there is none. */
export interface LatencyMs {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface OperationStatistics extends Counts {
  readonly latencyMs: LatencyMs | null;
}

/** An operation with its end, as the pictures need it. */
export interface CompletedOperation {
  readonly f: ClientEvent['f'];
  readonly type: 'ok' | 'fail' | 'info';
  readonly startMs: number;
  readonly durationMs: number;
}

export interface MessageCounts {
  /** Between nodes, or nodes and services. */
  readonly servers: number;
  readonly clients: number;
  /** Lost to partitions. */
  readonly lost: number;
}

export interface Statistics {
  readonly all: OperationStatistics;
  readonly byFunction: { readonly [F in ClientEvent['f']]: OperationStatistics };
  /** Operations that ended ok, of those that were invoked. */
  readonly availability: number;
  readonly messages: MessageCounts & { readonly serverMessagesPerOperation: number };
}

export function computeStatistics(
  events: readonly HistoryEvent[],
  messages: MessageCounts,
): Statistics {
  const operations = completedOperations(events);
  const invoked = events.filter((event) => event.type === 'invoke');
  const of = (f: ClientEvent['f']): OperationStatistics =>
    summarize(
      invoked.filter((event) => event.f === f).length,
      operations.filter((operation) => operation.f === f),
    );
  const all = summarize(invoked.length, operations);
  return {
    all,
    byFunction: { read: of('read'), write: of('write'), cas: of('cas') },
    availability: ratio(all.ok, all.invoked),
    messages: {
      ...messages,
      serverMessagesPerOperation: ratio(messages.servers, all.invoked),
    },
  };
}

/** Pairs invocations with their ends. */
export function completedOperations(events: readonly HistoryEvent[]): CompletedOperation[] {
  const open = new Map<number, number>();
  const operations: CompletedOperation[] = [];
  for (const event of events) {
    if (event.process === 'nemesis') continue;
    if (event.type === 'invoke') {
      open.set(event.process, event.time);
      continue;
    }
    const startNs = open.get(event.process) ?? event.time;
    operations.push({
      f: event.f,
      type: event.type,
      startMs: startNs / 1e6,
      durationMs: (event.time - startNs) / 1e6,
    });
  }
  return operations;
}

function summarize(
  invoked: number,
  operations: readonly CompletedOperation[],
): OperationStatistics {
  const count = (type: CompletedOperation['type']): number =>
    operations.filter((operation) => operation.type === type).length;
  const durations = operations
    .filter(({ type }) => type === 'ok')
    .map(({ durationMs }) => durationMs)
    .sort((a, b) => a - b);
  return {
    invoked,
    ok: count('ok'),
    fail: count('fail'),
    info: count('info'),
    latencyMs:
      durations.length === 0
        ? null
        : {
            median: quantile(durations, 0.5),
            p95: quantile(durations, 0.95),
            p99: quantile(durations, 0.99),
            max: quantile(durations, 1),
          },
  };
}

/** The smallest value that a share of at least `q` of the values does not exceed. */
function quantile(sorted: readonly number[], q: number): number {
  const rank = Math.max(1, Math.ceil(q * sorted.length));
  return round(sorted[rank - 1] ?? 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : round(part / whole);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
