/** txn-list-append: transactions of reads, and of appends to lists. */

import { type TransactionWorkload, transactions } from './transactions.ts';

export const txnListAppend: TransactionWorkload = transactions('txn-list-append', 'append');
