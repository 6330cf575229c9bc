/** A replica among nodes that are not there: it follows a leader whose words the test chooses. */

import assert from 'node:assert/strict';
import type { SessionCommand, SessionResult } from '../../src/machine/session-command.ts';
import { asLogIndex, asNodeId, asTerm, membershipOf } from '../../src/raft/index.ts';
import {
  type ForwardRequest,
  type Operation,
  type Outcome,
  Replica,
} from '../../src/replica/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { Sum, SumMemoryStore, type SumReplica, watch, withSessions } from './world.ts';

type Forwarded = ForwardRequest<SessionCommand<number>>;

const self = asNodeId('n2');
const leader = asNodeId('n1');

export class LonelyFollower {
  readonly clock: VirtualClock;
  /** All that it has forwarded. */
  readonly forwarded: Forwarded[] = [];
  /** Requests that satisfy this are refused at once. */
  refuse: (request: Forwarded) => boolean = () => false;
  #replica: SumReplica | null = null;

  private constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  /** A life of the node. It hears the leader from now on. */
  static async start(
    seed: number,
    clock: VirtualClock = new VirtualClock(),
  ): Promise<LonelyFollower> {
    const follower = new LonelyFollower(clock);
    const replica = await Replica.start<number, 'sum', number>({
      id: self,
      membership: membershipOf(['n1', 'n2', 'n3'].map(asNodeId)),
      seed,
      machine: withSessions(new Sum()),
      sizeOf: () => 8,
      store: new SumMemoryStore(),
      transport: {
        send: (message) => void (message.kind === 'forwardRequest' && follower.#take(message)),
      },
      clock,
    });
    const round = { term: asTerm(1), commitIndex: asLogIndex(0), round: 1, electionTicks: 30 };
    const beat = (): void =>
      replica.receive({ kind: 'heartbeatRequest', from: leader, to: self, ...round });
    beat();
    clock.every(100, beat);
    follower.#begin(replica);
    await clock.advance(1);
    return follower;
  }

  #begin(replica: SumReplica): void {
    this.#replica = replica;
  }

  #take(request: Forwarded): void {
    this.forwarded.push(request);
    if (!this.refuse(request)) return;
    this.clock.after(0, () => this.#end(request, { kind: 'refused', reason: 'notLeader' }));
  }

  /** Gives it a session, as the answer to its first request. */
  async open(session: number): Promise<void> {
    await this.answer(this.forwarded[0], { kind: 'opened', session });
  }

  /** Says how the operation has ended, once it has. */
  async submit(
    operation: Operation<number, 'sum'>,
    timeoutMs: number,
  ): Promise<() => Outcome<number> | undefined> {
    const outcome = watch(this.#replica?.submit(operation, timeoutMs));
    await this.clock.advance(1);
    return outcome;
  }

  /** The leader has carried out a request. */
  async answer(request: Forwarded | undefined, result: SessionResult<number>): Promise<void> {
    await this.end(request, { kind: 'done', result, index: asLogIndex(2) });
  }

  async end(
    request: Forwarded | undefined,
    outcome: Outcome<SessionResult<number>>,
  ): Promise<void> {
    assert.ok(request !== undefined, 'it was forwarded');
    this.#end(request, outcome);
    await this.clock.advance(1);
  }

  #end({ id, attempt }: Forwarded, outcome: Outcome<SessionResult<number>>): void {
    const envelope = { kind: 'forwardResponse', from: leader, to: self } as const;
    this.#replica?.receive({ ...envelope, id, attempt, outcome });
  }

  stop(): void {
    this.#replica?.stop();
  }
}
