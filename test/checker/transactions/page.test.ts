/** docs/transactions.md shows reports as they are. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { anomalyNames, modelNames } from '../../../src/checker/transactions/models.ts';
import { repositoryFile } from '../../process.ts';
import { exampleReports } from './page-examples.ts';

const page = readFileSync(repositoryFile('docs/transactions.md'), 'utf8');

test('the page has a report of every anomaly, word for word', () => {
  const reports = exampleReports();
  for (const name of anomalyNames) {
    const report = reports.get(name);
    assert.ok(report !== undefined, `there is no example of ${name}`);
    assert.ok(page.includes(`\`\`\`\n${report}\n\`\`\`\n`), `the page lacks:\n${report}`);
  }
});

test('the page names every consistency model', () => {
  for (const name of modelNames) assert.ok(page.includes(`\`${name}\``), name);
});
