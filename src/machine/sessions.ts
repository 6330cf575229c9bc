/**
 * Exactly-once: any machine, in which a command that is repeated takes effect once. (Dissertation
 * 6.3)
 *
 * Whoever has sent a command and got no answer cannot know whether it took effect. Here it may send
 * it again: each command has a number in a *session*, and the machine remembers what came of it. A
 * repeated one is answered by the result of the first, and changes nothing.
 *
 * - A session's id is handed out by a counter that is part of the state, so it is never used again.
 *   A late copy of an opening makes a session that nobody uses.
 * - The owner says with each command from which sequence on it still waits for answers. What lies
 *   below is forgotten, and refused if it comes: the session's *floor* never falls.
 * - Memory is bounded. Of the sessions of one node the two that were used last stay: that of its
 *   present life, and one beside it, since a late opening must not take its place. Beyond
 *   `maxSessions` the one that was used the longest time ago goes. Beyond `maxResults` in a session,
 *   or `maxResultBytes` in all, the oldest results go, and raise the floor of their session.
 *
 * All this follows from the commands alone, so that it is the same on every node: "long ago" counts
 * commands, not time. **The limits and `sizeOf` are part of what all nodes of a cluster must agree
 * on**, like the machine itself.
 */

import type { SnapshotFormat } from './encoded-snapshots.ts';
import type { StateMachine } from './machine.ts';
import type { SessionCommand, SessionOwner, SessionResult } from './session-command.ts';
import {
  decodeSessions,
  encodeSessions,
  type Session,
  type SessionState,
} from './session-snapshot.ts';
import { snapshotPartsAfter } from './snapshot-parts.ts';

/** What sessions may cost. The same on all nodes of a cluster, like the machine itself. */
export interface SessionLimits {
  /** How many sessions there are at most. */
  readonly maxSessions: number;
  /** How many results a session keeps at most. */
  readonly maxResults: number;
  /** What all results may weigh together, each as `sizeOf` says and `resultOverheadBytes` more. */
  readonly maxResultBytes: number;
}

/** 1,024 sessions, 16,384 results in each, 16 MiB of results in all. */
export const defaultSessionLimits: SessionLimits = {
  maxSessions: 1024,
  maxResults: 16_384,
  maxResultBytes: 16 * 1024 * 1024,
};

/** What sessions need to know of a machine's results. The same on all nodes of a cluster. */
export interface SessionOptions<Result> {
  /** What a result weighs, in bytes, about; it depends on nothing but the result. */
  readonly sizeOf: (result: Result) => number;
  /** How results stand in a snapshot. */
  readonly results: SnapshotFormat<Result>;
  /** Those that are left out are as in `defaultSessionLimits`. */
  readonly limits?: Partial<SessionLimits>;
}

/** What it takes to remember a result, apart from the result, in bytes. */
export const resultOverheadBytes = 64;

const maxSessionsOfNode = 2;

const sessionExpired: SessionResult<never> = { kind: 'sessionExpired' };
const forgotten: SessionResult<never> = { kind: 'forgotten' };

/**
 * Puts a machine into one in which a command that is repeated takes effect once. (Dissertation 6.3)
 * Each command has a number in a session, and what came of it is remembered. `exactlyOnce` makes one.
 */
