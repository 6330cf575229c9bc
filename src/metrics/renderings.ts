import type { Encoding } from './family.ts';
import type { Registry } from './registry.ts';

/** So many may be made at once, after a while without any; more than any scrapers ask for. */
const burst = 5;

/** Then one in so long, which is nothing beside what a node has to do. */
const everyMs = 200;

/** No answer is older than this. */
const oldestMs = 1_000;

/**
 * What `/metrics` answers: the families as they are now, or, to whoever asks in a flood, as they were
 * within the last second. To collect and write them is what a request can make a node do, and takes
 * some milliseconds, in which it does nothing else.
 */
export class Renderings {
  readonly #registry: Registry;
  readonly #latest = new Map<Encoding, { readonly body: string; readonly atMs: number }>();
  /** How many may be made now; a fraction of one is on its way. */
  #due = burst;
  #countedMs = performance.now();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @throws what the registry or the encoding throws */
  body(encoding: Encoding): string {
    const nowMs = performance.now();
    this.#due = Math.min(burst, this.#due + (nowMs - this.#countedMs) / everyMs);
    this.#countedMs = nowMs;
    const latest = this.#latest.get(encoding);
    if (latest !== undefined && this.#due < 1 && nowMs - latest.atMs < oldestMs) return latest.body;
    this.#due = Math.max(0, this.#due - 1);
    const body = encoding.encode(this.#registry.collect());
    this.#latest.set(encoding, { body, atMs: nowMs });
    return body;
  }
}
