/** How an operation that did not succeed ends for whoever has asked for it. */

import type { Refusal } from '../raft/index.ts';
import type { RefusedReason, UnknownReason } from '../replica/index.ts';

/** Why the leader refused a change of membership, or to hand over leadership. */
export type ControlReason = Refusal['kind'];

/** Why an operation was not carried out, or why nobody knows. */
export type OperationReason = RefusedReason | UnknownReason | ControlReason;

/**
 * An operation was not carried out, or nobody knows. Look at `mayHaveHappened` before you try it
 * again:
 *
 * - false: it has had no effect and never will have one. It may be tried again.
 * - true: it may have taken effect, or may still do so later. A command that is tried again may take
 *   effect twice. Ask the machine first, or send commands that may be repeated.
 */
export class OperationError extends Error {
  override readonly name: string = 'OperationError';
  readonly mayHaveHappened: boolean;
  readonly reason: OperationReason;

  constructor(reason: OperationReason, mayHaveHappened: boolean, what: string) {
    super(`${what}. ${mayHaveHappened ? maybe : promiseOf(reason)}`);
    this.reason = reason;
    this.mayHaveHappened = mayHaveHappened;
  }
}

export const refusals: { readonly [R in RefusedReason]: string } = {
  notLeader: 'this node is not the leader',
  noLeader: 'no leader was found in time: fewer than a majority of the nodes reach each other',
  overloaded: 'too many operations are open already',
  timedOut: 'no leader has answered in time',
  stopped: 'this node has stopped',
};

export const doubts: { readonly [R in UnknownReason]: string } = {
  timedOut: 'a leader was given the command, and has not answered in time',
  stopped: 'this node has stopped while the command was on its way',
  compacted: 'the log that would have told is gone',
  forgotten: 'the cluster does not remember any more what came of the command',
};

const maybe = 'It may have taken effect, or may still.';

function promiseOf(reason: OperationReason): string {
  return reason === 'learnerTooSlow'
    ? 'The voters are the same as before.'
    : 'It has had no effect, and will have none.';
}
