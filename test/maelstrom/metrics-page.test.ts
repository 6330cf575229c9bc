/** docs/metrics.md has every family, as it is. `UPDATE=1`, or `make metrics`, writes its tables. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';
import { fullRegistry, renderTables } from './metrics-page.ts';

const page = repositoryFile('docs/metrics.md');
const mark = '<!-- What follows is written by `make metrics`. -->\n\n';

test('docs/metrics.md has the families that a node has', () => {
  const [head = '', ...rest] = readFileSync(page, 'utf8').split(mark);
  assert.equal(rest.length, 1, `one mark, where the tables begin: ${mark}`);
  const text = head + mark + renderTables(fullRegistry().collect());
  if (process.env['UPDATE'] === '1') writeFileSync(page, text);
  assert.equal(readFileSync(page, 'utf8'), text, 'docs/metrics.md is out of date: make metrics');
});

test('every help is a sentence that ends', () => {
  for (const { name, help } of fullRegistry().families()) {
    assert.match(help, /^[A-Z0-9].*\.$/, name);
    assert.ok(help.length <= 400, `${name}: ${help.length} characters are too many to read`);
  }
});

test('a counter whose label values are known has each of them at 0 from the start', () => {
  // Members are known when a node has started; the registry's own families are about the others.
  const isOpen = (label: string): boolean => label === 'peer' || label === 'family';
  for (const family of fullRegistry().collect()) {
    if (family.type !== 'counter' || family.labels.some(isOpen)) continue;
    if (family.name === 'process_cpu_seconds_total') continue;
    if (family.name === 'kv_duplicate_requests_total') continue; // until there is a state machine
    assert.ok(family.samples.length >= 1, family.name);
    for (const { labels, value } of family.samples)
      assert.equal(value, 0, `${family.name} ${labels}`);
  }
});

test('durations are in seconds and sizes in bytes, and say so', () => {
  for (const { name, unit } of fullRegistry().families()) {
    for (const known of ['seconds', 'bytes']) {
      if (new RegExp(`_${known}(_total)?$`).test(name)) assert.equal(unit, known, name);
    }
    assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kb|kilobytes)(_|$)/);
  }
});
