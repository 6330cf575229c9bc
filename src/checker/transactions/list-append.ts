/**
 * Histories of transactions that read lists and append to them, after Kingsbury and Alvaro, "Elle:
 * Inferring Isolation Anomalies from Experimental Observations" (VLDB 2020).
 *
 * A list that was read shows the order in which its elements were appended, and thus the order of
 * all versions of the key: the longest read of a key is taken for it, and every other read must be a
 * prefix. From the order follow the edges:
 *
 * - ww from the transaction of an element to that of the next;
 * - wr from the transaction of the last element of a read to the reader;
 * - rw from a reader to the transaction of the first element that it did not see.
 *
 * An append that took effect and that the longest read does not show comes after all that this read
 * shows, since lists only grow: there is an rw edge to its transaction from all who read as much.
 *
 * For strict serializability nothing else has to hold: when the graph has no cycle, its transactions
 * in topological order are an order that explains every read.
 */

import type { Findings } from './anomaly.ts';
import { type GraphBuilder, label } from './graph.ts';
import { isPrefix, judgeListReads } from './list-reads.ts';
import type { Reason } from './reason.ts';
import { endOf, type ListRead, type ListTransaction } from './transaction.ts';
import { showList, showText } from './values.ts';
import { type Writers, writersOf } from './writers.ts';

/** All that was seen of one key. */
interface KeyReads {
  readonly key: string;
  readonly reads: { readonly reader: number; readonly elements: ListRead }[];
  longest: { readonly reader: number; readonly elements: ListRead };
}

/**
 * To how many appends that nobody saw one read is linked: those that were acknowledged first. Keys
 * of a workload take no more than a few; without a bound, a store that shows nothing would cost the
 * product of its reads and its appends.
 */
const maxUnseen = 16;

export class ListHistory {
  readonly #transactions: readonly ListTransaction[];
  readonly #findings: Findings;
  readonly #writers: Writers;
  readonly #keys = new Map<string, KeyReads>();
  /** Of those that ended info, those of which something was seen. */
  readonly #seen = new Set<number>();

