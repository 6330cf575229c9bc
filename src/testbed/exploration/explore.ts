/**
 * Visits every state of a world, nearest first, so that the first way to a broken rule that is
 * found is a shortest one.
 */

import { narrate, type Tale } from './narrate.ts';
import { BrokenRule } from './promises.ts';
import { type Action, type Row, Space } from './space.ts';
import { StateSet } from './state-set.ts';
import type { World } from './world.ts';

export interface Figures {
  /** Distinct states, up to the names of the nodes. */
  readonly states: number;
  /** Steps between them, those that lead back to known states included. */
  readonly transitions: number;
  /** How many steps the farthest state is away from the beginning. */
  readonly depth: number;
  /** Steps that were not taken for want of room for messages in flight. */
  readonly cuts: number;
  /** Different memories of a node, and steps that the core took; the rest was looked up. */
  readonly memories: number;
  readonly coreSteps: number;
}

export type Verdict =
  /** Every state within the budgets was visited, and no rule is broken. */
  | { readonly kind: 'complete' }
  /** No rule is broken in as many states as were allowed. */
  | { readonly kind: 'bounded' }
  | { readonly kind: 'violation'; readonly rule: string; readonly tale: Tale };

export interface Exploration {
  readonly world: World;
  readonly verdict: Verdict;
  readonly figures: Figures;
}

export interface Limits {
  readonly maxStates: number;
  /** Called now and then. */
  readonly onProgress?: (figures: Figures) => void;
}

const statesPerReport = 50_000;

export function explore(world: World, limits: Limits): Exploration {
  let space: Space;
  try {
    space = new Space(world);
  } catch (error) {
    if (!(error instanceof BrokenRule)) throw error;
    // It takes no exploration to break this rule: what comes before it does.
    const tale = { beginning: [], steps: [], end: error.message };
    return { world, verdict: { kind: 'violation', rule: error.rule, tale }, figures: noFigures };
  }
  return new Explorer(space, limits).run();
}

const noFigures: Figures = {
  states: 0,
  transitions: 0,
  depth: 0,
  cuts: 0,
  memories: 0,
  coreSteps: 0,
};

class Explorer {
  readonly #space: Space;
  readonly #limits: Limits;
  readonly #states = new StateSet();
  #transitions = 0;
  #cuts = 0;
  #depth = 0;

  constructor(space: Space, limits: Limits) {
    this.#space = space;
    this.#limits = limits;
  }

  run(): Exploration {
    const { world } = this.#space;
    this.#states.add(this.#space.representative(this.#space.initial), -1);
    let layerEnd = 1;
    for (let index = 0; index < this.#states.size; index++) {
      if (index === layerEnd) {
        this.#depth++;
        layerEnd = this.#states.size;
      }
      const verdict = this.#expand(index);
      if (verdict !== null) return { world, verdict, figures: this.#figures() };
      if (this.#states.size >= this.#limits.maxStates) {
        return { world, verdict: { kind: 'bounded' }, figures: this.#figures() };
      }
      if (index % statesPerReport === statesPerReport - 1) {
        this.#limits.onProgress?.(this.#figures());
      }
    }
    return { world, verdict: { kind: 'complete' }, figures: this.#figures() };
  }

  #expand(index: number): Verdict | null {
    const space = this.#space;
    const row = this.#states.rowOf(index);
    for (const action of space.actionsOf(row)) {
      this.#transitions++;
      const step = space.take(row, action);
      if (step.kind === 'cut') this.#cuts++;
      else if (step.kind === 'to') this.#states.add(space.representative(step.row), index);
      else {
        const path = this.#pathTo(index);
        const tale = narrate(space, path, step.rule);
        return { kind: 'violation', rule: step.rule, tale };
      }
    }
    return null;
  }

  /** The actions that lead to a state, in names that stay the same on the way. */
  #pathTo(index: number): readonly Action[] {
    const rows: Row[] = [];
    for (let at = index; at > 0; at = this.#states.parentOf(at)) {
      rows.unshift(this.#states.rowOf(at));
    }
    const actions: Action[] = [];
    let row = this.#space.initial;
    for (const wanted of rows) {
      for (const action of this.#space.actionsOf(row)) {
        const step = this.#space.take(row, action);
        if (step.kind !== 'to' || !isSame(this.#space.representative(step.row), wanted)) continue;
        actions.push(action);
        row = step.row;
        break;
      }
    }
    return actions;
  }

  #figures(): Figures {
    const { memories, steps } = this.#space.automaton.size;
    return {
      states: this.#states.size,
      transitions: this.#transitions,
      depth: this.#depth,
      cuts: this.#cuts,
      memories,
      coreSteps: steps,
    };
  }
}

function isSame(x: Row, y: Row): boolean {
  return x.length === y.length && x.every((value, i) => value === y[i]);
}
