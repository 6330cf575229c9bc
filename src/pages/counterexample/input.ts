/** What a counterexample's page is made of: plain data. */

import type { Link } from '../report/input.ts';

export interface CounterexampleInput {
  readonly title: string;
  /** The other pages of the run. */
  readonly links: readonly Link[];
  /** The space-time diagram, to which operations lead; null when there is none. */
  readonly diagram: string | null;
  /** How many keys are bad, in a sentence. */
  readonly summary: string;
  readonly keys: readonly BadKey[];
  /** How many more keys are bad. */
  readonly moreKeys: number;
}

export interface BadKey {
  /** Null for a register without a key. */
  readonly key: string | null;
  /** Why the impossible operation is impossible, in a sentence. */
  readonly why: string;
  /** The part that shows it, in order of invocation. */
  readonly operations: readonly ShownOperation[];
  /** All that the register can have held when the impossible operation completed. */
  readonly possible: readonly string[];
  /** What is not shown, and why it may be left out; each a sentence. */
  readonly leftOut: readonly string[];
  /** Every order of what is shown, as far as it goes; null when there are too many. */
  readonly deadEnds: readonly ShownDeadEnd[] | null;
}

export interface ShownOperation {
  /** Names it in the trace of the run. */
  readonly id: number;
  readonly process: string;
  /** The node that was asked; empty when that is not known. */
  readonly node: string;
  /** `write 3`, `read 1`. */
  readonly label: string;
  readonly outcome: 'ok' | 'fail' | 'info' | 'open';
  /** Places among all events of clients. */
  readonly invokedRank: number;
  /** Null when nobody knows when it took effect, or whether. */
  readonly completedRank: number | null;
  readonly invokedMs: number | null;
  readonly completedMs: number | null;
  /** Its place in an order that explains what completed before the impossible operation; from 1. */
  readonly place: number | null;
  /** What the register holds after it in that order. */
  readonly leaves: string | null;
  readonly isImpossible: boolean;
  /** It was answered, but here it counts only that it may have happened. */
  readonly isLoosened: boolean;
}

export interface ShownDeadEnd {
  /** Which of the operations, in order. */
  readonly order: readonly number[];
  readonly holds: string;
  readonly stuck: readonly number[];
}
