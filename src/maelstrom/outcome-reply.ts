/** What a client is told in the end. */

import type { Outcome, RefusedReason } from '../replica/index.ts';
import { errorCodes } from './errors.ts';
import type { Reply } from './node.ts';

/**
 * Code 11 promises that the operation did not happen and never will, so it is said of refusals only;
 * what may have happened, or may yet, is code 0.
 */
export function outcomeReply<Result>(
  outcome: Outcome<Result>,
  toReply: (result: Result) => Reply,
): Reply {
  switch (outcome.kind) {
    case 'done':
      return toReply(outcome.result);
    case 'refused':
      return errorReply(errorCodes.temporarilyUnavailable, refusals[outcome.reason]);
    case 'unknown':
      return errorReply(errorCodes.timeout, 'no answer in time; it may have happened');
  }
}

const refusals: { readonly [R in RefusedReason]: string } = {
  notLeader: 'not the leader',
  noLeader: 'no leader was found in time',
  overloaded: 'overloaded',
  timedOut: 'no answer in time; nothing was changed',
  stopped: 'this node has stopped',
};

/** An error that a client may often get: it is no exception, and needs no stack. */
export function errorReply(code: number, text: string): Reply {
  return { type: 'error', code, text };
}
