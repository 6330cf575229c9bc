/**
 * What single reads of registers give away, without any order between transactions: internal,
 * future-read, garbage-read, G1a and G1b, as `list-reads.ts` says, with values for elements.
 */

import type { Findings } from './anomaly.ts';
import type { RegisterTransaction } from './transaction.ts';
import { showText, showVersion } from './values.ts';
import type { Writers } from './writers.ts';

/** @param transaction position of the transaction, which ended ok */
export function judgeRegisterReads(
  transactions: readonly RegisterTransaction[],
  transaction: number,
  writers: Writers,
  findings: Findings,
): void {
  const operations = transactions[transaction]?.operations ?? [];
  const known = new Map<string, string | null>();
  for (const [position, { kind, key, value }] of operations.entries()) {
    if (value === undefined) continue;
    const before = known.get(key);
    known.set(key, value);
    if (kind === 'write') continue;
    if (before !== undefined && before !== value) {
      const problem = (): string =>
        `T1 read ${showVersion(value)} of key ${key}, which by what it did itself before held ${showVersion(before)}`;
      findings.addPlain('internal', [transaction], problem);
    }
    if (value === null) continue;
    const later = operations
      .slice(position + 1)
      .some((it) => it.kind === 'write' && it.key === key && it.value === value);
    if (later) {
      const problem = (): string =>
        `T1 saw ${showText(value)} in key ${key} before it wrote it itself`;
      findings.addPlain('future-read', [transaction], problem);
    }
    judgeSource(transactions, transaction, key, value, writers, findings);
  }
}

function judgeSource(
  transactions: readonly RegisterTransaction[],
  reader: number,
  key: string,
  value: string,
  writers: Writers,
  findings: Findings,
): void {
  const shown = `T1 read ${showText(value)} of key ${key}`;
  const writer = writers.get(key)?.get(value);
  if (writer === undefined) {
    findings.addPlain('garbage-read', [reader], () => `${shown}; nobody wrote that`);
    return;
  }
  const { transaction, isFinal } = writer;
  if (transactions[transaction]?.outcome === 'fail') {
    findings.addPlain(
      'G1a',
      [reader, transaction],
      () => `${shown}, which T2 wrote, and T2 failed`,
    );
  } else if (!isFinal && transaction !== reader) {
    const problem = (): string => `${shown}, which T2 wrote and then replaced itself`;
    findings.addPlain('G1b', [reader, transaction], problem);
  }
}
