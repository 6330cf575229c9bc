/** What was found in a history. */

import type { AnomalyName } from './models.ts';
import type { Reason, VersionReason } from './reason.ts';

interface AnomalyBase {
  readonly name: AnomalyName;
  /** Positions in the history. Texts call them T1, T2 and so on, in this order. */
  readonly transactions: readonly number[];
}

/** Something that can be said in a sentence. */
export interface PlainAnomaly extends AnomalyBase {
  readonly kind: 'plain';
  readonly problem: string;
}

/** Each transaction must come before the next, and the last before the first. */
export interface CycleAnomaly extends AnomalyBase {
  readonly kind: 'cycle';
  readonly steps: readonly CycleStep[];
  /** Whether it is known that no cycle of this class is shorter. */
  readonly isShortest: boolean;
}

/** Each version of a key must come before the next, and the last before the first. */
export interface VersionCycle extends AnomalyBase {
  readonly kind: 'versions';
  readonly key: string;
  readonly steps: readonly VersionStep[];
}

/** One thing that is wrong with transactions. */
export type Anomaly = PlainAnomaly | CycleAnomaly | VersionCycle;

/** Why one transaction comes before another: undefined is real time alone. */
export type CycleStep = Reason | undefined;

/** Why one version comes before another. Versions are canonical texts; null is the beginning. */
export interface VersionStep {
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: VersionReason;
}

/** One report of a kind says what is wrong; a few more say whether it is always the same. */
const keptOfEach = 3;

/** Anomalies by name: the first few of each are kept, all are counted. */
export class Findings {
  #kept: Anomaly[] = [];
  readonly #counts = new Map<AnomalyName, number>();

  /** How many of each name there are. */
  get counts(): ReadonlyMap<AnomalyName, number> {
    return this.#counts;
  }

  get anomalies(): readonly Anomaly[] {
    return this.#kept;
  }

  add(anomaly: Exclude<Anomaly, PlainAnomaly>): void {
    if (this.#count(anomaly.name)) this.#kept.push(anomaly);
  }

  /** @param problem called only when the anomaly is among those that are kept */
  addPlain(name: AnomalyName, transactions: readonly number[], problem: () => string): void {
    if (!this.#count(name)) return;
    this.#kept.push({ kind: 'plain', name, transactions, problem: problem() });
  }

  /** Forgets all of a name. */
  drop(name: AnomalyName): void {
    this.#counts.delete(name);
    this.#kept = this.#kept.filter((it) => it.name !== name);
  }

  /** Counts one more, and says whether it is to be kept. */
  #count(name: AnomalyName): boolean {
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    return count < keptOfEach;
  }
}
