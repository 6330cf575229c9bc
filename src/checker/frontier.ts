/** Sets of configurations of one turn, without those that others cover. */

import { type Configuration, covers } from './configuration.ts';
import type { State } from './register.ts';

/**
 * A configuration is compared with no more than this number of others that might cover it, so that
 * work grows with the number of configurations and not with its square. Keeping one that is covered
 * is a waste, not an error.
 */
const maxRivals = 128;

/** As many bits of a set as fit into a small integer. */
const lowBits = 30;

/**
 * A set of configurations of one turn, without those that others cover, as far as that was noticed.
 */
export class Frontier {
  readonly #byState = new Map<State, Rivals>();

  get all(): readonly Configuration[] {
    const [first, ...others] = this.#byState.values();
    if (first === undefined) return [];
    return others.length === 0 ? first.all : first.all.concat(...others.map((it) => it.all));
  }

  /** Adds a configuration, unless it is in already or covered; says whether it did. */
  add(configuration: Configuration): boolean {
    let rivals = this.#byState.get(configuration.state);
    if (rivals === undefined) {
      rivals = new Rivals();
      this.#byState.set(configuration.state, rivals);
    }
    return rivals.add(configuration);
  }
}

/** The configurations of one state. */
class Rivals {
  readonly all: Configuration[] = [];
  /**
   * The low bits of the sets of the first few. Steps in flight have low bits, so these tell most
   * pairs apart at a small part of the cost of comparing the sets.
   */
  readonly #done: number[] = [];
  readonly #spent: number[] = [];
  /** Those beyond the first few, by all that tells them apart: shadow, done, spent. */
  #others: Map<number, Map<bigint, Set<bigint>>> | undefined;

  add(configuration: Configuration): boolean {
    const done = lowOf(configuration.done);
    const spent = lowOf(configuration.spent);
    const count = Math.min(this.all.length, maxRivals);
    for (let at = 0; at < count; at += 1) {
      if ((~(this.#done[at] ?? 0) & done) !== 0 || (~spent & (this.#spent[at] ?? 0)) !== 0)
        continue;
      const rival = this.all[at];
      if (rival !== undefined && covers(rival, configuration)) return false;
    }
    if (count === maxRivals) return this.#addToOthers(configuration);
    this.#removeCovered(configuration, done, spent);
    this.all.push(configuration);
    this.#done.push(done);
    this.#spent.push(spent);
    return true;
  }

  #removeCovered(configuration: Configuration, done: number, spent: number): void {
    let kept = 0;
    for (const [at, rival] of this.all.entries()) {
      const rivalDone = this.#done[at] ?? 0;
      const rivalSpent = this.#spent[at] ?? 0;
      const mayBeCovered = (~done & rivalDone) === 0 && (~rivalSpent & spent) === 0;
      if (mayBeCovered && covers(configuration, rival)) continue;
      this.all[kept] = rival;
      this.#done[kept] = rivalDone;
      this.#spent[kept] = rivalSpent;
      kept += 1;
    }
    if (kept === this.all.length) return;
    this.all.length = kept;
    this.#done.length = kept;
    this.#spent.length = kept;
  }

  #addToOthers(configuration: Configuration): boolean {
    this.#others ??= new Map();
    const { done, spent, shadow } = configuration;
    const ofShadow = this.#others.get(shadow) ?? new Map<bigint, Set<bigint>>();
    const ofDone = ofShadow.get(done) ?? new Set<bigint>();
    if (ofDone.has(spent)) return false;
    this.#others.set(shadow, ofShadow.set(done, ofDone.add(spent)));
    this.all.push(configuration);
    return true;
  }
}

function lowOf(set: bigint): number {
  return Number(BigInt.asUintN(lowBits, set));
}
