import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHistory, type Verdict } from '../../src/checker/index.ts';
import { timeline } from './timeline.ts';

interface Story {
  readonly shows: string;
  readonly drawing: readonly string[];
  readonly is: Verdict;
  /** The verdict of strict checking, where it is another. */
  readonly strictly?: Verdict;
}

const stories: readonly Story[] = [
  {
    shows: 'a read returns what was written before',
    drawing: ['|--write 1--|  |--read 1--|'],
    is: 'valid',
  },
  {
    shows: 'a stale read: the write had completed before the read was invoked',
    drawing: ['|--write 1--|  |--write 2--|', '                              |--read 1--|'],
    is: 'invalid',
  },
  {
    shows: 'a read during a write may return the old value or the new one',
    drawing: [
      '|--write 1--|  |-----------write 2-----------|',
      '                 |--read 1--|  |--read 2--|',
    ],
    is: 'valid',
  },
  {
    shows: 'but not the new one and then the old one',
    drawing: [
      '|--write 1--|  |-----------write 2-----------|',
      '                 |--read 2--|  |--read 1--|',
    ],
    is: 'invalid',
  },
  {
    shows: 'a lost write: nobody wrote in between, and it is gone',
    drawing: ['|--write 1--|  |--read null--|'],
    is: 'invalid',
  },
  {
    shows: 'a value that nobody wrote',
    drawing: ['|--write 1--|', '    |--read 7--|'],
    is: 'invalid',
  },
  {
    shows: 'a read of null before anything was written',
    drawing: ['|--read null--|  |--write 1--|'],
    is: 'valid',
  },
  {
    shows: 'a read of null after null was written',
    drawing: ['|--write 1--|  |--write null--|  |--read null--|'],
    is: 'valid',
  },
  {
    shows: 'two concurrent writes, of which readers agree who was last',
    drawing: ['|--write 1--|   |--read 1--|', ' |--write 2--|   |--read 1--|'],
    is: 'valid',
  },
  {
    shows: 'two concurrent writes, of which readers do not agree who was last',
    drawing: ['|--write 1--|   |--read 1--|', ' |--write 2--|   |--read 2--|'],
    is: 'invalid',
  },
  {
    shows: 'a cas that succeeds finds the value it expects',
    drawing: ['|--write 1--|  |--cas 1 2--|  |--read 2--|'],
    is: 'valid',
  },
  {
    shows: 'a cas that succeeds from a value that is not there',
    drawing: ['|--write 1--|  |--cas 3 2--|'],
    is: 'invalid',
  },
  {
    shows: 'two cas steps from one value: only one can have found it',
    drawing: ['|--write 1--|  |--cas 1 2--|', '                 |--cas 1 3--|'],
    is: 'invalid',
  },
  {
    shows: 'a cas from null succeeds on an absent key',
    drawing: ['|--cas null 1--|  |--read 1--|'],
    is: 'valid',
  },
  {
    shows: 'a chain of concurrent cas steps whose order only their values tell',
    drawing: [
      '|--write 0--|  |--cas 2 3--|',
      '                |--cas 1 2--|',
      '                 |--cas 0 1--| |--read 3--|',
    ],
    is: 'valid',
  },
  {
    shows: 'a write that failed did not happen',
    drawing: ['|--write 1--|  |--write 2--x  |--read 1--|'],
    is: 'valid',
  },
  {
    shows: 'a write that failed and was seen all the same',
    drawing: ['|--write 1--|  |--write 2--x  |--read 2--|'],
    is: 'invalid',
  },
  {
    shows: 'a write that is seen before it fails',
    drawing: ['|------write 2------x', '   |--read 2--|'],
    is: 'invalid',
  },
  {
    shows: 'a write of unknown outcome that takes effect late',
    drawing: ['|--write 1--|  |--write 2--?  |--read 1--|  |--read 2--|'],
    is: 'valid',
  },
  {
    shows: 'a write of unknown outcome that never takes effect',
    drawing: ['|--write 1--|  |--write 2--?  |--read 1--|  |--read 1--|'],
    is: 'valid',
  },
  {
    shows: 'a write of unknown outcome takes effect only once',
    drawing: ['|--write 1--|  |--write 2--?  |--read 2--|  |--write 1--|  |--read 2--|'],
    is: 'invalid',
  },
  {
    shows: 'a write of unknown outcome does not take effect before its invocation',
    drawing: ['|--write 1--|  |--read 2--|  |--write 2--?'],
    is: 'invalid',
  },
  {
    shows: 'a write that the history never speaks of again is of unknown outcome too',
    drawing: ['|--write 1--|  |--write 2-->', '                               |--read 2--|'],
    is: 'valid',
  },
  {
    shows: 'a cas of unknown outcome needs its value as any other does',
    drawing: ['|--write 1--|  |--cas 3 2--?  |--read 2--|'],
    is: 'invalid',
  },
  {
    shows: 'operations of unknown outcome build on one another',
    drawing: ['|--write 1--|  |--cas 5 6--?  |--write 5--?  |--read 6--|'],
    is: 'valid',
  },
  {
    shows: 'a read of unknown outcome says nothing',
    drawing: ['|--write 1--|  |--read 9--?  |--read 1--|'],
    is: 'valid',
  },
  {
    shows: 'a whole epoch that passes within the time of a write: write, cas, and a read of it',
    drawing: [
      '|-------------------write 9-------------------|  |--read 9--|',
      '  |--write 1--|  |--cas 1 2--|   |--read 2--|',
    ],
    is: 'valid',
  },
  {
    shows: 'two reads of values that were there only while a third was written',
    drawing: [
      '|--------write 1--------|  |--read 3--|',
      ' |--------write 2--------|',
      '  |--------write 3--------|',
      '   |--------read 1--------------|',
      '    |--------read 2--------------|',
    ],
    is: 'valid',
  },
  {
    shows: 'strict: a cas that failed for want of its value did find another',
    drawing: ['|--write 1--|  |--cas 2 3--x22'],
    is: 'valid',
  },
  {
    shows: 'strict: a cas that failed for want of its value though that was there',
    drawing: ['|--write 1--|  |--cas 1 3--x22'],
    is: 'valid',
    strictly: 'invalid',
  },
  {
    shows: 'strict: a cas that failed for want of its value where there was none',
    drawing: ['|--cas 1 3--x22'],
    is: 'valid',
    strictly: 'invalid',
  },
  {
    shows:
      'strict: a cas that failed at some time when a concurrent write had taken its value away',
    drawing: ['|--write 1--|  |--cas 1 3--x22', '                |---write 2---|'],
    is: 'valid',
  },
  {
    shows: 'strict: a read that found no key before there was one',
    drawing: ['|--read--x20  |--write 1--|'],
    is: 'valid',
  },
  {
    shows: 'strict: a read that found no key where null was written',
    drawing: ['|--write null--|  |--read--x20'],
    is: 'valid',
    strictly: 'invalid',
  },
  {
    shows: 'strict: a cas that found no key after a write',
    drawing: ['|--write 1--|  |--cas 1 2--x20'],
    is: 'valid',
    strictly: 'invalid',
  },
  {
    shows: 'strict: what another error says is no observation',
    drawing: ['|--write 1--|  |--cas 1 2--x11'],
    is: 'valid',
  },
  {
    shows: 'strict: a write observes nothing, whatever its error',
    drawing: ['|--write 1--|  |--write 2--x20'],
    is: 'valid',
  },
];

for (const { shows, drawing, is, strictly } of stories) {
  test(`${is}: ${shows}`, () => {
    const history = timeline(...drawing);
    assert.equal(checkHistory(history).verdict, is);
    assert.equal(checkHistory(history, { strict: true }).verdict, strictly ?? is);
  });
}

test('keys are judged one by one, and one bad key makes a bad history', () => {
  const good = timeline('|--write 1--|  |--read 1--|').keys;
  const bad = timeline('|--write 1--|  |--read 2--|').keys;

  const result = checkHistory({ keys: [...good, ...bad, ...good] });

  assert.equal(result.verdict, 'invalid');
  assert.deepEqual(
    result.keys.map((it) => it.verdict),
    ['valid', 'invalid', 'valid'],
  );
  assert.deepEqual(result.operations, { ok: 6, fail: 0, info: 0, open: 0 });
});
