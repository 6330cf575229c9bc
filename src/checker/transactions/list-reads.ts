/**
 * What single reads of lists give away, without any order between transactions.
 *
 * - internal: within a transaction, a read differs from what the transaction's own reads and appends
 *   of the key before it make of it (axiom INT of Cerone, Bernardi and Gotsman 2015);
 * - future-read: a transaction saw an element that it appended only afterwards;
 * - garbage-read: an element that nobody appended;
 * - duplicate-elements: an element twice in one list;
 * - G1a: an element of a transaction that failed;
 * - G1b: a list ends with an element after which its transaction appended another to the same key.
 */

import type { Findings } from './anomaly.ts';
import type { ListTransaction } from './transaction.ts';
import { showList, showText } from './values.ts';
import type { Writers } from './writers.ts';

/** @param transaction position of the transaction, which ended ok */
export function judgeListReads(
  transactions: readonly ListTransaction[],
  transaction: number,
  writers: Writers,
  findings: Findings,
): void {
  const operations = transactions[transaction]?.operations ?? [];
  judgeInside(transaction, operations, findings);
  for (const operation of operations) {
    if (operation.kind !== 'read' || operation.value === undefined) continue;
    judgeRead(transactions, transaction, operation.key, operation.value, writers, findings);
  }
}

/** What a transaction knows of a key by itself: all of it, or how it ends. */
interface Known {
  readonly isWhole: boolean;
  readonly elements: readonly string[];
}

function judgeInside(
  transaction: number,
  operations: ListTransaction['operations'],
  findings: Findings,
): void {
  const known = new Map<string, Known>();
  for (const [position, { kind, key, value }] of operations.entries()) {
    const before = known.get(key) ?? { isWhole: false, elements: [] };
    if (kind === 'write') {
      known.set(key, { isWhole: before.isWhole, elements: [...before.elements, value] });
      continue;
    }
    if (value === undefined) continue;
    const { isWhole, elements } = before;
    if (isWhole ? !isSame(elements, value) : !endsWith(value, elements)) {
      findings.addPlain('internal', [transaction], () => {
        const should = `${isWhole ? 'is' : 'ends in'} ${showList(elements)}`;
        return `T1 read ${showList(value)} of key ${key}, which by what it did itself before ${should}`;
      });
    }
    const later = operations
      .slice(position + 1)
      .find((it) => it.kind === 'write' && it.key === key && value.includes(it.value));
    if (later?.kind === 'write') {
      findings.addPlain(
        'future-read',
        [transaction],
        () => `T1 saw ${showText(later.value)} in key ${key} before it appended it itself`,
      );
    }
    known.set(key, { isWhole: true, elements: value });
  }
}

function judgeRead(
  transactions: readonly ListTransaction[],
  reader: number,
  key: string,
  elements: readonly string[],
  writers: Writers,
  findings: Findings,
): void {
  const ofKey = writers.get(key);
  const shown = (): string => `T1 read ${showList(elements)} of key ${key}`;
  for (const element of elements) {
    const writer = ofKey?.get(element);
    if (writer === undefined) {
      const problem = (): string => `${shown()}; nobody appended ${showText(element)} to it`;
      findings.addPlain('garbage-read', [reader], problem);
    } else if (transactions[writer.transaction]?.outcome === 'fail') {
      const problem = (): string =>
        `${shown()}, with ${showText(element)}, which T2 appended, and T2 failed`;
      findings.addPlain('G1a', [reader, writer.transaction], problem);
    }
  }
  if (new Set(elements).size < elements.length) {
    const twice = elements.find((it, position) => elements.indexOf(it) !== position) ?? '';
    const problem = (): string => `${shown()}, with ${showText(twice)} more than once`;
    findings.addPlain('duplicate-elements', [reader], problem);
  }
  const last = elements.at(-1);
  const writer = last === undefined ? undefined : ofKey?.get(last);
  if (last === undefined || writer === undefined) return;
  if (writer.isFinal || writer.transaction === reader) return;
  const problem = (): string =>
    `${shown()}, which ends with ${showText(last)}, after which T2 appended more to the key`;
  findings.addPlain('G1b', [reader, writer.transaction], problem);
}

export function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && isPrefix(a, b);
}

export function isPrefix(a: readonly string[], b: readonly string[]): boolean {
  if (a.length > b.length) return false;
  for (let it = 0; it < a.length; it++) if (a[it] !== b[it]) return false;
  return true;
}

function endsWith(elements: readonly string[], end: readonly string[]): boolean {
  return end.length <= elements.length && isSame(elements.slice(elements.length - end.length), end);
}
