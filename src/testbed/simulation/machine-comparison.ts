/** Whether the machines of all nodes carry out the same commands, each once, with the same results. */

import { isSameValue } from './same-value.ts';
import { showValue } from './show-value.ts';

interface Applied {
  readonly node: string;
  readonly command: unknown;
  readonly result: unknown;
}

export class MachineComparison {
  readonly #onBroken: (rule: string, node: string, detail: string) => void;
  readonly #nameOf: (command: unknown) => unknown;
  /** The names of the commands that were carried out. */
  readonly #names = new Set<unknown>();
  /** What the first machine that came so far has done; the n-th command at n - 1. */
  readonly #applied: Applied[] = [];

  /** @param nameOf tells a command from all others; null when that cannot be said */
  constructor(
    onBroken: (rule: string, node: string, detail: string) => void,
    nameOf: (command: unknown) => unknown,
  ) {
    this.#onBroken = onBroken;
    this.#nameOf = nameOf;
  }

  note(node: string, ordinal: number, command: unknown, result: unknown): void {
    const known = this.#applied[ordinal - 1];
    if (known === undefined) {
      if (ordinal !== this.#applied.length + 1) {
        this.#onBroken('machines carry out every command', node, `${ordinal} after a gap`);
      }
      this.#applied.push({ node, command, result });
      this.#expectNew(node, ordinal, command);
      return;
    }
    if (!isSameValue(known.command, command)) {
      const detail = `command ${ordinal} is ${showValue(command)} here, and before, at ${known.node}, ${showValue(known.command)}`;
      this.#onBroken('machines carry out the same commands', node, detail);
    } else if (!isSameValue(known.result, result)) {
      const detail =
        `command ${ordinal}, ${showValue(command)}, has led to ${showValue(result)} here, ` +
        `and before, at ${known.node}, to ${showValue(known.result)}`;
      this.#onBroken('the same commands have the same results', node, detail);
    }
  }

  /** All machines carry out the same, so it is enough to look at the first that comes so far. */
  #expectNew(node: string, ordinal: number, command: unknown): void {
    const name = this.#nameOf(command);
    if (name === null) return;
    if (this.#names.has(name)) {
      const detail = `command ${ordinal}: ${showValue(command)}`;
      this.#onBroken('a command is carried out once', node, detail);
    }
    this.#names.add(name);
  }
}
