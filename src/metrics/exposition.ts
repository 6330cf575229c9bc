/** What the two text formats have in common: how a sample, a label and a number are spelled. */

/** `name{label="value",...} number` */
export function sampleLine(name: string, pairs: readonly string[], value: number): string {
  const braces = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${braces} ${formatNumber(value)}`;
}

/** `label="value"`, for each. */
export function labelPairs(names: readonly string[], values: readonly string[]): string[] {
  return names.map((name, i) => `${name}="${escapeQuoted(values[i] ?? '')}"`);
}

/** Text to the end of a line. */
export function escapeLine(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** Text between double quotes. */
export function escapeQuoted(text: string): string {
  return escapeLine(text).replaceAll('"', '\\"');
}

/** Numbers as Go reads them: JavaScript's own spelling, except for infinity. */
export function formatNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}
