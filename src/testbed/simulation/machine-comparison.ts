/** Whether the machines of all nodes carry out the same commands, with the same results. */

import { isSameValue } from './same-value.ts';
import { showValue } from './show-value.ts';

interface Applied {
  readonly node: string;
  readonly command: unknown;
  readonly result: unknown;
}

export class MachineComparison {
  readonly #onBroken: (rule: string, node: string, detail: string) => void;
  /** What the first machine that came so far has done; the n-th command at n - 1. */
  readonly #applied: Applied[] = [];

  constructor(onBroken: (rule: string, node: string, detail: string) => void) {
    this.#onBroken = onBroken;
  }

  note(node: string, ordinal: number, command: unknown, result: unknown): void {
    const known = this.#applied[ordinal - 1];
    if (known === undefined) {
      if (ordinal !== this.#applied.length + 1) {
        this.#onBroken('machines carry out every command', node, `${ordinal} after a gap`);
      }
      this.#applied.push({ node, command, result });
      return;
    }
    if (!isSameValue(known.command, command)) {
      const detail = `command ${ordinal}: ${showValue(command)}; ${known.node}: ${showValue(known.command)}`;
      this.#onBroken('machines carry out the same commands', node, detail);
    } else if (!isSameValue(known.result, result)) {
      const detail = `command ${ordinal}: ${showValue(result)}; ${known.node}: ${showValue(known.result)}`;
      this.#onBroken('the same commands have the same results', node, detail);
    }
  }
}
