/** The words of a command, taken from left to right; what is missing or too much is said. */

import { demand, ScriptFault } from './fault.ts';

export function parseCount(text: string, what: string): number {
  const count = Number(text);
  const isCount = /^\d+$/.test(text) && Number.isSafeInteger(count);
  demand(isCount, `${what} must be a whole number from 0 on, not "${text}"`);
  return count;
}

/** How often a command does something, or how many it makes: a script is no load. */
export function demandFew(count: number, what: string): void {
  demand(count <= 10_000, `${what} is ${count}, and 10000 at most`);
}

export class Words {
  readonly #words: string[];

  constructor(words: readonly string[]) {
    this.#words = [...words];
  }

  get isDone(): boolean {
    return this.#words.length === 0;
  }

  peek(): string | undefined {
    return this.#words[0];
  }

  /** @throws ScriptFault when no word is left; `what` says what is missing. */
  next(what: string): string {
    const word = this.#words.shift();
    if (word === undefined) throw new ScriptFault(`${what} is missing`);
    return word;
  }

  /** Takes the next word if it is this one. */
  skip(word: string): boolean {
    if (this.#words[0] !== word) return false;
    this.#words.shift();
    return true;
  }

  count(what: string): number {
    return parseCount(this.next(what), what);
  }

  /** A number if the next word is one. */
  optionalCount(fallback: number): number {
    return /^\d+$/.test(this.#words[0] ?? '') ? this.count('COUNT') : fallback;
  }

  /** All words that are left. */
  rest(): string[] {
    return this.#words.splice(0);
  }

  end(): void {
    demand(this.isDone, `"${this.#words.join(' ')}" is too much`);
  }
}

/** Words like `term=3` and `granted`, taken by name. */
export class NamedWords {
  readonly #words: string[];

  constructor(words: readonly string[]) {
    this.#words = [...words];
  }

  /** The value of `name=value`, or null. */
  value(name: string): string | null {
    const at = this.#words.findIndex((word) => word.startsWith(`${name}=`));
    const [word] = at < 0 ? [] : this.#words.splice(at, 1);
    return word === undefined ? null : word.slice(name.length + 1);
  }

  count(name: string): number | null {
    const value = this.value(name);
    return value === null ? null : parseCount(value, name);
  }

  /** Whether the bare word is there. */
  flag(word: string): boolean {
    const at = this.#words.indexOf(word);
    if (at >= 0) this.#words.splice(at, 1);
    return at >= 0;
  }

  end(usage: string): void {
    demand(this.#words.length === 0, `"${this.#words.join(' ')}" is not known here; ${usage}`);
  }
}
