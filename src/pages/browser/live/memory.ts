/**
 * What the page remembers of its node: the answers of its present life and the changes of role of
 * earlier ones, and when it did not answer. All of it is bounded.
 */

import type { LiveRoleChange, LiveStatus } from '../../live-status.ts';

const changesMax = 512;
const silencesMax = 64;

export interface Silence {
  readonly fromMs: number;
  /** When it was over; null while it lasts. */
  readonly toMs: number | null;
}

export class Memory {
  #status: LiveStatus | null = null;
  /** Of lives that are over, oldest first. */
  #earlier: readonly LiveRoleChange[] = [];
  #silences: readonly Silence[] = [];
  /** What to add to the page's clock for the node's. */
  #aheadMs = 0;

  get status(): LiveStatus | null {
    return this.#status;
  }

  get changes(): readonly LiveRoleChange[] {
    return [...this.#earlier, ...(this.#status?.roleChanges ?? [])].slice(-changesMax);
  }

  get silences(): readonly Silence[] {
    return this.#silences;
  }

  /** Since when the node has not answered, by its own clock; null while it does. */
  get silentSinceMs(): number | null {
    const last = this.#silences.at(-1);
    return last?.toMs === null ? last.fromMs : null;
  }

  /** The time at the node, as far as the page knows. */
  nodeMs(pageMs: number): number {
    return pageMs + this.#aheadMs;
  }

  noteAnswer(status: LiveStatus, pageMs: number): void {
    const before = this.#status;
    if (before !== null && before.node !== status.node)
      this.#forget(); // another has taken its port
    else if (before !== null && before.startedMs !== status.startedMs) {
      this.#earlier = this.changes;
    }
    this.#status = status;
    this.#aheadMs = status.nowMs - pageMs;
    const last = this.#silences.at(-1);
    if (last?.toMs === null) {
      this.#silences = [...this.#silences.slice(0, -1), { ...last, toMs: status.nowMs }];
    }
  }

  noteSilence(): void {
    if (this.#status === null || this.silentSinceMs !== null) return;
    const silence: Silence = { fromMs: this.#status.nowMs, toMs: null };
    this.#silences = [...this.#silences, silence].slice(-silencesMax);
  }

  #forget(): void {
    this.#earlier = [];
    this.#silences = [];
  }
}
