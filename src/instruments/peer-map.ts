/** Something that is remembered of each node that has been heard. */

import type { NodeId } from '../raft/index.ts';

/** Nobody has so many peers; but a transport may let anybody speak, under any name. */
const maxPeers = 1000;

export class PeerMap<Value> {
  readonly #values = new Map<NodeId, Value>();

  get(peer: NodeId): Value | undefined {
    return this.#values.get(peer);
  }

  /** What would be one node too many is forgotten at once. */
  set(peer: NodeId, value: Value): void {
    if (this.#values.size >= maxPeers && !this.#values.has(peer)) return;
    this.#values.set(peer, value);
  }

  clear(): void {
    this.#values.clear();
  }
}
