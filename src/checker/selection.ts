/** Which configurations to keep when there is no room for all of them. */

import type { Configuration } from './configuration.ts';
import type { State } from './register.ts';
import type { Flight } from './turns.ts';

/** How many of the steps that complete next are looked at. */
const horizon = 32;

/**
 * Picks the configurations that are most likely to get through the turns that come. It can be
 * wrong, and then the walk gets stuck where another choice would not have.
 *
 * - **Least cost first.** An order that takes few pending steps to have happened has them left.
 * - **Least urgent first.** When everything completes is known beforehand. A configuration that has
 *   used steps with a long time left, and still owes those that complete soon, runs out of ways to
 *   come to them; the sooner a step completes, the more it counts.
 * - **Something of every state.** Configurations of the same state mostly get stuck together, so
 *   the best of each state are taken in turns.
 */
export function mostPromising(
  configurations: readonly Configuration[],
  count: number,
  completing: Iterable<Flight>,
): readonly Configuration[] {
  if (configurations.length <= count) return configurations;
  const next = [...completing]
    .sort((a, b) => a.step.completed - b.step.completed)
    .slice(0, horizon);
  const rated = configurations.map((it) => ({ it, urgency: urgencyOf(it, next), place: 0 }));
  rated.sort((a, b) => a.it.cost - b.it.cost || a.urgency - b.urgency);
  const places = new Map<State, number>();
  for (const one of rated) {
    one.place = places.get(one.it.state) ?? 0;
    places.set(one.it.state, one.place + 1);
  }
  rated.sort((a, b) => a.place - b.place);
  return rated.slice(0, count).map(({ it }) => it);
}

function urgencyOf({ done }: Configuration, next: readonly Flight[]): number {
  let urgency = 0;
  let turns = 0;
  for (const { bit } of next) {
    turns += 1;
    if ((done & bit) === 0n) urgency += 1 / turns;
  }
  return urgency;
}
