import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkHistory,
  MalformedHistory,
  type Operation,
  readJepsenHistory,
} from '../../src/checker/index.ts';

function read(text: string): readonly Operation[] {
  return readJepsenHistory(text).keys.flatMap((it) => it.operations);
}

const maelstrom = `
{:index 0, :time 1500000, :type :invoke, :process 0, :f :write, :value [3 1]}
{:index 1, :time 1600000, :type :info, :process :nemesis, :f :start-partition, :value nil}
{:index 2, :time 1700000, :type :ok, :process 0, :f :write, :value [3 1]}
{:index 3, :time 1800000, :type :invoke, :process 1, :f :cas, :value [3 [2 4]]}
{:index 4, :time 1900000, :type :fail, :process 1, :f :cas, :value [3 [2 4]], :error [:precondition-failed "expected 2, had 1"]}
{:index 5, :time 2000000, :type :invoke, :process 0, :f :read, :value [3 nil]}
{:index 6, :time 2100000, :type :ok, :process 0, :f :read, :value [3 1]}
{:index 7, :time 2200000, :type :invoke, :process 1, :f :read, :value [4 nil]}
{:index 8, :time 2300000, :type :fail, :process 1, :f :read, :value [4 nil], :error [:key-does-not-exist "no"]}
{:index 9, :time 2400000, :type :invoke, :process 1, :f :write, :value [4 0]}
{:index 10, :time 2500000, :type :info, :process 1, :f :write, :value [4 0], :error :net-timeout}
`;

test('a history of Maelstrom: tuples of key and value, errors, a nemesis', () => {
  const history = readJepsenHistory(maelstrom);
  assert.deepEqual(
    history.keys.map((it) => it.key),
    ['3', '4'],
  );
  const [write, cas, get, missing, lost] = read(maelstrom);
  assert.deepEqual(write?.invoked, { rank: 0, line: 2, index: 0, timeNs: 1_500_000 });
  assert.deepEqual(write?.completed, { rank: 1, line: 4, index: 2, timeNs: 1_700_000 });
  assert.ok(cas?.f === 'cas');
  assert.deepEqual([cas.from, cas.to, cas.observation], ['2', '4', 'precondition-failed']);
  assert.deepEqual([get?.f, get?.f === 'read' && get.value], ['read', '1']);
  assert.deepEqual([missing?.outcome, missing?.observation], ['fail', 'key-does-not-exist']);
  assert.equal(lost?.outcome, 'info');
  assert.equal(checkHistory(history, { strict: true }).verdict, 'valid');
});

test('the same history in one vector, in a list, as records, with tagged tuples', () => {
  const lines = maelstrom.trim().split('\n');
  const expected = read(maelstrom).map(({ f, outcome, observation }) => ({
    f,
    outcome,
    observation,
  }));
  const variants = [
    `[${lines.join('\n ')}]`,
    `(${lines.join(' ')})`,
    lines.map((it) => `#jepsen.history.Op${it}`).join('\n'),
    `[${lines.map((it) => it.replace(/:value (\[.*?\]+)([,}])/, ':value #jepsen.independent.Tuple$1$2')).join('\n')}]`,
    lines
      .map((it) => it.replace(/:value (\[.*?\]+)([,}])/, ':value #jepsen.independent/tuple $1$2'))
      .join('\n'),
  ];
  for (const text of variants) {
    const operations = read(text);
    assert.deepEqual(
      operations.map(({ f, outcome, observation }) => ({ f, outcome, observation })),
      expected,
      text,
    );
    assert.equal(readJepsenHistory(text).keys.length, 2);
  }
});

test('a history of a single register, as Knossos has them', () => {
  const text = `; reads may be invoked with the value that they returned
    [{:process 0, :type :invoke, :f :write, :value 2}
     {:process 0, :type :ok, :f :write, :value 2}
     {:process 1, :type :invoke, :f :read, :value 2}
     {:process 1, :type :ok, :f :read, :value 2}
     {:process 1, :type :invoke, :f :cas, :value [2 [3]]}
     {:process 1, :type :ok, :f :cas, :value (2 (3))}
     {:process 0, :type :invoke, :f :read, :value nil}
     {:process 0, :type :ok, :f :read, :value [3]}
     {:process 0, :type :invoke, :f :read}]`;
  const history = readJepsenHistory(text);
  assert.deepEqual(
    history.keys.map((it) => it.key),
    [undefined],
  );
  assert.equal(checkHistory(history).verdict, 'valid');
  assert.deepEqual(history.keys[0]?.operations[1]?.invoked.line, 4);
});

