/** Logs: each anomaly as a story, and correct histories by chance. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkKafka, type KafkaRules } from '../../src/checker/kafka/check.ts';
import { reasonsOfKafka } from '../../src/checker/kafka/describe.ts';
import type { KafkaOperation, Placed } from '../../src/checker/kafka/operation.ts';
import { seeded } from './random.ts';

/**
 * A history, from one line an operation: process, when it began and ended, and what it did.
 *
 *     p1 0-1 send k a @0          (told offset 0)
 *     p1 2-3 poll k@0 = 0:a 1:b   (asked from 0 on; without =, nothing came)
 *     p1 4-5 commit k@1
 *     p1 6-7 list k = 1           (without =, none)
 *
 * `info:` and `fail:` before the verb say how it ended; `final:`, that it was asked at the end.
 */
function history(...lines: readonly string[]): KafkaOperation[] {
  return lines.map((line) => {
    const match = /^p(\d+) (\d+)-(\d+) (?:(info|fail): )?(final: )?(\w+) (.*)$/.exec(line);
    if (match === null) throw new Error(`not an operation: ${line}`);
    const [, process, begin, end, outcome = 'ok', final, verb, rest = ''] = match;
    const moment = (rank: number) => ({
      rank,
      line: rank + 1,
      index: undefined,
      timeNs: undefined,
    });
    const base = {
      process: Number(process),
      outcome: outcome as 'ok' | 'info' | 'fail',
      invoked: moment(Number(begin)),
      completed: moment(Number(end)),
      isFinal: final !== undefined,
    };
    const [, key = '', from, result] = /^(\w+)(?:@(\d+))?(?: = (.*))?$/.exec(rest) ?? [];
    switch (verb) {
      case 'send': {
        const [, to = '', message = '', offset] = /^(\w+) (\w+)(?: @(\d+))?$/.exec(rest) ?? [];
        const at = offset === undefined ? undefined : Number(offset);
        return { ...base, f: 'send', key: to, message, offset: at };
      }
      case 'poll': {
        const messages = (result ?? '').split(' ').filter((it) => it !== '');
        const placed = messages.map((it): Placed => {
          const [offset = '', message = ''] = it.split(':');
          return { offset: Number(offset), message };
        });
        const asked = new Map([[key, Number(from)]]);
        const came = new Map(placed.length > 0 ? [[key, placed]] : []);
        return { ...base, f: 'poll', asked, messages: came };
      }
      case 'commit':
        return { ...base, f: 'commit', offsets: new Map([[key, Number(from)]]) };
      default: {
        const offsets = new Map(result === undefined ? [] : [[key, Number(result)]]);
        return { ...base, f: 'list', keys: [key], offsets };
      }
    }
  });
}

interface Story {
  readonly shows: string;
  readonly history: readonly string[];
  readonly finds: readonly string[];
  readonly says?: string;
  readonly rules?: KafkaRules;
}

