/** The bench's transactions and logs: nodes that are right are valid, and each fault is found. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { repositoryFile, run } from '../process.ts';
import { nodeProgram, raftwright, resultsOf, store } from './benching.ts';

const base = ['--node-count', '3', '--concurrency', '4n', '--quiet-time', '0.5', '--store', store];

function bench(workload: string, bin: string, flags: readonly string[], args: readonly string[]) {
  return run(raftwright, ['test', '-w', workload, '--bin', bin, ...base, ...flags, '--', ...args]);
}

const sound: [workload: string, claim: RegExp][] = [
  ['txn-list-append', /VALID: the history is strict-serializable/],
  ['txn-rw-register', /VALID: nothing in the history contradicts that it is strict-serializable/],
  ['kafka', /VALID: no message was lost/],
];

for (const [workload, claim] of sound) {
  test(`nodes that are right are not condemned, under partitions: ${workload}`, async () => {
    const flags = ['--time-limit', '4', '--rate', '300', '--seed', '4'];
    const models = workload === 'kafka' ? ['linearizable,contiguous-offsets'] : [];
    const ended = await bench(
      workload,
      repositoryFile('bin/raft-node'),
      [
        ...[...flags, '--nemesis', 'partition', '--nemesis-interval', '1'],
        ...models.flatMap((it) => ['--consistency-models', it]),
      ],
      ['--machine', workload],
    );
    assert.equal(ended.status, 0, ended.stdout);
    assert.match(ended.stdout, claim);
    const results = JSON.parse(readFileSync(join(resultsOf(ended), 'results.json'), 'utf8'));
    assert.deepEqual(results.figures.anomalies, {});
  });
}

const brokenTransactions: [what: string, workload: string, manner: string, finds: RegExp][] = [
  ['reads outside the log', 'txn-list-append', 'local-reads', /G-single-realtime/],
  ['half of a transaction is applied', 'txn-list-append', 'half', /G-single/],
  ['an append to a stale list', 'txn-list-append', 'stale', /G-single|incompatible-order/],
  ['a transaction is applied twice', 'txn-list-append', 'twice', /duplicate-elements/],
  ['what is said to be aborted is applied', 'txn-list-append', 'aborts', /G1a/],
  ['reads outside the log', 'txn-rw-register', 'local-reads', /realtime/],
  ['half of a transaction is applied', 'txn-rw-register', 'half', /G-single|cyclic-versions/],
  ['a write to a stale state', 'txn-rw-register', 'stale', /G-single|lost-update/],
  ['what is said to be aborted is applied', 'txn-rw-register', 'aborts', /G1a/],
];

// They wait most of their time.
describe('transactions', { concurrency: 3 }, () => {
  for (const [what, workload, manner, finds] of brokenTransactions) {
    test(`${workload}: it is found that ${what}`, async () => {
      const latency = manner === 'local-reads' ? ['--latency', '20'] : [];
      const ended = await bench(
        workload,
        nodeProgram('broken-transactions'),
        ['--time-limit', '2', '--rate', '400', '--seed', '4', ...latency],
        [workload, manner],
      );
      assert.equal(ended.status, 1, ended.stdout);
      assert.match(ended.stdout, finds);
      const again = await run(raftwright, ['check', join(resultsOf(ended), 'history.jsonl')]);
      assert.equal(again.status, 1, 'the recorded history gets the same verdict');
      assert.match(again.stdout, finds);
    });
  }
});

const brokenLogs: [what: string, manner: string, finds: RegExp][] = [
  ['an offset is given twice', 'offset-twice', /inconsistent-offsets/],
  ['a message is stored twice', 'doubled', /duplicate/],
  ['a commit goes back', 'commit-back', /committed-backwards/],
  ['messages are never shown', 'lost', /lost-write/],
  ['a poll begins one too late', 'late', /poll-skip-external/],
  ['a poll is in the wrong order', 'reversed', /poll-nonmonotonic-internal/],
];

// They wait most of their time.
describe('logs', { concurrency: 3 }, () => {
  for (const [what, manner, finds] of brokenLogs) {
    test(`kafka: it is found that ${what}`, async () => {
      const ended = await bench(
        'kafka',
        nodeProgram('broken-logs'),
        ['--time-limit', '2', '--rate', '400', '--seed', '4'],
        [manner],
      );
      assert.equal(ended.status, 1, ended.stdout);
      assert.match(ended.stdout, finds);
      const again = await run(raftwright, ['check', join(resultsOf(ended), 'history.jsonl')]);
      assert.equal(again.status, 1, 'the recorded history gets the same verdict');
      assert.match(again.stdout, finds);
    });
  }
});

test('kafka: it is found that a snapshot is restored without the last messages', async () => {
  const flags = ['--time-limit', '4', '--rate', '300', '--seed', '4'];
  const faults = ['--nemesis', 'partition', '--nemesis-interval', '0.5'];
  const ended = await bench(
    'kafka',
    nodeProgram('broken-logs'),
    [...flags, ...faults],
    ['short-restore'],
  );
  assert.equal(ended.status, 1, ended.stdout);
  assert.match(ended.stdout, /inconsistent-offsets/);
});

test('polls may lag, unless logs are to be linearizable', async () => {
  const flags = ['--time-limit', '2', '--rate', '400', '--seed', '4', '--latency', '20'];
  const lagging = await bench('kafka', nodeProgram('broken-logs'), flags, ['local-polls']);
  assert.equal(lagging.status, 0, lagging.stdout);
  const strict = [...flags, '--consistency-models', 'linearizable'];
  const ended = await bench('kafka', nodeProgram('broken-logs'), strict, ['local-polls']);
  assert.equal(ended.status, 1, ended.stdout);
  assert.match(ended.stdout, /stale-poll/);
});

test('weaker models allow more: reads outside the log are serializable', async () => {
  const ended = await bench(
    'txn-list-append',
    nodeProgram('broken-transactions'),
    [
      '--time-limit',
      '3',
      '--rate',
      '300',
      '--latency',
      '20',
      '--consistency-models',
      'serializable',
    ],
    ['txn-list-append', 'local-reads'],
  );
  assert.equal(ended.status, 0, ended.stdout);
  assert.match(ended.stdout, /VALID: the history is serializable/);
});

test('a consistency model that nobody knows is refused, and the known ones are named', async () => {
  const ended = await bench('txn-list-append', raftwright, ['--consistency-models', 'perfect'], []);
  assert.equal(ended.status, 254);
  assert.match(ended.stderr, /--consistency-models: .*strict-serializable.*not perfect/);
});
