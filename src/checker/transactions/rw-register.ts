/**
 * Histories of transactions that read and write registers, each value written once to a key.
 *
 * wr edges are certain: a value names its writer. ww and rw edges follow from the order of versions,
 * which is partial (`register-order.ts`); so a history without an anomaly may still have no order
 * that explains it. To decide that for good is NP-complete (Papadimitriou 1979).
 */

import type { Findings, VersionCycle, VersionStep } from './anomaly.ts';
import { combined, type GraphBuilder, label } from './graph.ts';
import type { Reason } from './reason.ts';
import { type Access, accessesOf } from './register-access.ts';
import {
  type AccessPair,
  type OrderOptions,
  orderVersions,
  type VersionEdge,
} from './register-order.ts';
import { judgeRegisterReads } from './register-reads.ts';
import type { RegisterTransaction } from './transaction.ts';
import { showVersion } from './values.ts';
import { type Writers, writersOf } from './writers.ts';

/**
 * How many readers of one version are linked to how many writers of later ones, at most: more say
 * the same again.
 */
const maxPairs = 4096;

export class RegisterHistory {
  readonly #transactions: readonly RegisterTransaction[];
  readonly #writers: Writers;
  readonly #accesses: ReadonlyMap<string, readonly Access[]>;
  readonly #orders = new Map<string, readonly VersionEdge[]>();
  /** Positions of the transactions that surely took effect. */
  readonly committed: readonly number[];

  /** @throws MalformedHistory when a value is written to a key twice */
  constructor(
    transactions: readonly RegisterTransaction[],
    findings: Findings,
    options: OrderOptions,
  ) {
    this.#transactions = transactions;
    this.#writers = writersOf(transactions);
    for (const [reader, { outcome }] of transactions.entries()) {
      if (outcome === 'ok') judgeRegisterReads(transactions, reader, this.#writers, findings);
    }
    this.committed = this.#findCommitted();
    this.#accesses = accessesOf(transactions, this.committed);
    const readFrom = options.serializable ? this.#readFrom() : new Map();
    for (const [key, accesses] of this.#accesses) {
      judgeUpdates(key, accesses, findings);
      const pairs = readFrom.get(key) ?? [];
      const { edges, circle } = orderVersions(transactions, accesses, pairs, options);
      this.#orders.set(key, edges);
      if (circle !== null) findings.add(circleOf(key, circle));
    }
  }

  addEdges(graph: GraphBuilder<Reason>): void {
    for (const [key, accesses] of this.#accesses) {
      const readers = new Map<string | null, number[]>();
      for (const { transaction, read } of accesses) {
        if (read === undefined) continue;
        const same = readers.get(read);
        if (same === undefined) readers.set(read, [transaction]);
        else same.push(transaction);
        const writer = read === null ? undefined : this.#writerOf(key, read);
        if (writer === undefined) continue;
        graph.add(writer, transaction, label.wr, { kind: 'wr', key, before: read, after: read });
      }
      this.#addOrder(key, readers, graph);
    }
  }

  /** By key, accesses of transactions of which the second read what the first wrote to any key. */
  #readFrom(): ReadonlyMap<string, readonly AccessPair[]> {
    const byTransaction = new Map<number, Map<string, Access>>();
    for (const [key, accesses] of this.#accesses) {
      for (const access of accesses) {
        const ofTransaction = byTransaction.get(access.transaction) ?? new Map<string, Access>();
        byTransaction.set(access.transaction, ofTransaction.set(key, access));
      }
    }
    const pairs = new Map<string, AccessPair[]>();
    for (const [transaction, accesses] of byTransaction) {
      const sources = Array.from(accesses, ([key, { read }]) =>
        typeof read === 'string' ? this.#writerOf(key, read) : undefined,
      );
      for (const source of new Set(sources)) {
        if (source === undefined || source === transaction) continue;
        for (const [key, later] of accesses) {
          const earlier = byTransaction.get(source)?.get(key);
          if (earlier === undefined) continue;
          const ofKey = pairs.get(key) ?? [];
          pairs.set(key, ofKey);
          ofKey.push({ earlier, later });
        }
      }
    }
    return pairs;
  }

