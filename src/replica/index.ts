/** What the layers above use of the replica. */

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
export type { Packet } from './relaying/packet.ts';
export { type Addressed, RelayingTransport } from './relaying/relaying-transport.ts';
export type { SurveyWord } from './relaying/survey.ts';
export { Replica } from './replica.ts';
export { defaultTickMs, type ReplicaMessage, type ReplicaOptions } from './replica-options.ts';
export type {
  ForwardRequest,
  ForwardResponse,
  PeerMessage,
  Transport,
} from './transport.ts';
