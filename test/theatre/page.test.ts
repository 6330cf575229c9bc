/**
 * The committed page is what the sources give. `UPDATE=1`, or `make theatre`, writes it anew.
 */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { makeTheatre, theatreFile } from './page.ts';

test('docs/theatre/index.html is what the sources give', () => {
  const page = makeTheatre();
  if (process.env['UPDATE'] === '1') writeFileSync(theatreFile, page);
  const isCurrent = readFileSync(theatreFile, 'utf8') === page;
  assert.ok(isCurrent, 'docs/theatre/index.html is out of date: make theatre');
});
