/**
 * One text for everything that means the same.
 *
 * Lists that stand for sets are sorted, and nodes may be given other names: two states that differ
 * only in who is called what are the same state. (Clarke and others, "Exploiting symmetry in
 * temporal logic model checking", 1996)
 */

import type { NodeId } from '../../raft/index.ts';

/** Who gets whose name. */
export type Renaming = ReadonlyMap<string, string>;

/** Lists of node ids whose order means nothing. */
const setsOfNodes: ReadonlySet<string> = new Set([
  'voters',
  'outgoing',
  'learners',
  'granted',
  'refused',
]);

/** Lists of one record for each node. */
const recordsByPeer: ReadonlySet<string> = new Set(['progress', 'catchUps', 'reaches']);

/** Plain data with sets in order and nodes renamed. */
export function canonical(value: unknown, renaming: Renaming | null, name = ''): unknown {
  if (typeof value === 'string') return renaming?.get(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) {
    const copy: { [key: string]: unknown } = {};
    for (const [key, part] of Object.entries(value)) copy[key] = canonical(part, renaming, key);
    return copy;
  }
  const items = value.map((item) => canonical(item, renaming));
  if (setsOfNodes.has(name)) return items.sort();
  if (recordsByPeer.has(name)) return (items as { peer: string }[]).sort(byPeer);
  return items;
}

function byPeer(x: { readonly peer: string }, y: { readonly peer: string }): number {
  return x.peer < y.peer ? -1 : 1;
}

/** All ways of handing out the names, the one that changes nothing first. */
export function renamingsOf(ids: readonly NodeId[]): readonly Renaming[] {
  return permutations(ids).map((names) => new Map(ids.map((id, i) => [id, names[i] ?? id])));
}

function permutations(ids: readonly NodeId[]): readonly (readonly NodeId[])[] {
  if (ids.length <= 1) return [ids];
  return ids.flatMap((first) =>
    permutations(ids.filter((id) => id !== first)).map((rest) => [first, ...rest]),
  );
}

/** Gives each different text a number, in order of appearance. */
export class Numbering {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  get size(): number {
    return this.#texts.length;
  }

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#texts.length;
    this.#numbers.set(text, number);
    this.#texts.push(text);
    return number;
  }

  textOf(number: number): string {
    const text = this.#texts[number];
    if (text === undefined) throw new RangeError(`nothing has number ${number}`);
    return text;
  }
}
