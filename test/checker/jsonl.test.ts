import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkHistory,
  MalformedHistory,
  type Operation,
  readJsonlHistory,
} from '../../src/checker/index.ts';

const invoke = '{"process":0,"type":"invoke","f":"write","key":"k","value":1}';
const ok = '{"process":0,"type":"ok","f":"write","key":"k","value":1}';

function read(...lines: readonly string[]): readonly Operation[] {
  return readJsonlHistory(lines).keys.flatMap((it) => it.operations);
}

/**
 * A history of one write and a read of another value: valid only if the two are taken to be equal.
 */
function writeThenRead(written: string, returned: string): string {
  const history = readJsonlHistory([
    `{"process":0,"type":"invoke","f":"write","key":"k","value":${written}}`,
    '{"process":0,"type":"ok","f":"write"}',
    '{"process":0,"type":"invoke","f":"read","key":"k"}',
    `{"process":0,"type":"ok","f":"read","value":${returned}}`,
  ]);
  return checkHistory(history).verdict;
}

test('an operation is put together from its two events', () => {
  const [write, cas, get] = read(
    '{"process":3,"type":"invoke","f":"write","key":"k","value":{"a":1},"time":1500}',
    '{"process":4,"type":"invoke","f":"cas","key":"k","value":[1,"2"],"time":1600}',
    '{"process":3,"type":"ok","f":"write","key":"k","value":{"a":1},"time":1700,"extra":true}',
    '{"process":4,"type":"fail","f":"cas","key":"k","value":[1,"2"],"error":[22,"not 1"]}',
    '{"process":3,"type":"invoke","f":"read","key":"k","value":null}',
  );
  assert.deepEqual(write, {
    id: 0,
    process: 3,
    f: 'write',
    value: '{"a":1}',
    invoked: { rank: 0, line: 1, index: undefined, timeNs: 1500 },
    completed: { rank: 2, line: 3, index: undefined, timeNs: 1700 },
    outcome: 'ok',
    observation: undefined,
  });
  assert.ok(cas?.f === 'cas');
  assert.deepEqual([cas.from, cas.to, cas.observation], ['1', '"2"', 'precondition-failed']);
  assert.deepEqual([get?.outcome, get?.completed], ['open', undefined]);
});

test('keys come in the order of their first use, and are compared as JSON values', () => {
  const history = readJsonlHistory([
    '{"process":0,"type":"invoke","f":"write","key":{"b":1,"a":[]},"value":1}',
    '{"process":1,"type":"invoke","f":"write","key":null,"value":1}',
    '{"process":2,"type":"invoke","f":"write","key":{"a":[],"b":1.0},"value":1}',
    '{"process":3,"type":"invoke","f":"write","key":"null","value":1}',
  ]);
  assert.deepEqual(
    history.keys.map((it) => [it.key, it.operations.length]),
    [
      ['{"a":[],"b":1}', 2],
      [null, 1],
      ['"null"', 1],
    ],
  );
});

test('fault events are skipped; a byte order mark, carriage returns and blank lines at the end do not matter', () => {
  const operations = read(
    `\uFEFF${invoke}\r`,
    '{"process":"nemesis","type":"info","f":"partition","value":null}\r',
    `${ok}\r`,
    '\r',
    '',
  );
  assert.deepEqual(
    operations.map((it) => it.completed?.line),
    [3],
  );
});

test('after info a process may go on, and the operation stays open for ever', () => {
  const operations = read(
    invoke,
    '{"process":0,"type":"info","f":"write","error":0}',
    '{"process":0,"type":"invoke","f":"read","key":"k"}',
  );
  assert.deepEqual(
    operations.map((it) => it.outcome),
    ['info', 'open'],
  );
});

test('what stands for a value in a completion that is not ok does not matter', () => {
  for (const type of ['fail', 'info']) {
    for (const told of ['null', '"timed-out"', '7']) {
      const completion = `{"process":0,"type":"${type}","f":"write","key":"k","value":${told}}`;
      const [write] = read(invoke, completion);
      assert.ok(write?.f === 'write');
      assert.deepEqual([write.value, write.outcome], ['1', type]);
    }
  }
});

