import type { CollectedFamily, Encoding, HistogramFamily, HistogramSample } from './family.ts';

/**
 * The text format 0.0.4 of Prometheus ("Exposition formats: Text-based format" in its
 * documentation).
 *
 * A family without samples keeps its HELP and TYPE lines: they tell a reader that it exists, and
 * parsers accept them.
 */
export const textFormat: Encoding = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  encode: (families) => families.map(encodeFamily).join(''),
};

function encodeFamily(family: CollectedFamily): string {
  const lines = [
    `# HELP ${family.name} ${escapeHelp(family.help)}`,
    `# TYPE ${family.name} ${family.type}`,
  ];
  if (family.type === 'histogram') {
    for (const sample of family.samples) lines.push(...histogramLines(family, sample));
  } else {
    for (const { labels, value } of family.samples) {
      lines.push(line(family.name, labelPairs(family.labels, labels), value));
    }
  }
  return `${lines.join('\n')}\n`;
}

function histogramLines(family: HistogramFamily, sample: HistogramSample): string[] {
  const { name, upperBounds } = family;
  const { cumulativeCounts, count, sum } = sample;
  const pairs = labelPairs(family.labels, sample.labels);
  const bucket = (le: number, below: number): string =>
    line(`${name}_bucket`, [...pairs, `le="${formatNumber(le)}"`], below);
  return [
    ...upperBounds.map((bound, i) => bucket(bound, cumulativeCounts[i] ?? count)),
    bucket(Infinity, count),
    line(`${name}_sum`, pairs, sum),
    line(`${name}_count`, pairs, count),
  ];
}

function line(name: string, pairs: readonly string[], value: number): string {
  const braces = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${braces} ${formatNumber(value)}`;
}

function labelPairs(names: readonly string[], values: readonly string[]): string[] {
  return names.map((name, i) => `${name}="${escapeLabelValue(values[i] ?? '')}"`);
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabelValue(value: string): string {
  return escapeHelp(value).replaceAll('"', '\\"');
}

/** Numbers as Go reads them: JavaScript's own spelling, except for infinity. */
function formatNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}