test('when a completion of a history with keys has lost its value, the invocation tells it', () => {
  const operations = read(`
    {:process 0, :type :invoke, :f :write, :value [1 5]}
    {:process 0, :type :info, :f :write, :value nil}
    {:process 1, :type :invoke, :f :write, :value [1 6]}
    {:process 1, :type :ok, :f :write}
    {:process 2, :type :invoke, :f :write, :value [1 7]}
    {:process 2, :type :info, :f :write, :value :timed-out}`);
  assert.deepEqual(
    operations.map((it) => it.f === 'write' && it.value),
    ['5', '6', '7'],
  );
});

test('values are compared as Clojure compares them, and exactly', () => {
  const verdict = (written: string, returned: string): string =>
    checkHistory(
      readJepsenHistory(`
        {:process 0, :type :invoke, :f :write, :value [:k ${written}]}
        {:process 0, :type :ok, :f :write, :value [:k ${written}]}
        {:process 0, :type :invoke, :f :read, :value [:k nil]}
        {:process 0, :type :ok, :f :read, :value [:k ${returned}]}`),
    ).verdict;
  for (const [a, b] of [
    ['1', '1N'],
    ['[1 2]', '(1 2)'],
    ['{:a 1 :b 2}', '{:b 2 :a 1}'],
    ['9007199254740993', '9007199254740993'],
  ] as const) {
    assert.equal(verdict(a, b), 'valid', `${a} ${b}`);
  }
  for (const [a, b] of [
    ['1', '1.0'],
    ['1', '"1"'],
    [':a', '"a"'],
    ['a', ':a'],
    ['9007199254740992', '9007199254740993'],
    ['nil', 'false'],
  ] as const) {
    assert.equal(verdict(a, b), 'invalid', `${a} ${b}`);
  }
});

test('what is malformed is refused, and the line is named', () => {
  const first = '{:process 0, :type :invoke, :f :write, :value [1 5]}\n';
  const cases: readonly (readonly [problem: RegExp, line: number | undefined, text: string])[] = [
    [/no operations/, undefined, ''],
    [/no operations/, undefined, '[]'],
    [/no operations/, undefined, '{:process :nemesis, :type :info, :f :kill}'],
    [/"}" is missing/, 2, `${first}{:process 0`],
    [/unexpected "\)"/, 3, `${first}\n)`],
    [/an event is a map, not 7/, 2, `${first}7`],
    [/an event is a map, not 7/, 2, `[${first}7]`],
    [/no :process/, 1, '{:type :invoke}'],
    [/no :process/, 1, '{:process nil}'],
    [/:process is -1/, 1, '{:process -1}'],
    [/no :type/, 1, '{:process 0}'],
    [/:type is :start, not one of/, 1, '{:process 0 :type :start}'],
    [/:type is "ok", not one of/, 1, '{:process 0 :type "ok"}'],
    [/no :f/, 1, '{:process 0 :type :invoke}'],
    [/:f is :append, not one of/, 1, '{:process 0 :type :invoke :f :append :value [1 2]}'],
    [/no :value, and so no key/, 2, `${first}{:process 1 :type :invoke :f :read}`],
    [/not a tuple/, 2, `${first}{:process 0 :type :ok :f :write :value 5}`],
    [/not a tuple/, 2, `${first}{:process 0 :type :ok :f :write :value nil}`],
    [/another key: 2, not 1/, 2, `${first}{:process 0 :type :ok :f :write :value [2 5]}`],
    [/another value: 6, not 5/, 2, `${first}{:process 0 :type :ok :f :write :value [1 6]}`],
    [/must be a pair/, 1, '{:process 0 :type :invoke :f :cas :value [1 2 3]}'],
    [
      /must be a pair/,
      2,
      '{:process 1 :type :invoke :f :read :value nil}\n{:process 0 :type :invoke :f :cas :value 3}',
    ],
    [/did not invoke/, 1, '{:process 0 :type :ok :f :write :value [1 2]}'],
    [/while its write of line 1 is open/, 2, first + first],
    [
      /another value: \[1 2], not \[1 nil]/,
      3,
      '{:process 0 :type :invoke :f :read :value [1 nil]}\n{:process 1 :type :invoke :f :write :value 3}\n{:process 0 :type :ok :f :read :value [1 2]}',
    ],
  ];
  for (const [problem, line, text] of cases) {
    assert.throws(
      () => readJepsenHistory(text),
      (error) => {
        assert.ok(error instanceof MalformedHistory, `${error}`);
        assert.match(error.message, problem);
        assert.equal(error.line, line, error.message);
        return true;
      },
    );
  }
});

test('a value may be a string of many millions of characters', () => {
  const long = 'x'.repeat(12_000_000);
  const event = `{:process 0, :type :invoke, :f :write, :value [1 "${long}"]}`;
  assert.equal(read(event).length, 1);
});
