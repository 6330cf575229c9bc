/** Transactions of the real Maelstrom get a second opinion. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MalformedHistory } from '../../../src/checker/index.ts';
import type { HistoryEvent } from '../../../src/testbed/history.ts';
import { judgeHistory } from '../../../src/testbed/judge-run.ts';
import { readHistoryLines } from '../../../src/testbed/recorded/history-lines.ts';
import { readMaelstromTransactions } from '../../../src/testbed/recorded/maelstrom-transactions.ts';
import { txnListAppend } from '../../../src/testbed/workloads/txn-list-append.ts';

/** As Jepsen writes them: with and without the name of its record, faults in between. */
const staleRead = `{:type :invoke, :f :txn, :value [[:append 1 5] [:r 2 nil]], :process 0, :time 1, :index 0}
{:type :ok, :f :txn, :value [[:append 1 5] [:r 2 nil]], :process 0, :time 2, :index 1}
{:type :info, :f :start-partition, :value :majority, :process :nemesis, :time 3, :index 2}
#jepsen.history.Op{:index 3, :time 4, :type :invoke, :process 1, :f :txn, :value [[:r 1 nil]]}
#jepsen.history.Op{:index 4, :time 5, :type :ok, :process 1, :f :txn, :value [[:r 1 nil]]}
`;

function eventsOf(text: string): HistoryEvent[] {
  return readHistoryLines(readMaelstromTransactions(text), txnListAppend.functions).events;
}

function verdictOn(text: string): { readonly verdict: string; readonly reasons: string } {
  const context = { nodes: [], concurrency: 2, strict: false, consistencyModels: [] };
  const { verdict, reasons } = judgeHistory(txnListAppend, eventsOf(text), context);
  return { verdict, reasons: reasons.join('\n') };
}

test('micro-operations are read as the bench writes them; faults are left out', () => {
  const [asked, ...others] = eventsOf(staleRead);
  assert.deepEqual(asked, {
    time: 1,
    process: 0,
    type: 'invoke',
    f: 'txn',
    key: null,
    value: [
      ['append', 1, 5],
      ['r', 2, null],
    ],
  });
  assert.equal(others.length, 3);
});

test('a stale read in a history of Maelstrom is found, and the right one passes', () => {
  const { verdict, reasons } = verdictOn(staleRead);
  assert.equal(verdict, 'invalid');
  assert.match(reasons, /G-single-realtime: a stale read/);
  const right = staleRead.replace(
    ':ok, :process 1, :f :txn, :value [[:r 1 nil]]',
    ':ok, :process 1, :f :txn, :value [[:r 1 [5]]]',
  );
  assert.notEqual(right, staleRead);
  assert.equal(verdictOn(right).verdict, 'valid');
});

test('all events may stand in one list', () => {
  assert.equal(eventsOf(`[${staleRead}]`).length, 4);
});

test('what is no EDN, or no transaction, is said to be none', () => {
  assert.throws(() => readMaelstromTransactions('{:type'), MalformedHistory);
  assert.throws(
    () => eventsOf('{:type :invoke, :f :read, :value nil, :process 0}'),
    /line 1: .*read/,
  );
});
