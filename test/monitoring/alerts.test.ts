/** monitoring/alerts.yml, as Prometheus' own tool judges it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';
import { familyOf, metricNamesOf } from './families.ts';
import { promtool, withoutPrometheus } from './tools.ts';

const rules = readFileSync(repositoryFile('monitoring/alerts.yml'), 'utf8');
const tests = readFileSync(repositoryFile('monitoring/alerts.test.yml'), 'utf8');

interface Alert {
  readonly name: string;
  readonly text: string;
  readonly expression: string;
}

const alerts: readonly Alert[] = rules
  .split(/^ {6}- alert: /m)
  .slice(1)
  .map((text) => ({
    name: text.split('\n')[0] ?? '',
    text,
    expression: /expr: ([\s\S]*?)\n {8}(?:for|labels):/.exec(text)?.[1]?.replace('|-', '') ?? '',
  }));

/** The text of a field, on one line or folded over several. */
function field(text: string, name: string): string {
  const [, value = ''] = new RegExp(`${name}: ([^\\n]*(?:\\n {12}[^\\n]*)*)`).exec(text) ?? [];
  return value;
}

test('configuration and rules are what Prometheus accepts', { skip: withoutPrometheus }, () => {
  for (const args of [
    ['config', repositoryFile('monitoring/prometheus.yml')],
    ['rules', repositoryFile('monitoring/alerts.yml')],
  ]) {
    const { isGood, said } = promtool('check', ...args);
    assert.ok(isGood, said);
  }
});

test('each alert fires when it should and is silent when it should not', {
  skip: withoutPrometheus,
}, () => {
  const { isGood, said } = promtool('test', 'rules', repositoryFile('monitoring/alerts.test.yml'));
  assert.ok(isGood, said);
});

test('no alert is without a test that it fires, and one that it is silent before', () => {
  assert.ok(alerts.length >= 15);
  for (const { name } of alerts) {
    const asked = `- expr: 'ALERTS{alertname="${name}",alertstate="firing"}'\n        eval_time: \\w+\n`;
    assert.match(tests, new RegExp(`${asked}        exp_samples:\n          - labels`), name);
    if (!/^ {8}for:/m.test(alerts.find((alert) => alert.name === name)?.text ?? '')) continue;
    assert.match(tests, new RegExp(`${asked}        exp_samples: \\[\\]`), name);
  }
});

test('an alert says how bad it is, what is wrong, and what to do', () => {
  for (const { name, text } of alerts) {
    assert.match(name, /^Raftwright[A-Z]/);
    assert.match(text, /labels: \{severity: (critical|warning|info)\}/, name);
    assert.match(field(text, 'summary'), /\{\{ \$labels\.(job|node) \}\}/, name);
    assert.ok(field(text, 'description').length > 60, `${name} says little`);
  }
});

test('an alert reads only what a node shows', () => {
  for (const { name, expression } of alerts) {
    const names = metricNamesOf(expression);
    assert.ok(names.length > 0, `${name}: ${expression}`);
    for (const metric of names) {
      assert.ok(metric === 'up' || familyOf(metric) !== undefined, `${name} reads ${metric}`);
    }
  }
});

test('the words that say what an alert means name families that exist', () => {
  for (const [word] of rules.matchAll(/\b(?:raft|kv|process|nodejs|maelstrom)_[a-z0-9_]+\b/g)) {
    assert.ok(familyOf(word) ?? familyOf(`${word}_sum`), word);
  }
});