const stories: readonly Story[] = [
  {
    shows: 'messages are sent, polled and committed',
    history: [
      'p0 0-1 send k a @0',
      'p1 2-3 send k b @1',
      'p0 4-5 poll k@0 = 0:a 1:b',
      'p0 6-7 commit k@1',
      'p1 8-9 list k = 1',
      'p1 10-11 poll k@2',
    ],
    finds: [],
    rules: { linearizable: true, contiguous: true },
  },
  {
    shows: 'offsets may be sparse',
    history: ['p0 0-1 send k a @3', 'p0 2-3 send k b @7', 'p1 4-5 poll k@0 = 3:a 7:b'],
    finds: [],
  },
  {
    shows: 'unless they are to be contiguous',
    history: ['p0 0-1 send k a @3', 'p0 2-3 send k b @7', 'p1 4-5 poll k@0 = 3:a 7:b'],
    finds: ['poll-gap'],
    rules: { contiguous: true },
  },
  {
    shows: 'a message that nobody polled is only counted',
    history: ['p0 0-1 send k a @0', 'p0 2-3 send k b @1', 'p1 4-5 poll k@0 = 0:a'],
    finds: [],
  },
  {
    shows: 'a lost write: a later message was polled, and this one never',
    history: ['p0 0-1 send k a @0', 'p0 2-3 send k b @1', 'p1 4-5 poll k@1 = 1:b'],
    finds: ['lost-write'],
    says: 'A was told that a is at offset 0 of key k, but nobody ever polled it, though B polled offset 1',
  },
  {
    shows: 'a message whose send was not acknowledged may be lost',
    history: ['p0 0-1 info: send k a', 'p0 2-3 send k b @1', 'p1 4-5 poll k@0 = 1:b'],
    finds: [],
  },
  {
    shows: 'or turn up',
    history: ['p0 0-1 info: send k a', 'p0 2-3 send k b @1', 'p1 4-5 poll k@0 = 0:a 1:b'],
    finds: [],
    rules: { linearizable: true, contiguous: true },
  },
  {
    shows: 'unobserved: in the end a poll says that there is nothing',
    history: ['p0 0-1 send k a @0', 'p1 2-3 final: poll k@0'],
    finds: ['unobserved'],
    says: 'A was told that a is at offset 0 of key k; B asked for the rest of the key when everything was over, and was shown nothing',
  },
  {
    shows: 'an empty poll in between says nothing about that',
    history: ['p0 0-1 send k a @0', 'p1 2-3 poll k@0'],
    finds: [],
  },
  {
    shows: 'but is stale where logs are linearizable',
    history: ['p0 0-1 send k a @0', 'p1 2-3 poll k@0'],
    finds: ['stale-poll'],
    says: 'A ended with offset 0 of key k known, and B, which began after that and asked from 0 on, was shown nothing',
    rules: { linearizable: true },
  },
  {
    shows: 'unless the message was sent at the same time',
    history: ['p0 0-3 send k a @0', 'p1 1-2 poll k@0'],
    finds: [],
    rules: { linearizable: true },
  },
  {
    shows: 'two messages at one offset',
    history: ['p0 0-1 send k a @0', 'p1 2-3 send k b @0'],
    finds: ['inconsistent-offsets'],
    says: 'at offset 0 of key k there was a (A) and b (B)',
  },
  {
    shows: 'one message at two offsets',
    history: ['p0 0-1 send k a @0', 'p1 2-3 poll k@0 = 0:a 1:a'],
    finds: ['duplicate'],
    says: 'message a of key k stood at offsets 0 and 1',
  },
  {
    shows: 'a message that nobody sent, or that was sent to another key',
    history: ['p0 0-1 send j a @0', 'p1 2-3 poll k@0 = 0:a', 'p1 4-5 poll j@0 = 0:a'],
    finds: ['garbage-read'],
  },
  {
    shows: 'a message whose sending had failed',
    history: ['p0 0-1 fail: send k a', 'p1 2-3 poll k@0 = 0:a'],
    finds: ['aborted-read'],
  },
  {
    shows: 'a poll passes over a message that exists',
    history: [
      'p0 0-1 send k a @0',
      'p0 2-3 send k b @1',
      'p0 4-5 send k c @2',
      'p1 6-7 poll k@0 = 0:a 2:c',
      'p2 8-9 poll k@0 = 0:a 1:b 2:c',
    ],
    finds: ['poll-skip-internal'],
    says: 'A was shown offset 2 of key k after offset 0, past offset 1, which has b (B)',
  },
  {
    shows: 'a poll begins after what was asked for',
    history: [
      'p0 0-1 send k a @0',
      'p0 2-3 send k b @1',
      'p1 4-5 poll k@0 = 1:b',
      'p2 6-7 poll k@0 = 0:a 1:b',
    ],
    finds: ['poll-skip-external'],
    says: 'A asked for key k from offset 0 on, and what came begins at 1, past offset 0, which has a (B)',
  },
  {
    shows: 'a poll begins before what was asked for',
    history: ['p0 0-1 send k a @0', 'p0 2-3 send k b @1', 'p1 4-5 poll k@1 = 0:a 1:b'],
    finds: ['poll-nonmonotonic-external'],
  },
  {
    shows: 'offsets of a poll go back',
    history: ['p0 0-1 send k a @0', 'p0 2-3 send k b @1', 'p1 4-5 poll k@0 = 0:a 1:b 0:a'],
    finds: ['poll-nonmonotonic-internal'],
  },
  {
    shows: 'a client sends twice, and the second offset is lower',
    history: ['p0 0-1 send k a @1', 'p0 2-3 send k b @0'],
    finds: ['send-nonmonotonic'],
    says: 'A ended with offset 1 of key k, and B, which began after that, was told that b is at offset 0',
  },
  {
    shows: 'which two clients may see',
    history: ['p0 0-1 send k a @1', 'p1 2-3 send k b @0'],
    finds: [],
  },
  {
    shows: 'unless logs are linearizable',
    history: ['p0 0-1 send k a @1', 'p1 2-3 send k b @0'],
    finds: ['send-order-realtime'],
    rules: { linearizable: true },
  },
  {
    shows: 'a committed offset moves back',
    history: ['p0 0-1 commit k@5', 'p1 2-3 commit k@3', 'p2 4-5 list k = 3', 'p2 6-7 list k = 5'],
    finds: ['committed-backwards'],
    says: 'A ended with offset 5 of key k committed, and B, which began after that, was shown 3',
  },
  {
    shows: 'a committed offset is gone',
    history: ['p0 0-1 commit k@5', 'p1 2-3 list k'],
    finds: ['committed-backwards'],
  },
  {
    shows: 'what was shown as committed is shown again',
    history: ['p0 0-9 info: commit k@5', 'p1 2-3 list k = 5', 'p1 4-5 list k'],
    finds: ['committed-backwards'],
  },
  {
    shows: 'a commit at the same time may be seen or not',
    history: ['p0 0-5 commit k@5', 'p1 1-2 list k = 5', 'p2 1-4 list k'],
    finds: [],
  },
  {
    shows: 'an offset that nobody had committed',
    history: ['p0 0-1 commit k@5', 'p1 2-3 list k = 6', 'p0 4-5 commit k@6'],
    finds: ['committed-unknown'],
    says: 'A was shown offset 6 of key k as committed, which nobody had committed',
  },
  {
    shows: 'a commit that failed is none',
    history: ['p0 0-1 fail: commit k@5', 'p1 2-3 list k = 5'],
    finds: ['committed-unknown'],
  },
];

