/**
 * Gives operations to whoever leads: to the own core, or to another node, or, while nobody is known
 * to lead, to nobody yet. And takes in those that other nodes forward.
 */

import type { NodeId } from '../raft/index.ts';
import type { Clock } from './clock.ts';
import type { Outcome } from './operation.ts';
import type { Request, Requests } from './requests.ts';
import type { ForwardRequest, ForwardResponse, PeerMessage } from './transport.ts';

export interface DispatcherOptions<Command, Query, Result> {
  readonly id: NodeId;
  readonly clock: Clock;
  readonly requests: Requests<Command, Query, Result>;
  readonly maxOpenRequests: number;
  /** Attempts to forward are numbered from here: where no earlier life of this node has begun. */
  readonly firstAttempt: number;
  readonly send: (message: PeerMessage<Command, Query, Result>) => void;
  readonly giveToCore: (request: Request<Command, Query, Result>) => void;
  readonly onForwarded: (outcome: Outcome<Result>) => void;
}

/** A query that another node has had for this long is asked again. */
const queryRetryMs = 150;

/** No other node is believed to wait longer than this for what it has forwarded. */
const maxForwardMs = 60_000;

export class Dispatcher<Command, Query, Result> {
  readonly #options: DispatcherOptions<Command, Query, Result>;
  #leader: NodeId | null = null;
  #nextAttempt: number;

  constructor(options: DispatcherOptions<Command, Query, Result>) {
    this.#options = options;
    this.#nextAttempt = options.firstAttempt;
  }

  /** Whom this node takes for the leader. */
  get leader(): NodeId | null {
    return this.#leader;
  }

  /** Gives a request to the leader, if there is one. */
  dispatch(request: Request<Command, Query, Result>): void {
    const { id, clock, send, giveToCore } = this.#options;
    const { operation } = request;
    if (this.#leader === null) {
      request.place = { kind: 'waiting' };
    } else if (this.#leader !== id) {
      const sinceMs = clock.now();
      const attempt = this.#nextAttempt++;
      request.place = { kind: 'forwarded', to: this.#leader, attempt, sinceMs };
      send({
        kind: 'forwardRequest',
        from: id,
        to: this.#leader,
        id: request.id,
        attempt,
        operation,
        timeoutMs: Math.max(0, request.deadlineMs - sinceMs),
      });
    } else {
      request.place = { kind: 'local' };
      giveToCore(request);
    }
  }

  /** A client's operation is tried again with the next leader; another node's is handed back. */
  waitForLeader(request: Request<Command, Query, Result>): void {
    if (!request.isOwn) {
      this.#options.requests.settle(request, { kind: 'refused', reason: 'notLeader' });
      return;
    }
    request.place = { kind: 'waiting' };
  }

  /** There is another leader, or none: what waits, and every query on its way, goes there. */
  follow(leader: NodeId | null): void {
    this.#leader = leader;
    if (leader === null) return;
    this.#dispatchWhere(() => true);
  }

  /** Time has passed: what waits, and queries that are long on their way, are tried again. */
  retry(nowMs: number): void {
    if (this.#leader === null || this.#options.requests.size === 0) return;
    this.#dispatchWhere((sinceMs) => nowMs - sinceMs >= queryRetryMs);
  }

  #dispatchWhere(isOverdue: (sinceMs: number) => boolean): void {
    const due = this.#options.requests.filter(
      ({ operation, place }) =>
        place.kind === 'waiting' ||
        (place.kind === 'forwarded' && operation.kind === 'query' && isOverdue(place.sinceMs)),
    );
    for (const request of due) this.dispatch(request);
  }

  /** Another node takes this one for the leader. If it is not, the core refuses. */
  receiveRequest(message: ForwardRequest<Command, Query>): void {
    const { id, clock, requests, maxOpenRequests, send, giveToCore } = this.#options;
    const echo = { from: id, to: message.from, id: message.id, attempt: message.attempt };
    const respond = (outcome: Outcome<Result>): void =>
      send({ kind: 'forwardResponse', ...echo, outcome });
    if (requests.size >= maxOpenRequests) {
      return respond({ kind: 'refused', reason: 'overloaded' });
    }
    const deadlineMs = clock.now() + Math.min(message.timeoutMs, maxForwardMs);
    const request = requests.open(message.operation, deadlineMs, false, respond);
    request.place = { kind: 'local' };
    giveToCore(request);
  }

  /** The node that had a request has answered. */
  receiveResponse(message: ForwardResponse<Result>): void {
    const { from, id, attempt, outcome } = message;
    const { requests, onForwarded } = this.#options;
    const request = requests.get(id);
    const isAwaited =
      request?.place.kind === 'forwarded' &&
      request.place.to === from &&
      request.place.attempt === attempt;
    if (!isAwaited) return;
    onForwarded(outcome);
    if (outcome.kind === 'refused' && outcome.reason !== 'overloaded') this.waitForLeader(request);
    else requests.settle(request, outcome);
  }
}
