import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHistory, describeResult, readJepsenHistory } from '../../src/checker/index.ts';
import { Recorder } from './recorder.ts';
import { timeline } from './timeline.ts';

test('a good history is told in one line', () => {
  const result = checkHistory(timeline('|--write 1--|  |--read 1--|'));
  assert.equal(describeResult(result), 'Linearizable: 1 key, 2 operations.');
});

test('a counterexample is told as what is impossible, an order of what is not, and what ran meanwhile', () => {
  const result = checkHistory(
    timeline(
      '|--write 1--|  |--write 2--|                      |--read 1--|',
      '                 |--cas 1 3--x22  |--write 1--x11',
      '                     |------------------write 4-----------?',
    ),
  );
  assert.equal(
    describeResult(result),
    `Not linearizable: 1 of 1 key, 6 operations.

Key "x" is not linearizable. This is impossible:

  process 0  read 1  lines 10–12

It returned 1; when it completed, the register can only have held 2 or 4.

Refused, but would have brought that about:

  process 1  write 1 (fail)  lines 8–9

What completed before it can be put in order. One such order, and what the register holds
after each operation:

  process 0  write 1  lines 1–2    → 1
  process 0  write 2  lines 3–6    → 2

Concurrent with it:

  process 2  write 4 (info)  lines 5–11`,
  );
});

test('Jepsen index and time are shown where there are any', () => {
  const history = readJepsenHistory(`
    [{:index 10, :time 1000000, :process 0, :type :invoke, :f :read, :value nil}
     {:index 11, :time 1250000000, :process 0, :type :ok, :f :read, :value 3}]`);
  assert.equal(
    describeResult(checkHistory(history)),
    `Not linearizable: 1 of 1 key, 1 operation.

The register is not linearizable. This is impossible:

  process 0  read 3  index 10–11  0.001–1.250 s

It returned 3; when it completed, the register can only have held nothing.`,
  );
});

test('an account is of bounded length', () => {
  const long = JSON.stringify('x'.repeat(1000));
  const { history, start, run } = new Recorder();
  for (let i = 0; i < 500; i += 1) start('write', `${i}${long}`);
  for (let i = 0; i < 500; i += 1) run('write', `${i}${long}`);
  run('read', 'nobody wrote this');
  const [key] = history().keys;
  assert.ok(key !== undefined);

  const account = describeResult(checkHistory({ keys: Array.from({ length: 10 }, () => key) }));

  assert.match(account, /7 more keys are invalid\./);
  assert.match(account, /and 488 invoked before these/);
  assert.ok(account.split('\n').length < 150);
  assert.ok(account.split('\n').every((line) => line.length < 1000));
});
