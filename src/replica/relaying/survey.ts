/**
 * Which links work: what the nodes of a cluster find out by asking each other.
 *
 * A *survey* has a number. Whoever takes part sends everybody a word of it, which says who has heard
 * whom in this survey, as far as the sender knows. A word is never passed on, so that it arrives
 * only over a link that works: its receiver has heard its sender. Since everybody says again what it
 * was told, all learn of every link to which a path of working links leads.
 *
 * Within one survey what is known only grows, so words may be lost, doubled and overtaken. A link
 * that breaks is noticed by the next survey, which begins with nothing.
 */

import type { NodeId } from '../../raft/index.ts';

/** One node's word: for each node that it knows to take part, whom that one has heard. */
export interface SurveyWord {
  /** Counts the surveys of the cluster. */
  readonly number: number;
  /** By node, whom it has heard in this survey. */
  readonly heard: { readonly [node: string]: readonly NodeId[] };
}

/** What a word has meant to its receiver. */
export type SurveyNews =
  /** It is of an earlier survey: its sender does not know of the present one. */
  | 'old'
  /** A later survey has begun, and this node takes part in it. */
  | 'joined'
  | 'more'
  | 'nothing';

export class Survey {
  readonly #id: NodeId;
  readonly #nodes: readonly NodeId[];
  #number = 0;
  /** Who has been heard by whom; by the hearer. */
  #heard = new Map<NodeId, Set<NodeId>>();

  /** @param nodes all of the cluster; whoever made it may add others to it */
  constructor(id: NodeId, nodes: readonly NodeId[]) {
    this.#id = id;
    this.#nodes = nodes;
  }

  get number(): number {
    return this.#number;
  }

  /** Begins a survey, or takes part in one that somebody else has begun. */
  begin(number: number = this.#number + 1): void {
    this.#number = number;
    this.#heard = new Map([[this.#id, new Set()]]);
  }

  /** What this node has to say. */
  word(): SurveyWord {
    const heard = [...this.#heard].map(([hearer, senders]) => [hearer, [...senders]] as const);
    return { number: this.#number, heard: Object.fromEntries(heard) };
  }

  /** Takes in the word that a node has sent. */
  take(from: NodeId, { number, heard }: SurveyWord): SurveyNews {
    if (number < this.#number) return 'old';
    const isLater = number > this.#number;
    if (isLater) this.begin(number);
    let isMore = this.#note(this.#id, from);
    for (const hearer of this.#nodes) {
      // Own members only: a node may be called "constructor".
      if (!Object.hasOwn(heard, hearer)) continue;
      for (const sender of heard[hearer] ?? []) isMore = this.#note(hearer, sender) || isMore;
      // Who takes part and has heard nobody yet is known to take part.
      this.#hearingOf(hearer);
    }
    if (isLater) return 'joined';
    return isMore ? 'more' : 'nothing';
  }

  #hearingOf(hearer: NodeId): Set<NodeId> {
    const known = this.#heard.get(hearer);
    if (known !== undefined) return known;
    const hearing = new Set<NodeId>();
    this.#heard.set(hearer, hearing);
    return hearing;
  }

  /** False when it was known. */
  #note(hearer: NodeId, sender: NodeId): boolean {
    const hearing = this.#hearingOf(hearer);
    if (hearer === sender || hearing.has(sender) || !this.#nodes.includes(sender)) return false;
    hearing.add(sender);
    return true;
  }

  /** Whether what `sender` sends reaches `hearer` without a relay, as far as is known. */
  works(sender: NodeId, hearer: NodeId): boolean {
    return this.#heard.get(hearer)?.has(sender) ?? false;
  }

  /** Whether every link works. */
  get isComplete(): boolean {
    return this.#nodes.every((hearer) =>
      this.#nodes.every((sender) => sender === hearer || this.works(sender, hearer)),
    );
  }

  /**
   * The shortest path over links that work: the nodes after `from`, of which `to` is the last. Null
   * when none is known. Of equally short ones the first by the order of the nodes.
   */
  path(from: NodeId, to: NodeId): readonly NodeId[] | null {
    const reachedFrom = new Map<NodeId, NodeId>([[from, from]]);
    const queue = [from];
    for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
      if (node === to) return walkBack(reachedFrom, from, to);
      for (const next of this.#nodes) {
        if (reachedFrom.has(next) || !this.works(node, next)) continue;
        reachedFrom.set(next, node);
        queue.push(next);
      }
    }
    return null;
  }
}

function walkBack(
  reachedFrom: ReadonlyMap<NodeId, NodeId>,
  from: NodeId,
  to: NodeId,
): readonly NodeId[] {
  const path: NodeId[] = [];
  for (let node: NodeId | undefined = to; node !== undefined && node !== from; ) {
    path.unshift(node);
    node = reachedFrom.get(node);
  }
  return path;
}
