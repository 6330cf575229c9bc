/** What JSON would change in silence is refused, by its place and with what to do. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber } from '../../src/machine/json.ts';
import { jsonFault } from '../../src/machine/json-fault.ts';
import { bytesFormat, jsonFormat } from '../../src/machine/json-format.ts';

const anything = jsonFormat((value) => value as unknown);

const carried: readonly unknown[] = [
  null,
  true,
  0,
  -1.5e300,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  '\ud800 alone',
  [],
  [[1, 'two'], { three: null }],
  { a: { b: { c: [] } }, __proto: 1 },
  JSON.parse('{"__proto__":{"x":1},"toString":1}'),
];

test('what JSON can carry comes back as it went in', () => {
  for (const value of carried) {
    assert.deepEqual(anything.decode(anything.encode(value)), value);
  }
});

test('numbers that a double would change are carried as they were written', () => {
  const value = { big: new ExactNumber('9007199254740993') };
  assert.deepEqual(anything.decode(anything.encode(value)), value);
});

class Point {
  x = 1;
}

const circle: { self?: unknown } = {};
circle.self = circle;

const refused: readonly [value: unknown, fault: RegExp][] = [
  [undefined, /^it is undefined/],
  [Number.NaN, /^it is NaN/],
  [[1, Number.POSITIVE_INFINITY], /^\[1\] is Infinity/],
  [{ a: { b: undefined } }, /^\.a\.b is undefined: leave it out, or use null/],
  [{ id: 10n }, /^\.id is a bigint: make it a text/],
  [{ f: () => 1 }, /^\.f is a function/],
  [[Symbol('x')], /^\[0\] is a symbol/],
  [new Map(), /^it is a Map: use \[\.\.\.map\]/],
  [{ tags: new Set() }, /^\.tags is a Set/],
  [{ at: new Date(0) }, /^\.at is a Date: use date.getTime/],
  [[new Uint8Array(1)], /^\[0\] is an instance of Uint8Array: use base64/],
  [{ p: new Point() }, /^\.p is an instance of Point: use plain data/],
  [new Array(2), /^\[0\] is undefined/],
  [{ [Symbol('x')]: 1 }, /a symbol for a name/],
  [{ toJSON: () => 1 }, /a toJSON/],
  [circle, /nested more than 500 levels deep: a circle\?/],
];

for (const [value, fault] of refused) {
  test(`refused: ${fault.source}`, () => {
    assert.match(jsonFault(value) ?? '', fault);
    assert.throws(() => anything.encode(value), {
      name: 'TypeError',
      message: /JSON cannot carry/,
    });
  });
}

test('bytes are copied on their way in and out', () => {
  const bytes = Uint8Array.of(1, 2);
  const written = bytesFormat.encode(bytes);
  bytes[0] = 9;
  const read = bytesFormat.decode(written);
  written[0] = 9;
  assert.deepEqual([...read], [1, 2]);
  assert.throws(() => bytesFormat.encode('no bytes' as never), /no Uint8Array/);
});
