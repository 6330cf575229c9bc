/**
 * What has to hold between operations, one of which had ended before the other began:
 *
 * - sends of one client to a key get increasing offsets, and, where logs are linearizable, those of
 *   all clients;
 * - a committed offset is shown that is not below any that was committed or shown before;
 * - where logs are linearizable, a poll shows something when there was something to show.
 */

import type { KafkaFindings } from './anomaly.ts';
import { endOf, type KafkaOperation, type List, type Poll, type Send } from './operation.ts';

/** The highest offset of a key that is known, and who made it known. */
interface Known {
  readonly offset: number;
  readonly operation: number;
}

class Highest {
  readonly #known = new Map<string, Known>();

  of(key: string): Known | undefined {
    return this.#known.get(key);
  }

  raise(key: string, offset: number, operation: number): void {
    if (offset > (this.#known.get(key)?.offset ?? -1)) this.#known.set(key, { offset, operation });
  }
}

export function judgeTime(
  operations: readonly KafkaOperation[],
  { linearizable }: { readonly linearizable: boolean },
  findings: KafkaFindings,
): void {
  const committed = new Highest();
  const present = new Highest();
  const sentBy = new Map<number, Highest>();
  for (const { position, isEnd } of inTime(operations)) {
    const operation = operations[position];
    if (operation === undefined) continue;
    if (isEnd) {
      noteEnd(operation, position, { committed, present, sentBy });
      continue;
    }
    if (operation.outcome !== 'ok') continue;
    if (operation.f === 'list') judgeList(operation, position, committed, findings);
    if (operation.f === 'send') {
      const own = sentBy.get(operation.process)?.of(operation.key);
      judgeSend('send-nonmonotonic', operation, position, own, findings);
      if (!linearizable) continue;
      judgeSend('send-order-realtime', operation, position, present.of(operation.key), findings);
    }
    if (operation.f === 'poll' && linearizable)
      judgeRecency(operation, position, present, findings);
  }
  judgeCommitted(operations, findings);
}

/** Beginnings, and ends of what ended ok, in the order of time. */
function inTime(
  operations: readonly KafkaOperation[],
): readonly { readonly position: number; readonly isEnd: boolean }[] {
  return operations
    .flatMap((operation, position) => {
      const begin = { rank: operation.invoked.rank, position, isEnd: false };
      const end = endOf(operation);
      return end === Number.POSITIVE_INFINITY
        ? [begin]
        : [begin, { rank: end, position, isEnd: true }];
    })
    .sort((a, b) => a.rank - b.rank);
}

function noteEnd(
  operation: KafkaOperation,
  position: number,
  known: {
    readonly committed: Highest;
    readonly present: Highest;
    readonly sentBy: Map<number, Highest>;
  },
): void {
  const { committed, present, sentBy } = known;
  switch (operation.f) {
    case 'commit':
    case 'list':
      for (const [key, offset] of operation.offsets) committed.raise(key, offset, position);
      break;
    case 'send': {
      const { process, key, offset } = operation;
      if (offset === undefined) break;
      present.raise(key, offset, position);
      const own = sentBy.get(process) ?? new Highest();
      sentBy.set(process, own);
      own.raise(key, offset, position);
      break;
    }
    case 'poll':
      for (const [key, messages] of operation.messages) {
        for (const { offset } of messages) present.raise(key, offset, position);
      }
      break;
  }
}

function judgeSend(
  name: 'send-nonmonotonic' | 'send-order-realtime',
  { key, message, offset }: Send,
  position: number,
  before: Known | undefined,
  findings: KafkaFindings,
): void {
  if (before === undefined || offset === undefined || offset > before.offset) return;
  findings.add({
    name,
    key,
    operations: [before.operation, position],
    problem:
      `A ended with offset ${before.offset} of key ${key}, and B, which began after that, was told ` +
      `that ${message} is at offset ${offset}`,
  });
}

function judgeList(
  { keys, offsets }: List,
  position: number,
  committed: Highest,
  findings: KafkaFindings,
): void {
  for (const key of keys) {
    const before = committed.of(key);
    const shown = offsets.get(key);
    if (before === undefined || (shown !== undefined && shown >= before.offset)) continue;
    findings.add({
      name: 'committed-backwards',
      key,
      operations: [before.operation, position],
      problem:
        `A ended with offset ${before.offset} of key ${key} committed, and B, which began after ` +
        `that, was shown ${shown ?? 'none'}`,
    });
  }
}

function judgeRecency(
  { asked, messages }: Poll,
  position: number,
  present: Highest,
  findings: KafkaFindings,
): void {
  for (const [key, from] of asked) {
    const known = present.of(key);
    if (known === undefined || known.offset < from || (messages.get(key) ?? []).length > 0)
      continue;
    findings.add({
      name: 'stale-poll',
      key,
      operations: [known.operation, position],
      problem:
        `A ended with offset ${known.offset} of key ${key} known, and B, which began after that and ` +
        `asked from ${from} on, was shown nothing`,
    });
  }
}

/** Whether each committed offset that was shown is one that somebody had begun to commit. */
function judgeCommitted(operations: readonly KafkaOperation[], findings: KafkaFindings): void {
  /** By key and offset, the rank at which a commit of it first began. */
  const begun = new Map<string, Map<number, number>>();
  for (const operation of operations) {
    if (operation.f !== 'commit' || operation.outcome === 'fail') continue;
    for (const [key, offset] of operation.offsets) {
      const ofKey = begun.get(key) ?? new Map<number, number>();
      begun.set(key, ofKey);
      const { rank } = operation.invoked;
      ofKey.set(offset, Math.min(rank, ofKey.get(offset) ?? rank));
    }
  }
  for (const [position, operation] of operations.entries()) {
    if (operation.f !== 'list') continue;
    for (const [key, offset] of operation.offsets) {
      const begin = begun.get(key)?.get(offset);
      if (begin !== undefined && begin < endOf(operation)) continue;
      findings.add({
        name: 'committed-unknown',
        key,
        operations: [position],
        problem: `A was shown offset ${offset} of key ${key} as committed, which nobody had committed`,
      });
    }
  }
}
