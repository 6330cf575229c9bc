/**
 * Gives the operations of this node's clients to whom they belong, and tries again until there is an
 * answer. Commands go to whoever leads: the own core, or another node. Queries go to the own core,
 * which asks its leader for no more than an index. While nobody is known to lead, or the leader is
 * out of reach, or has lost its quorum, everything waits.
 *
 * A command has a number in this node's session, the same in each attempt, so that however many of
 * them are carried out, it takes effect once, and the first answer is as good as any. It is tried
 * again when there is another leader, when an attempt is refused, and, since messages are lost, when
 * there is no answer for a while, which doubles each time so that nobody is flooded.
 */

import type { SessionCommand, SessionResult } from '../machine/session-command.ts';
import type { LogIndex, NodeId } from '../raft/index.ts';
import type { Clock } from './clock.ts';
import type { CoreRequest } from './core-requests.ts';
import type { Operation, Outcome } from './operation.ts';
import { OwnSession } from './own-session.ts';
import {
  type Attempt,
  beginAttempt,
  endAttempt,
  hasSurelyNotHappened,
  type OwnOperation,
  type Request,
  Requests,
} from './requests.ts';
import type { ForwardRequest, ForwardResponse } from './transport.ts';

export interface DispatcherOptions<Command, Query, Result> {
  readonly id: NodeId;
  readonly clock: Clock;
  /** Tells this life of the node from others: a number below 2 ** 29. */
  readonly life: number;
  /** How long a leader is given to answer a command before it is tried again, in milliseconds. */
  readonly patienceMs: () => number;
  /** False when a leader is out of reach, or out of reach of a quorum: it is given nothing. */
  readonly canServe: (leader: NodeId) => boolean;
  readonly send: (message: ForwardRequest<SessionCommand<Command>>) => void;
  /** The answer comes later. */
  readonly giveToCore: (request: CoreRequest<Command, Query, Result>) => void;
  readonly onForwarded: (outcome: Outcome<SessionResult<Result>>) => void;
}

/** Patience grows to so many times what it was at first. */
const maxPatienceFactor = 4;

/** Attempts of a life are numbered from a multiple of this; with 15 digits at most, as text. */
const attemptsPerLife = 2 ** 20;

export class Dispatcher<Command, Query, Result> {
  readonly #options: DispatcherOptions<Command, Query, Result>;
  readonly #requests = new Requests<Command, Query, Result>((request) => this.#ended(request));
  readonly #session = new OwnSession();
  #opening: Request<Command, Query, Result> | null = null;
  #leader: NodeId | null = null;
  #nextAttempt: number;

  constructor(options: DispatcherOptions<Command, Query, Result>) {
    this.#options = options;
    // An answer to what an earlier life has forwarded must not be taken for one of this life.
    this.#nextAttempt = options.life * attemptsPerLife;
  }

  /** Whom this node takes for the leader. */
  get leader(): NodeId | null {
    return this.#leader;
  }

  /** How many requests are open. */
  get size(): number {
    return this.#requests.size;
  }

  submit(
    operation: Operation<Command, Query>,
    deadlineMs: number,
    settle: (outcome: Outcome<Result>) => void,
  ): void {
    this.#dispatch(this.#requests.open(operation, deadlineMs, settle));
  }

  /** There is another leader, or none: everything goes there, whoever has it already. */
  follow(leader: NodeId | null): void {
    this.#leader = leader;
    if (leader === null) return;
    // Before anybody asks, so that nobody has to wait for it.
    this.#openSession();
    for (const request of this.#requests.filter(() => true)) {
      request.retryDelayMs = 0;
      this.#dispatch(request);
    }
  }

  /** What a node was given may be lost, and it can be reached: if it leads, it is given all again. */
  retry(node: NodeId): void {
    if (node === this.#leader) this.follow(node);
  }

  /** Time has passed: what waits, and what has waited long for an answer, is tried again. */
  tick(nowMs: number): void {
    this.#requests.expire(nowMs);
    if (this.#leader === null || this.#requests.size === 0) return;
    for (const request of this.#requests.filter(({ retryAtMs }) => retryAtMs <= nowMs)) {
      this.#dispatch(request);
    }
  }

  stop(): void {
    this.#requests.stop();
  }

  /** Gives a request to the leader, if there is one within reach, or a query to the own core. */
  #dispatch(request: Request<Command, Query, Result>): void {
    const leader = this.#leader;
    const { id, canServe } = this.#options;
    if (leader === null || !canServe(leader)) return;
    const { operation } = request;
    if (operation.kind === 'query') return this.#giveToCore(request, operation);
    const command = this.#wordingOf(request, operation);
    if (command === null) return;
    if (leader === id) this.#giveToCore(request, { kind: 'command', command });
    else this.#forward(request, leader, command);
  }

  /** What the own core has it answers. */
  #giveToCore(
    request: Request<Command, Query, Result>,
    operation: CoreRequest<Command, Query, Result>['operation'],
  ): void {
    const { id, giveToCore } = this.#options;
    request.retryAtMs = Number.POSITIVE_INFINITY;
    if (request.attempts.some(({ to }) => to === id)) return;
    const attempt = { to: id, number: this.#nextAttempt++ };
    beginAttempt(request, attempt);
    giveToCore({ operation, answer: (outcome) => this.#answered(request, attempt, outcome) });
  }

  #forward(
    request: Request<Command, Query, Result>,
    to: NodeId,
    command: SessionCommand<Command>,
  ): void {
    const { id, clock, send } = this.#options;
    const attempt = { to, number: this.#nextAttempt++ };
    beginAttempt(request, attempt);
    const nowMs = clock.now();
    request.retryDelayMs = this.#nextDelay(request);
    request.retryAtMs = nowMs + request.retryDelayMs;
    // What has no deadline is asked again before long.
    const isUnlimited = request.deadlineMs === Number.POSITIVE_INFINITY;
    const untilMs = isUnlimited ? request.retryAtMs : request.deadlineMs;
    send({
      kind: 'forwardRequest',
      from: id,
      to,
      id: request.id,
      attempt: attempt.number,
      command,
      timeoutMs: Math.max(0, Math.ceil(untilMs - nowMs)),
    });
  }

  /** How long the leader has for the next attempt. */
  #nextDelay({ retryDelayMs }: Request<Command, Query, Result>): number {
    const patienceMs = this.#options.patienceMs();
    if (retryDelayMs === 0) return patienceMs;
    return Math.min(2 * retryDelayMs, maxPatienceFactor * patienceMs);
  }

  /** What the leader is to carry out; null while that cannot be said, without a session. */
  #wordingOf(
    request: Request<Command, Query, Result>,
    operation: Exclude<OwnOperation<Command, Query>, { kind: 'query' }>,
  ): SessionCommand<Command> | null {
    const { id, life } = this.#options;
    if (operation.kind === 'openSession') {
      return { kind: 'openSession', owner: { node: id, life } };
    }
    const place = this.#placeOf(request);
    if (place === null) return null;
    const { session, sequence } = place;
    const { firstOpen } = this.#session;
    return { kind: 'command', session, sequence, firstOpen, command: operation.command };
  }

  /** A command keeps its place as long as anything may have come of it there. */
  #placeOf(request: Request<Command, Query, Result>): Request<Command, Query, Result>['place'] {
    const { place } = request;
    const isOfOldSession = place !== null && place.session !== this.#session.id;
    if (isOfOldSession && hasSurelyNotHappened(request)) this.#leavePlace(request);
    request.place ??= this.#session.take();
    return request.place;
  }

