/** The faults that are in force, in a few words: what a line of progress ends with. */

import { describeGrudge, type FaultEvent, type FaultKind, turnOf } from './nemesis.ts';

interface Told {
  readonly kind: FaultKind;
  readonly text: string;
  /** Who is cut off from whom: said once, and not again. */
  detail: string;
  isOver: boolean;
}

export class FaultsInForce {
  readonly #nodes: readonly string[];
  #faults: Told[] = [];

  constructor(nodes: readonly string[]) {
    this.#nodes = nodes;
  }

  note(event: FaultEvent): void {
    const turn = turnOf(event.f);
    if (turn === null) return;
    for (const fault of this.#faults) fault.isOver ||= fault.kind === turn.kind;
    if (event.f === 'start-partition') {
      const detail = `: ${describeGrudge(event.grudge, this.#nodes)}`;
      this.#begin(turn.kind, `partition (${event.shape})`, detail);
    } else if (event.f === 'kill' || event.f === 'pause') {
      this.#begin(turn.kind, [event.f, ...event.nodes].join(' '), '');
    }
  }

  /** Names what is in force, and what came and went since it was last asked. */
  tell(): string {
    const line = this.#faults.map(({ text, detail }) => text + detail).join('; ');
    this.#faults = this.#faults.filter(({ isOver }) => !isOver);
    for (const fault of this.#faults) fault.detail = '';
    return line;
  }

  #begin(kind: FaultKind, text: string, detail: string): void {
    this.#faults.push({ kind, text, detail, isOver: false });
  }
}
