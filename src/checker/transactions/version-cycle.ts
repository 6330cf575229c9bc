/** A shortest circle among versions that should be in a line. */

import type { VersionStep } from './anomaly.ts';
import { componentsOf, noComponent } from './components.ts';
import { CycleSearch } from './cycle-search.ts';
import { GraphBuilder } from './graph.ts';

/** Undefined when there is none. */
export function shortestVersionCycle(
  edges: readonly VersionStep[],
): readonly VersionStep[] | undefined {
  const numbers = new Map<string | null, number>();
  const numberOf = (version: string | null): number => {
    const known = numbers.get(version);
    if (known !== undefined) return known;
    numbers.set(version, numbers.size);
    return numbers.size - 1;
  };
  const ends = edges.map(({ before, after }) => [numberOf(before), numberOf(after)] as const);
  const builder = new GraphBuilder<VersionStep>(numbers.size);
  for (const [it, [before, after]] of ends.entries()) builder.add(before, after, 0, edges[it]);
  const graph = builder.build();
  const components = componentsOf(graph, () => true);
  const first = components.findIndex((it) => it !== noComponent);
  if (first < 0) return undefined;
  const search = new CycleSearch(graph, () => false);
  const cycle = search.through(first, components, () => true);
  return cycle.edges.flatMap((edge) => {
    const step = edge === undefined ? undefined : graph.reasons[edge];
    return step === undefined ? [] : [step];
  });
}
