/**
 * One node of a replicated state machine: it owns a core, a machine and their open requests, and
 * carries out the core's effects on a store, a transport and a clock that it is given.
 *
 * Everything that happens is stepped into the core at once; the effects are drained once for all
 * that happened together (`Clock.defer`), so that a busy node does more with each write and
 * message.
 */

import type { StateMachine } from '../machine/machine.ts';
import {
  asRequestId,
  defaultSettings,
  type Effect,
  type Entry,
  type Input,
  type LogIndex,
  type Membership,
  type NodeId,
  type PersistEffect,
  Raft,
  type RaftStatus,
  type Refusal,
  type RequestId,
  type RoleChange,
  type Settings,
} from '../raft/index.ts';
import type { Store } from '../storage/store.ts';
import type { Cancel, Clock } from './clock.ts';
import type { Observer } from './observer.ts';
import type { Operation, Outcome } from './operation.ts';
import { type Request, Requests } from './requests.ts';
import type { ForwardRequest, ForwardResponse, PeerMessage, Transport } from './transport.ts';

export interface ReplicaOptions<Command, Query, Result> {
  readonly id: NodeId;
  readonly membership: Membership;
  /** Determines the core's chance; different for each node. */
  readonly seed: number;
  readonly settings?: Settings;
  /** The length of a tick, in milliseconds. */
  readonly tickMs?: number;
  readonly machine: Pick<StateMachine<Command, Query, Result, unknown>, 'apply' | 'query'>;
  /** What a command weighs, in bytes, for flow control. */
  readonly sizeOf: (command: Command) => number;
  readonly store: Store<Command>;
  readonly transport: Transport<Command, Query, Result>;
  readonly clock: Clock;
  readonly observer?: Observer;
  /** How many operations may be open at once; more are refused as overloaded. */
  readonly maxOpenRequests?: number;
}

export const defaultTickMs = 10;

/** A query that another node has had for this long is asked again. */
const queryRetryMs = 150;

/** No other node is believed to wait longer than this for what it has forwarded. */
const maxForwardMs = 60_000;

export class Replica<Command, Query, Result> {
  readonly #options: ReplicaOptions<Command, Query, Result>;
  readonly #core: Raft<Command>;
  readonly #requests = new Requests<Command, Query, Result>();
  readonly #stopTicking: Cancel;
  #leader: NodeId | null = null;
  #isDrainDue = false;
  #isStopped = false;

  private constructor(options: ReplicaOptions<Command, Query, Result>, core: Raft<Command>) {
    this.#options = options;
    this.#core = core;
    this.#stopTicking = options.clock.every(options.tickMs ?? defaultTickMs, () => this.#tick());
  }

  /** Loads what the store holds, and starts to take part. Rejects when the store cannot be read. */
  static async start<Command, Query, Result>(
    options: ReplicaOptions<Command, Query, Result>,
  ): Promise<Replica<Command, Query, Result>> {
    const { id, membership, seed, settings = defaultSettings } = options;
    const { hardState, entries } = await options.store.load();
    const core = Raft.create({ id, membership, seed, settings, hardState, entries });
    if (hardState.currentTerm === 0) hastenFirstElection(core, settings);
    return new Replica(options, core);
  }

  /** Whom this node takes for the leader. */
  get leader(): NodeId | null {
    return this.#leader;
  }

  get openRequests(): number {
    return this.#requests.size;
  }

  status(): RaftStatus {
    return this.#core.status();
  }

