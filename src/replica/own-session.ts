/**
 * A replica's session with the cluster, in which it numbers its clients' commands, so that it may
 * try each again and it takes effect once. Each life of a node opens one of its own. (Dissertation
 * 6.3; the machine's side is machine/sessions.ts)
 */

/** A command's number among all of a session. */
export interface Place {
  readonly session: number;
  readonly sequence: number;
}

export class OwnSession {
  #id: number | null = null;
  /** Counts through all sessions of this life, so that no two commands ever have the same. */
  #nextSequence = 1;
  #firstOpen = 1;
  readonly #open = new Set<number>();

  /** Null when none is open. */
  get id(): number | null {
    return this.#id;
  }

  /** The lowest sequence whose answer is waited for, or the next, when none is. */
  get firstOpen(): number {
    return this.#firstOpen;
  }

  opened(id: number): void {
    this.#id = id;
  }

  /** The cluster does not know this session any more. */
  expired(id: number): void {
    if (this.#id === id) this.#id = null;
  }

  /** The next place, or null when no session is open. */
  take(): Place | null {
    if (this.#id === null) return null;
    const sequence = this.#nextSequence++;
    this.#open.add(sequence);
    return { session: this.#id, sequence };
  }

  /** Nobody waits any more for the answer to what stands there. */
  release({ sequence }: Place): void {
    this.#open.delete(sequence);
    while (this.#firstOpen < this.#nextSequence && !this.#open.has(this.#firstOpen)) {
      this.#firstOpen++;
    }
  }
}
