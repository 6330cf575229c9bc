/** What clients of any machine saw, judged by the order that the log gives. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, asTerm } from '../../../src/raft/index.ts';
import type { Outcome } from '../../../src/replica/index.ts';
import type { LogEntry } from '../../../src/testbed/simulation/node-watch.ts';
import { OperationRecord } from '../../../src/testbed/simulation/operation-record.ts';

class Sum {
  #total = 0;

  apply(command: number): number {
    this.#total += command;
    return this.#total;
  }

  query(): number {
    return this.#total;
  }

  snapshot(): number {
    return this.#total;
  }

  restore(snapshot: number): void {
    this.#total = snapshot;
  }
}

type Word =
  | { readonly ask: number; readonly add: number }
  | { readonly ask: number }
  | { readonly answer: number; readonly result: number; readonly index: number }
  | { readonly refuse: number };

/** @param log the numbers of the operations in the log; each adds its own number */
function judge(log: readonly number[], words: readonly Word[]): string {
  const record = new OperationRecord<number, null, number>(() => new Sum());
  const asked = new Map<number, Parameters<typeof record.invoke>[2]>();
  for (const word of words) {
    if ('ask' in word) {
      const operation =
        'add' in word
          ? ({ kind: 'command', command: word.add } as const)
          : ({ kind: 'query', query: null } as const);
      const numbered = { number: word.ask, operation };
      asked.set(word.ask, numbered);
      record.invoke(0, 0, numbered);
      continue;
    }
    const number = 'answer' in word ? word.answer : word.refuse;
    const numbered = asked.get(number);
    assert.ok(numbered !== undefined);
    const outcome: Outcome<number> =
      'answer' in word
        ? { kind: 'done', result: word.result, index: asLogIndex(word.index) }
        : { kind: 'refused', reason: 'noLeader' };
    record.complete(0, 0, numbered, { type: 'answer' in word ? 'ok' : 'fail', outcome });
  }
  const entries = log.map((operation, at): LogEntry => {
    const command = { operation, command: operation };
    return { kind: 'command', index: asLogIndex(at + 1), term: asTerm(1), command, bytes: 1 };
  });
  const opinion = record.judge(entries);
  return opinion.verdict === 'valid' ? 'valid' : opinion.rule;
}

const linearizable = 'what clients saw is linearizable';

test('each answer is the machine’s at its place', () => {
  const words = [
    { ask: 1, add: 1 },
    { ask: 2, add: 2 },
    { answer: 2, result: 3, index: 2 },
    { answer: 1, result: 1, index: 1 },
  ];
  assert.equal(judge([1, 2], words), 'valid');
  assert.equal(judge([2, 1], words), 'what was answered is committed');
  const wrong = [...words.slice(0, 3), { answer: 1, result: 2, index: 1 }];
  assert.equal(judge([1, 2], wrong), 'answers are those of the machine');
});

test('a command stands in the log once', () => {
  assert.equal(judge([1, 1], [{ ask: 1, add: 1 }]), 'a command takes effect once');
});

test('what was answered is in the log, and what was refused is not', () => {
  const ask = { ask: 1, add: 1 };
  assert.equal(
    judge([], [ask, { answer: 1, result: 1, index: 1 }]),
    'what was answered is committed',
  );
  assert.equal(judge([1], [ask, { refuse: 1 }]), 'what was refused never takes effect');
  assert.equal(judge([], [ask, { refuse: 1 }]), 'valid');
});

test('an unanswered command may take effect at any time, or never', () => {
  assert.equal(judge([1], [{ ask: 1, add: 1 }]), 'valid');
  assert.equal(judge([], [{ ask: 1, add: 1 }]), 'valid');
});

test('whoever was answered before another asked stands before it', () => {
  const words = [
    { ask: 1, add: 1 },
    { answer: 1, result: 3, index: 2 },
    { ask: 2, add: 2 },
    { answer: 2, result: 2, index: 1 },
  ];
  assert.equal(judge([2, 1], words), linearizable);
});

test('a query sees all that was answered before it was asked', () => {
  const words = (seen: number) => [
    { ask: 1, add: 1 },
    { answer: 1, result: 1, index: 1 },
    { ask: 7 },
    { answer: 7, result: seen, index: 1 },
  ];
  assert.equal(judge([1], words(1)), 'valid');
  assert.equal(judge([1], words(0)), linearizable);
});

test('a query may see what runs beside it, and nothing that was asked for later', () => {
  const beside = [{ ask: 7 }, { ask: 1, add: 1 }, { answer: 7, result: 1, index: 1 }];
  assert.equal(judge([1], beside), 'valid');
  const later = [{ ask: 7 }, { answer: 7, result: 1, index: 1 }, { ask: 1, add: 1 }];
  assert.equal(judge([1], later), linearizable);
});

test('a query sees no less than the one before it', () => {
  const words = (first: number, second: number) => [
    { ask: 1, add: 1 },
    { ask: 7 },
    { answer: 7, result: first, index: 1 },
    { ask: 8 },
    { answer: 8, result: second, index: 1 },
  ];
  assert.equal(judge([1], words(0, 1)), 'valid');
  assert.equal(judge([1], words(1, 0)), linearizable);
});

test('a command that a query did not see stands behind it', () => {
  // The query was answered from after the first command; the second was answered before, at 2.
  const words = [
    { ask: 1, add: 1 },
    { ask: 2, add: 2 },
    { answer: 2, result: 3, index: 2 },
    { ask: 7 },
    { answer: 7, result: 1, index: 1 },
  ];
  assert.equal(judge([1, 2], words), linearizable);
});