test('the forms of errors', () => {
  const forms: readonly (readonly [string, Operation['observation']])[] = [
    ['22', 'precondition-failed'],
    ['[22,"text"]', 'precondition-failed'],
    ['"precondition-failed"', 'precondition-failed'],
    ['["precondition-failed","text"]', 'precondition-failed'],
    ['{"code":22,"text":"t"}', 'precondition-failed'],
    ['20', 'key-does-not-exist'],
    ['[20]', 'key-does-not-exist'],
    ['"key-does-not-exist"', 'key-does-not-exist'],
    ['{"code":20}', 'key-does-not-exist'],
    ['11', undefined],
    ['"22"', undefined],
    ['null', undefined],
    ['[]', undefined],
    ['{"text":"22"}', undefined],
  ];
  for (const [error, observation] of forms) {
    const cas = '"process":0,"f":"cas","key":"k","value":[1,2]';
    const [operation] = read(`{${cas},"type":"invoke"}`, `{${cas},"type":"fail","error":${error}}`);
    assert.equal(operation?.observation, observation, error);
  }
});

test('values are compared exactly', () => {
  const same = [
    ['1', '1.0'],
    ['100', '1e2'],
    ['0', '-0.0'],
    ['0.5', '5E-1'],
    ['9007199254740993', '9007199254740993.0'],
    ['123456789012345678901234567890', '1.2345678901234567890123456789e29'],
    ['1e400', '10e399'],
    ['1e-30', '0.000000000000000000000000000001'],
    ['{"a":1,"b":[true,null]}', '{ "b" : [ true , null ] , "a" : 1e0 }'],
    ['"\\u0041/"', '"A\\/"'],
  ] as const;
  const different = [
    ['1', '"1"'],
    ['9007199254740992', '9007199254740993'],
    ['0.1', '0.1000000000000000055511151231257827'],
    ['1e400', '1e401'],
    ['-1', '1'],
    ['[1,2]', '[2,1]'],
    ['[]', '{}'],
    ['null', '"null"'],
    ['null', 'false'],
    ['"9007199254740992"', '"9007199254740993"'],
    ['{"a":1}', '{"a":1,"b":null}'],
  ] as const;
  for (const [a, b] of same) assert.equal(writeThenRead(a, b), 'valid', `${a} ${b}`);
  for (const [a, b] of different) assert.equal(writeThenRead(a, b), 'invalid', `${a} ${b}`);
});

