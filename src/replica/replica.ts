import type { SessionCommand, SessionResult } from '../machine/session-command.ts';
import {
  createRandom,
  defaultSettings,
  type Effect,
  type Entry,
  hasQuorum,
  type Input,
  type LogIndex,
  type NodeId,
  nextInteger,
  type PersistEffect,
  Raft,
  type RaftStatus,
  type Refusal,
  type RequestId,
  type RoleChange,
  type SnapshotMeta,
} from '../raft/index.ts';
import { Applier } from './applier.ts';
import type { Cancel } from './clock.ts';
import { type ControlOutcome, Controls } from './controls.ts';
import { type CoreRequest, CoreRequests, outcomeOf, weightOf } from './core-requests.ts';
import { Dispatcher } from './dispatcher.ts';
import { headStartTicks } from './first-election.ts';
import { ForwardedRequests } from './forwarded-requests.ts';
import type { Operation, Outcome } from './operation.ts';
import {
  defaultMaxOpenRequests,
  defaultTickMs,
  type ReplicaMessage,
  type ReplicaOptions,
} from './replica-options.ts';
import { Ticks } from './ticks.ts';

/**
 * One node of a replicated state machine: it owns a core, a machine and their open requests, and
 * carries out the core's effects on a store, a transport and a clock that it is given.
 *
 * Everything that happens is stepped into the core at once; the effects are drained once for all
 * that happened together (`Clock.defer`), so that a busy node does more with each write and
 * message.
 */
export class Replica<Command, Query, Result> {
  readonly #options: ReplicaOptions<Command, Query, Result>;
  readonly #core: Raft<SessionCommand<Command>>;
  readonly #coreRequests = new CoreRequests<Command, Query, Result>();
  readonly #controls = new Controls();
  readonly #applier: Applier<SessionCommand<Command>, Query, SessionResult<Result>>;
  /** What this node's clients ask. */
  readonly #dispatcher: Dispatcher<Command, Query, Result>;
  /** What other nodes' clients ask. */
  readonly #forwarded: ForwardedRequests<Command, Query, Result>;
  readonly #ticks: Ticks;
  readonly #stopTicking: Cancel;
  #isDrainDue = false;
  #isStopped = false;

