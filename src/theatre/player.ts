/** Plays by itself: the steps of a scenario, or, where there is none left, whatever comes next. */

/** The pace by its name: the pause between steps in milliseconds. */
export const paces: { readonly [name: string]: number } = { slow: 2600, normal: 1300, fast: 350 };

export class Player {
  readonly #next: () => Promise<boolean>;
  readonly #onChange: () => void;
  #isOn = false;
  #timer = 0;
  pauseMs: number = paces['normal'] ?? 0;

  /** @param next plays a step, and resolves with false when there is nothing more to play */
  constructor(next: () => Promise<boolean>, onChange: () => void) {
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
    const hasMore = await this.#next();
    if (!this.#isOn) return;
    if (!hasMore) return this.stop();
    this.#timer = setTimeout(() => void this.#go(), this.pauseMs);
  }
}
