/**
 * One node of a replicated state machine: it carries out the core's effects on a store, a transport
 * and a clock, and answers what clients ask. All types of the core are exported here too, since
 * observers and transports see them.
 */

export type { StateMachine } from '../machine/machine.ts';
export type { SessionCommand, SessionOwner, SessionResult } from '../machine/session-command.ts';
export type * from '../raft/index.ts';
export { asLogIndex, asNodeId, asTerm, defaultSettings, membershipOf } from '../raft/index.ts';
export type { SnapshotPart, Store, StoredState, StoreWrite } from '../storage/store.ts';

export { type Cancel, type Clock, realClock } from './clock.ts';
export type { ControlOutcome } from './controls.ts';
export { joinObservers } from './join-observers.ts';
export type { Beginning, Observer } from './observer.ts';
export type { Operation, Outcome, RefusedReason, UnknownReason } from './operation.ts';
export {
  type PeerMessageKind,
  parsePeerMessage,
  peerMessageFields,
  peerMessageKinds,
  type WireFormat,
} from './parse-peer-message.ts';
export type { Packet, RelayedPacket } from './relaying/packet.ts';
export {
  type Addressed,
  RelayingTransport,
  type RelayingTransportOptions,
} from './relaying/relaying-transport.ts';
export type { SurveyWord } from './relaying/survey.ts';
export { Replica } from './replica.ts';
export { defaultTickMs, type ReplicaMessage, type ReplicaOptions } from './replica-options.ts';
export type {
  ForwardRequest,
  ForwardResponse,
  PeerMessage,
  Transport,
} from './transport.ts';
