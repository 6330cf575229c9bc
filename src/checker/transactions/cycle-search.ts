/**
 * Finds a shortest cycle of a class: breadth first, from each edge with which one may begin, inside
 * a strongly connected component.
 *
 * What is searched is not the graph itself but pairs of a node and what matters of the way to it:
 * the labels combined, and whether the last edge forbids or shortens the next. Of several edges of
 * real time in a row only the first is counted, for together they are one: who ended before another
 * began that ended before a third began has ended before the third.
 */

import { componentsOf, noComponent } from './components.ts';
import type { CycleClass } from './cycle-classes.ts';
import { combined, type Graph, hasRealTime, isOnlyRealTime, label, rwCountOf } from './graph.ts';

/** A cycle: from each node its edge leads to the next, and from the last to the first. */
export interface Cycle {
  readonly nodes: readonly number[];
  /** Positions in the graph's arrays; undefined for real time that several edges in a row show. */
  readonly edges: readonly (number | undefined)[];
  /** All labels combined. */
  readonly sum: number;
}

export interface CycleSearchResult {
  readonly cycle: Cycle | undefined;
  /** Whether every beginning was tried: no cycle is shorter, and none found means there is none. */
  readonly isExhaustive: boolean;
}

/** How many edges are followed for one class before the search ends with what it has. */
const maxSteps = 5_000_000;

/** States of one node: rw seen 0, 1 or 2 times; real time seen or not; the last edge special. */
const statesPerNode = 12;

/** A way on: what of it decides whether it closes a cycle of the class. */
interface Way {
  readonly sum: number;
  readonly isLastSpecial: boolean;
}

const ways: readonly Way[] = Array.from({ length: statesPerNode }, (_, it) => ({
  sum: (it % 3) | (it % 6 >= 3 ? label.realTime : 0),
  isLastSpecial: it >= 6,
}));

function wayNumber(sum: number, isLastSpecial: boolean): number {
  return rwCountOf(sum) + (hasRealTime(sum) ? 3 : 0) + (isLastSpecial ? 6 : 0);
}

/** Marks of one search from one edge; those of earlier ones are told by their stamps. */
interface Scratch {
  readonly stamps: Int32Array;
  readonly parents: Int32Array;
  readonly viaEdge: Int32Array;
  readonly distances: Int32Array;
  stamp: number;
}

export class CycleSearch<Reason> {
  readonly #graph: Graph<Reason>;
  readonly #scratch: Scratch;
  /** The node from which each edge leads. */
  readonly #from: Int32Array;
  /** `end(a) < begin(b)`: a had ended before b began. */
  readonly #isBefore: (a: number, b: number) => boolean;