  /**
   * Carries out a client's operation, wherever the leader is. The promise never rejects, and is
   * settled when the deadline has passed at the latest.
   */
  submit(operation: Operation<Command, Query>, timeoutMs: number): Promise<Outcome<Result>> {
    const { clock, observer, maxOpenRequests = 10_000 } = this.#options;
    const startMs = clock.now();
    return new Promise((resolve) => {
      const settle = (outcome: Outcome<Result>): void => {
        observer?.onAnswered?.(operation.kind, outcome, clock.now() - startMs);
        resolve(outcome);
      };
      if (this.#isStopped) return settle({ kind: 'refused', reason: 'stopped' });
      if (this.#requests.size >= maxOpenRequests) {
        return settle({ kind: 'refused', reason: 'overloaded' });
      }
      this.#dispatch(this.#requests.open(operation, startMs + timeoutMs, true, settle));
    });
  }

  /** Takes in a message from another node. Its contents have been checked. */
  receive(message: PeerMessage<Command, Query, Result>): void {
    if (this.#isStopped) return;
    this.#options.observer?.onReceived?.(message.kind, message.from);
    switch (message.kind) {
      case 'forwardRequest':
        return this.#receiveForward(message);
      case 'forwardResponse':
        return this.#receiveForwarded(message);
      default:
        return this.#step({ kind: 'receive', message });
    }
  }

  /** Takes no further part. What is open ends as refused or unknown. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopTicking();
    this.#requests.stop();
  }

  #tick(): void {
    const nowMs = this.#options.clock.now();
    this.#step({ kind: 'tick' });
    this.#requests.expire(nowMs);
    if (this.#leader === null || this.#requests.size === 0) return;
    const due = this.#requests.filter(
      ({ operation, place }) =>
        place.kind === 'waiting' ||
        (place.kind === 'forwarded' &&
          operation.kind === 'query' &&
          nowMs - place.sinceMs >= queryRetryMs),
    );
    for (const request of due) this.#dispatch(request);
  }

  #step(input: Input<Command>): void {
    if (this.#isStopped) return;
    this.#orHalt(() => this.#core.step(input));
    if (this.#isDrainDue) return;
    this.#isDrainDue = true;
    this.#options.clock.defer(() => this.#orHalt(() => this.#drain()));
  }

  #drain(): void {
    // What the effects themselves cause, such as a write that is durable at once, is drained too.
    for (;;) {
      const effects = this.#isStopped ? [] : this.#core.drain();
      if (effects.length === 0) break;
      for (const effect of effects) this.#carryOut(effect);
    }
    this.#isDrainDue = false;
  }

  /** A broken invariant, or a machine that throws, is the end of this replica. */
  #orHalt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#halt(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  #halt(reason: string): void {
    this.#options.observer?.onHalted?.(reason);
    this.stop();
  }

  #carryOut(effect: Effect<Command>): void {
    const { observer } = this.#options;
    switch (effect.kind) {
      case 'send':
        return this.#send(effect.message);
      case 'persist':
        return this.#persist(effect);
      case 'apply':
        return this.#apply(effect.entries, effect.requestIds);
      case 'readReady':
        return this.#answerQuery(effect.requestId, effect.index);
      case 'refuse':
        return this.#refused(effect.requestId, effect.refusal);
      case 'roleChange':
        return this.#roleChanged(effect);
      case 'drop':
        return observer?.onDropped?.(effect.message, effect.from, effect.reason);
      case 'halt':
        return this.#halt(effect.reason);
    }
  }

