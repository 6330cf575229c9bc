/** What a scrape shows, by name and labels. */

import type { CollectedFamily } from '../../../src/metrics/family.ts';
import type { Registry } from '../../../src/metrics/registry.ts';

export type Labels = { readonly [label: string]: string };

export class Scrape {
  readonly #families: readonly CollectedFamily[];

  constructor(registry: Registry) {
    this.#families = registry.collect();
  }

  /** The value of a counter or a gauge; undefined when it is left out. */
  value(name: string, labels: Labels = {}): number | undefined {
    const family = this.#family(name);
    if (family.type === 'histogram') throw new Error(`${name} is a histogram`);
    return family.samples.find((sample) => isLabelled(family, sample.labels, labels))?.value;
  }

  /** What a histogram has seen. */
  seen(name: string, labels: Labels = {}): { readonly count: number; readonly sum: number } {
    const family = this.#family(name);
    if (family.type !== 'histogram') throw new Error(`${name} is no histogram`);
    const found = family.samples.find((sample) => isLabelled(family, sample.labels, labels));
    return { count: found?.count ?? 0, sum: found?.sum ?? 0 };
  }

  /** All values of a label, in the order of the samples. */
  labelValues(name: string, label: string): string[] {
    const family = this.#family(name);
    const position = family.labels.indexOf(label);
    return [...new Set(family.samples.map(({ labels }) => labels[position] ?? ''))];
  }

  #family(name: string): CollectedFamily {
    const family = this.#families.find((each) => each.name === name);
    if (family === undefined) throw new Error(`there is no family ${name}`);
    return family;
  }
}

function isLabelled(family: CollectedFamily, values: readonly string[], wanted: Labels): boolean {
  const names = Object.keys(wanted);
  const missing = names.filter((name) => !family.labels.includes(name));
  if (missing.length > 0) throw new Error(`${family.name} has no label ${missing.join(', ')}`);
  return names.every((name) => values[family.labels.indexOf(name)] === wanted[name]);
}
