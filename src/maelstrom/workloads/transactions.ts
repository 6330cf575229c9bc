/**
 * What txn-list-append and txn-rw-register have in common: transactions that are strictly
 * serializable. One that only reads leaves nothing in the log.
 */

import type { Json } from '../../machine/json.ts';
import type {
  MicroOperation,
  Transaction,
  TransactionResult,
  TransactionsMachine,
  TransactionsSnapshot,
} from '../../machine/transactions.ts';
import { transactionsKit } from '../../machine/transactions-wire.ts';
import { errorCodes, malformed } from '../errors.ts';
import type { Body } from '../message.ts';
import type { Reply } from '../node.ts';
import { errorReply } from '../outcome-reply.ts';
import { arrayField } from '../request-fields.ts';
import type { Workload } from '../workload.ts';

export type TransactionWorkload = Workload<
  Transaction,
  Transaction,
  TransactionResult,
  TransactionsSnapshot,
  TransactionsMachine
>;

/** @param writing what its writes are called */
export function transactions(name: string, writing: 'append' | 'w'): TransactionWorkload {
  return {
    name,
    machine: transactionsKit,
    requests: {
      txn: {
        toOperation(body) {
          const transaction = arrayField(body, 'txn').map((operation, position) =>
            parseOperation(operation, `txn[${position}]`, writing),
          );
          return transaction.every(({ kind }) => kind === 'read')
            ? { kind: 'query', query: transaction }
            : { kind: 'command', command: transaction };
        },
        toReply,
        codes: [errorCodes.abort],
      },
    },
  };
}

function parseOperation(value: Json, name: string, writing: 'append' | 'w'): MicroOperation {
  if (!Array.isArray(value) || value.length !== 3) {
    throw malformed(`${name} is not an array of function, key and value`);
  }
  const [f, key, operand]: readonly Json[] = value;
  if (key === undefined || operand === undefined) throw malformed(`${name} lacks something`);
  if (f === 'r') {
    if (operand !== null) throw malformed(`the value of ${name}, a read, is not null`);
    return { kind: 'read', key };
  }
  if (f !== writing) throw malformed(`the function of ${name} is neither "r" nor "${writing}"`);
  return { kind: writing === 'w' ? 'write' : 'append', key, value: operand };
}

/** What was asked, with the reads filled in. */
function toReply(result: TransactionResult, body: Body): Reply {
  if (result.kind === 'aborted') return errorReply(errorCodes.abort, reasons[result.reason]);
  let read = 0;
  const txn = arrayField(body, 'txn').map((operation): Json => {
    const [f, key, value] = operation as readonly [string, Json, Json];
    return [f, key, f === 'r' ? (result.reads[read++] ?? null) : value];
  });
  return { type: 'txn_ok', txn };
}

const reasons: {
  readonly [R in Extract<TransactionResult, { readonly kind: 'aborted' }>['reason']]: string;
} = {
  notAList: 'what was to be appended to is not a list; nothing was changed',
  tooLarge: 'what is read, or would be to read, is too large for one answer; nothing was changed',
};
