/**
 * Does a history keep what was promised, and why not? Pure: what was seen goes in, findings come out.
 *
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { checkHistory, describeResult, readJsonlHistory } from 'raftwright/checker';
 *
 * const lines = readFileSync('history.jsonl', 'utf8').split('\n');
 * const result = checkHistory(readJsonlHistory(lines));
 * console.log(describeResult(result));
 * ```
 */

export type { AnsweredCall, Call } from './calls.ts';
export {
  type CheckOptions,
  type CheckResult,
  type Counterexample,
  checkHistory,
  type KeyResult,
  type Placement,
  type Verdict,
} from './check.ts';
export {
  type CounterAdd,
  type CounterFindings,
  type CounterHistory,
  type CounterRead,
  checkCounter,
  type ImpossibleValue,
  type WrongSum,
} from './counter.ts';
export { type CounterDisorder, findCounterDisorder } from './counter-order.ts';
export { describeResult, showContents, showOperation, showValue, whyNot } from './describe.ts';
export {
  checkGrowOnlySet,
  type DisputedElement,
  type DuplicatedElement,
  type LostElement,
  type SetAdd,
  type SetFindings,
  type SetHistory,
  type SetRead,
  type StaleElement,
  type UnexpectedElement,
} from './grow-only-set.ts';
export {
  type CasOperation,
  type Contents,
  type History,
  type KeyHistory,
  MalformedHistory,
  type Moment,
  type Observation,
  type Operation,
  type Outcome,
  type ReadOperation,
  type Value,
  type WriteOperation,
} from './history.ts';
export { readJepsenHistory } from './jepsen.ts';
export { readJsonlHistory } from './jsonl.ts';
export {
  type Commit,
  checkKafka,
  type KafkaAnomaly,
  type KafkaAnomalyName,
  type KafkaOperation,
  type KafkaResult,
  type KafkaRules,
  kafkaAnomalyNames,
  kafkaMeaningOf,
  type List,
  type Offsets,
  type Placed,
  type Poll,
  reasonsOfKafka,
  type Send,
} from './kafka/index.ts';
export { type MinimalPart, type MinimizeOptions, minimize } from './minimize.ts';
export { observationOf } from './observation.ts';
export { type DeadEnd, deadEndsOf } from './orders.ts';
export { type EventValue, type HistoryEvent, Pairing } from './pairing.ts';
export type { Range } from './reachable-sums.ts';
export { findSetDisorder, type SetDisorder } from './set-order.ts';
export {
  type Anomaly,
  type AnomalyName,
  type AnyTransaction,
  allModelNames,
  anomalyNames,
  type CycleAnomaly,
  type CycleStep,
  checkListAppend,
  checkRwRegister,
  type FoundAnomaly,
  type ListRead,
  type ListTransaction,
  type MicroOperation,
  type ModelName,
  meaningOf,
  modelNamed,
  modelNames,
  type PlainAnomaly,
  type Reason,
  type RegisterRead,
  type RegisterTransaction,
  reasonsOfTransactions,
  type Transaction,
  type TransactionOutcome,
  type TransactionsResult,
  type VersionCycle,
  type VersionReason,
  type VersionStep,
} from './transactions/index.ts';
export { findRepeatedIds, type GivenId, type RepeatedId } from './unique.ts';