for (const { shows, history: lines, finds, says, rules } of stories) {
  test(shows, () => {
    const result = checkKafka(history(...lines), rules);
    const told = reasonsOfKafka(result).join('\n');
    assert.deepEqual([...new Set(result.anomalies.map(({ name }) => name))], finds, told);
    assert.equal(result.verdict, finds.length > 0 ? 'invalid' : 'valid');
    if (says !== undefined) assert.ok(told.includes(`\n  ${says}.`), told);
  });
}

test('a message that is sent twice to a key cannot be judged, and the line is named', () => {
  const twice = history('p0 0-1 send k a @0', 'p0 2-3 send k a @1');
  assert.throws(() => checkKafka(twice), /line 3: a is sent to key k a second time/);
});

test('what nobody polled, and offsets of which nothing is known, are counted', () => {
  const { figures } = checkKafka(
    history('p0 0-1 send k a @0', 'p0 2-3 send k b @3', 'p1 4-5 poll k@0 = 0:a'),
  );
  assert.deepEqual(figures, { keys: 1, acknowledged: 2, polled: 1, unobserved: 1, gaps: 2 });
});

test('a poll at the end that shows something of another key may have had no room for more', () => {
  const [send, other, poll] = history(
    'p0 0-1 send k a @0',
    'p0 2-3 send m b @0',
    'p1 4-5 final: poll k@0',
  );
  assert.ok(send?.f === 'send' && other?.f === 'send' && poll?.f === 'poll');
  const asked = new Map([...poll.asked, ['m', 0]]);
  const messages = new Map([['m', [{ offset: 0, message: 'b' }]]]);
  assert.equal(checkKafka([send, other, { ...poll, asked, messages }]).verdict, 'valid');
  assert.deepEqual(checkKafka([send, other, { ...poll, asked }]).counts, { unobserved: 2 });
});

