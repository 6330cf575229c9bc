/**
 * The families that a node shows: names, types and labels are part of its interface, and what is in
 * monitoring/ is written against them.
 */

import { readFileSync } from 'node:fs';
import { repositoryFile } from '../process.ts';

export interface KnownFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
}

/** Rows of the tables in docs/metrics.md, which a test holds against what a node registers. */
const row = /^\| `(\w+)` \| (counter|gauge|histogram)[^|]* \| ([^|]*) \|/gm;

export const families: ReadonlyMap<string, KnownFamily> = new Map(
  [...readFileSync(repositoryFile('docs/metrics.md'), 'utf8').matchAll(row)].map(
    ([, name = '', type = '', labels = '']) => [
      name,
      {
        name,
        type,
        labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
      } as KnownFamily,
    ],
  ),
);

/** Words that stand where a metric's name may stand, and are none. */
const keywords = new Set(
  (
    'and or unless by without on ignoring group_left group_right bool offset ' +
    'sum min max avg count topk bottomk quantile stddev count_values'
  ).split(' '),
);

/** Metric names that an expression reads, as the series that Prometheus has. */
export function metricNamesOf(expression: string): string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/\b[a-z_][a-z0-9_]*\b(?!\s*\()/gi)]
    .map(([name]) => name)
    .filter((name) => !keywords.has(name));
}

/** The family to which a series belongs; undefined when none has it. */
export function familyOf(series: string): KnownFamily | undefined {
  const family = families.get(series);
  if (family !== undefined) return family.type === 'histogram' ? undefined : family;
  const histogram = families.get(series.replace(/_(bucket|sum|count)$/, ''));
  return histogram?.type === 'histogram' ? histogram : undefined;
}
