/** What clients of logs did: messages sent, polled, and marked as processed. */

import type { Moment } from '../history.ts';

/** By key. */
export type Offsets = ReadonlyMap<string, number>;

/** A message and where it stands in its log. Messages are canonical texts. */
export interface Placed {
  /** Counts the messages of a log from 0; may leave some out. */
  readonly offset: number;
  readonly message: string;
}

interface OperationBase {
  readonly process: number;
  /** `info`: its client does not know whether it happened; it may at any time after its invocation. */
  readonly outcome: 'ok' | 'fail' | 'info';
  readonly invoked: Moment;
  /** When its client was answered or gave up; undefined when the history ends before. */
  readonly completed: Moment | undefined;
  /** Asked when faults had ended, to see everything. */
  readonly isFinal: boolean;
}

/** Appends a message to a log. */
export interface Send extends OperationBase {
  readonly f: 'send';
  readonly key: string;
  readonly message: string;
  /** Where it was put, in messages from 0; undefined unless it ended ok. */
  readonly offset: number | undefined;
}

/** Asks for messages from given offsets on. */
export interface Poll extends OperationBase {
  readonly f: 'poll';
  /** From where on each key was asked for. */
  readonly asked: Offsets;
  /** What came, by key, in the order in which it came; empty unless it ended ok. */
  readonly messages: ReadonlyMap<string, readonly Placed[]>;
}

/** Says what has been processed. */
export interface Commit extends OperationBase {
  readonly f: 'commit';
  /** Up to and including which offset each key was processed. */
  readonly offsets: Offsets;
}

/** Asks up to where logs have been processed. */
export interface List extends OperationBase {
  readonly f: 'list';
  readonly keys: readonly string[];
  /** What was shown; empty unless it ended ok. */
  readonly offsets: Offsets;
}

/** One operation on logs. */
export type KafkaOperation = Send | Poll | Commit | List;

/** The rank at which an operation has surely happened; infinite while that is not known. */
export function endOf({ outcome, completed }: KafkaOperation): number {
  return outcome === 'ok'
    ? (completed?.rank ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
}
