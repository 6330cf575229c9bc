/**
 * A node's life with its store, drawn from a seed: writes with any parts, snapshots, compaction,
 * reads, restarts and crashes, in any order in which a core may have them.
 */

import type { Entry } from '../../raft/index.ts';
import type { StoreWrite } from '../store.ts';
import { type StoreRule, storeRule } from './rule.ts';
import {
  bytes,
  chunk,
  command,
  createChance,
  hardState,
  membership,
  membershipEntry,
  metaAt,
  noop,
  oddNames,
  truncate,
} from './samples.ts';
import { assertThat, type Trial } from './trial.ts';

const stepsPerWalk = 250;

class Walk {
  readonly #trial: Trial;
  readonly #chance: (limit: number) => number;
  /** What was handed in: the log's end and its first index that may still be truncated. */
  #lastIndex = 0;
  #committedIndex = 0;
  #term = 1;
  /** The snapshot that is being received, and how much of it was. */
  #receiving: { readonly index: number; readonly content: Uint8Array; offset: number } | null =
    null;
  #outcomes: Promise<void>[] = [];

  constructor(trial: Trial, seed: number) {
    this.#trial = trial;
    this.#chance = createChance(seed);
  }

  async run(): Promise<void> {
    for (let step = 0; step < stepsPerWalk; step++) await this.#step();
    await this.#settle();
    await this.#reopen('close');
  }

  async #step(): Promise<void> {
    const drawn = this.#chance(100);
    if (drawn < 60) this.#write();
    else if (drawn < 70) await this.#settle();
    else if (drawn < 78) await this.#save();
    else if (drawn < 84) this.#compact();
    else if (drawn < 92) await this.#read();
    else if (drawn < 96) await this.#reopen('crash');
    else if (drawn < 98) {
      await this.#settle();
      await this.#reopen('close');
    } else this.#committedIndex = this.#between(this.#committedIndex, this.#lastIndex);
  }

  /** An integer from `from` to `to`, both included. */
  #between(from: number, to: number): number {
    return from + this.#chance(to - from + 1);
  }

  #write(): void {
    const write: Partial<StoreWrite<string>> = {
      ...(this.#chance(3) === 0 ? { hardState: this.#nextHardState() } : {}),
      ...(this.#chance(4) === 0 ? this.#nextChunk() : {}),
      ...(this.#chance(4) === 0 ? this.#nextTruncation() : {}),
      entries: Array.from({ length: this.#chance(4) }, () => this.#nextEntry()),
    };
    this.#outcomes.push(this.#trial.queue(write));
  }

  #nextHardState(): ReturnType<typeof hardState> {
    this.#term += this.#chance(3);
    return hardState(this.#term, oddNames[this.#chance(oddNames.length + 1)] ?? null);
  }

  #nextChunk(): ReturnType<typeof chunk> {
    if (this.#receiving === null || this.#chance(5) === 0) {
      const index = this.#between(this.#committedIndex + 1, this.#lastIndex + 5);
      const content = bytes(this.#chance(3000), this.#chance(1000));
      this.#receiving = { index, content, offset: 0 };
    }
    const { index, content, offset } = this.#receiving;
    const isLast = this.#chance(2) === 0;
    const end = isLast ? content.length : this.#between(offset, content.length);
    this.#receiving.offset = end;
    if (isLast) {
      this.#receiving = null;
      this.#lastIndex = index;
      this.#committedIndex = index;
    }
    return chunk(metaAt(index), offset, content.subarray(offset, end), isLast);
  }

  #nextTruncation(): Partial<ReturnType<typeof truncate>> {
    if (this.#lastIndex === this.#committedIndex) return {};
    const from = this.#between(this.#committedIndex + 1, this.#lastIndex);
    this.#lastIndex = from - 1;
    return truncate(from);
  }

  #nextEntry(): Entry<string> {
    this.#lastIndex++;
    const index = this.#lastIndex;
    const kind = this.#chance(10);
    if (kind === 0) return noop(index, this.#term);
    if (kind === 1) return membershipEntry(index, membership(['n1'], [], oddNames), this.#term);
    return command(index, this.#term, 'x'.repeat(this.#chance(kind === 2 ? 2000 : 20)));
  }

  /** A snapshot covers what is committed and durable. */
  async #save(): Promise<void> {
    await this.#settle();
    const { reported } = this.#trial;
    const durable = reported.entries.filter(({ index }) => index <= this.#committedIndex);
    const last = durable[this.#chance(durable.length)];
    if (last === undefined || last.index <= (reported.snapshot?.meta.index ?? 0)) return;
    const data = bytes(this.#chance(3000), last.index);
    this.#outcomes.push(this.#trial.queueSave(metaAt(last.index, last.term), data));
  }

  #compact(): void {
    const covered = this.#trial.reported.snapshot?.meta.index ?? 0;
    if (covered > 0) this.#trial.compact(this.#between(Math.max(1, covered - 20), covered));
  }

  async #read(): Promise<void> {
    const { snapshot } = this.#trial.reported;
    if (snapshot === null) return;
    const { length } = snapshot.data;
    const offset = this.#between(0, length);
    const maxBytes = this.#between(1, length + 1);
    const isReplaced = this.#trial.hasPending;
    const part = await this.#trial.read(snapshot.meta.index, offset, maxBytes);
    if (part === null && isReplaced) return;
    const end = Math.min(length, offset + maxBytes);
    const isRight =
      part !== null &&
      Buffer.compare(part.data, snapshot.data.subarray(offset, end)) === 0 &&
      part.isLast === (end === length);
    assertThat(isRight, () => `${maxBytes} bytes from ${offset} on of ${length} were not read`);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#outcomes.splice(0));
    this.#trial.assertNoFault();
  }

  async #reopen(ending: 'crash' | 'close'): Promise<void> {
    this.#outcomes = [];
    await this.#trial.reopen(ending);
    const { reported } = this.#trial;
    this.#receiving = null;
    this.#lastIndex = reported.lastIndex;
    const covered = reported.snapshot?.meta.index ?? 0;
    this.#committedIndex = Math.max(covered, Math.min(this.#committedIndex, this.#lastIndex));
    this.#term = Math.max(this.#term, reported.hardState.currentTerm);
  }
}

export const randomWalkRules: readonly StoreRule[] = [1, 2, 3, 4, 5].map((seed) =>
  storeRule(`random walk ${seed}: each load brings what was reported`, (trial) =>
    new Walk(trial, seed).run(),
  ),
);
