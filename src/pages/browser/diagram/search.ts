/** Looks for text in what messages say, a slice at a time, so that the page stays fluid. */

import type { Model } from './model.ts';
import { sayMessage } from './words.ts';

/** How long a slice takes, about, in milliseconds. */
const sliceMs = 8;

export class Search {
  readonly #model: Model;
  readonly #onDone: (matches: Uint8Array | null, count: number) => void;
  #timer = 0;

  /** @param onDone is told which messages match; null when nothing is looked for */
  constructor(model: Model, onDone: (matches: Uint8Array | null, count: number) => void) {
    this.#model = model;
    this.#onDone = onDone;
  }

  /** All words of the text must occur; the search before is given up. */
  start(text: string): void {
    clearTimeout(this.#timer);
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.#onDone(null, 0);
    const { count } = this.#model.messages;
    const matches = new Uint8Array(count);
    let found = 0;
    let message = 0;
    const slice = (): void => {
      const endMs = performance.now() + sliceMs;
      while (message < count && performance.now() < endMs) {
        const end = Math.min(count, message + 200);
        for (; message < end; message++) {
          const isMatch = matchesAll(textOf(this.#model, message), words);
          matches[message] = Number(isMatch);
          found += Number(isMatch);
        }
      }
      if (message < count) this.#timer = setTimeout(slice, 0);
      else this.#onDone(matches, found);
    };
    this.#timer = setTimeout(slice, 150);
  }
}

/** What is looked through: `voteRequest n1 n2 vote? t3 {"type":"voteRequest","term":3,…}`. */
export function textOf(model: Model, message: number): string {
  const { from, to } = model.messages;
  const ends = `${model.nameOf(from[message] ?? 0)}→${model.nameOf(to[message] ?? 0)}`;
  const said = sayMessage(model, message);
  return `${ends} ${said} ${JSON.stringify(model.contents(message))}`.toLowerCase();
}

function matchesAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
