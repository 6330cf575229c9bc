/**
 * The operations that a replica has open, and where each of them is.
 *
 * An operation *waits* while there is no leader to give it to; it is *local* while the own core has
 * it, as leader; it is *forwarded* while another node has it. It goes back to waiting only after a
 * definite refusal, so whoever waits has surely not taken effect: that is what makes a refusal at
 * the deadline definite, and trying again safe. A query changes nothing and may always be asked
 * again.
 */

import type { NodeId } from '../raft/index.ts';
import type { Operation, Outcome } from './operation.ts';

export type Place =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'local' }
  | {
      readonly kind: 'forwarded';
      readonly to: NodeId;
      /** Which of this node's attempts it is; an answer to another one does not count. */
      readonly attempt: number;
      readonly sinceMs: number;
    };

export interface Request<Command, Query, Result> {
  readonly id: number;
  readonly operation: Operation<Command, Query>;
  /** By the replica's clock. */
  readonly deadlineMs: number;
  /** True for a client's operation: it may wait, be forwarded and be tried again. */
  readonly isOwn: boolean;
  readonly settle: (outcome: Outcome<Result>) => void;
  place: Place;
}

export class Requests<Command, Query, Result> {
  readonly #open = new Map<number, Request<Command, Query, Result>>();
  #nextId = 1;
  /** No deadline is earlier than this. */
  #earliestDeadlineMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#open.size;
  }

  open(
    operation: Operation<Command, Query>,
    deadlineMs: number,
    isOwn: boolean,
    settle: (outcome: Outcome<Result>) => void,
  ): Request<Command, Query, Result> {
    const id = this.#nextId++;
    const place = { kind: 'waiting' } as const;
    const request = { id, operation, deadlineMs, isOwn, settle, place };
    this.#open.set(id, request);
    this.#earliestDeadlineMs = Math.min(this.#earliestDeadlineMs, deadlineMs);
    return request;
  }

  get(id: number | null): Request<Command, Query, Result> | null {
    return id === null ? null : (this.#open.get(id) ?? null);
  }

  /** Ends a request. Whatever arrives for it later finds nothing. */
  settle(request: Request<Command, Query, Result>, outcome: Outcome<Result>): void {
    if (this.#open.delete(request.id)) request.settle(outcome);
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

type Progress = Pick<Request<unknown, unknown, never>, 'operation' | 'place'>;

function hasSurelyNotHappened(request: Progress): boolean {
  return request.operation.kind === 'query' || request.place.kind === 'waiting';
}

function outcomeAtDeadline(request: Progress): Outcome<never> {
  if (request.place.kind === 'waiting') return { kind: 'refused', reason: 'noLeader' };
  return hasSurelyNotHappened(request)
    ? { kind: 'refused', reason: 'timedOut' }
    : { kind: 'unknown', reason: 'timedOut' };
}