/** Logs in memory, and clients that poll from where they are, as the bench's do. */
function simulated(seed: number): KafkaOperation[] {
  const random = seeded(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const logs = new Map<string, string[]>();
  const committed = new Map<string, number>();
  const positions = Array.from({ length: 4 }, () => new Map<string, number>());
  const operations: KafkaOperation[] = [];
  let rank = 0;
  for (let count = 0; count < 150; count++) {
    const process = below(4);
    const key = `k${below(3)}`;
    const log = logs.get(key) ?? [];
    logs.set(key, log);
    const outcome = random() < 0.1 ? 'info' : random() < 0.1 ? 'fail' : 'ok';
    const happens = outcome === 'ok' || (outcome === 'info' && random() < 0.5);
    const moment = () => ({ rank: rank++, line: rank, index: undefined, timeNs: undefined });
    const base = {
      process,
      outcome,
      invoked: moment(),
      completed: moment(),
      isFinal: false,
    } as const;
    const own = positions[process] ?? new Map<string, number>();
    const kind = below(4);
    if (kind === 0) {
      const message = `m${count}`;
      if (happens) log.push(message);
      const offset = outcome === 'ok' ? log.length - 1 : undefined;
      operations.push({ ...base, f: 'send', key, message, offset });
    } else if (kind === 1) {
      const from = own.get(key) ?? (committed.get(key) ?? -1) + 1;
      const end = Math.min(log.length, from + 1 + below(5));
      const came = log.slice(from, end).map((message, it) => ({ offset: from + it, message }));
      if (outcome === 'ok') own.set(key, Math.max(from, end));
      const isShown = outcome === 'ok' && came.length > 0;
      const messages = new Map(isShown ? [[key, came]] : []);
      operations.push({ ...base, f: 'poll', asked: new Map([[key, from]]), messages });
    } else if (kind === 2) {
      const offset = (own.get(key) ?? 0) - 1;
      if (offset < 0) continue;
      if (happens) committed.set(key, Math.max(offset, committed.get(key) ?? -1));
      operations.push({ ...base, f: 'commit', offsets: new Map([[key, offset]]) });
    } else {
      const offset = outcome === 'ok' ? committed.get(key) : undefined;
      const offsets = new Map(offset === undefined ? [] : [[key, offset]]);
      operations.push({ ...base, f: 'list', keys: [key], offsets });
    }
  }
  return operations;
}

test('what correct logs answer is never condemned, by the strictest rules', () => {
  for (let seed = 0; seed < 500; seed++) {
    const result = checkKafka(simulated(seed), { linearizable: true, contiguous: true });
    assert.deepEqual(result.anomalies, [], `seed ${seed}\n${reasonsOfKafka(result).join('\n')}`);
  }
});

test('one message less in a poll, or one offset higher, is found', () => {
  let made = 0;
  for (let seed = 0; seed < 500; seed++) {
    const random = seeded(seed + 1000);
    const operations = simulated(seed);
    const polls = operations.flatMap((it, at) =>
      it.f === 'poll' && [...it.messages.values()].some((came) => came.length > 1) ? [at] : [],
    );
    const place = polls[Math.floor(random() * polls.length)];
    if (place === undefined) continue;
    made++;
    const isHigher = random() < 0.5;
    const changed = operations.map((it, at): KafkaOperation => {
      if (at !== place || it.f !== 'poll') return it;
      const messages = Array.from(it.messages, ([key, came]): [string, readonly Placed[]] => [
        key,
        isHigher ? came.map((p) => ({ ...p, offset: p.offset + 1 })) : came.slice(1),
      ]);
      return { ...it, messages: new Map(messages) };
    });
    const { verdict } = checkKafka(changed, { contiguous: true });
    assert.equal(verdict, 'invalid', `seed ${seed}`);
  }
  assert.ok(made > 400);
});
