/** What clients of any machine saw, judged by the order that the log gives. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionCommand } from '../../../src/machine/session-command.ts';
import { asLogIndex, asTerm } from '../../../src/raft/index.ts';
import type { Outcome } from '../../../src/replica/index.ts';
import type { LogEntry } from '../../../src/testbed/simulation/node-watch.ts';
import type { NumberedCommand } from '../../../src/testbed/simulation/numbered-operation.ts';
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

function addition(
  operation: number,
  sequence: number,
  firstOpen = 1,
  session = 1,
): SessionCommand<NumberedCommand<number>> {
  const command = { operation, command: operation };
  return { kind: 'command', session, sequence, firstOpen, command };
}

type Entry = number | SessionCommand<NumberedCommand<number>>;

/**
 * @param log the numbers of the operations in the log, each a command of its own that adds its
 *   number, or commands as they stand in a log
 */
function judge(log: readonly Entry[], words: readonly Word[]): string {
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
  // The session is opened before the first index, as it were.
  const opening: LogEntry = {
    kind: 'command',
    index: asLogIndex(0),
    term: asTerm(1),
    command: { kind: 'openSession', owner: { node: 'n1', life: 1 } },
    bytes: 1,
  };
  const entries = log.map((entry, at): LogEntry => {
    const command = typeof entry === 'number' ? addition(entry, at + 1) : entry;
    return { kind: 'command', index: asLogIndex(at + 1), term: asTerm(1), command, bytes: 1 };
  });
  const opinion = record.judge([opening, ...entries]);
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

test('a command takes effect once', () => {
  assert.equal(judge([1, 1], [{ ask: 1, add: 1 }]), 'a command takes effect once');
});

test('a repetition in the log is none in effect, and may be what is answered', () => {
  const log = [addition(1, 1), addition(2, 2), addition(1, 1)];
  const ask = [
    { ask: 1, add: 1 },
    { ask: 2, add: 2 },
    { answer: 2, result: 3, index: 2 },
  ];
  assert.equal(judge(log, [...ask, { answer: 1, result: 1, index: 3 }]), 'valid');
  assert.equal(
    judge(log, [...ask, { answer: 1, result: 4, index: 3 }]),
    'answers are those of the machine',
  );
});

test('a command of a session that is gone, or below its floor, has no effect', () => {
  const gone = [{ ask: 1, add: 1 }, { refuse: 1 }];
  assert.equal(judge([addition(1, 1, 1, 9)], gone), 'valid');
  assert.equal(judge([addition(2, 2, 2), addition(1, 1)], [...gone, { ask: 2, add: 2 }]), 'valid');
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
