import { escapeLine, formatNumber, labelPairs, sampleLine } from './exposition.ts';
import type { CollectedFamily, Encoding, HistogramFamily, HistogramSample } from './family.ts';

/**
 * The text format 0.0.4 of Prometheus ("Exposition formats: Text-based format" in its
 * documentation).
 *
 * A family without samples keeps its HELP and TYPE lines: they tell a reader that it exists, and
 * parsers accept them.
 */
export const textFormat: Encoding = {
  mediaType: 'text/plain',
  version: '0.0.4',
  encode: (families) => families.map(encodeFamily).join(''),
};

function encodeFamily(family: CollectedFamily): string {
  const lines = [
    `# HELP ${family.name} ${escapeLine(family.help)}`,
    `# TYPE ${family.name} ${family.type}`,
  ];
  if (family.type === 'histogram') {
    for (const sample of family.samples) lines.push(...histogramLines(family, sample));
  } else {
    for (const { labels, value } of family.samples) {
      lines.push(sampleLine(family.name, labelPairs(family.labels, labels), value));
    }
  }
  return `${lines.join('\n')}\n`;
}

function histogramLines(family: HistogramFamily, sample: HistogramSample): string[] {
  const { name, upperBounds } = family;
  const { cumulativeCounts, count, sum } = sample;
  const pairs = labelPairs(family.labels, sample.labels);
  const bucket = (le: number, below: number): string =>
    sampleLine(`${name}_bucket`, [...pairs, `le="${formatNumber(le)}"`], below);
  return [
    ...upperBounds.map((bound, i) => bucket(bound, cumulativeCounts[i] ?? count)),
    bucket(Infinity, count),
    sampleLine(`${name}_sum`, pairs, sum),
    sampleLine(`${name}_count`, pairs, count),
  ];
}
