/** What the own core has been asked, and whom it has to answer. */

import type { SessionCommand, SessionResult } from '../machine/session-command.ts';
import { asRequestId, type Refusal, type RequestId } from '../raft/index.ts';
import type { Operation, Outcome } from './operation.ts';

/** An operation as leaders carry it out, for themselves and for others. */
export type LeaderOperation<Command, Query> = Operation<SessionCommand<Command>, Query>;

export interface CoreRequest<Command, Query, Result> {
  readonly operation: LeaderOperation<Command, Query>;
  readonly answer: (outcome: Outcome<SessionResult<Result>>) => void;
}

/** The core answers each in its time, or is gone; until then it is kept here. */
export class CoreRequests<Command, Query, Result> {
  readonly #open = new Map<RequestId, CoreRequest<Command, Query, Result>>();
  #nextId = 1;

  open(request: CoreRequest<Command, Query, Result>): RequestId {
    const id = asRequestId(this.#nextId++);
    this.#open.set(id, request);
    return id;
  }

  /** What the core answers now; null when it is none of these. */
  take(id: RequestId | null): CoreRequest<Command, Query, Result> | null {
    if (id === null) return null;
    const request = this.#open.get(id) ?? null;
    this.#open.delete(id);
    return request;
  }
}

/** What a refusal of the core means for an operation. */
export function outcomeOf(refusal: Refusal): Outcome<never> {
  switch (refusal.kind) {
    case 'outcomeUnknown':
      return { kind: 'unknown', reason: 'compacted' };
    case 'overloaded':
      return { kind: 'refused', reason: 'overloaded' };
    case 'halted':
      return { kind: 'refused', reason: 'stopped' };
    case 'notLeader':
    case 'transferring':
    case 'superseded':
    case 'leadershipLost':
      return { kind: 'refused', reason: 'notLeader' };
    default:
      throw new Error(`the core has refused a client's operation: ${refusal.kind}`);
  }
}

/** What a command weighs more for being one of a session, in bytes, about. */
const sessionBytes = 60;

/** What a command weighs in the log, in bytes. */
export function weightOf<Command>(
  command: SessionCommand<Command>,
  sizeOf: (command: Command) => number,
): number {
  return sessionBytes + (command.kind === 'command' ? sizeOf(command.command) : 0);
}
