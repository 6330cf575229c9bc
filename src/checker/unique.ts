/** Whether what was given out was given out once only. */

import type { AnsweredCall } from './calls.ts';

/** Ids are compared as texts: equal ids are equal texts. */
export interface GivenId extends AnsweredCall {
  readonly id: string;
}

/** An id that was given out more than once. */
export interface RepeatedId {
  readonly id: string;
  /** All that were given it, in the order of their answers. */
  readonly calls: readonly GivenId[];
}

/** In the order in which an id was given out for the second time. */
export function findRepeatedIds(given: readonly GivenId[]): RepeatedId[] {
  const byId = new Map<string, GivenId[]>();
  const repeated: { readonly id: string; readonly calls: GivenId[] }[] = [];
  for (const call of given.toSorted((a, b) => a.completed.rank - b.completed.rank)) {
    const calls = byId.get(call.id) ?? [];
    calls.push(call);
    byId.set(call.id, calls);
    if (calls.length === 2) repeated.push({ id: call.id, calls });
  }
  return repeated;
}
