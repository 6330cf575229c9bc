/**
 * A network in one process, for programs that run several nodes in one, and for tests. Nodes share
 * nothing: what they say to each other is bytes here too.
 */

import type { Links, Network, NetworkPlace } from './network.ts';

/** What may be chosen of a network in one process. */
export interface LocalNetworkOptions {
  /** How long a message is on its way, in milliseconds. Default: 0, which is one turn of the timers. */
  readonly delayMs?: number;
}

/** A network of nodes in one process; each is given the same object. */
export class LocalNetwork implements Network {
  readonly maxMessageBytes: number = 64 * 1024 * 1024;
  readonly #delayMs: number;
  readonly #places = new Map<string, NetworkPlace>();
  /** Nodes that were here, have said something, and have forgotten what they promised. */
  readonly #forgetful = new Set<string>();
  readonly #isolated = new Set<string>();

  constructor(options: LocalNetworkOptions = {}) {
    this.#delayMs = options.delayMs ?? 0;
  }

  async open(place: NetworkPlace): Promise<Links> {
    const { id } = place;
    if (this.#places.has(id)) throw new Error(`there is a node ${id} in this network already`);
    if (this.#forgetful.has(id)) {
      throw new Error(
        `${id} was in this network before, and has kept nothing of what it promised: a node that ` +
          'is in memory must not come back under its name. Keep it in a directory, or give it ' +
          'another name and add it by a change of membership',
      );
    }
    for (const other of this.#places.values()) other.added(id);
    this.#places.set(id, place);
    const places = this.#places;
    let hasSpoken = false;
    return {
      get peers() {
        return [...places.keys()].filter((name) => name !== id);
      },
      send: (to, message) => {
        hasSpoken = true;
        this.#send(place, to, message);
      },
      close: async () => {
        if (this.#places.get(id) === place) this.#places.delete(id);
        if (hasSpoken && !place.isDurable) this.#forgetful.add(id);
      },
    };
  }

  /** Cuts a node off: from now on nothing reaches it, and nothing from it reaches the others. */
  isolate(id: string): void {
    this.#isolated.add(id);
  }

  /** Ends all that `isolate` has begun. */
  heal(): void {
    this.#isolated.clear();
  }

  #send(from: NetworkPlace, to: string, message: Uint8Array): void {
    from.clock.after(this.#delayMs, () => {
      if (this.#isolated.has(from.id) || this.#isolated.has(to)) return;
      const receiver = this.#places.get(to);
      // Who has left meanwhile is not heard any more.
      if (receiver === undefined || this.#places.get(from.id) !== from) return;
      if (receiver.cluster === from.cluster) receiver.receive(from.id, message);
    });
  }
}
