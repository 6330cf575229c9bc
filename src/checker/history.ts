/**
 * A history: what clients asked a key-value store to do, and what they were told.
 *
 * Linearizability is local (Herlihy & Wing 1990, theorem 1): a history is linearizable exactly when
 * the operations on each key, taken alone, are. So a history is kept as one list of operations for
 * each key.
 */

/**
 * A key or a value of the store: `null`, or the canonical text of anything else.
 *
 * Readers of histories write equal values as equal texts and different values as different texts,
 * so that comparing texts is comparing values, exactly, and the text can be shown as it is.
 */
export type Value = string | null;

/** What a register holds: nothing yet, or a value, which may be null. */
export type Contents =
  | { readonly kind: 'absent' }
  | { readonly kind: 'value'; readonly value: Value };

/** Where an event stands in the history. */
export interface Moment {
  /** Rank among all events of clients, from 0. The order of ranks is the order in real time. */
  readonly rank: number;
  /** Line of the file, from 1. */
  readonly line: number;
  /** Jepsen's `:index` of the event, where it has one. */
  readonly index: number | undefined;
  /** Nanoseconds since the start of the run, for display only. */
  readonly timeNs: number | undefined;
}

/**
 * How an operation ended: `ok`, it took effect; `fail`, it did not and never will; `info`, its
 * client does not know; `open`, the history ends without a word of it.
 */
export type Outcome = 'ok' | 'fail' | 'info' | 'open';

/** What a definite failure says about the register at some time while the operation ran. */
export type Observation = 'precondition-failed' | 'key-does-not-exist';

interface OperationBase {
  /** Position among the operations of its key, in order of invocation, from 0. */
  readonly id: number;
  /** The client, as the history numbers it: a client does one thing at a time. */
  readonly process: number;
  /** When its client asked. */
  readonly invoked: Moment;
  /** When its client was answered or gave up; undefined while `open`. */
  readonly completed: Moment | undefined;
  /** How it ended. */
  readonly outcome: Outcome;
  /** Only a failed operation observes. */
  readonly observation: Observation | undefined;
}

/** A read of the key's value. */
export interface ReadOperation extends OperationBase {
  readonly f: 'read';
  /** What it returned. Means nothing unless the outcome is `ok`. */
  readonly value: Value;
}

/** A write: the key holds `value` afterwards. */
export interface WriteOperation extends OperationBase {
  readonly f: 'write';
  /** What it sets. */
  readonly value: Value;
}

/** A compare-and-set: the key holds `to` afterwards, if it held `from`. */
export interface CasOperation extends OperationBase {
  readonly f: 'cas';
  /** What the key has to hold. */
  readonly from: Value;
  /** What it holds afterwards. */
  readonly to: Value;
}

/** What a client asked of one key, and how it ended. */
export type Operation = ReadOperation | WriteOperation | CasOperation;

/** The operations on one key, in order of invocation. */
export interface KeyHistory {
  /** Undefined when the history is of a single register that has no key. */
  readonly key: Value | undefined;
  readonly operations: readonly Operation[];
}

/** A history, its keys in the order in which they first appear. There is at least one operation. */
export interface History {
  readonly keys: readonly KeyHistory[];
}

/**
 * A history that cannot be understood. It is never judged: there is no verdict on half a history.
 */
export class MalformedHistory extends Error {
  /** Line of the file, from 1; undefined when the fault is not of one line. */
  readonly line: number | undefined;

  constructor(line: number | undefined, problem: string) {
    super(line === undefined ? problem : `line ${line}: ${problem}`);
    this.name = 'MalformedHistory';
    this.line = line;
  }
}
