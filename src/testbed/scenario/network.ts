/** Messages on their way. Nothing moves unless a command moves it. */

import type { Message } from '../../raft/index.ts';
import { ScriptFault } from './fault.ts';
import { formatMessage } from './messages.ts';
import type { Command } from './notation.ts';
import { formatPattern, matches, type Pattern } from './pattern.ts';

/** So many of the messages on their way are named in a fault. */
const shownMessages = 50;

export class Network {
  /** In the order in which they left. */
  #flying: Message<Command>[] = [];
  /** All that ever left, for counting. */
  readonly sent: Message<Command>[] = [];
  /** Links that lose what would arrive, as "from>to". */
  readonly #cut = new Set<string>();
  /** What stays on its way until it is released. */
  readonly #held: Pattern[] = [];

  get flying(): readonly Message<Command>[] {
    return this.#flying;
  }

  send(message: Message<Command>): void {
    this.sent.push(message);
    this.#flying.push(message);
  }

  /** The messages that match; all of them wait in the order in which they left. */
  find(pattern: Pattern): Message<Command>[] {
    return this.#flying.filter((message) => matches(pattern, message));
  }

  /** Like `find`, for commands that mean something which has to be there. */
  demandSome(pattern: Pattern): Message<Command>[] {
    const found = this.find(pattern);
    if (found.length > 0) return found;
    const flying = this.#flying
      .slice(0, shownMessages)
      .map((message) => `\n  ${message.from} → ${message.to} ${formatMessage(message)}`);
    throw new ScriptFault(
      `no ${formatPattern(pattern)} on the way; there is:${flying.join('') || ' nothing'}`,
    );
  }

  /** The messages that nothing holds back. */
  findFree(): Message<Command>[] {
    return this.#flying.filter(
      (message) => !this.#held.some((pattern) => matches(pattern, message)),
    );
  }

  remove(message: Message<Command>): void {
    this.#flying = this.#flying.filter((other) => other !== message);
  }

  hold(pattern: Pattern): void {
    this.#held.push(pattern);
  }

  releaseAll(): void {
    this.#held.length = 0;
  }

  isCut(from: string, to: string): boolean {
    return this.#cut.has(`${from}>${to}`);
  }

  /** Each as `from>to`. */
  get cutLinks(): readonly string[] {
    return [...this.#cut].sort();
  }

  cut(from: string, to: string): void {
    this.#cut.add(`${from}>${to}`);
  }

  heal(from: string, to: string): void {
    this.#cut.delete(`${from}>${to}`);
  }

  healAll(): void {
    this.#cut.clear();
  }
}
