/**
 * Ends the process when one input takes for ever: a loop that never comes back cannot be ended by
 * whoever waits for it, so another thread looks, and says which seed it was.
 */

import { Worker } from 'node:worker_threads';

/** Far more than any input takes on a busy machine. */
const maxSilentMs = 60_000;

/** Runs in the thread. The cell counts inputs, odd while one is running. */
const program = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const cell = new Int32Array(workerData.cell);
let count = -1;
let silentMs = 0;
setInterval(() => {
  const now = Atomics.load(cell, 0);
  silentMs = now === count && now % 2 === 1 ? silentMs + 1000 : 0;
  count = now;
  if (silentMs < workerData.maxSilentMs) return;
  const seed = String(Atomics.load(cell, 1));
  const { name, repeat } = workerData;
  writeSync(2, name + ', seed ' + seed + ': never ends\\n' + repeat.replace('SEED', seed) + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;

export class Watchdog {
  readonly #cell = new Int32Array(new SharedArrayBuffer(8));
  readonly #thread: Worker;

  /** @param repeat the command that repeats a seed, with SEED in its place */
  constructor(name: string, repeat: string) {
    const workerData = { cell: this.#cell.buffer, maxSilentMs, name, repeat };
    this.#thread = new Worker(program, { eval: true, workerData });
    this.#thread.unref();
  }

  async watch<T>(seed: number, action: () => Promise<T>): Promise<T> {
    Atomics.store(this.#cell, 1, seed);
    Atomics.add(this.#cell, 0, 1);
    try {
      return await action();
    } finally {
      Atomics.add(this.#cell, 0, 1);
    }
  }

  end(): void {
    void this.#thread.terminate();
  }
}
