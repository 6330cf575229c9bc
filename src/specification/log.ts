/** A log as the specification keeps it: what memory holds, or what a disk does. (Paper 5.3) */

import type { EntryView, NodeView } from './view.ts';

export class Log {
  /** What is at or before this position is known only to be committed. */
  baseIndex: number;
  baseTerm: number;
  readonly #entries: EntryView[];

  constructor(baseIndex = 0, baseTerm = 0, entries: readonly EntryView[] = []) {
    this.baseIndex = baseIndex;
    this.baseTerm = baseTerm;
    this.#entries = [...entries];
  }

  static of({ baseIndex, baseTerm, entries }: NodeView['log']): Log {
    return new Log(baseIndex, baseTerm, entries);
  }

  get lastIndex(): number {
    return this.baseIndex + this.#entries.length;
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.baseTerm;
  }

  entryAt(index: number): EntryView | null {
    return this.#entries[index - this.baseIndex - 1] ?? null;
  }

  /** Null where the log has nothing, or has forgotten it. */
  termAt(index: number): number | null {
    if (index === this.baseIndex) return this.baseTerm;
    return this.entryAt(index)?.term ?? null;
  }

  push(entry: EntryView): void {
    this.#entries.push(entry);
  }

  /** Deletes everything after `index`. */
  keepUpTo(index: number): void {
    this.#entries.length = Math.max(0, Math.min(this.#entries.length, index - this.baseIndex));
  }

  /** Forgets everything up to and including `index`, as far as there is anything. */
  forgetUpTo(index: number): void {
    const last = Math.min(index, this.lastIndex);
    const term = this.termAt(last);
    if (last <= this.baseIndex || term === null) return;
    this.#entries.splice(0, last - this.baseIndex);
    this.baseIndex = last;
    this.baseTerm = term;
  }

  /** Begins anew after a snapshot. */
  replace(index: number, term: number): void {
    this.#entries.length = 0;
    this.baseIndex = index;
    this.baseTerm = term;
  }

  copy(): Log {
    return new Log(this.baseIndex, this.baseTerm, this.#entries);
  }
}

/** Whether a log that ends there has at least all that this one could have committed. (5.4.1) */
export function isAtLeastAsUpToDate(
  end: { readonly lastLogIndex: number; readonly lastLogTerm: number },
  log: Log,
): boolean {
  if (end.lastLogTerm > log.lastTerm) return true;
  return end.lastLogTerm === log.lastTerm && end.lastLogIndex >= log.lastIndex;
}
