/** Figures of a run, computed from its history and from what passed through the network. */

import type { Json } from '../machine/json.ts';
import { errorCodes } from '../maelstrom/errors.ts';
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
  /** Which invocation it is, from 0: its name in a trace. */
  readonly number: number;
  readonly process: number;
  readonly f: ClientEvent['f'];
  readonly type: 'ok' | 'fail' | 'info';
  /** It ended ok, or the register itself said no: there is no such key, or another value. */
  readonly isAnswered: boolean;
  readonly key: ClientEvent['key'];
  /** What was read, or what it was invoked with. */
  readonly value: Json;
  /** Null when it ended ok. */
  readonly error: Json;
  readonly startMs: number;
  readonly durationMs: number;
  /** It was asked after the quiet time at the end. */
  readonly isFinal: boolean;
}

export interface MessageCounts {
  /** Between nodes, or nodes and services. */
  readonly servers: number;
  readonly clients: number;
  /** To partitions, to nodes that were down, and to nodes that were paused for too long. */
  readonly lost: number;
  /** Of these, what could not wait for a paused node, since too much did already. */
  readonly overflowed: number;
}

/** How often nodes were disturbed; an event that hits three nodes counts thrice. */
export interface FaultStatistics {
  /** How often the network was cut. */
  readonly partitions: number;
  readonly kills: number;
  readonly pauses: number;
  /** Nodes that were started again, and answered `init`. */
  readonly restarts: number;
  /** From when a node was to start again until it answered. Null when none did. */
  readonly restartMs: { readonly median: number; readonly max: number } | null;
}

export interface Statistics {
  readonly all: OperationStatistics;
  readonly byFunction: { readonly [f: string]: OperationStatistics };
  /** Operations that ended ok, of those that were invoked. */
  readonly availability: number;
  /** The longest time, within the run, in which no operation ended ok. */
  readonly longestWithoutOkMs: number;
  readonly faults: FaultStatistics;
  readonly messages: MessageCounts & { readonly serverMessagesPerOperation: number };
}

/** @param functions what clients can ask for; they may have asked for none of it */
export function computeStatistics(
  events: readonly HistoryEvent[],
  messages: MessageCounts,
  functions: readonly string[],
): Statistics {
  const operations = completedOperations(events);
  const invoked = events.filter((event) => event.type === 'invoke');
  const of = (f: string): OperationStatistics =>
    summarize(
      invoked.filter((event) => event.f === f).length,
      operations.filter((operation) => operation.f === f),
    );
  const all = summarize(invoked.length, operations);
  return {
    all,
    byFunction: Object.fromEntries(functions.map((f) => [f, of(f)])),
    availability: ratio(all.ok, all.invoked),
    longestWithoutOkMs: longestWithoutOk(beforeTheEnd(events)),
    faults: countFaults(events),
    messages: {
      ...messages,
      serverMessagesPerOperation: ratio(messages.servers, all.invoked),
    },
  };
}

/** Without what is asked after a quiet time: nobody was to be answered in that time. */
function beforeTheEnd(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const isFinal = (event: HistoryEvent): boolean => 'final' in event;
  if (!events.some(isFinal)) return events;
  const last = events.findLastIndex((event) => event.process !== 'nemesis' && !isFinal(event));
  return events.slice(0, last + 1);
}

function longestWithoutOk(events: readonly HistoryEvent[]): number {
  const times = events.filter(({ type }) => type === 'ok').map(({ time }) => time / 1e6);
  let longest = 0;
  let before = 0;
  for (const time of [...times, (events.at(-1)?.time ?? 0) / 1e6]) {
    longest = Math.max(longest, time - before);
    before = time;
  }
  return round(longest);
}

function countFaults(events: readonly HistoryEvent[]): FaultStatistics {
  const counts = { partitions: 0, kills: 0, pauses: 0 };
  const restartsMs: number[] = [];
  for (const event of events) {
    if (event.process !== 'nemesis') continue;
    if (event.f === 'start-partition') counts.partitions++;
    if (event.f === 'kill') counts.kills += event.value.nodes.length;
    if (event.f === 'pause') counts.pauses += event.value.nodes.length;
    if (event.f === 'restarted') restartsMs.push(event.value.ms);
  }
  restartsMs.sort((a, b) => a - b);
  const restartMs = { median: quantile(restartsMs, 0.5), max: quantile(restartsMs, 1) };
  return {
    ...counts,
    restarts: restartsMs.length,
    restartMs: restartsMs.length === 0 ? null : restartMs,
  };
}

/** Pairs invocations with their ends. */
export function completedOperations(events: readonly HistoryEvent[]): CompletedOperation[] {
  const open = new Map<number, { readonly number: number; readonly startNs: number }>();
  const operations: CompletedOperation[] = [];
  let invoked = 0;
  for (const event of events) {
    if (event.process === 'nemesis') continue;
    const { process, type, f, key, value, error = null } = event;
    if (type === 'invoke') {
      open.set(process, { number: invoked++, startNs: event.time });
      continue;
    }
    const { number, startNs } = open.get(process) ?? { number: invoked, startNs: event.time };
    operations.push({
      number,
      process,
      f,
      key,
      value,
      error,
      type,
      isAnswered: type === 'ok' || isOfRegister(event.error),
      startMs: startNs / 1e6,
      durationMs: (event.time - startNs) / 1e6,
      isFinal: event.final === true,
    });
  }
  return operations;
}

function isOfRegister(error: ClientEvent['error']): boolean {
  const code = Array.isArray(error) ? error[0] : undefined;
  return code === errorCodes.keyDoesNotExist || code === errorCodes.preconditionFailed;
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
