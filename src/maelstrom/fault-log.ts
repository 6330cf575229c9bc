/** Says which lines could not be handled, but not without end. */

/** After so many, the rest is not logged. */
const maxLogged = 1000;

export class FaultLog {
  readonly #log: (line: string) => void;
  #count = 0;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  note(fault: string, text: string): void {
    this.#count++;
    if (this.#count <= maxLogged) {
      this.#log(`malformed line ignored (${fault}): ${beginning(text)}`);
    }
    if (this.#count === maxLogged) this.#log('further malformed lines are not logged');
  }
}

/** As much of a text as a line for people should have. */
export function beginning(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 120)}…`;
}
