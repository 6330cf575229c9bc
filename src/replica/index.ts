/**
 * One node of a replicated state machine: it carries out the core's effects on a store, a transport
 * and a clock, and answers what clients ask. All types of the core are exported here too, since
 * observers and transports see them.
 *
 * ```ts
 * import { exactlyOnce, KeyValueMachine, keyValueResultFormat } from 'raftwright/machine';
 * import { keyValueSnapshotFormat, sizeOfKeyValueResult } from 'raftwright/machine';
 * import { asNodeId, membershipOf, Replica, realClock } from 'raftwright/replica';
 * import { MemoryStore } from 'raftwright/storage';
 *
 * const id = asNodeId('n1');
 * const replica = await Replica.start({
 *   id,
 *   membership: membershipOf([id]),
 *   seed: 17,
 *   machine: exactlyOnce(new KeyValueMachine(), {
 *     snapshots: keyValueSnapshotFormat,
 *     results: keyValueResultFormat,
 *     sizeOf: sizeOfKeyValueResult,
 *   }),
 *   sizeOf: () => 100,
 *   store: new MemoryStore(),
 *   transport: { send: () => {} },
 *   clock: realClock,
 * });
 * const command = { kind: 'write', key: 'a', value: 1 } as const;
 * const outcome = await replica.submit({ kind: 'command', command }, 1000);
 * if (outcome.kind === 'done') console.log(`it is in the log at ${outcome.index}`);
 * if (outcome.kind === 'refused') console.log('it will never happen');
 * if (outcome.kind === 'unknown') console.log('it may have happened, or may still');
 * replica.stop();
 * ```
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
