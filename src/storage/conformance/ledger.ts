/** What a store was given and what it has reported: what a load may bring follows from that. */

import type { StoredState, StoreWrite } from '../store.ts';
import { Expected, type Snapshot, type Step, stepsOf } from './expected.ts';

/** A write that was handed in and not reported. */
export interface Pending {
  readonly steps: readonly Step[];
}

export class Ledger {
  /** What was reported: a load must bring it. */
  #reported = new Expected();
  /** Handed in and not reported, oldest first. */
  #pending: Pending[] = [];
  readonly #saving = new Set<Snapshot>();

  get reported(): Expected {
    return this.#reported;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0 || this.#saving.size > 0;
  }

  handIn(write: StoreWrite<string>): Pending {
    const pending = { steps: stepsOf(write) };
    this.#pending.push(pending);
    return pending;
  }

  /** False when a write before it was not reported yet. */
  report(pending: Pending): boolean {
    const isNext = this.#pending[0] === pending;
    this.#pending = this.#pending.filter((other) => other !== pending);
    for (const step of pending.steps) this.#reported.carryOut(step);
    return isNext;
  }

  handInSnapshot(meta: Snapshot['meta'], data: Uint8Array): Snapshot {
    // What the store makes of the bytes that it is given must not change what is expected of it.
    const snapshot = { meta, data: data.slice() };
    this.#saving.add(snapshot);
    return snapshot;
  }

  reportSnapshot(snapshot: Snapshot): void {
    this.#saving.delete(snapshot);
    this.#reported.save(snapshot);
  }

  /**
   * Whether a load may bring this state: what was reported, and of what was not a beginning. From
   * then on it counts as reported. Otherwise says what is wrong.
   */
  judge(state: StoredState<string>): string | null {
    let fault: string | null = null;
    for (const candidate of this.#candidates()) {
      candidate.restart();
      const problem = candidate.fault(state);
      if (problem === null) {
        this.#reported = candidate;
        this.#pending = [];
        this.#saving.clear();
        return null;
      }
      fault ??= problem;
    }
    const whatever = 'whatever is taken of what was not reported, ';
    return this.hasPending ? whatever + fault : fault;
  }

  /** What was reported, and with more and more of what was not. */
  *#candidates(): Generator<Expected> {
    const steps = this.#pending.flatMap((pending) => pending.steps);
    for (const saved of subsets([...this.#saving])) {
      const candidate = this.#reported.copy();
      for (const snapshot of saved) candidate.save(snapshot);
      yield candidate.copy();
      for (const step of steps) {
        candidate.carryOut(step);
        yield candidate.copy();
      }
    }
  }
}

function subsets<Item>(items: readonly Item[]): Item[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}
