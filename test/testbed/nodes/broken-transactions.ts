#!/usr/bin/env node

/**
 * Wrong: transactions on a Raft that is right, with a machine, or reads, that are not. The first
 * argument names the workload, the second says what is wrong; `nothing` is, too, a manner.
 */

import type { Transaction, TransactionsSnapshot } from '../../../src/machine/transactions.ts';
import {
  contentOf,
  type TransactionResult,
  TransactionsMachine,
} from '../../../src/machine/transactions.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';
import { serveWorkload } from '../../../src/maelstrom/serve-workload.ts';
import { txnListAppend } from '../../../src/maelstrom/workloads/txn-list-append.ts';
import { txnRwRegister } from '../../../src/maelstrom/workloads/txn-rw-register.ts';
import { MemoryStore } from '../../../src/storage/memory.ts';

const [name, manner = 'nothing'] = process.argv.slice(2);
const workload = name === 'txn-rw-register' ? txnRwRegister : txnListAppend;

/** So often something goes wrong. */
const period = 7;

class BrokenMachine extends TransactionsMachine {
  #commands = 0;
  #before: TransactionsSnapshot = [];

  override apply(transaction: Transaction): TransactionResult {
    this.#commands++;
    const isTime = this.#commands % period === 0;
    const earlier = this.#before;
    if (manner === 'stale') this.#before = this.snapshot();
    if (!isTime) return super.apply(transaction);
    switch (manner) {
      case 'half': {
        // The answer is that of all of it.
        const result = this.query(transaction);
        super.apply(transaction.slice(0, Math.floor(transaction.length / 2)));
        return result;
      }
      case 'stale':
        // On what there was before the last one, which is lost.
        this.restore(earlier);
        return super.apply(transaction);
      case 'twice':
        super.apply(transaction);
        return super.apply(transaction);
      case 'aborts':
        super.apply(transaction);
        return { kind: 'aborted', reason: 'tooLarge' };
      default:
        return super.apply(transaction);
    }
  }
}

const node = new MaelstromNode();
let local = new TransactionsMachine();
if (manner === 'local-reads') {
  const handle = node.handle.bind(node);
  node.handle = (type, handler) => {
    handle(type, (body, context) => {
      const steps = body['txn'] as readonly (readonly [string, number, null])[];
      if (type !== 'txn' || steps.some(([verb]) => verb !== 'r')) {
        return handler(body as never, context);
      }
      const items = new Map(local.snapshot().map((item) => [item.key, contentOf(item)]));
      return { type: 'txn_ok', txn: steps.map(([, key]) => ['r', key, items.get(key) ?? null]) };
    });
  };
}
serveWorkload(
  node,
  { ...workload, machine: { ...workload.machine, create: () => new BrokenMachine() } },
  {
    createStore: () => new MemoryStore(),
    seed: 1,
    observer: {
      onStart: (_replica, machine) => {
        local = machine;
      },
    },
  },
);
await node.run();
