import { baseName } from './definition.ts';
import { escapeQuoted, formatNumber, labelPairs, sampleLine } from './exposition.ts';
import type {
  CollectedFamily,
  Encoding,
  Exemplar,
  HistogramFamily,
  HistogramSample,
} from './family.ts';

/**
 * The text format of OpenMetrics 1.0 ("OpenMetrics, a cloud-native, highly scalable metrics
 * protocol", section "Text format").
 *
 * It differs from the older format in what is seen here: the name of a counter's family lacks
 * `_total`, units have a line of their own, a bucket may point to one observation in it, bounds are
 * spelled as floating-point numbers, and the text says where it ends.
 */
export const openMetricsFormat: Encoding = {
  mediaType: 'application/openmetrics-text',
  version: '1.0.0',
  encode: (families) => `${families.map(encodeFamily).join('')}# EOF\n`,
};

/** What the labels of an exemplar may have in all, names and values, in characters. */
const exemplarLengthMax = 128;

function encodeFamily(family: CollectedFamily): string {
  const name = family.type === 'counter' ? baseName(family.name) : family.name;
  const lines = [`# TYPE ${name} ${family.type}`];
  if (family.unit !== undefined) lines.push(`# UNIT ${name} ${family.unit}`);
  lines.push(`# HELP ${name} ${escapeQuoted(family.help)}`);
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
  const { cumulativeCounts, count, sum, exemplars } = sample;
  const pairs = labelPairs(family.labels, sample.labels);
  const bucket = (le: number, below: number, exemplar: Exemplar | undefined): string =>
    sampleLine(`${name}_bucket`, [...pairs, `le="${canonicalNumber(le)}"`], below) +
    (exemplar === undefined ? '' : exemplarText(exemplar));
  return [
    ...upperBounds.map((bound, i) => bucket(bound, cumulativeCounts[i] ?? count, exemplars[i])),
    bucket(Infinity, count, exemplars[upperBounds.length]),
    sampleLine(`${name}_count`, pairs, count),
    sampleLine(`${name}_sum`, pairs, sum),
  ];
}

/** ` # {label="value"} number timestamp`; one that is too long is left out. */
function exemplarText({ label, reference, value, timestampSeconds }: Exemplar): string {
  // Characters are code points here.
  if ([...label].length + [...reference].length > exemplarLengthMax) return '';
  const labels = labelPairs([label], [reference]).join();
  return ` # {${labels}} ${formatNumber(value)} ${timestampSeconds.toFixed(3)}`;
}

/**
 * Bounds are label values, and a series is known by them: they are spelled as Go's `%g` spells them,
 * always with a point or an exponent. (OpenMetrics, "Considerations: Canonical Numbers")
 */
export function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const [digits = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 6)) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const plain = String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}
