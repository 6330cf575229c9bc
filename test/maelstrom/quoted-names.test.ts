import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoteName } from '../../src/maelstrom/quoted-names.ts';

test('a name is quoted as JSON has it, the first time and again', () => {
  const names = ['n1', '', '__proto__', 'constructor', 'é', '\ud800', 'a"b\\c\n', 'x'.repeat(5000)];
  for (const name of [...names, ...names]) assert.equal(quoteName(name), JSON.stringify(name));
});

test('there may be more names than are remembered', () => {
  for (let at = 0; at < 5000; at++) assert.equal(quoteName(`c${at}`), `"c${at}"`);
  assert.equal(quoteName('c0'), '"c0"');
});
