/**
 * Judges a counter by what its reads returned. What is promised is the sum in the end: after all
 * faults have ended and a quiet time has passed, a read is the sum of all adds that were
 * acknowledged, and of any of those that nobody knows the end of. Before, a read may lack any add,
 * in any order; but it cannot be less, or more, than everything that had been asked for until then
 * can come to. For a linearizable counter see counter-order.ts.
 */

import type { AnsweredCall, Call } from './calls.ts';
import { isReachable, type Range, reachableSums } from './reachable-sums.ts';

/** Asks that something be added. */
export interface CounterAdd extends Call {
  /** A whole number. */
  readonly delta: number;
}

/** Was answered with the sum. */
export interface CounterRead extends AnsweredCall {
  /** A whole number. */
  readonly value: number;
}

/** All that clients asked of one counter. */
export interface CounterHistory {
  /** In the order of invocations, whatever became of them. */
  readonly adds: readonly CounterAdd[];
  /** Those that were answered, in the order of invocations. */
  readonly reads: readonly CounterRead[];
}

/** A final read that is no sum of what may be in it. */
export interface WrongSum {
  readonly read: CounterRead;
  /** Acknowledged adds alone. */
  readonly acknowledged: number;
}

/** A read beyond what had been asked for until it ended. */
export interface ImpossibleValue {
  readonly read: CounterRead;
  readonly possible: Range;
}

/** What is wrong with a counter, and how far it could be judged. */
export interface CounterFindings {
  /** The sum of all adds that were acknowledged. */
  readonly acknowledged: number;
  /** Adds that nobody knows the end of. */
  readonly uncertain: number;
  /** What final reads may return, in order; only bounds when it is not exact. */
  readonly acceptable: readonly Range[];
  readonly isExact: boolean;
  readonly finalReads: readonly CounterRead[];
  readonly wrong: readonly WrongSum[];
  readonly impossible: readonly ImpossibleValue[];
  /** Final reads return different values, each of them acceptable. */
  readonly isDisputed: boolean;
}

/** Judges by what is promised in the end; `findCounterDisorder` also by the order in time. */
export function checkCounter({ adds, reads }: CounterHistory): CounterFindings {
  const uncertain = adds.filter(({ outcome }) => outcome === 'info' || outcome === 'open');
  const acknowledged = adds
    .filter(({ outcome }) => outcome === 'ok')
    .reduce((sum, { delta }) => sum + delta, 0);
  const acceptable = reachableSums(
    acknowledged,
    uncertain.map(({ delta }) => delta),
  );
  const finalReads = reads.filter(({ isFinal }) => isFinal);
  const wrong = finalReads
    .filter(({ value }) => !isReachable(acceptable, value))
    .map((read) => ({ read, acknowledged }));
  return {
    acknowledged,
    uncertain: uncertain.length,
    acceptable: acceptable.ranges,
    isExact: acceptable.isExact,
    finalReads,
    wrong,
    impossible: impossibleValues({ adds, reads }),
    isDisputed: wrong.length === 0 && new Set(finalReads.map(({ value }) => value)).size > 1,
  };
}

/** Reads that are not final: those are judged more strictly. */
function impossibleValues({ adds, reads }: CounterHistory): ImpossibleValue[] {
  const asked = adds.filter(({ outcome }) => outcome !== 'fail');
  const found: ImpossibleValue[] = [];
  const possible = { from: 0, to: 0 };
  let next = 0;
  const inOrderOfEnds = [...reads].sort((a, b) => a.completed.rank - b.completed.rank);
  for (const read of inOrderOfEnds) {
    for (let add = asked[next]; add !== undefined; add = asked[++next]) {
      if (add.invoked.rank > read.completed.rank) break;
      possible.from += Math.min(0, add.delta);
      possible.to += Math.max(0, add.delta);
    }
    if (read.isFinal || (possible.from <= read.value && read.value <= possible.to)) continue;
    found.push({ read, possible: { ...possible } });
  }
  return found;
}