  /** @throws MalformedHistory when an element is appended to a key twice */
  constructor(transactions: readonly ListTransaction[], findings: Findings) {
    this.#transactions = transactions;
    this.#findings = findings;
    this.#writers = writersOf(transactions);
    for (const [reader, { outcome, operations }] of transactions.entries()) {
      if (outcome !== 'ok') continue;
      judgeListReads(transactions, reader, this.#writers, findings);
      for (const operation of operations) {
        if (operation.kind !== 'read' || operation.value === undefined) continue;
        this.#noteRead(reader, operation.key, operation.value);
      }
    }
    for (const reads of this.#keys.values()) this.#judgeOrder(reads);
    this.#judgeUpdates();
  }

  /** Positions of the transactions that surely took effect. */
  get committed(): readonly number[] {
    return [...this.#transactions.keys()].filter((it) => this.#hasHappened(it));
  }

  addEdges(graph: GraphBuilder<Reason>): void {
    const unseen = this.#unseenAppends();
    for (const reads of this.#keys.values()) {
      this.#addEdgesOfKey(reads, unseen.get(reads.key) ?? [], graph);
    }
  }

  #hasHappened(transaction: number): boolean {
    const outcome = this.#transactions[transaction]?.outcome;
    return outcome === 'ok' || (outcome === 'info' && this.#seen.has(transaction));
  }

  #noteRead(reader: number, key: string, elements: ListRead): void {
    const read = { reader, elements };
    const reads = this.#keys.get(key) ?? { key, reads: [], longest: read };
    this.#keys.set(key, reads);
    reads.reads.push(read);
    if (elements.length > reads.longest.elements.length) reads.longest = read;
    const writers = this.#writers.get(key);
    for (const element of elements) {
      const writer = writers?.get(element)?.transaction;
      if (writer !== undefined) this.#seen.add(writer);
    }
  }

  /** Whether all reads of a key fit one order, and no failed append is in its middle. */
  #judgeOrder({ key, reads, longest }: KeyReads): void {
    for (const { reader, elements } of reads) {
      if (isPrefix(elements, longest.elements)) continue;
      this.#findings.addPlain(
        'incompatible-order',
        [reader, longest.reader],
        () =>
          `T1 read ${showList(elements)} of key ${key}, and T2 read ${showList(longest.elements)}: ` +
          'neither is the beginning of the other',
      );
    }
    const writers = this.#writers.get(key);
    let aborted: { readonly element: string; readonly writer: number } | undefined;
    for (const element of longest.elements) {
      const writer = writers?.get(element)?.transaction;
      if (writer === undefined) continue;
      if (this.#transactions[writer]?.outcome === 'fail') {
        aborted = { element, writer };
      } else if (aborted !== undefined) {
        const { element: first, writer: failed } = aborted;
        this.#findings.addPlain(
          'dirty-update',
          [failed, writer],
          () =>
            `T1 failed, but ${showText(first)}, which it appended to key ${key}, stayed, and T2 ` +
            `appended ${showText(element)} after it`,
        );
        aborted = undefined;
      }
    }
  }

  /** Lost updates: who read the same list of a key before appending to it. */
  #judgeUpdates(): void {
    const updates = new Map<string, Map<number, number[]>>();
    for (const [transaction, { outcome, operations }] of this.#transactions.entries()) {
      if (outcome !== 'ok') continue;
      for (const [key, length] of this.#updatesOf(operations)) {
        const ofKey = updates.get(key) ?? new Map<number, number[]>();
        updates.set(key, ofKey);
        const same = ofKey.get(length);
        if (same === undefined) ofKey.set(length, [transaction]);
        else same.push(transaction);
      }
    }
    for (const [key, ofKey] of updates) {
      for (const [length, same] of ofKey) {
        if (same.length < 2) continue;
        const version = this.#keys.get(key)?.longest.elements.slice(0, length) ?? [];
        this.#findings.addPlain(
          'lost-update',
          same,
          () =>
            `each of ${same.length} transactions read ${showList(version)} of key ${key} and then ` +
            'appended to it; whoever appended second should have seen what the first did',
        );
      }
    }
  }

  /** Keys that a transaction read before it appended to them, and how much it saw. */
  #updatesOf(operations: ListTransaction['operations']): ReadonlyMap<string, number> {
    const read = new Map<string, number>();
    const updated = new Map<string, number>();
    const written = new Set<string>();
    for (const { kind, key, value } of operations) {
      if (kind === 'write') {
        written.add(key);
        const length = read.get(key);
        if (length !== undefined) updated.set(key, length);
      } else if (value !== undefined && !written.has(key) && !read.has(key)) {
        if (isPrefix(value, this.#keys.get(key)?.longest.elements ?? [])) {
          read.set(key, value.length);
        }
      }
    }
    return updated;
  }

  /** By key, the appends that took effect and that no longest read shows; first to end first. */
  #unseenAppends(): ReadonlyMap<string, readonly Unseen[]> {
    const unseen = new Map<string, Unseen[]>();
    for (const [key, writers] of this.#writers) {
      const reads = this.#keys.get(key);
      if (reads === undefined) continue;
      const shown = new Set(reads.longest.elements);
      const ofKey: Unseen[] = [];
      for (const [element, { transaction }] of writers) {
        if (shown.has(element) || !this.#hasHappened(transaction)) continue;
        ofKey.push({ element, transaction });
      }
      const end = ({ transaction }: Unseen): number => {
        const it = this.#transactions[transaction];
        return it === undefined
          ? Number.MAX_SAFE_INTEGER
          : Math.min(endOf(it), Number.MAX_SAFE_INTEGER);
      };
      ofKey.sort((a, b) => end(a) - end(b));
      unseen.set(key, ofKey.slice(0, maxUnseen));
    }
    return unseen;
  }

  #addEdgesOfKey(
    { key, reads, longest }: KeyReads,
    unseen: readonly Unseen[],
    graph: GraphBuilder<Reason>,
  ): void {
    const order = longest.elements;
    const writers = this.#writers.get(key);
    /** By position, the transaction of the element; undefined when it did not happen. */
    const writer = order.map((element) => {
      const transaction = writers?.get(element)?.transaction;
      return transaction !== undefined && this.#hasHappened(transaction) ? transaction : undefined;
    });
    /** The last position before this one whose transaction happened; -1 for none. */
    const previous = (length: number): number => {
      let it = length - 1;
      while (it >= 0 && writer[it] === undefined) it--;
      return it;
    };
    const next = (length: number): number => {
      let it = length;
      while (it < order.length && writer[it] === undefined) it++;
      return it;
    };
    const link = (kind: Reason['kind'], from: number, to: number, before: number, after: string) =>
      graph.add(from, to, label[kind], { kind, key, before: order[before] ?? null, after });

    for (const [position, transaction] of writer.entries()) {
      const before = previous(position);
      const earlier = writer[before];
      if (transaction === undefined || earlier === undefined) continue;
      link('ww', earlier, transaction, before, order[position] ?? '');
    }
    for (const { reader, elements } of reads) {
      const length = elements.length;
      if (!isPrefix(elements, order)) continue;
      const before = previous(length);
      const source = writer[before];
      if (source !== undefined) link('wr', source, reader, before, order[before] ?? '');
      const after = next(length);
      const overwriter = writer[after];
      if (overwriter !== undefined) {
        link('rw', reader, overwriter, length - 1, order[after] ?? '');
      } else {
        for (const it of unseen) link('rw', reader, it.transaction, length - 1, it.element);
      }
    }
  }
}

interface Unseen {
  readonly element: string;
  readonly transaction: number;
}
