/** Replicas on virtual time, with a network between them that loses what a test wants lost. */

import assert from 'node:assert/strict';
import type { SessionCommand } from '../../src/machine/session-command.ts';
import { type SessionLimits, SessionMachine } from '../../src/machine/sessions.ts';
import { asNodeId, membershipOf, type Settings } from '../../src/raft/index.ts';
import {
  type Observer,
  type Operation,
  type Outcome,
  Replica,
  type ReplicaMessage,
} from '../../src/replica/index.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import type { Store } from '../../src/storage/store.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

/** A machine that adds numbers up: the sum is the answer to every command and query. */
export class Sum {
  total = 0;

  apply(command: number): number {
    if (command === 666) throw new Error('this machine cannot count that');
    this.total += command;
    return this.total;
  }

  query(_query: 'sum'): number {
    return this.total;
  }

  snapshot(): Uint8Array {
    return new TextEncoder().encode(String(this.total));
  }

  restore(snapshot: Uint8Array): void {
    this.total = Number(new TextDecoder().decode(snapshot));
  }
}

export type SumReplica = Replica<number, 'sum', number>;
export type SumMessage = ReplicaMessage<number, number>;
export type SumStore = Store<SessionCommand<number>>;
/** Keeps what a sum's replica writes. */
export class SumMemoryStore extends MemoryStore<SessionCommand<number>> {}

/** The machine with sessions around it, as a replica has it. */
export function withSessions(
  machine: Sum,
  limits: Partial<SessionLimits> = {},
): SessionMachine<number, 'sum', number> {
  return new SessionMachine(machine, {
    limits,
    sizeOf: () => 8,
    results: {
      encode: (result) => new TextEncoder().encode(String(result)),
      decode: (data) => Number(new TextDecoder().decode(data)),
    },
  });
}

export interface Member {
  readonly id: string;
  readonly replica: SumReplica;
  readonly machine: Sum;
}

export interface World {
  readonly clock: VirtualClock;
  readonly members: readonly Member[];
  /** Messages that satisfy this are lost. */
  lose: (message: SumMessage) => boolean;
  /** All that was sent, lost or not. */
  readonly sent: SumMessage[];
}

export interface WorldOptions {
  readonly store?: (id: string) => SumStore;
  readonly observer?: (id: string) => Observer;
  readonly delayMs?: number;
  readonly maxOpenRequests?: number;
  readonly settings?: Settings;
  readonly limits?: Partial<SessionLimits>;
  /** Of all nodes, those that are voters from the beginning. Default: all. */
  readonly voters?: number;
}

export const add = (command: number): Operation<number, 'sum'> => ({ kind: 'command', command });
export const sum: Operation<number, 'sum'> = { kind: 'query', query: 'sum' };

export async function start(size: number, options: WorldOptions = {}): Promise<World> {
  const clock = new VirtualClock();
  const ids = Array.from({ length: size }, (_, position) => `n${position + 1}`);
  const members: Member[] = [];
  const world: World = { clock, members, lose: () => false, sent: [] };
  for (const [position, id] of ids.entries()) {
    const machine = new Sum();
    const replica = await Replica.start<number, 'sum', number>({
      id: asNodeId(id),
      membership: membershipOf(ids.slice(0, options.voters).map(asNodeId)),
      seed: position,
      machine: withSessions(machine, options.limits),
      sizeOf: () => 8,
      store: options.store?.(id) ?? new SumMemoryStore(),
      transport: {
        send(message) {
          world.sent.push(message);
          if (world.lose(message)) return;
          clock.after(options.delayMs ?? 1, () => {
            members.find((member) => member.id === message.to)?.replica.receive(message);
          });
        },
      },
      clock,
      ...(options.observer === undefined ? {} : { observer: options.observer(id) }),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.maxOpenRequests === undefined
        ? {}
        : { maxOpenRequests: options.maxOpenRequests }),
    });
    members.push({ id, replica, machine });
  }
  return world;
}

export async function withLeader(size: number, options: WorldOptions = {}): Promise<World> {
  const world = await start(size, options);
  await world.clock.advance(1500);
  assert.ok(leaderOf(world) !== undefined, 'a leader after a while');
  return world;
}

export function leaderOf({ members }: World): Member | undefined {
  return members.find(({ replica }) => replica.status().role === 'leader');
}

export function followersOf(world: World): Member[] {
  return world.members.filter((member) => member !== leaderOf(world));
}

export function leaderAndFollower(world: World): { leader: Member; follower: Member } {
  const leader = leaderOf(world);
  const [follower] = followersOf(world);
  assert.ok(leader !== undefined && follower !== undefined);
  return { leader, follower };
}

export function isolate(world: World, member: Member): void {
  world.lose = ({ from, to }) => from === member.id || to === member.id;
}

/** How a request has ended, once it has. */
export function watch(
  promise: Promise<Outcome<number>> | undefined,
): () => Outcome<number> | undefined {
  let outcome: Outcome<number> | undefined;
  void promise?.then((ended) => {
    outcome = ended;
  });
  return () => outcome;
}

/** The machine's answer, if there was one. */
export function resultOf(outcome: Outcome<number> | undefined): number | undefined {
  return outcome?.kind === 'done' ? outcome.result : undefined;
}

/** Submits, lets time pass, and says how it ended: undefined if it has not. */
export async function submit(
  world: World,
  member: Member,
  operation: Operation<number, 'sum'>,
  waitMs = 900,
): Promise<Outcome<number> | undefined> {
  const outcome = watch(member.replica.submit(operation, 900));
  await world.clock.advance(waitMs);
  return outcome();
}
