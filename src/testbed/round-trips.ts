/** Which ways messages could have gone through a cluster and back, given what faults left of it. */

import type { Condition, Situation } from './situations.ts';

export interface Request {
  readonly node: string;
  readonly startMs: number;
  readonly deadlineMs: number;
  /** In which situation it is invoked. */
  readonly first: number;
}

/** What was found out for one request serves the next. */
export class RoundTrips {
  readonly #situations: readonly Situation[];
  readonly #nodes: readonly string[];
  readonly #linksOfTrips = new Map<string, number | null>();
  readonly #conceivable = new Map<string, boolean>();

  constructor(situations: readonly Situation[], nodes: readonly string[]) {
    this.#situations = situations;
    this.#nodes = nodes;
  }

  /**
   * Whether from some moment until the deadline there is time for two round trips between the
   * node and a majority, over links and nodes that work all the while. The request takes one delay
   * to reach its node, which must not be killed before.
   */
  isAttainable({ node, startMs, deadlineMs, first }: Request, delayMs: number): boolean {
    for (let from = first; this.#fromMs(from) < deadlineMs; from++) {
      if (!['up', 'paused'].includes(this.#condition(from, node))) return false;
      const startableMs = Math.max(startMs + delayMs, this.#fromMs(from));
      for (let to = from; this.#fromMs(to) < deadlineMs; to++) {
        const links = this.#roundTrip(node, from, to);
        if (links === null) break;
        const endMs = Math.min(deadlineMs, this.#fromMs(to + 1));
        if (endMs - startableMs >= 2 * links * delayMs) return true;
      }
    }
    return false;
  }

  /** Whether a majority could be told of the request and its node be told of that, however fast. */
  isConceivable({ node, deadlineMs, first }: Request): boolean {
    let last = first;
    while (this.#fromMs(last + 1) <= deadlineMs) last++;
    return remembered(this.#conceivable, `${node} ${first} ${last}`, () => {
      const told = this.#toldBy(node, first, last);
      const answering = this.#nodes.filter((other) => {
        const at = told.get(other);
        return at !== undefined && this.#toldBy(other, at, last).has(node);
      });
      return answering.length >= this.#majority;
    });
  }

  get #majority(): number {
    return Math.floor(this.#nodes.length / 2) + 1;
  }

  #fromMs(position: number): number {
    return this.#situations[position]?.fromMs ?? Number.POSITIVE_INFINITY;
  }

  #condition(position: number, node: string): Condition {
    return this.#situations[position]?.conditions.get(node) ?? 'down';
  }

  /** Over how many links a majority is reached and heard, in all these situations; or null. */
  #roundTrip(node: string, from: number, to: number): number | null {
    return remembered(this.#linksOfTrips, `${node} ${from} ${to}`, () => {
      const lasting = this.#situations.slice(from, to + 1);
      const works = (sender: string, receiver: string): boolean =>
        lasting.every(
          ({ conditions, grudge }) =>
            conditions.get(sender) === 'up' &&
            conditions.get(receiver) === 'up' &&
            !grudge.get(receiver)?.has(sender),
        );
      if (this.#nodes.length === 1) return works(node, node) ? 0 : null;
      const there = this.#distances(node, works);
      const back = this.#distances(node, (sender, receiver) => works(receiver, sender));
      const sums = this.#nodes
        .map(
          (other) =>
            (there.get(other) ?? Number.POSITIVE_INFINITY) +
            (back.get(other) ?? Number.POSITIVE_INFINITY),
        )
        .sort((a, b) => a - b);
      const links = sums[this.#majority - 1] ?? Number.POSITIVE_INFINITY;
      return links === Number.POSITIVE_INFINITY ? null : links;
    });
  }

  /** How many links each node is away that can be reached. */
  #distances(
    from: string,
    works: (sender: string, receiver: string) => boolean,
  ): ReadonlyMap<string, number> {
    const distances = new Map([[from, 0]]);
    for (const [sender, distance] of distances) {
      for (const receiver of this.#nodes) {
        if (!distances.has(receiver) && works(sender, receiver)) {
          distances.set(receiver, distance + 1);
        }
      }
    }
    return distances;
  }

  /**
   * Who can know by situation `last` what a node knows in situation `from`, and in which situation
   * at the earliest, if messages take no time or any time: the sender runs when it sends, later or
   * then there is no partition, and later or then the receiver runs.
   */
  #toldBy(from: string, first: number, last: number): ReadonlyMap<string, number> {
    const told = new Map<string, number>();
    const open: [node: string, at: number | null][] = [[from, this.#runsFrom(from, first, last)]];
    for (const [node, at] of open) {
      if (at === null || at >= (told.get(node) ?? Number.POSITIVE_INFINITY)) continue;
      told.set(node, at);
      for (const receiver of this.#nodes) {
        let linked = at;
        while (linked <= last && this.#isCut(linked, node, receiver)) linked++;
        open.push([receiver, this.#runsFrom(receiver, linked, last)]);
      }
    }
    return told;
  }

  #isCut(position: number, sender: string, receiver: string): boolean {
    return this.#situations[position]?.grudge.get(receiver)?.has(sender) ?? false;
  }

  /** The first situation in which a node runs; it may be initialised before the bench knows. */
  #runsFrom(node: string, first: number, last: number): number | null {
    for (let position = first; position <= last; position++) {
      if (['up', 'starting'].includes(this.#condition(position, node))) return position;
    }
    return null;
  }
}

function remembered<Value>(map: Map<string, Value>, key: string, find: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const found = find();
  map.set(key, found);
  return found;
}
