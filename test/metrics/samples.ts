import type { Registry } from '../../src/metrics/registry.ts';

/** The samples of a counter or gauge family, as `a,b: value` lines. */
export function samplesOf(registry: Registry, name: string): string[] {
  const family = registry.collect().find((one) => one.name === name);
  if (family === undefined || family.type === 'histogram') throw new Error(`no scalar ${name}`);
  return family.samples.map(({ labels, value }) => `${labels.join(',')}: ${value}`);
}
