/** Plays by itself: the steps of a scenario, or, where there is none left, whatever comes next. */

/** In milliseconds: how long a message travels, a step is looked at, and a letter is read. */
export interface Pace {
  readonly waveMs: number;
  readonly stepMs: number;
  readonly letterMs: number;
}

export const paces: { readonly slow: Pace; readonly normal: Pace; readonly fast: Pace } = {
  slow: { waveMs: 1000, stepMs: 2600, letterMs: 50 },
  normal: { waveMs: 650, stepMs: 1300, letterMs: 30 },
  fast: { waveMs: 280, stepMs: 350, letterMs: 0 },
};

export class Player {
  readonly #next: () => Promise<string | null>;
  readonly #onChange: () => void;
  #isOn = false;
  #timer = 0;
  pace: Pace = paces.normal;

  /** @param next plays a step, and resolves with what it tells; null when there is no more to play */
  constructor(next: () => Promise<string | null>, onChange: () => void) {
    this.#next = next;
    this.#onChange = onChange;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  toggle(): void {
    if (this.#isOn) this.stop();
    else this.#start();
  }

  #start(): void {
    this.#isOn = true;
    this.#onChange();
    void this.#go();
  }

  stop(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    clearTimeout(this.#timer);
    this.#onChange();
  }

  async #go(): Promise<void> {
    const story = await this.#next();
    if (!this.#isOn) return;
    if (story === null) return this.stop();
    const { stepMs, letterMs } = this.pace;
    this.#timer = setTimeout(() => void this.#go(), stepMs + letterMs * story.length);
  }
}