test('what is malformed is refused, and the line is named', () => {
  const cases: readonly (readonly [problem: RegExp, line: number, lines: readonly string[]])[] = [
    [/not JSON, at column 12/, 3, [invoke, ok, '{"process":x}']],
    [/"," or "}" is missing, at column 13/, 1, ['{"process":0']],
    [/"," or "}" is missing, at column 13/, 1, ['{"process":01}']],
    [/"," or "]" is missing, at column 13/, 1, ['{"value":[1 2]}']],
    [/":" is missing, at column 12/, 1, ['{"process" 0}']],
    [/the name of a member is missing, at column 15/, 1, ['{"process":0, }']],
    [/a value is missing, at column 13/, 1, ['{"process": }']],
    [/not JSON, at column 12/, 1, ['{"process":"0}']],
    [/more text after the value/, 1, [`${invoke} {}`]],
    [/"f" appears twice/, 1, ['{"process":0,"f":"read","f":"read"}']],
    [/bad escape/, 1, ['{"process":0,"value":"\\x"}']],
    [/an event is an object, not \[1\]/, 1, ['[1]']],
    [/a blank line before the end/, 2, [invoke, '', ok]],
    [/no process/, 1, ['{"type":"invoke","f":"read","key":1}']],
    [/process is -1, not/, 1, ['{"process":-1,"type":"invoke","f":"read","key":1}']],
    [/process is 0.5, not/, 1, ['{"process":0.5,"type":"invoke","f":"read","key":1}']],
    [/process is "0", not/, 1, ['{"process":"0","type":"invoke","f":"read","key":1}']],
    [/process is 9007199254740993/, 1, ['{"process":9007199254740993,"type":"invoke"}']],
    [/no type/, 1, ['{"process":0,"f":"read","key":1}']],
    [/type is "start", not one of/, 1, ['{"process":0,"type":"start","f":"read","key":1}']],
    [/no f/, 2, [invoke, '{"process":0,"type":"ok"}']],
    [/f is "append", not one of/, 1, ['{"process":0,"type":"invoke","f":"append","key":1}']],
    [/no key/, 1, ['{"process":0,"type":"invoke","f":"read"}']],
    [/a write without a value/, 1, ['{"process":0,"type":"invoke","f":"write","key":1}']],
    [/a cas without a value/, 1, ['{"process":0,"type":"invoke","f":"cas","key":1}']],
    [/must be a pair/, 1, ['{"process":0,"type":"invoke","f":"cas","key":1,"value":[1]}']],
    [/must be a pair/, 1, ['{"process":0,"type":"invoke","f":"cas","key":1,"value":[1,2,3]}']],
    [
      /must be a pair/,
      1,
      ['{"process":0,"type":"invoke","f":"cas","key":1,"value":{"0":1,"1":2}}'],
    ],
    [/completes a write that it did not invoke/, 1, [ok]],
    [/completes a write that it did not invoke/, 3, [invoke, ok, ok]],
    [/as a read/, 2, [invoke, '{"process":0,"type":"ok","f":"read","value":1}']],
    [/while its write of line 1 is open/, 2, [invoke, invoke]],
    [/another key: 7, not "k"/, 2, [invoke, '{"process":0,"type":"info","f":"write","key":7}']],
    [/another value: 2, not 1/, 2, [invoke, '{"process":0,"type":"ok","f":"write","value":2}']],
    [
      /another value: null, not 1/,
      2,
      [invoke, '{"process":0,"type":"ok","f":"write","value":null}'],
    ],
    [
      /an ok read without a value/,
      2,
      ['{"process":0,"type":"invoke","f":"read","key":1}', '{"process":0,"type":"ok","f":"read"}'],
    ],
    [
      /another value: 2, not 1/,
      2,
      [
        '{"process":0,"type":"invoke","f":"read","key":1,"value":1}',
        '{"process":0,"type":"ok","f":"read","value":2}',
      ],
    ],
    [/nested deeper than 200/, 1, [`{"process":${'['.repeat(300)}${']'.repeat(300)}}`]],
  ];
  for (const [problem, line, lines] of cases) {
    assert.throws(
      () => readJsonlHistory(lines),
      (error) => {
        assert.ok(error instanceof MalformedHistory, `${error}`);
        assert.match(error.message, problem);
        assert.equal(error.line, line, error.message);
        assert.ok(error.message.startsWith(`line ${line}: `));
        return true;
      },
    );
  }
});

test('a history without operations is malformed, and no line is to blame', () => {
  for (const lines of [[], [''], ['{"process":"nemesis","type":"info","f":"kill"}']]) {
    assert.throws(
      () => readJsonlHistory(lines),
      (error) => error instanceof MalformedHistory && error.line === undefined,
    );
  }
});

test('a long number with many zeros is read in time that grows with its length only', () => {
  const value = `1${'0'.repeat(1_000_000)}1`;
  const before = process.cpuUsage();
  readJsonlHistory([`{"process":0,"type":"invoke","f":"write","key":1,"value":${value}}`]);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 5_000_000, `${user / 1000} ms`); // it was minutes
});

test('a value may be a string of many millions of characters', () => {
  const long = 'x'.repeat(12_000_000);
  const event = `{"process":0,"type":"invoke","f":"write","key":1,"value":"${long}"}`;
  assert.equal(read(event).length, 1);
});
