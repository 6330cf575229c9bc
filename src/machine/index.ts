/**
 * State machines: the interface that is replicated, what makes any machine fit for a replica, and
 * machines to use. All of it is pure, and none of it knows that Raft exists.
 */

export { EncodedSnapshots, type SnapshotFormat } from './encoded-snapshots.ts';
export { type ExactlyOnceOptions, exactlyOnce } from './exactly-once.ts';
export {
  canonicalJson,
  ExactNumber,
  isJsonObject,
  type Json,
  JsonTexts,
  maxJsonDepth,
  parseJson,
  stringifyJson,
} from './json.ts';
export { jsonFormat } from './json-format.ts';
export {
  type KeyValueCommand,
  KeyValueMachine,
  type KeyValueQuery,
  type KeyValueResult,
  type KeyValueSnapshot,
} from './key-value.ts';
export {
  keyValueResultFormat,
  keyValueSnapshotFormat,
  parseKeyValueCommand,
  parseKeyValueResult,
  sizeOfKeyValueResult,
} from './key-value-wire.ts';
export type { StateMachine } from './machine.ts';
export type { SessionCommand, SessionOwner, SessionResult } from './session-command.ts';
export { parseSessionCommand, parseSessionResult } from './session-wire.ts';
export {
  defaultSessionLimits,
  resultOverheadBytes,
  type SessionLimits,
  SessionMachine,
  type SessionOptions,
} from './sessions.ts';
