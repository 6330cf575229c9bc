/**
 * State machines: the interface that is replicated, what makes any machine fit for a replica, and
 * machines to use. All of it is pure, and none of it knows that Raft exists.
 *
 * ```ts
 * import { exactlyOnce, jsonFormat, type StateMachine } from 'raftwright/machine';
 *
 * class Counter implements StateMachine<number, 'total', number, number> {
 *   #total = 0;
 *   apply(amount: number): number {
 *     this.#total += amount;
 *     return this.#total;
 *   }
 *   query(): number {
 *     return this.#total;
 *   }
 *   snapshot(): number {
 *     return this.#total;
 *   }
 *   restore(snapshot: number): void {
 *     this.#total = snapshot;
 *   }
 * }
 *
 * const numbers = jsonFormat(Number);
 * export const counter = exactlyOnce(new Counter(), {
 *   snapshots: numbers,
 *   results: numbers,
 *   sizeOf: () => 8,
 * });
 * ```
 */

export {
  type AddDelta,
  CounterMachine,
  type CounterResult,
  counterKit,
  type ReadCounter,
} from './counter.ts';
export { EchoMachine, echoKit } from './echo.ts';
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
export { bytesFormat, jsonFormat } from './json-format.ts';
export {
  type KeyValueCommand,
  KeyValueMachine,
  type KeyValueQuery,
  type KeyValueResult,
  type KeyValueSnapshot,
} from './key-value.ts';
export {
  keyValueKit,
  keyValueResultFormat,
  keyValueSnapshotFormat,
  parseKeyValueCommand,
  parseKeyValueResult,
  sizeOfKeyValueResult,
} from './key-value-wire.ts';
export { linesFormat } from './lines-format.ts';
export {
  type KeyOffset,
  type LogsCommand,
  LogsMachine,
  type LogsQuery,
  type LogsResult,
  type LogsSnapshot,
  type PolledLog,
} from './logs.ts';
export { logsKit } from './logs-wire.ts';
export type { StateMachine } from './machine.ts';
export type { MachineKit } from './machine-kit.ts';
export type { SessionCommand, SessionOwner, SessionResult } from './session-command.ts';
export { parseSessionCommand, parseSessionResult } from './session-wire.ts';
export {
  defaultSessionLimits,
  resultOverheadBytes,
  type SessionLimits,
  SessionMachine,
  type SessionOptions,
} from './sessions.ts';
export { type AddElement, type ReadSet, SetMachine, type SetResult, setKit } from './set.ts';
export {
  type Item as TransactionsItem,
  type MicroOperation,
  type Transaction,
  type TransactionResult,
  TransactionsMachine,
  type TransactionsSnapshot,
} from './transactions.ts';
export { transactionsKit } from './transactions-wire.ts';
export { type GeneratedId, type GenerateId, UniqueIdsMachine, uniqueIdsKit } from './unique-ids.ts';
