import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canonicalJson,
  ExactNumber,
  maxJsonDepth,
  parseJson,
  stringifyJson,
} from '../../src/machine/json.ts';

test('values come back as they came, numbers that a double would change included', () => {
  const texts = [
    'null',
    'true',
    '0',
    '-0',
    '1',
    '1.0',
    '1e2',
    '0.1',
    '-12.5',
    '9007199254740991',
    '9007199254740993',
    '123456789012345678901234567890',
    '0.12345678901234567890123',
    '1e400',
    '-1E-400',
    '""',
    '"9007199254740993"',
    '"a\\"b\\\\9007199254740993\\\\\\""',
    '[9007199254740993,"x",[1.0,{"a":1e400}]]',
    '{"__proto__":1.0,"constructor":{"toString":9007199254740993}}',
    '{"é":"\\ud800"}',
  ];
  for (const text of texts) assert.equal(stringifyJson(parseJson(text)), text);
});

test('plain values stay plain, so that the common case costs nothing', () => {
  assert.equal(parseJson('12'), 12);
  assert.deepEqual(parseJson('[1,{"a":0.5}]'), [1, { a: 0.5 }]);
  assert.ok(parseJson('1e400') instanceof ExactNumber);
});

test('what is not JSON stays an error, digits or not', () => {
  for (const text of ['', '01', '1.', '--1', '[9007199254740993', 'NaN', '1e', '"a', '1 2']) {
    assert.throws(() => parseJson(text), SyntaxError, text);
  }
});

test('an exact number cannot be written by JSON.stringify, which would lose it', () => {
  assert.throws(() => JSON.stringify({ a: parseJson('1e400') }));
});

test('nesting has a limit, whatever the text is', () => {
  const nest = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.equal(stringifyJson(parseJson(nest(maxJsonDepth))), nest(maxJsonDepth));
  assert.throws(() => parseJson(nest(maxJsonDepth + 1)), /nested more than/);
  assert.throws(() => parseJson(nest(1_000_000)), SyntaxError);
  assert.throws(() => parseJson(`[1.0,${nest(1_000_000)}]`), SyntaxError);
  assert.throws(() => parseJson('1e99999999999999999'), /exponent out of range/);
});

test('a fault is told in the same words whether or not a number is exact', () => {
  const fault = (text: string): string => {
    try {
      return `read as ${stringifyJson(parseJson(text))}`;
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(fault('e1.50'), /^Unexpected token 'e', "e"number:1.50"" is not valid JSON$/);
  assert.match(fault(`[0.5,${'['.repeat(600)}`), /^nested more than 500 levels deep$/);
  assert.match(fault('["n1.0",'), /^Unexpected end of JSON input$/);
});

test('a text that happens to look like our mark is not taken for a number', () => {
  const text = '["number:5","6number:7",9007199254740993]';
  assert.equal(stringifyJson(parseJson(text)), text);
});

test('nor is one that spells it with escapes, and would be written as no JSON at all', () => {
  const text = '["\\u006eumber:\\u005d\\n","\\u004Eumber:","n\\u0075mber:5",1.0]';
  const written = stringifyJson(parseJson(text));
  assert.equal(written, '["number:]\\n","Number:","number:5",1.0]');
});

test('the canonical text is the same for equal values, and for no others', () => {
  const equal: [string, string][] = [
    ['1', '1.0'],
    ['1', '10e-1'],
    ['100', '1e2'],
    ['0', '-0'],
    ['0', '0.000e5'],
    ['1e400', '10e399'],
    ['{"a":1,"b":[2]}', '{"b":[2.0],"a":1}'],
    ['"\\u0041"', '"A"'],
    ['9007199254740993', '9007199254740993.0'],
  ];
  for (const [a, b] of equal) {
    assert.equal(canonicalJson(parseJson(a)), canonicalJson(parseJson(b)), `${a} and ${b}`);
  }
  const distinct = [
    'null',
    'false',
    '0',
    '1',
    '"1"',
    '[1]',
    '[[1]]',
    '[1,2]',
    '[2,1]',
    '["1,2"]',
    '{"a":1}',
    '{"a":"1"}',
    '{"a":{"a":1}}',
    '{}',
    '[]',
    '""',
    '"null"',
    '9007199254740992',
    '9007199254740993',
    '1e400',
    '-1e400',
    '1e-400',
    '0.1',
    '10',
    '1e21',
  ];
  assert.equal(
    new Set(distinct.map((text) => canonicalJson(parseJson(text)))).size,
    distinct.length,
  );
});

test('a long number with many zeros is compared in time that grows with its length only', () => {
  const zeros = '0'.repeat(1_000_000);
  const before = process.cpuUsage();
  assert.notEqual(canonicalJson(parseJson(`1${zeros}1`)), canonicalJson(parseJson(`1${zeros}2`)));
  const { user } = process.cpuUsage(before);
  assert.ok(user < 5_000_000, `${user / 1000} ms`); // it was minutes
});
