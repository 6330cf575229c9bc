/** Are transactions isolated from each other, and why not? */

export type {
  Anomaly,
  CycleAnomaly,
  CycleStep,
  PlainAnomaly,
  VersionCycle,
  VersionStep,
} from './anomaly.ts';
export {
  checkListAppend,
  checkRwRegister,
  type FoundAnomaly,
  type TransactionsResult,
} from './check.ts';
export { reasonsOfTransactions } from './describe.ts';
export {
  type AnomalyName,
  allModelNames,
  anomalyNames,
  type ModelName,
  meaningOf,
  modelNamed,
  modelNames,
} from './models.ts';
export type { Reason, VersionReason } from './reason.ts';
export type {
  AnyTransaction,
  ListRead,
  ListTransaction,
  MicroOperation,
  RegisterRead,
  RegisterTransaction,
  Transaction,
  TransactionOutcome,
} from './transaction.ts';
