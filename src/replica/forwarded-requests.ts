/**
 * What other nodes have forwarded to this one, and its core has.
 *
 * A node that gets no answer forwards a command again. While the core has the first, it is not given
 * the second: both attempts get the same answer. What the core has answered before goes into the log
 * once more, and the session sees to it that nothing comes of it.
 */

import type { SessionCommand, SessionResult } from '../machine/session-command.ts';
import type { NodeId } from '../raft/index.ts';
import type { CoreRequest } from './core-requests.ts';
import type { Outcome } from './operation.ts';
import type { ForwardRequest, ForwardResponse } from './transport.ts';

export interface ForwardedRequestsOptions<Command, Query, Result> {
  readonly id: NodeId;
  readonly send: (response: ForwardResponse<SessionResult<Result>>) => void;
  /** The answer comes later. */
  readonly giveToCore: (request: CoreRequest<Command, Query, Result>) => void;
}

interface ForwardedRequest {
  readonly from: NodeId;
  /** The same for all attempts at a command. */
  readonly key: string;
  /** Those that this one answers; not all, when there were very many. */
  readonly attempts: Pick<ForwardRequest<never>, 'id' | 'attempt'>[];
  deadlineMs: number;
}

/** No other node is believed to wait longer than this for what it has forwarded, in milliseconds. */
const maxForwardMs = 60_000;

const maxAttempts = 8;

export class ForwardedRequests<Command, Query, Result> {
  readonly #options: ForwardedRequestsOptions<Command, Query, Result>;
  readonly #open = new Set<ForwardedRequest>();
  readonly #commands = new Map<string, ForwardedRequest>();
  /** No deadline is earlier than this. */
  #earliestDeadlineMs = Number.POSITIVE_INFINITY;

  constructor(options: ForwardedRequestsOptions<Command, Query, Result>) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * @param isLeading only a leader is sure to answer for what its core has; another one refuses
   * @param isFull too much is open: what is new is refused
   */
  receive(
    message: ForwardRequest<SessionCommand<Command>>,
    nowMs: number,
    isLeading: boolean,
    isFull: boolean,
  ): void {
    const { from, id, attempt, command } = message;
    const deadlineMs = nowMs + Math.min(message.timeoutMs, maxForwardMs);
    const key = keyOf(command);
    const known = this.#commands.get(key);
    if (known !== undefined && known.from === from && isLeading) {
      known.attempts.push({ id, attempt });
      if (known.attempts.length > maxAttempts) known.attempts.shift();
      known.deadlineMs = Math.max(known.deadlineMs, deadlineMs);
      return;
    }
    const request = { from, key, attempts: [{ id, attempt }], deadlineMs };
    if (isFull) return this.#respond(request, { kind: 'refused', reason: 'overloaded' });
    this.#open.add(request);
    if (known === undefined) this.#commands.set(key, request);
    this.#earliestDeadlineMs = Math.min(this.#earliestDeadlineMs, deadlineMs);
    const operation = { kind: 'command', command } as const;
    this.#options.giveToCore({ operation, answer: (outcome) => this.#end(request, outcome) });
  }

  /** Ends what nobody waits for any more. */
  expire(nowMs: number): void {
    if (nowMs < this.#earliestDeadlineMs) return;
    this.#earliestDeadlineMs = Number.POSITIVE_INFINITY;
    for (const request of [...this.#open]) {
      if (request.deadlineMs <= nowMs) this.#giveUp(request, 'timedOut');
      else this.#earliestDeadlineMs = Math.min(this.#earliestDeadlineMs, request.deadlineMs);
    }
  }

  /** Ends everything, because the replica stops. */
  stop(): void {
    for (const request of [...this.#open]) this.#giveUp(request, 'stopped');
  }

  /** The core has not answered: what it has may still take effect. */
  #giveUp(request: ForwardedRequest, reason: 'timedOut' | 'stopped'): void {
    this.#end(request, { kind: 'unknown', reason });
  }

  #end(request: ForwardedRequest, outcome: Outcome<SessionResult<Result>>): void {
    if (!this.#open.delete(request)) return;
    const { key } = request;
    if (this.#commands.get(key) === request) this.#commands.delete(key);
    this.#respond(request, outcome);
  }

  #respond({ from, attempts }: ForwardedRequest, outcome: Outcome<SessionResult<Result>>): void {
    const { id: own, send } = this.#options;
    for (const { id, attempt } of attempts) {
      send({ kind: 'forwardResponse', from: own, to: from, id, attempt, outcome });
    }
  }
}

/** Names what a node wants done once. */
function keyOf(command: SessionCommand<unknown>): string {
  if (command.kind === 'command') return `${command.session}/${command.sequence}`;
  return `${command.owner.life} of ${command.owner.node}`;
}
