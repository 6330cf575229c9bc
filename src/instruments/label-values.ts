/** Label values that are known beforehand: each starts at 0, so that the first event is a change. */

import type { Counter } from '../metrics/counter.ts';
import type { Definition, LabelledDefinition } from '../metrics/definition.ts';
import type { Registry } from '../metrics/registry.ts';

/** Names of the code as label values: appendRequest is append_request. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A counter for each of some names in the code; the label has them in snake_case. */
export type CounterOf<Value extends string> = { readonly [V in Value]: Counter };

/** Registers a counter with one label whose values are all known. */
export function counterOf<Value extends string>(
  registry: Registry,
  definition: Omit<Definition, 'labels'> & { readonly labels: readonly [string] },
  values: readonly Value[],
): CounterOf<Value> {
  const family = registry.counter(definition as LabelledDefinition<readonly [string]>);
  const counters = values.map((value) => [value, family.labels(snakeCase(value))] as const);
  return Object.fromEntries(counters) as CounterOf<Value>;
}
