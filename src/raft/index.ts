/**
 * The core: one node's part in Raft, as a deterministic state machine without clock, chance or I/O.
 * Inputs go in, effects come out; `Effect` says what a driver has to do with them.
 *
 * ```ts
 * import { asNodeId, type Effect, membershipOf, Raft } from 'raftwright/raft';
 *
 * const id = asNodeId('n1');
 * const core = Raft.create<string>({ id, membership: membershipOf([id]), seed: 17 });
 *
 * // For each input: a tick of a timer, a message, a request, the report of a write.
 * export function drive(carryOut: (effect: Effect<string>) => void): void {
 *   core.step({ kind: 'tick' });
 *   for (let effects = core.drain(); effects.length > 0; effects = core.drain()) {
 *     for (const effect of effects) carryOut(effect);
 *   }
 * }
 * ```
 */

export { InvariantViolation } from './assert.ts';
export type * from './contract.ts';
export type { Fields } from './fields.ts';
export type { Log } from './log.ts';
export type * from './messages.ts';
export { type MessageFormat, type ParsedMessage, parseMessage } from './parse-message.ts';
export type {
  InflightAppend,
  Progress,
  ProgressMode,
  ReplicateMode,
  SnapshotMode,
} from './progress.ts';
export { hasQuorum, majority, membershipOf, membersOf, quorumValue } from './quorum.ts';
export { Raft, type RaftOptions } from './raft.ts';
export { createRandom, nextFraction, nextInteger, type Random } from './random.ts';
export { checkSettings, defaultSettings, type Settings } from './settings.ts';
export type {
  Candidate,
  CatchUp,
  Durability,
  Follower,
  FollowerRead,
  Leader,
  MembershipChange,
  Outbox,
  PendingRead,
  PreCandidate,
  ProposalRun,
  RaftState,
  RaftView,
  ReadOrigin,
  Role,
  RoundStart,
  Snapshots,
  Transfer,
  Write,
} from './state.ts';
export type { PeerStatus, RaftStatus } from './status.ts';
export {
  asLogIndex,
  asNodeId,
  asRequestId,
  asTerm,
  asWriteToken,
  type CommandEntry,
  type Entry,
  type HardState,
  type LogIndex,
  type Membership,
  type MembershipAt,
  type MembershipEntry,
  type NodeId,
  type NoopEntry,
  type RequestId,
  type SnapshotChunk,
  type SnapshotMeta,
  type Term,
  type WriteToken,
} from './types.ts';
