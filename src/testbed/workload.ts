/** What a load asks for, and how it is said and understood. */

import type { AnyBody } from './network.ts';

/** Chooses operations. */
export interface Workload<Operation, Completion extends Ending = Ending> {
  /** The next operation of one of the clients, numbered from 0. */
  next(client: number): Operation;
  /** A client goes on as a new process, since nobody knows how its last operation ended. */
  replaceProcess(client: number): void;
  /** Is told of every ending, where the next choice depends on it. */
  completed?(client: number, operation: Operation, completion: Completion): void;
}

/**
 * How an operation ended: `ok`, it took effect; `fail`, it did not and never will; `info`, its
 * client does not know.
 */
export interface Ending {
  readonly type: 'ok' | 'fail' | 'info';
}

/** How operations travel. */
export interface Protocol<Operation, Completion extends Ending, B extends AnyBody> {
  toRequest(operation: Operation): B;
  /** @throws MalformedReply when the reply is not what this request may be answered with */
  toCompletion(operation: Operation, reply: B): Completion;
  /** What it means that there was no answer that could be understood. */
  unanswered(operation: Operation, why: string): Completion;
}

/** A reply that is not what the protocol allows. */
export class MalformedReply extends Error {
  override readonly name: string = 'MalformedReply';
}
