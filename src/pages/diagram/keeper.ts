/**
 * Keeps so many things that happened, and no more. What is near something remarkable (a fault, an
 * election, a failure) stays longest, and of the rest what is near the end: people look for why
 * something went wrong, and for how it ended.
 */

export interface Kept {
  /** It is not kept any more. */
  readonly forget?: () => void;
}

/** What lies in the same stretch of time, of this length, is kept or goes together. */
const stretchUs = 250_000;

/** So many stretches around something remarkable are remarkable, too. */
const reach = 4;

/** How much there may be above the limit before stretches are dropped: it takes time to choose. */
const slack = 1.2;

export type Interest = 1 | 2;

export class Keeper<Thing extends Kept> {
  readonly #limit: number;
  readonly #stretches = new Map<number, Thing[]>();
  readonly #interests = new Map<number, Interest>();
  readonly #dropped = new Map<number, number>();
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  keep(atUs: number, thing: Thing): void {
    const stretch = Math.floor(atUs / stretchUs);
    if (this.#dropped.has(stretch)) {
      this.#dropped.set(stretch, (this.#dropped.get(stretch) ?? 0) + 1);
      thing.forget?.();
      return;
    }
    const things = this.#stretches.get(stretch);
    if (things === undefined) this.#stretches.set(stretch, [thing]);
    else things.push(thing);
    this.#count++;
    if (this.#count > this.#limit * slack) this.#drop();
  }

  /** Something has happened that people will look at: 2 for a failure, 1 for less. */
  mark(atUs: number, interest: Interest): void {
    const stretch = Math.floor(atUs / stretchUs);
    if ((this.#interests.get(stretch) ?? 0) < interest) this.#interests.set(stretch, interest);
  }

  /** What is left, and when the rest was. */
  finish(): {
    readonly things: readonly Thing[];
    readonly dropped: number;
    readonly spans: readonly { readonly fromUs: number; readonly toUs: number }[];
  } {
    this.#drop();
    const spans: { fromUs: number; toUs: number }[] = [];
    let dropped = 0;
    for (const stretch of [...this.#dropped.keys()].sort((a, b) => a - b)) {
      dropped += this.#dropped.get(stretch) ?? 0;
      const fromUs = stretch * stretchUs;
      const last = spans.at(-1);
      if (last?.toUs === fromUs) last.toUs += stretchUs;
      else spans.push({ fromUs, toUs: fromUs + stretchUs });
    }
    return { things: [...this.#stretches.values()].flat(), dropped, spans };
  }

  #drop(): void {
    if (this.#count <= this.#limit) return;
    const byWorth = [...this.#stretches.keys()]
      .map((stretch) => ({ stretch, worth: this.#worth(stretch) }))
      .sort((a, b) => a.worth - b.worth || a.stretch - b.stretch);
    for (const { stretch } of byWorth) {
      if (this.#count <= this.#limit) return;
      const things = this.#stretches.get(stretch) ?? [];
      for (const thing of things) thing.forget?.();
      this.#stretches.delete(stretch);
      this.#dropped.set(stretch, things.length);
      this.#count -= things.length;
    }
  }

  #worth(stretch: number): number {
    let worth = 0;
    for (let near = stretch - reach; near <= stretch + reach; near++) {
      worth = Math.max(worth, this.#interests.get(near) ?? 0);
    }
    return worth;
  }
}
