/** A short proof that a turn cannot be taken, whatever happened long before it. */

import { initialConfiguration } from './configuration.ts';
import type { Meter } from './explore.ts';
import { absentState, type State, type Step } from './register.ts';
import { inFlightAt, scheduleOf, type Turn } from './turns.ts';
import { Walk } from './walk.ts';

/** What a refutation may assume and cost. */
export interface Attempt {
  /** How many turns before the invocation of the completing step to begin. */
  readonly turnsBefore: number;
  /** See `Effort`. */
  readonly reusePending: boolean;
  readonly meter: Meter;
}

/**
 * Tries to show that there is no right order of the history up to and including a turn, which walks
 * have reached and not got past. The refutation begins a little before the completing step was
 * invoked, and assumes the best of all that was before: the register may hold anything that was
 * written, and of the steps in flight, observations have been made, writes can be slipped in but
 * can be used as well, and a cas may happen at any time from now on, or never. Whatever
 * configuration a right order has there is covered by that. So if all ways from there end at the
 * turn, so do the right orders.
 *
 * Returns all that the register can hold when the step completes; undefined if nothing was shown.
 */
export function refute(
  turns: readonly Turn[],
  stuck: number,
  { turnsBefore, reusePending, meter }: Attempt,
): ReadonlySet<State> | undefined {
  const completes = turns[stuck]?.completes;
  const invoked = turns.findIndex((it) => it.arrivals.some((flight) => flight === completes));
  const begin = Math.max(0, invoked - Math.ceil(turnsBefore));
  const steps = stepsBetween(turns, begin, stuck);
  const shadow = (turns[begin - 1]?.rank ?? -1) + 1;
  const starts = statesBefore(turns, begin, steps).map((state) => ({
    ...initialConfiguration,
    state,
    shadow,
  }));
  const excerpt = scheduleOf(steps).turns;
  const end = excerpt.findIndex((it) => it.completes.step === completes?.step);
  const walk = new Walk(excerpt, 0, starts, true, meter);
  const ever = Number.POSITIVE_INFINITY;
  const pace = { pendingMax: ever, reusePending, width: ever };
  while (walk.at <= end) {
    if (walk.step(pace)) continue;
    return walk.at === end && walk.complete ? walk.possible : undefined;
  }
  return undefined;
}

/**
 * The steps in flight before a turn, with what is assumed of them, and those invoked up to another
 * turn.
 */
function stepsBetween(turns: readonly Turn[], begin: number, end: number): readonly Step[] {
  const before = [...inFlightAt(turns, begin)].flatMap(({ step }) => {
    if (step.kind === 'observation') return [];
    return step.kind === 'cas' ? [{ ...step, completed: Number.POSITIVE_INFINITY }] : [step];
  });
  const arriving = turns.slice(begin, end + 1).flatMap((it) => it.arrivals);
  return [...before, ...arriving.map((it) => it.step)];
}

/**
 * What the register can hold before a turn; of the states that none of the next steps looks for,
 * only one.
 */
function statesBefore(
  turns: readonly Turn[],
  begin: number,
  next: readonly Step[],
): readonly State[] {
  const written = new Set([absentState]);
  for (const { arrivals } of turns.slice(0, begin)) {
    for (const { step } of arrivals) if (step.result !== undefined) written.add(step.result);
  }
  const sought = new Set<State>();
  for (const { sees } of next) {
    if (sees === 'any') return [...written];
    for (const state of sees) sought.add(state);
  }
  const unsought = [...written].find((it) => !sought.has(it));
  return [...written].filter((it) => sought.has(it) || it === unsought);
}
