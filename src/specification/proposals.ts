/**
 * What a request is told. Raft's papers leave this to the implementation; but an answer is a
 * statement about the log, and has to be true: done, if its entry is committed; refused, if it never
 * will be.
 */

import type { Node, World } from './node.ts';
import type { EntryView } from './view.ts';
import { demand } from './violation.ts';

/** The requests whose entries are applied: `requestIds[i]` has become `entries[i]`, or is null. */
export function judgeAnswered(
  { id, proposals }: Node,
  entries: readonly EntryView[],
  requestIds: readonly (number | null)[],
): void {
  entries.forEach((entry, i) => {
    const requestId = requestIds[i] ?? null;
    // A change of membership is asked for by its outcome: no entry is proposed.
    if (requestId === null || entry.kind !== 'command') return;
    const proposed = proposals.get(requestId);
    const isIts = proposed?.index === entry.index && proposed.term === entry.term;
    demand(isIts, id, 'a request is answered when its own entry is applied', requestId);
    proposals.delete(requestId);
  });
}

export function judgeRefusal(
  { history }: World,
  { id, proposals, reads }: Node,
  requestId: number,
  { definite, kind }: { readonly definite: boolean; readonly kind: string },
): void {
  reads.delete(requestId);
  const proposed = proposals.get(requestId);
  if (proposed === undefined) return;
  proposals.delete(requestId);
  const { index, term } = proposed;
  const isLost = index <= history.committedIndex && history.committedTerm(index) !== term;
  demand(isLost || !definite, id, 'what may still be committed is not refused', requestId, kind);
}
