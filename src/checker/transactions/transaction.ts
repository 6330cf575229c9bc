/** Transactions as their clients saw them: what was asked, what came back, and when. */

import type { Moment } from '../history.ts';

/**
 * One step of a transaction. Keys and written values are canonical texts: equal values have equal
 * texts. `value` of a read is undefined where nobody was told what it saw.
 */
export type MicroOperation<Read> =
  | { readonly kind: 'read'; readonly key: string; readonly value: Read | undefined }
  | { readonly kind: 'write'; readonly key: string; readonly value: string };

/**
 * `ok`: it took effect, and its reads are known. `fail`: it did not, and never will. `info`: its
 * client does not know; it may take effect at any time after its invocation.
 */
export type TransactionOutcome = 'ok' | 'fail' | 'info';

/** A transaction, from its invocation to its end; `Read` is what one of its reads saw. */
export interface Transaction<Read> {
  readonly process: number;
  readonly outcome: TransactionOutcome;
  readonly invoked: Moment;
  /** When its client was answered or gave up; undefined when the history ends before. */
  readonly completed: Moment | undefined;
  /** In the order in which they are carried out. */
  readonly operations: readonly MicroOperation<Read>[];
}

/** What a read of a list sees: its elements, oldest first. A key that is missing has none. */
export type ListRead = readonly string[];

/** What a read of a register sees: null before anything was written. */
export type RegisterRead = string | null;

/** Reads and appends. */
export type ListTransaction = Transaction<ListRead>;
/** Reads and writes. */
export type RegisterTransaction = Transaction<RegisterRead>;

/** Either kind; for what does not look into reads. */
export type AnyTransaction = Transaction<unknown>;

/** The rank at which a transaction has surely taken effect; infinite while that is not known. */
export function endOf({ outcome, completed }: AnyTransaction): number {
  return outcome === 'ok'
    ? (completed?.rank ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
}