  #leavePlace(request: Request<Command, Query, Result>): void {
    if (request.place !== null) this.#session.release(request.place);
    request.place = null;
  }

  #openSession(): void {
    if (this.#session.id !== null || this.#opening !== null) return;
    const never = Number.POSITIVE_INFINITY;
    this.#opening = this.#requests.open({ kind: 'openSession' }, never, () => {});
  }

  /** The node that had a request has answered. */
  receiveResponse(message: ForwardResponse<SessionResult<Result>>): void {
    const { from, id, attempt, outcome } = message;
    const request = this.#requests.get(id);
    if (request === null) return;
    const isAwaited = this.#answered(request, { to: from, number: attempt }, outcome);
    if (isAwaited) this.#options.onForwarded(outcome);
  }

  /** False when nobody has waited for it. */
  #answered(
    request: Request<Command, Query, Result>,
    attempt: Attempt,
    outcome: Outcome<SessionResult<Result>>,
  ): boolean {
    if (this.#requests.get(request.id) !== request) return false;
    if (!endAttempt(request, attempt)) return false;
    switch (outcome.kind) {
      case 'done':
        this.#decided(request, outcome.result, outcome.index);
        break;
      case 'refused':
        this.#refused(request, outcome);
        break;
      case 'unknown':
        // The next attempt may tell.
        request.isDoubtful = true;
        this.#hasten(request);
        break;
    }
    return true;
  }

  /** An attempt has surely come to nothing. */
  #refused(
    request: Request<Command, Query, Result>,
    outcome: Extract<Outcome<never>, { kind: 'refused' }>,
  ): void {
    if (outcome.reason !== 'overloaded') return this.#hasten(request);
    if (request.operation.kind !== 'openSession' && hasSurelyNotHappened(request)) {
      return this.#requests.settle(request, outcome);
    }
    const { clock, patienceMs } = this.#options;
    request.retryAtMs = clock.now() + patienceMs();
  }

  /** It is tried again soon, unless the leader has it. */
  #hasten(request: Request<Command, Query, Result>): void {
    if (request.attempts.some(({ to }) => to === this.#leader)) return;
    request.retryAtMs = 0;
    request.retryDelayMs = 0;
  }

  /** A leader has carried out an attempt, and tells what came of it. */
  #decided(
    request: Request<Command, Query, Result>,
    result: SessionResult<Result>,
    index: LogIndex,
  ): void {
    switch (result.kind) {
      case 'applied':
      case 'answered':
        if (request === this.#opening) return;
        return this.#requests.settle(request, { kind: 'done', result: result.result, index });
      case 'opened':
        if (request === this.#opening) return this.#opened(request, result.session);
        // No correct leader says so.
        request.isDoubtful = true;
        return;
      case 'sessionExpired':
        if (request.place !== null) this.#expired(request.place.session);
        return this.#cameToNothing(request);
      case 'forgotten':
        return this.#cameToNothing(request);
    }
  }

  #opened(request: Request<Command, Query, Result>, session: number): void {
    this.#session.opened(session);
    this.#requests.end(request);
    const isWaiting = ({ operation, place }: Request<Command, Query, Result>): boolean =>
      operation.kind === 'command' && place === null;
    for (const waiting of this.#requests.filter(isWaiting)) this.#dispatch(waiting);
  }

  #expired(session: number): void {
    this.#session.expired(session);
    this.#openSession();
  }

  /** This attempt has changed nothing; whether an earlier one has, nobody can tell any more. */
  #cameToNothing(request: Request<Command, Query, Result>): void {
    if (!hasSurelyNotHappened(request)) {
      return this.#requests.settle(request, { kind: 'unknown', reason: 'forgotten' });
    }
    this.#leavePlace(request);
    request.retryAtMs = 0;
  }

  #ended(request: Request<Command, Query, Result>): void {
    this.#leavePlace(request);
    if (request === this.#opening) this.#opening = null;
  }
}
