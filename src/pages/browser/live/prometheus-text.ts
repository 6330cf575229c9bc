/** Reads Prometheus' text format, 0.0.4, as far as a page needs it: names, labels and values. */

export interface Sample {
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

/** Samples by the names that stand before the brace; a histogram's are NAME_bucket and so on. */
export type Scrape = ReadonlyMap<string, readonly Sample[]>;

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? +(\S+)(?: +-?\d+)?$/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?/g;

/** What is no sample is passed over: a page is no judge of formats. */
export function parseMetrics(text: string): Scrape {
  const samples = new Map<string, Sample[]>();
  for (const each of text.split('\n')) {
    if (each === '' || each.startsWith('#')) continue;
    const [, name, inBraces = '', number = ''] = line.exec(each) ?? [];
    if (name === undefined) continue;
    const sample = { labels: parseLabels(inBraces), value: parseNumber(number) };
    const others = samples.get(name);
    if (others === undefined) samples.set(name, [sample]);
    else others.push(sample);
  }
  return samples;
}

function parseLabels(text: string): { readonly [name: string]: string } {
  const labels: { [name: string]: string } = Object.create(null);
  for (const [, name = '', value = ''] of text.matchAll(label)) {
    labels[name] = value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

function parseNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}