  #send(message: PeerMessage<Command, Query, Result>): void {
    this.#options.observer?.onSent?.(message.kind, message.to);
    this.#options.transport.send(message);
  }

  #persist(effect: PersistEffect<Command>): void {
    this.#options.store.write(effect, (failure) => {
      if (failure !== null) return this.#step({ kind: 'storageFailed', reason: failure.message });
      if (this.#isStopped) return;
      for (const message of effect.messages) this.#send(message);
      this.#step({ kind: 'persisted', token: effect.token });
    });
  }

  #apply(entries: readonly Entry<Command>[], requestIds: readonly (RequestId | null)[]): void {
    const { machine } = this.#options;
    entries.forEach((entry, position) => {
      if (entry.kind === 'noop') return;
      const result = machine.apply(entry.command);
      const requestId = requestIds[position] ?? null;
      const request = requestId === null ? null : this.#requests.get(requestId);
      if (request !== null) {
        this.#requests.settle(request, { kind: 'done', result, index: entry.index });
      }
    });
    const last = entries.at(-1);
    if (last !== undefined) this.#step({ kind: 'applied', index: last.index });
  }

  /** The machine has applied all up to `index`: `apply` effects come first, and are carried out. */
  #answerQuery(requestId: RequestId, index: LogIndex): void {
    const request = this.#requests.get(requestId);
    if (request === null || request.operation.kind !== 'query') return;
    const result = this.#options.machine.query(request.operation.query);
    this.#requests.settle(request, { kind: 'done', result, index });
  }

  /** The core has refused a request: it has surely not taken effect. */
  #refused(requestId: RequestId, refusal: Refusal): void {
    const request = this.#requests.get(requestId);
    if (request === null) return;
    switch (refusal.kind) {
      case 'overloaded':
        return this.#requests.settle(request, { kind: 'refused', reason: 'overloaded' });
      case 'halted':
        return this.#requests.settle(request, { kind: 'refused', reason: 'stopped' });
      case 'notLeader':
      case 'superseded':
      case 'leadershipLost':
        return this.#waitForLeader(request);
    }
  }

  /** A client's operation is tried again with the next leader; another node's is handed back. */
  #waitForLeader(request: Request<Command, Query, Result>): void {
    if (!request.isOwn) {
      return this.#requests.settle(request, { kind: 'refused', reason: 'notLeader' });
    }
    request.place = { kind: 'waiting' };
  }

  #roleChanged(change: RoleChange): void {
    this.#options.observer?.onRoleChange?.(change);
    if (change.leader === this.#leader) return;
    this.#leader = change.leader;
    if (this.#leader === null) return;
    const due = this.#requests.filter(
      ({ operation, place }) =>
        place.kind === 'waiting' || (place.kind === 'forwarded' && operation.kind === 'query'),
    );
    for (const request of due) this.#dispatch(request);
  }

  /** Gives a request to the leader, if there is one. */
  #dispatch(request: Request<Command, Query, Result>): void {
    const { id, clock } = this.#options;
    const { operation } = request;
    if (this.#leader === null) {
      request.place = { kind: 'waiting' };
    } else if (this.#leader !== id) {
      const sinceMs = clock.now();
      const attempt = ++request.attempts;
      request.place = { kind: 'forwarded', to: this.#leader, attempt, sinceMs };
      this.#send({
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
      this.#giveToCore(request);
    }
  }

  #giveToCore({ id, operation }: Request<Command, Query, Result>): void {
    const requestId = asRequestId(id);
    if (operation.kind === 'query') {
      this.#step({ kind: 'read', requestId, consistency: 'linearizable' });
    } else {
      const { command } = operation;
      const bytes = this.#options.sizeOf(command);
      this.#step({ kind: 'propose', requestId, command, bytes });
    }
  }

  /** Another node takes this one for the leader. If it is not, the core refuses. */
  #receiveForward(message: ForwardRequest<Command, Query>): void {
    const { id, clock, maxOpenRequests = 10_000 } = this.#options;
    const echo = { from: id, to: message.from, id: message.id, attempt: message.attempt };
    const respond = (outcome: Outcome<Result>): void =>
      this.#send({ kind: 'forwardResponse', ...echo, outcome });
    if (this.#requests.size >= maxOpenRequests) {
      return respond({ kind: 'refused', reason: 'overloaded' });
    }
    const deadlineMs = clock.now() + Math.min(message.timeoutMs, maxForwardMs);
    const request = this.#requests.open(message.operation, deadlineMs, false, respond);
    request.place = { kind: 'local' };
    this.#giveToCore(request);
  }

  /** The node that had a request has answered. */
  #receiveForwarded(message: ForwardResponse<Result>): void {
    const { from, id, attempt, outcome } = message;
    const request = this.#requests.get(id);
    const isAwaited =
      request?.place.kind === 'forwarded' &&
      request.place.to === from &&
      request.place.attempt === attempt;
    if (!isAwaited) return;
    this.#options.observer?.onForwarded?.(outcome);
    if (outcome.kind === 'refused' && outcome.reason !== 'overloaded') {
      this.#waitForLeader(request);
    } else {
      this.#requests.settle(request, outcome);
    }
  }
}

/**
 * A node that has never seen a term belongs to a new cluster. It waits for a leader like any other,
 * but it may have begun to wait a little before it was started: nobody can be disturbed yet.
 */
function hastenFirstElection(core: Raft<unknown>, settings: Settings): void {
  const { min } = settings.electionTimeoutTicks;
  for (let tick = 0; tick < Math.floor((2 * min) / 3); tick++) core.step({ kind: 'tick' });
}
