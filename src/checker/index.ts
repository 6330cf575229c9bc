/**
 * Is a history linearizable, and why not? Pure: text goes in, a verdict comes out.
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

export {
  type CheckOptions,
  type CheckResult,
  type Counterexample,
  checkHistory,
  type KeyResult,
  type Placement,
  type Verdict,
} from './check.ts';
export { describeResult, showContents, showOperation, showValue, whyNot } from './describe.ts';
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
export { type MinimalPart, type MinimizeOptions, minimize } from './minimize.ts';
export { observationOf } from './observation.ts';
export { type DeadEnd, deadEndsOf } from './orders.ts';
export { type EventValue, type HistoryEvent, Pairing } from './pairing.ts';
