/**
 * The index of the rules is complete and true. `UPDATE=1`, or `make rules`, writes docs/rules.md.
 */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';
import { readScenarios } from './collection.ts';
import { isDefined } from './index/definitions.ts';
import { brokenLinks, readRules, renderRules, scenariosOf } from './index/rules.ts';

const groups = readRules();
const rules = groups.flatMap((group) => group.rules);
const scenarios = readScenarios();
const page = repositoryFile('docs/rules.md');

test('docs/rules.md is what docs/rules.txt and the scenarios say', () => {
  const text = renderRules(groups, scenarios);
  if (process.env['UPDATE'] === '1') writeFileSync(page, text);
  assert.equal(readFileSync(page, 'utf8'), text, 'docs/rules.md is out of date: make rules');
});

test('each rule is listed once in its group', () => {
  for (const group of groups) {
    const sentences = group.rules.map(({ rule }) => rule);
    assert.deepEqual(sentences, [...new Set(sentences)], group.title);
  }
});

test('each rule is followed by functions that exist', () => {
  for (const { rule, code } of rules) {
    assert.notEqual(code.length, 0, `no function follows this rule: ${rule}`);
    const missing = code.filter((reference) => !isDefined(reference));
    assert.deepEqual(missing, [], `not defined, but named for: ${rule}`);
  }
});

test('the scenarios that a rule names exist', () => {
  for (const rule of rules) assert.deepEqual(brokenLinks(rule), [], rule.rule);
});

test('each rule is shown by a scenario', () => {
  const dark = rules.filter((rule) => scenariosOf(rule, scenarios).length === 0);
  assert.deepEqual(
    dark.map(({ rule }) => rule),
    [],
    'no scenario shows these rules',
  );
});
