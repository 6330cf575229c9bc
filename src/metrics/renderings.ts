import type { Encoding } from './family.ts';
import type { Registry } from './registry.ts';

/** More often than any scraper asks, and nothing beside what a node has to do. */
const perSecondMax = 20;

/**
 * What `/metrics` answers: the families as they are now, or, to whoever asks in a flood, as they were
 * within the last second. To collect and write them is what a request can make a node do.
 */
export class Renderings {
  readonly #registry: Registry;
  readonly #latest = new Map<Encoding, string>();
  #secondBeganMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @throws what the registry or the encoding throws */
  body(encoding: Encoding): string {
    const nowMs = performance.now();
    if (nowMs - this.#secondBeganMs >= 1000) {
      this.#secondBeganMs = nowMs;
      this.#count = 0;
      this.#latest.clear();
    }
    const latest = this.#latest.get(encoding);
    if (latest !== undefined && this.#count >= perSecondMax) return latest;
    this.#count++;
    const body = encoding.encode(this.#registry.collect());
    this.#latest.set(encoding, body);
    return body;
  }
}
