/** txn-rw-register: transactions of reads and writes. */

import { type TransactionWorkload, transactions } from './transactions.ts';

export const txnRwRegister: TransactionWorkload = transactions('txn-rw-register', 'w');
