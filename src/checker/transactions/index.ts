/** Are transactions isolated from each other, and why not? */

export { checkListAppend, checkRwRegister, type TransactionsResult } from './check.ts';
export { reasonsOfTransactions } from './describe.ts';
export { allModelNames, type ModelName, modelNamed } from './models.ts';
export type {
  ListTransaction,
  MicroOperation,
  RegisterTransaction,
  Transaction,
} from './transaction.ts';
