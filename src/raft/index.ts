/** What drivers use of the core. */

export { InvariantViolation } from './assert.ts';
export type * from './contract.ts';
export { check, count, FieldFault, type Fields, flag, object, shown } from './fields.ts';
export type * from './messages.ts';
export { type MessageFormat, type ParsedMessage, parseMessage } from './parse-message.ts';
export { hasQuorum, majority, membershipOf, membersOf, quorumValue } from './quorum.ts';
export { numbersPerLife, Raft, type RaftOptions } from './raft.ts';
export { createRandom, nextFraction, nextInteger, type Random } from './random.ts';
export { checkSettings, defaultSettings, type Settings } from './settings.ts';
export type { RaftState, RaftView } from './state.ts';
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
