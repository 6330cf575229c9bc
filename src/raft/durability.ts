/**
 * What is on disk, what is on its way there, and which messages must wait for it.
 *
 * Term and vote must be durable before any reply that depends on them, and entries before they are
 * acknowledged. (Paper, Figure 2: "updated on stable storage before responding to RPCs") A leader
 * may send entries that its own disk does not have yet, but counts itself only for what it has.
 * (Dissertation 10.2.1)
 */

import { assert, violated } from './assert.ts';
import type { PersistEffect } from './contract.ts';
import {
  entriesBetween,
  lastIndex,
  replaceBySnapshot,
  truncateFrom as truncateLog,
} from './log.ts';
import { rollBackMemberships } from './membership.ts';
import type { Message } from './messages.ts';
import { send, takeGated } from './outbox.ts';
import type { Durability, RaftState } from './state.ts';
import {
  asLogIndex,
  asTerm,
  asWriteToken,
  earlier,
  type HardState,
  type LogIndex,
  later,
  type SnapshotChunk,
  type SnapshotMeta,
  type WriteToken,
} from './types.ts';

export function createDurability(hardState: HardState, durableIndex: LogIndex): Durability {
  return {
    nextToken: asWriteToken(1),
    inFlight: [],
    durableHardState: hardState,
    durableIndex,
    handedHardState: hardState,
    handedIndex: durableIndex,
    truncateFrom: null,
    snapshotChunk: null,
  };
}

export const initialHardState: HardState = { currentTerm: asTerm(0), votedFor: null };

function isHardState(state: RaftState<unknown>, hardState: HardState): boolean {
  return hardState.currentTerm === state.currentTerm && hardState.votedFor === state.votedFor;
}

/** Whether a crash now would leave the current term and vote. */
export function isHardStateDurable(state: RaftState<unknown>): boolean {
  return isHardState(state, state.durability.durableHardState);
}

/**
 * Sends a message that rests on the current term and vote and on the log up to `dependsOn`: at
 * once if all of that is durable, else together with the write that makes it so.
 */
export function sendWhenDurable<Command>(
  state: RaftState<Command>,
  message: Message<Command>,
  dependsOn: LogIndex = asLogIndex(0),
): void {
  if (isHardStateDurable(state) && state.durability.durableIndex >= dependsOn) {
    send(state, message);
  } else {
    state.outbox.gated.push(message);
  }
}

/** Sends a message when the write that is due at the next drain is durable. */
export function sendWithNextWrite<Command>(
  state: RaftState<Command>,
  message: Message<Command>,
): void {
  state.outbox.gated.push(message);
}

/**
 * Truncates the log. What a write in flight has of the deleted entries does not count when it is
 * reported: other entries may stand at the same indices by then.
 */
export function truncate(state: RaftState<unknown>, from: LogIndex): void {
  assert(from > state.commitIndex, 'a committed entry is never truncated');
  const { durability } = state;
  const kept = asLogIndex(from - 1);
  truncateLog(state.log, from);
  rollBackMemberships(state, from);
  if (from <= durability.handedIndex) {
    durability.truncateFrom = from;
    durability.handedIndex = kept;
  }
  distrustAfter(durability, kept);
  withdrawAcknowledgements(state, kept);
}

/** What is or will be on disk after this index is not what the log says. */
function distrustAfter(durability: Durability, index: LogIndex): void {
  durability.durableIndex = earlier(durability.durableIndex, index);
  for (const write of durability.inFlight) {
    write.lastIndex = earlier(write.lastIndex, index);
  }
}

/**
 * What has waited to be acknowledged, and is deleted before it could be, is not acknowledged: not
 * to the leader of an older term either, though that could do no harm.
 */
function withdrawAcknowledgements({ outbox }: RaftState<unknown>, kept: LogIndex): void {
  outbox.gated = outbox.gated.filter((message) => acknowledged(message) <= kept);
}

function acknowledged(message: Message<unknown>): number {
  if (message.kind === 'heartbeatResponse') return message.matchIndex;
  if (message.kind !== 'appendResponse' || message.result.kind !== 'accepted') return 0;
  return message.result.matchIndex;
}

/**
 * Replaces the log by a snapshot, whose last part is in the next write. Until that is durable, the
 * disk has of the new log only what this node had of it: what was committed or verified here.
 */
export function installInLog(state: RaftState<unknown>, chunk: SnapshotChunk): void {
  const { durability } = state;
  const { index, term, membership } = chunk.snapshot;
  distrustAfter(durability, later(state.commitIndex, state.verifiedIndex));
  replaceBySnapshot(state.log, index, term);
  withdrawAcknowledgements(state, index);
  state.memberships.splice(0, Number.POSITIVE_INFINITY, membership);
  durability.snapshotChunk = chunk;
  durability.handedIndex = index;
  durability.truncateFrom = null;
}

/** The write that is due, or null. One for all that changed since the last. */
export function takePersist<Command>(state: RaftState<Command>): PersistEffect<Command> | null {
  const { durability, log, outbox } = state;
  const last = lastIndex(log);
  const isHardStateNew = !isHardState(state, durability.handedHardState);
  const { snapshotChunk } = durability;
  const hasWrite =
    isHardStateNew ||
    snapshotChunk !== null ||
    durability.truncateFrom !== null ||
    last > durability.handedIndex;
  if (!hasWrite && outbox.gated.length === 0) return null;

  const hardState = isHardStateNew
    ? { currentTerm: state.currentTerm, votedFor: state.votedFor }
    : null;
  const effect: PersistEffect<Command> = {
    kind: 'persist',
    token: durability.nextToken,
    hardState,
    snapshotChunk,
    truncateFrom: durability.truncateFrom,
    entries:
      last > durability.handedIndex
        ? entriesBetween(log, asLogIndex(durability.handedIndex + 1), last)
        : [],
    messages: takeGated(state),
  };
  const installs = snapshotChunk?.isLast === true ? snapshotChunk.snapshot : null;
  durability.inFlight.push({ token: effect.token, hardState, lastIndex: last, installs });
  durability.nextToken = asWriteToken(effect.token + 1);
  durability.handedHardState = hardState ?? durability.handedHardState;
  durability.handedIndex = last;
  durability.truncateFrom = null;
  durability.snapshotChunk = null;
  return effect;
}

/** A snapshot that was received is durable: now it may be restored. */
function noteInstalled(state: RaftState<unknown>, snapshot: SnapshotMeta): void {
  const { snapshots } = state;
  snapshots.latest = snapshot;
  if (snapshots.installing?.snapshot.index === snapshot.index)
    snapshots.installing.isDurable = true;
}

function isInFlight({ inFlight }: Durability, token: WriteToken): boolean {
  for (const write of inFlight) if (write.token === token) return true;
  return false;
}

/** Takes note that all writes up to `token` are durable. */
export function notePersisted(state: RaftState<unknown>, token: WriteToken): void {
  const { durability } = state;
  if (!isInFlight(durability, token)) {
    violated(`write ${token} was never handed out, or was reported before`);
  }
  let write = durability.inFlight.shift();
  while (write !== undefined) {
    durability.durableHardState = write.hardState ?? durability.durableHardState;
    durability.durableIndex = later(durability.durableIndex, write.lastIndex);
    if (write.installs !== null) noteInstalled(state, write.installs);
    if (write.token === token) break;
    write = durability.inFlight.shift();
  }
}
