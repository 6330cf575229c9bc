/**
 * The operations of this node's clients that are open, and what has been tried for each.
 *
 * An *attempt* gives an operation to a leader: to the own core, or to another node. Its *fate is
 * open* from then until it is refused definitely, for a command that a leader has in its log may be
 * committed at any later time, by others too. Several attempts of a command may be open; all have
 * its number in the session, so that it takes effect once.
 *
 * A command has **surely not happened if no attempt of it has an open fate**: that is what makes a
 * refusal at the deadline definite. Whose fate is not remembered is open for ever (`isDoubtful`). A
 * query changes nothing and may always be asked again.
 */

import type { NodeId } from '../raft/index.ts';
import type { Operation, Outcome } from './operation.ts';
import type { Place } from './own-session.ts';

export interface Attempt {
  /** This node itself, when its core has it. */
  readonly to: NodeId;
  /** Tells it from all others to the same node, those of earlier lives included. */
  readonly number: number;
}

/** What a node's clients ask, and what it needs itself to serve them. */
export type OwnOperation<Command, Query> =
  | Operation<Command, Query>
  | { readonly kind: 'openSession' };

export interface Request<Command, Query, Result> {
  readonly id: number;
  readonly operation: OwnOperation<Command, Query>;
  /** By the replica's clock. */
  readonly deadlineMs: number;
  readonly settle: (outcome: Outcome<Result>) => void;
  /** A command's place in a session, from its first attempt on. */
  place: Place | null;
  /** Those whose fate is open, oldest first. */
  readonly attempts: Attempt[];
  /** There was an attempt whose fate will not be known any more. */
  isDoubtful: boolean;
  /** When it is tried again, and how long after that the next time. */
  retryAtMs: number;
  retryDelayMs: number;
}

/** An operation that is tried more often than this is in doubt about the first attempts. */
const maxAttempts = 8;

export class Requests<Command, Query, Result> {
  readonly #open = new Map<number, Request<Command, Query, Result>>();
  readonly #onEnded: (request: Request<Command, Query, Result>) => void;
  #nextId = 1;
  /** No deadline is earlier than this. */
  #earliestDeadlineMs = Number.POSITIVE_INFINITY;

  /** @param onEnded whatever becomes of a request, nobody waits for it any more */
  constructor(onEnded: (request: Request<Command, Query, Result>) => void) {
    this.#onEnded = onEnded;
  }

  get size(): number {
    return this.#open.size;
  }

  open(
    operation: OwnOperation<Command, Query>,
    deadlineMs: number,
    settle: (outcome: Outcome<Result>) => void,
  ): Request<Command, Query, Result> {
    const request: Request<Command, Query, Result> = {
      id: this.#nextId++,
      operation,
      deadlineMs,
      settle,
      place: null,
      attempts: [],
      isDoubtful: false,
      retryAtMs: 0,
      retryDelayMs: 0,
    };
    this.#open.set(request.id, request);
    this.#earliestDeadlineMs = Math.min(this.#earliestDeadlineMs, deadlineMs);
    return request;
  }

  get(id: number): Request<Command, Query, Result> | null {
    return this.#open.get(id) ?? null;
  }

  /** Ends a request. Whatever arrives for it later finds nothing. */
  settle(request: Request<Command, Query, Result>, outcome: Outcome<Result>): void {
    if (this.end(request)) request.settle(outcome);
  }

  /** Ends a request without a word; false when it was over already. */
  end(request: Request<Command, Query, Result>): boolean {
    if (!this.#open.delete(request.id)) return false;
    this.#onEnded(request);
    return true;
  }

  /** The requests that satisfy a condition, oldest first; they may be settled while walking. */
  filter(
    isMeant: (request: Request<Command, Query, Result>) => boolean,
  ): Request<Command, Query, Result>[] {
    return [...this.#open.values()].filter(isMeant);
  }

  /** Ends what has reached its deadline. */
  expire(nowMs: number): void {
    if (nowMs < this.#earliestDeadlineMs) return;
    this.#earliestDeadlineMs = Number.POSITIVE_INFINITY;
    for (const request of [...this.#open.values()]) {
      if (request.deadlineMs <= nowMs) this.settle(request, outcomeAtDeadline(request));
      else this.#earliestDeadlineMs = Math.min(this.#earliestDeadlineMs, request.deadlineMs);
    }
  }

  /** Ends everything, because the replica stops. */
  stop(): void {
    for (const request of [...this.#open.values()]) {
      this.settle(
        request,
        hasSurelyNotHappened(request)
          ? { kind: 'refused', reason: 'stopped' }
          : { kind: 'unknown', reason: 'stopped' },
      );
    }
  }
}

type Progress = Pick<Request<unknown, unknown, never>, 'operation' | 'attempts' | 'isDoubtful'>;

export function hasSurelyNotHappened({ operation, attempts, isDoubtful }: Progress): boolean {
  return operation.kind === 'query' || (attempts.length === 0 && !isDoubtful);
}

/** Takes note that somebody is given the operation. */
export function beginAttempt(request: Progress & { isDoubtful: boolean }, attempt: Attempt): void {
  request.attempts.push(attempt);
  if (request.attempts.length <= maxAttempts) return;
  request.attempts.shift();
  request.isDoubtful = true;
}

/** Forgets an attempt, whose fate is known now; false when it is not one of the request's. */
export function endAttempt({ attempts }: Progress, { to, number }: Attempt): boolean {
  const at = attempts.findIndex((attempt) => attempt.to === to && attempt.number === number);
  if (at !== -1) attempts.splice(at, 1);
  return at !== -1;
}

function outcomeAtDeadline(request: Progress): Outcome<never> {
  if (!hasSurelyNotHappened(request)) return { kind: 'unknown', reason: 'timedOut' };
  return { kind: 'refused', reason: request.attempts.length === 0 ? 'noLeader' : 'timedOut' };
}