export class SessionMachine<Command, Query, Result>
  implements StateMachine<SessionCommand<Command>, Query, SessionResult<Result>, Uint8Array>
{
  readonly #machine: StateMachine<Command, Query, Result, Uint8Array>;
  readonly #options: SessionOptions<Result>;
  readonly #limits: SessionLimits;
  #state: SessionState<Result> = { nextSession: 1, now: 0, sessions: new Map() };
  #resultBytes = 0;
  #repeatedCommands = 0;

  constructor(
    machine: StateMachine<Command, Query, Result, Uint8Array>,
    options: SessionOptions<Result>,
  ) {
    this.#machine = machine;
    this.#options = options;
    this.#limits = { ...defaultSessionLimits, ...options.limits };
  }

  /** How many sessions there are. */
  get sessionCount(): number {
    return this.#state.sessions.size;
  }

  /** How many commands this copy has answered from memory, since it was made. */
  get repeatedCommands(): number {
    return this.#repeatedCommands;
  }

  apply(command: SessionCommand<Command>): SessionResult<Result> {
    this.#state.now++;
    return command.kind === 'openSession' ? this.#open(command.owner) : this.#applyOnce(command);
  }

  query(query: Query): SessionResult<Result> {
    return { kind: 'answered', result: this.#machine.query(query) };
  }

  snapshot(): Uint8Array {
    return encodeSessions(this.#state, this.#machine.snapshot(), this.#options.results);
  }

  snapshotParts(): Iterable<Uint8Array> {
    const first = encodeSessions(this.#state, new Uint8Array(0), this.#options.results);
    return snapshotPartsAfter(first, this.#machine);
  }

  /** @throws Error when the bytes are no snapshot of a machine with sessions */
  restore(snapshot: Uint8Array): void {
    const { state, machine } = decodeSessions(snapshot, this.#options.results);
    this.#machine.restore(machine);
    this.#state = state;
    this.#resultBytes = 0;
    for (const { results } of state.sessions.values()) {
      for (const { result } of results.values()) this.#resultBytes += this.#weightOf(result);
    }
  }

  #open({ node }: SessionOwner): SessionResult<Result> {
    const state = this.#state;
    const all = [...state.sessions.values()];
    const ofNode = all.filter((session) => session.node === node);
    if (ofNode.length >= maxSessionsOfNode) this.#end(leastRecentlyUsed(ofNode));
    else if (all.length >= this.#limits.maxSessions) this.#end(leastRecentlyUsed(all));
    const id = state.nextSession++;
    state.sessions.set(id, { id, node, usedAt: state.now, floor: 1, results: new Map() });
    return { kind: 'opened', session: id };
  }

  #end(session: Session<Result> | null): void {
    if (session === null) return;
    this.#raiseFloor(session, Number.POSITIVE_INFINITY);
    this.#state.sessions.delete(session.id);
  }

  #applyOnce(
    command: Extract<SessionCommand<Command>, { kind: 'command' }>,
  ): SessionResult<Result> {
    const session = this.#state.sessions.get(command.session);
    if (session === undefined) return sessionExpired;
    const { sequence, firstOpen } = command;
    session.usedAt = this.#state.now;
    this.#raiseFloor(session, firstOpen);
    if (sequence < session.floor) return forgotten;
    const known = session.results.get(sequence);
    if (known !== undefined) {
      this.#repeatedCommands++;
      return { kind: 'applied', result: known.result };
    }
    const result = this.#machine.apply(command.command);
    session.results.set(sequence, { result, appliedAt: this.#state.now });
    this.#resultBytes += this.#weightOf(result);
    if (session.results.size > this.#limits.maxResults) this.#dropOldest(session);
    while (this.#resultBytes > this.#limits.maxResultBytes) this.#dropOldest(this.#withOldest());
    return { kind: 'applied', result };
  }

  /** What is below is not asked for any more. A late message says less than is known: no matter. */
  #raiseFloor(session: Session<Result>, floor: number): void {
    if (floor <= session.floor) return;
    const { results } = session;
    // However far the floor rises, no more steps than there are results.
    if (floor - session.floor <= results.size) {
      for (let sequence = session.floor; sequence < floor; sequence++)
        this.#drop(session, sequence);
    } else {
      for (const sequence of results.keys()) if (sequence < floor) this.#drop(session, sequence);
    }
    session.floor = floor;
  }

  #drop({ results }: Session<Result>, sequence: number): void {
    const known = results.get(sequence);
    if (known === undefined) return;
    this.#resultBytes -= this.#weightOf(known.result);
    results.delete(sequence);
  }

  /** Results stand in the order in which they came about. */
  #dropOldest(session: Session<Result> | null): void {
    const [oldest] = session?.results.keys() ?? [];
    if (session === null || oldest === undefined) return;
    this.#raiseFloor(session, oldest + 1);
  }

  #withOldest(): Session<Result> | null {
    let first = Number.POSITIVE_INFINITY;
    let found: Session<Result> | null = null;
    for (const session of this.#state.sessions.values()) {
      const [oldest] = session.results.values();
      if (oldest === undefined || oldest.appliedAt >= first) continue;
      first = oldest.appliedAt;
      found = session;
    }
    return found;
  }

  #weightOf(result: Result): number {
    return this.#options.sizeOf(result) + resultOverheadBytes;
  }
}

/** No two were used by the same command. */
function leastRecentlyUsed<Result>(sessions: readonly Session<Result>[]): Session<Result> | null {
  let found: Session<Result> | null = null;
  for (const session of sessions) {
    if (found === null || session.usedAt < found.usedAt) found = session;
  }
  return found;
}