  /** Those that ended ok, and of the others those of which an ok transaction saw something. */
  #findCommitted(): readonly number[] {
    const seen = new Set<number>();
    for (const { outcome, operations } of this.#transactions) {
      if (outcome !== 'ok') continue;
      for (const { kind, key, value } of operations) {
        if (kind !== 'read' || value === undefined || value === null) continue;
        const writer = this.#writers.get(key)?.get(value);
        if (writer !== undefined) seen.add(writer.transaction);
      }
    }
    return [...this.#transactions.keys()].filter((it) => {
      const outcome = this.#transactions[it]?.outcome;
      return outcome === 'ok' || (outcome === 'info' && seen.has(it));
    });
  }

  /** Undefined for a value that nobody wrote, or of a transaction that failed. */
  #writerOf(key: string, version: string): number | undefined {
    const writer = this.#writers.get(key)?.get(version)?.transaction;
    if (writer === undefined) return undefined;
    return this.#transactions[writer]?.outcome === 'fail' ? undefined : writer;
  }

  #addOrder(
    key: string,
    readers: ReadonlyMap<string | null, readonly number[]>,
    graph: GraphBuilder<Reason>,
  ): void {
    const edges = this.#orders.get(key) ?? [];
    const isAfterAnother = new Set(edges.flatMap((it) => (it.before === null ? [] : [it.after])));
    const pairs = new Map<string | null, number>();
    for (const { before, after, reason: order, label: orderLabel } of edges) {
      // Whatever comes after a version that was written comes after nothing, too.
      if (before === null && isAfterAnother.has(after) && order.kind === 'initial') continue;
      const later = after === null ? undefined : this.#writerOf(key, after);
      if (later === undefined) continue;
      const add = (kind: 'ww' | 'rw', from: number): void =>
        graph.add(from, later, combined(label[kind], orderLabel), {
          kind,
          key,
          before,
          after,
          order,
        });
      const earlier = before === null ? undefined : this.#writerOf(key, before);
      if (earlier !== undefined) add('ww', earlier);
      for (const reader of readers.get(before) ?? []) {
        const count = pairs.get(before) ?? 0;
        if (count >= maxPairs) break;
        pairs.set(before, count + 1);
        add('rw', reader);
      }
    }
  }
}

/** The name says what must hold for the steps to be right, and so what the circle rules out. */
function circleOf(key: string, steps: readonly VersionStep[]): VersionCycle {
  const kinds = new Set(steps.map(({ reason }) => reason.kind));
  const isSerial = kinds.has('nothing-between') || kinds.has('read-from');
  const name = kinds.has('real-time')
    ? 'cyclic-versions-realtime'
    : isSerial
      ? 'cyclic-versions-serial'
      : 'cyclic-versions';
  const involved = steps.flatMap(({ reason }) => {
    if (reason.kind === 'initial') return [];
    return 'by' in reason ? [reason.by] : [reason.earlier, reason.later];
  });
  return { kind: 'versions', name, transactions: [...new Set(involved)], key, steps };
}

function judgeUpdates(key: string, accesses: readonly Access[], findings: Findings): void {
  const updates = new Map<string | null, number[]>();
  for (const { transaction, read, written } of accesses) {
    if (read === undefined || written === undefined) continue;
    const same = updates.get(read);
    if (same === undefined) updates.set(read, [transaction]);
    else same.push(transaction);
  }
  for (const [version, same] of updates) {
    if (same.length < 2) continue;
    findings.addPlain(
      'lost-update',
      same,
      () =>
        `each of ${same.length} transactions read ${showVersion(version)} of key ${key} and then ` +
        'wrote to it; whoever wrote second should have seen what the first did',
    );
  }
}
