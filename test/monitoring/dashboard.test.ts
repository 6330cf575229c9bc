/** The dashboard can be imported, and asks for what there is. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dashboard, expressions, type Panel } from './dashboard.ts';
import { familyOf, metricNamesOf } from './families.ts';
import { promtool, withoutPrometheus } from './tools.ts';

test('panels have ids of their own and do not lie on each other', () => {
  const { panels } = dashboard;
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    const { x, y, w, h } = gridPos;
    assert.ok(x >= 0 && w > 0 && x + w <= 24 && h > 0, `${title} lies outside`);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        const cell = `${column},${line}`;
        assert.equal(taken.get(cell), undefined, `${title} lies on ${taken.get(cell)} at ${cell}`);
        taken.set(cell, title);
      }
    }
  }
});

test('a panel says what it shows, in which unit, from the data source that was chosen', () => {
  const isRow = ({ type }: Panel): boolean => type === 'row';
  assert.ok(dashboard.panels.filter(isRow).length >= 7);
  for (const panel of dashboard.panels.filter((each) => !isRow(each))) {
    const { title, description = '', datasource, targets = [], fieldConfig } = panel;
    assert.notEqual(description, '', title);
    assert.notEqual(fieldConfig?.defaults.unit ?? '', '', title);
    assert.ok(targets.length > 0, title);
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
    for (const each of [datasource, ...targets.map((target) => target.datasource)]) {
      assert.equal(each?.uid, '$' + '{datasource}', title);
    }
  }
  assert.equal(dashboard.id, null, 'Grafana gives it one when it is imported');
  assert.ok(dashboard.schemaVersion >= 38, 'of Grafana 10');
});

test('data source, cluster and node are chosen at the top', () => {
  const variables = dashboard.templating.list.map(({ name, type }) => `${name}: ${type}`);
  assert.deepEqual(variables, ['datasource: datasource', 'job: query', 'node: query']);
  for (const { name, definition } of dashboard.templating.list.slice(1)) {
    assert.match(definition ?? '', new RegExp(`label_values\\(.*, ${name}\\)`));
  }
});

test('every expression reads only what a node shows', () => {
  for (const expression of expressions()) {
    const names = metricNamesOf(expression);
    assert.ok(names.length > 0, expression);
    for (const name of names) {
      assert.ok(name === 'up' || familyOf(name) !== undefined, `${name} in ${expression}`);
    }
    assert.match(expression, /job="raftwright"/);
    assert.doesNotMatch(expression, /\$/, 'no variable is left');
  }
});

test('Prometheus can read every expression', { skip: withoutPrometheus }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'raftwright-dashboard-'));
  const file = join(directory, 'rules.json'); // JSON is YAML
  const rules = expressions().map((expr, position) => ({ record: `panel:${position}`, expr }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  const { isGood, said } = promtool('check', 'rules', file);
  rmSync(directory, { recursive: true });
  assert.ok(isGood, said);
  assert.match(said, new RegExp(`${rules.length} rules found`));
});
