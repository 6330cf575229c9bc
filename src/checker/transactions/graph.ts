/**
 * A graph of dependencies: who must come before whom, and why.
 *
 * The kinds of edges are Adya's (1999, section 4.4), of items:
 *
 * - ww: a transaction wrote the version after one that another wrote;
 * - wr: a transaction read what another wrote;
 * - rw: a transaction read a version, and another wrote a later one, which it thus did not see;
 * - rt: a transaction had ended before another began.
 *
 * A label says what an edge adds to a cycle. Most edges are of one kind; an edge whose version order
 * was found by an inference carries what that inference rests on as well.
 */

/** How many rw edges, up to two: the two lowest bits. */
const rwMask = 3;

export const label: {
  readonly ww: number;
  readonly rw: number;
  readonly wr: number;
  /** Rests on the order in real time. */
  readonly realTime: number;
  /** Is nothing but the order in real time. Includes `realTime`. */
  readonly onlyRealTime: number;
} = { ww: 0, rw: 1, wr: 4, realTime: 8, onlyRealTime: 16 | 8 };

export function rwCountOf(it: number): number {
  return it & rwMask;
}

export function hasWr(it: number): boolean {
  return (it & label.wr) !== 0;
}

export function hasRealTime(it: number): boolean {
  return (it & label.realTime) !== 0;
}

export function isOnlyRealTime(it: number): boolean {
  return it >= 16;
}

/** What two labels add to a cycle together. */
export function combined(a: number, b: number): number {
  return ((a | b) & ~rwMask) | Math.min(2, rwCountOf(a) + rwCountOf(b));
}

/** The edges of one node lie side by side: those of `node` from `start[node]` to `start[node + 1]`. */
export interface Graph<Reason> {
  readonly nodeCount: number;
  readonly start: Int32Array;
  readonly to: Int32Array;
  readonly labels: Uint8Array;
  /** By edge; undefined where the label says it all. */
  readonly reasons: readonly (Reason | undefined)[];
}

/** Collects edges. Those from a node to itself are left out: no order forbids them. */
export class GraphBuilder<Reason> {
  readonly #nodeCount: number;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #labels: number[] = [];
  readonly #reasons: (Reason | undefined)[] = [];

  constructor(nodeCount: number) {
    this.#nodeCount = nodeCount;
  }

  add(from: number, to: number, edgeLabel: number, reason?: Reason): void {
    if (from === to) return;
    this.#from.push(from);
    this.#to.push(to);
    this.#labels.push(edgeLabel);
    this.#reasons.push(reason);
  }

  build(): Graph<Reason> {
    const nodeCount = this.#nodeCount;
    const edgeCount = this.#from.length;
    const start = new Int32Array(nodeCount + 1);
    for (const from of this.#from) start[from + 1] = (start[from + 1] ?? 0) + 1;
    for (let node = 0; node < nodeCount; node++) {
      start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
    }
    const next = start.slice();
    const to = new Int32Array(edgeCount);
    const labels = new Uint8Array(edgeCount);
    const reasons = new Array<Reason | undefined>(edgeCount);
    for (let it = 0; it < edgeCount; it++) {
      const from = this.#from[it] ?? 0;
      const place = next[from] ?? 0;
      next[from] = place + 1;
      to[place] = this.#to[it] ?? 0;
      labels[place] = this.#labels[it] ?? 0;
      reasons[place] = this.#reasons[it];
    }
    return { nodeCount, start, to, labels, reasons };
  }
}