  constructor(graph: Graph<Reason>, isBefore: (a: number, b: number) => boolean) {
    this.#graph = graph;
    this.#isBefore = isBefore;
    const size = graph.nodeCount * statesPerNode;
    this.#scratch = {
      stamps: new Int32Array(size),
      parents: new Int32Array(size),
      viaEdge: new Int32Array(size),
      distances: new Int32Array(size),
      stamp: 0,
    };
    this.#from = new Int32Array(graph.to.length);
    for (let node = 0; node < graph.nodeCount; node++) {
      this.#from.fill(node, graph.start[node], graph.start[node + 1]);
    }
  }

  shortest(wanted: CycleClass): CycleSearchResult {
    const { labels, to } = this.#graph;
    const components = componentsOf(this.#graph, wanted.allows);
    const begins: number[] = [];
    for (let edge = 0; edge < labels.length; edge++) {
      const component = components[this.#from[edge] ?? 0];
      if (component === noComponent || component !== components[to[edge] ?? 0]) continue;
      if (wanted.begins(labels[edge] ?? 0)) begins.push(edge);
    }
    let best = this.#closedByRealTime(wanted, begins);
    let steps = 0;
    for (const edge of begins) {
      // Two transactions are the least that a cycle has.
      if (best?.nodes.length === 2) break;
      if (steps > maxSteps) return { cycle: best, isExhaustive: false };
      const found = this.#cycleBeginning(wanted, edge, components, best?.nodes.length);
      steps += found.steps;
      best = found.cycle ?? best;
    }
    return { cycle: best, isExhaustive: true };
  }

  /** Some cycle through a node of a component, a shortest one. */
  through(node: number, components: Int32Array, allows: (edgeLabel: number) => boolean): Cycle {
    const { start, labels } = this.#graph;
    const anyClass = { accepts: () => true, allows, isNonadjacent: false, rwMax: 2 };
    let best: Cycle | undefined;
    for (let edge = start[node] ?? 0; edge < (start[node + 1] ?? 0); edge++) {
      if (!allows(labels[edge] ?? 0)) continue;
      best = this.#cycleBeginning(anyClass, edge, components, best?.nodes.length).cycle ?? best;
    }
    if (best === undefined) throw new Error(`node ${node} is in a component without a cycle`);
    return best;
  }

  /** The plainest: an edge whose end had ended before its beginning began. */
  #closedByRealTime(wanted: CycleClass, begins: readonly number[]): Cycle | undefined {
    const { to, labels } = this.#graph;
    for (const edge of begins) {
      const from = this.#from[edge] ?? 0;
      const target = to[edge] ?? 0;
      const sum = (labels[edge] ?? 0) | label.realTime;
      if (!wanted.accepts(sum) || !this.#isBefore(target, from)) continue;
      return { nodes: [from, target], edges: [edge, undefined], sum };
    }
    return undefined;
  }

  /**
   * A shortest cycle of those that begin with an edge, if it is shorter than the best so far.
   *
   * @returns with it, how many edges were followed
   */
  #cycleBeginning(
    wanted: Pick<CycleClass, 'accepts' | 'allows' | 'isNonadjacent' | 'rwMax'>,
    first: number,
    components: Int32Array,
    bestLength: number = Number.POSITIVE_INFINITY,
  ): { readonly cycle: Cycle | undefined; readonly steps: number } {
    const { start, to, labels } = this.#graph;
    const { stamps, parents, viaEdge, distances } = this.#scratch;
    const stamp = ++this.#scratch.stamp;
    const home = this.#from[first] ?? 0;
    const component = components[home];
    if (components[to[first] ?? 0] !== component) return { cycle: undefined, steps: 0 };
    const isSpecial = wanted.isNonadjacent
      ? (it: number): boolean => rwCountOf(it) > 0
      : isOnlyRealTime;
    /** A state that is reached for the first time, or sooner than was thought. */
    const mark = (sum: number, edge: number, parent: number, length: number) => {
      const node = to[edge] ?? 0;
      const state = node * statesPerNode + wayNumber(sum, isSpecial(labels[edge] ?? 0));
      if (stamps[state] === stamp && (distances[state] ?? 0) <= length) return undefined;
      stamps[state] = stamp;
      distances[state] = length;
      parents[state] = parent;
      viaEdge[state] = edge;
      return state;
    };
    const firstState = mark(labels[first] ?? 0, first, -1, 1);
    let level = firstState === undefined ? [] : [firstState];
    let steps = 0;
    for (let length = 1; level.length > 0 && length < bestLength; length++) {
      const next: number[] = [];
      for (let state = level.pop(); state !== undefined; state = level.pop()) {
        const node = Math.floor(state / statesPerNode);
        const way = ways[state % statesPerNode];
        if (way === undefined) continue;
        if (node === home) {
          if (!this.#closes(wanted, way, first)) continue;
          const cycle = this.#cycleOf(state, first);
          if (cycle !== undefined) return { cycle, steps };
          continue;
        }
        for (let edge = start[node] ?? 0; edge < (start[node + 1] ?? 0); edge++) {
          steps++;
          const edgeLabel = labels[edge] ?? 0;
          const target = to[edge] ?? 0;
          if (components[target] !== component || !wanted.allows(edgeLabel)) continue;
          const isFree = way.isLastSpecial && isSpecial(edgeLabel);
          if (isFree && wanted.isNonadjacent) continue;
          const sum = combined(way.sum, edgeLabel);
          if (rwCountOf(sum) > wanted.rwMax) continue;
          const reached = mark(sum, edge, state, isFree ? length : length + 1);
          if (reached !== undefined) (isFree ? level : next).push(reached);
        }
      }
      level = next;
    }
    return { cycle: undefined, steps };
  }

  #closes(wanted: Pick<CycleClass, 'accepts' | 'isNonadjacent'>, way: Way, first: number): boolean {
    if (!wanted.accepts(way.sum)) return false;
    const isAdjacent = way.isLastSpecial && rwCountOf(this.#graph.labels[first] ?? 0) > 0;
    return !(wanted.isNonadjacent && isAdjacent);
  }

  /**
   * The cycle that ends in a state; undefined when it comes twice to a node. Then a part of it is a
   * cycle of its own, of a worse class: else that part would have been found, being shorter.
   */
  #cycleOf(last: number, first: number): Cycle | undefined {
    const { parents, viaEdge } = this.#scratch;
    const { labels } = this.#graph;
    const path: number[] = [];
    for (let state = last; state >= 0; state = parents[state] ?? -1) path.push(viaEdge[state] ?? 0);
    path.reverse();
    const nodes: number[] = [];
    const edges: (number | undefined)[] = [];
    let sum = labels[first] ?? 0;
    for (const edge of path) {
      const edgeLabel = labels[edge] ?? 0;
      sum = combined(edge === first ? 0 : sum, edgeLabel);
      const before = edges.at(-1);
      const isChain =
        isOnlyRealTime(edgeLabel) &&
        edges.length > 0 &&
        (before === undefined || isOnlyRealTime(labels[before] ?? 0));
      if (isChain) {
        edges[edges.length - 1] = undefined;
        continue;
      }
      nodes.push(this.#from[edge] ?? 0);
      edges.push(edge);
    }
    return new Set(nodes).size === nodes.length ? { nodes, edges, sum } : undefined;
  }
}