  private constructor(
    options: ReplicaOptions<Command, Query, Result>,
    core: Raft<SessionCommand<Command>>,
  ) {
    const { id, clock, seed, tickMs = defaultTickMs } = options;
    this.#options = options;
    this.#core = core;
    this.#applier = new Applier(options, (error) => this.#halt(reasonOf(error)));
    this.#dispatcher = new Dispatcher({
      id,
      clock,
      life: nextInteger(createRandom(seed), 0, 2 ** 29),
      // Whoever has not answered for so long has not been heard by the followers either.
      patienceMs: () => core.view.electionTicks * tickMs,
      canServe: (leader) => (leader === id ? this.#reachesQuorum() : this.#reaches(leader)),
      send: (message) => this.#send(message),
      giveToCore: (request) => this.#giveToCore(request),
      onForwarded: (outcome) => options.observer?.onForwarded?.(outcome),
    });
    this.#forwarded = new ForwardedRequests({
      id,
      send: (message) => this.#send(message),
      giveToCore: (request) => this.#giveToCore(request),
    });
    this.#ticks = new Ticks(clock, tickMs);
    this.#stopTicking = clock.every(tickMs, () => this.#tick());
  }

  /** Loads what the store holds, and starts to take part. Rejects when the store cannot be read. */
  static async start<Command, Query, Result>(
    options: ReplicaOptions<Command, Query, Result>,
  ): Promise<Replica<Command, Query, Result>> {
    const { id, membership, seed, settings = defaultSettings } = options;
    const { hardState, snapshot, entries } = await options.store.load();
    if (snapshot !== null) options.observer?.onSnapshotLoaded?.(snapshot.data.length);
    if (snapshot !== null) options.machine.restore(snapshot.data);
    const meta = snapshot?.meta ?? null;
    const from = { id, membership, seed, settings, hardState, snapshot: meta, entries };
    const core = Raft.create<SessionCommand<Command>>(from);
    const ticks = headStartTicks(hardState, settings);
    options.observer?.onLoaded?.(core.view, { options: from, headStartTicks: ticks });
    for (let tick = 0; tick < ticks; tick++) core.step({ kind: 'tick' });
    return new Replica(options, core);
  }

  /** Whom this node takes for the leader. */
  get leader(): NodeId | null {
    return this.#dispatcher.leader;
  }

  /** How many requests wait for an answer: those of this node's clients, and forwarded ones. */
  get openRequests(): number {
    return this.#dispatcher.size + this.#forwarded.size;
  }

  /** Where this node stands, as a value that does not change any more. */
  status(): RaftStatus {
    return this.#core.status();
  }

  /** What this node waits for, and why; or why the entry at an index is not committed. */
  explain(index?: LogIndex): string {
    return this.#core.explain(index);
  }

  /**
   * Carries out a client's operation, wherever the leader is. The promise never rejects, and is
   * settled when the deadline has passed at the latest.
   */
  submit(operation: Operation<Command, Query>, timeoutMs: number): Promise<Outcome<Result>> {
    const { clock, observer } = this.#options;
    const { maxOpenRequests = defaultMaxOpenRequests } = this.#options;
    const startMs = clock.now();
    return new Promise((resolve) => {
      const settle = (outcome: Outcome<Result>): void => {
        resolve(outcome); // whatever an observer does
        observer?.onAnswered?.(operation.kind, outcome, clock.now() - startMs);
      };
      if (this.#isStopped) return settle({ kind: 'refused', reason: 'stopped' });
      if (this.openRequests >= maxOpenRequests) {
        return settle({ kind: 'refused', reason: 'overloaded' });
      }
      this.#dispatcher.submit(operation, startMs + timeoutMs, settle);
    });
  }

  /** Makes these the voters and learners. For the leader; refused elsewhere. */
  changeMembership(
    voters: readonly NodeId[],
    learners: readonly NodeId[] = [],
  ): Promise<ControlOutcome> {
    return this.#control((requestId) => ({
      kind: 'changeMembership',
      requestId,
      voters,
      learners,
    }));
  }

  /** Hands leadership over to a voter, or to the best one. For the leader; refused elsewhere. */
  transferLeadership(target: NodeId | null = null): Promise<ControlOutcome> {
    return this.#control((requestId) => ({ kind: 'transferLeadership', requestId, target }));
  }

  /** Stops, but if this node leads, it hands over first, as far as that can be done. */
  async leave(): Promise<void> {
    if (this.leader === this.#options.id) await this.transferLeadership();
    this.stop();
  }

  #reaches(node: NodeId): boolean {
    return this.#options.transport.reaches?.(node) ?? true;
  }

  /** Whether this node could commit anything, if it led. */
  #reachesQuorum(): boolean {
    const { id } = this.#options;
    const membership = this.#core.view.memberships.at(-1)?.membership;
    if (membership === undefined) return false;
    return hasQuorum(membership, (voter) => voter === id || this.#reaches(voter));
  }

  #control(
    input: (requestId: RequestId) => Input<SessionCommand<Command>>,
  ): Promise<ControlOutcome> {
    if (this.#isStopped) return Promise.resolve({ kind: 'stopped' });
    return this.#controls.open((requestId) => this.#step(input(requestId)));
  }

  /** Takes in a message from another node. Its contents have been checked. */
  receive(message: ReplicaMessage<Command, Result>): void {
    if (this.#isStopped) return;
    this.#options.observer?.onReceived?.(message);
    switch (message.kind) {
      case 'forwardRequest':
        return this.#forwarded.receive(
          message,
          this.#options.clock.now(),
          this.leader === this.#options.id,
          this.openRequests >= (this.#options.maxOpenRequests ?? defaultMaxOpenRequests),
        );
      case 'forwardResponse':
        return this.#dispatcher.receiveResponse(message);
      default:
        return this.#step({ kind: 'receive', message });
    }
  }

  /** What was sent to a peer lately may be lost, and can be sent again. For the transport. */
  notePeerLost(peer: NodeId): void {
    this.#step({ kind: 'peerUnreachable', peer });
    if (!this.#isStopped) this.#dispatcher.retry(peer);
  }

  /** Takes no further part. What is open ends as refused or unknown. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#options.transport.stop?.();
    this.#stopTicking();
    this.#dispatcher.stop();
    this.#forwarded.stop();
    this.#controls.stop();
    this.#applier.stop();
  }

  #tick(): void {
    const nowMs = this.#options.clock.now();
    this.#options.observer?.onTimer?.(this.#ticks.takeLateness(nowMs));
    this.#stepTicks(this.#ticks.atTimer(this.#core.view));
    this.#forwarded.expire(nowMs);
    this.#dispatcher.tick(nowMs);
  }

  #stepTicks(count: number): void {
    for (let tick = 0; tick < count; tick++) this.#step({ kind: 'tick' });
  }

  #step(input: Input<SessionCommand<Command>>): void {
    if (this.#isStopped) return;
    try {
      this.#core.step(input);
      this.#options.observer?.onStep?.(input, this.#core.view);
    } catch (error) {
      // A broken invariant is the end of this replica.
      this.#halt(reasonOf(error), input);
    }
    if (this.#isDrainDue) return;
    this.#isDrainDue = true;
    this.#options.clock.defer(this.#drain);
  }

  readonly #drain = (): void => {
    try {
      // What the effects themselves cause, such as a write that is durable at once, is drained too.
      while (!this.#isStopped) {
        const effects = this.#core.drain();
        if (effects.length === 0) {
          this.#options.observer?.onIdle?.();
          break;
        }
        this.#options.observer?.onDrain?.(effects, this.#core.view);
        for (const effect of effects) this.#carryOut(effect);
      }
    } catch (error) {
      this.#halt(reasonOf(error));
    }
    this.#isDrainDue = false;
  };

  #halt(reason: string, during: Input<SessionCommand<Command>> | null = null): void {
    try {
      this.#options.observer?.onHalted?.(reason, during);
    } finally {
      this.stop(); // also when an observer throws
    }
  }

  #carryOut(effect: Effect<SessionCommand<Command>>): void {
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
      case 'takeSnapshot':
        return this.#takeSnapshot(effect.snapshot);
      case 'restore':
        return this.#restore(effect.snapshot);
      case 'readSnapshot':
        return this.#readSnapshot(effect);
      case 'compact':
        return this.#options.store.compact(effect.index);
      case 'transferred':
        return this.#controls.settle(effect.requestId, { kind: 'done' });
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

  #send(message: ReplicaMessage<Command, Result>): void {
    this.#options.observer?.onSent?.(message);
    this.#options.transport.send(message);
  }

  #persist(effect: PersistEffect<SessionCommand<Command>>): void {
    this.#options.store.write(effect, (failure) => {
      if (failure !== null) return this.#step({ kind: 'storageFailed', reason: failure.message });
      if (this.#isStopped) return;
      for (const message of effect.messages) this.#send(message);
      this.#step({ kind: 'persisted', token: effect.token });
    });
  }

  #takeSnapshot(snapshot: SnapshotMeta): void {
    const { index } = snapshot;
    this.#applier.takeSnapshot(snapshot, (failure) =>
      this.#step({ kind: failure === null ? 'snapshotTaken' : 'snapshotFailed', index }),
    );
  }

  #restore(snapshot: SnapshotMeta): void {
    const { index } = snapshot;
    this.#applier.restore(snapshot, (isRestored) => {
      if (isRestored) this.#step({ kind: 'applied', index });
      else this.#halt(`the store has lost the snapshot at ${index}`);
    });
  }

  #readSnapshot(wanted: Extract<Effect<SessionCommand<Command>>, { kind: 'readSnapshot' }>): void {
    const { peer, snapshotIndex, offset, maxBytes } = wanted;
    this.#options.store.readSnapshot(snapshotIndex, offset, maxBytes, (part) => {
      if (part === null) this.#step({ kind: 'snapshotLost', peer, snapshotIndex });
      else this.#step({ kind: 'snapshotRead', peer, chunk: { snapshotIndex, offset, ...part } });
    });
  }

  #apply(
    entries: readonly Entry<SessionCommand<Command>>[],
    requestIds: readonly (RequestId | null)[],
  ): void {
    const onResult = (position: number, result: SessionResult<Result>): void => {
      const index = entries[position]?.index;
      const request = this.#coreRequests.take(requestIds[position] ?? null);
      if (request !== null && index !== undefined) request.answer({ kind: 'done', result, index });
    };
    this.#applier.apply(entries, onResult, () => {
      for (const requestId of requestIds) this.#controls.settle(requestId, { kind: 'done' });
      const last = entries.at(-1);
      if (last !== undefined) this.#step({ kind: 'applied', index: last.index });
    });
  }

  /** The machine has applied all up to `index`: `apply` effects come first. */
  #answerQuery(requestId: RequestId, index: LogIndex): void {
    const request = this.#coreRequests.take(requestId);
    if (request === null || request.operation.kind !== 'query') return;
    this.#applier.query(request.operation.query, (result) =>
      request.answer({ kind: 'done', result, index }),
    );
  }

  #refused(requestId: RequestId, refusal: Refusal): void {
    const request = this.#coreRequests.take(requestId);
    if (request === null) return this.#controls.settle(requestId, { kind: 'refused', refusal });
    request.answer(outcomeOf(refusal));
  }

  #roleChanged(change: RoleChange): void {
    this.#options.observer?.onRoleChange?.(change);
    if (change.leader !== this.leader) this.#dispatcher.follow(change.leader);
  }

  #giveToCore(request: CoreRequest<Command, Query, Result>): void {
    const requestId = this.#coreRequests.open(request);
    const { operation } = request;
    if (operation.kind === 'query') {
      const { readConsistency: consistency = 'linearizable' } = this.#options;
      this.#stepTicks(this.#ticks.beforeRead(this.#core.view));
      this.#step({ kind: 'read', requestId, consistency });
    } else {
      const { command } = operation;
      const bytes = weightOf(command, this.#options.sizeOf);
      this.#step({ kind: 'propose', requestId, command, bytes });
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
