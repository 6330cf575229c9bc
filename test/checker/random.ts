/** Seeded chance, and histories made with it. */

/** A generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Load {
  readonly operations: number;
  readonly processes: number;
  /** Values are 0 to this number less one. */
  readonly values: number;
  /** Chance that an operation is never answered, or answered with `info`. */
  readonly info: number;
  /** Chance that an operation is refused, and does not happen. */
  readonly refusal: number;
  /** Chance that an answer is made up. */
  readonly lie: number;
  /** How much of the mix are reads and cas; the rest are writes. */
  readonly reads: number;
  readonly cas: number;
}

interface Running {
  readonly f: 'read' | 'write' | 'cas';
  readonly value: unknown;
  /** What it will answer, once it has happened or been refused. */
  answer: { type: 'ok' | 'fail'; value?: unknown; error?: unknown } | undefined;
}

/**
 * Runs clients against one register that does everything at once at some time between question and
 * answer, and returns the lines of their history. With no lies the history is linearizable, in
 * strict checking too.
 */
export function randomHistory(seed: number, load: Load): string[] {
  const random = seeded(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const value = (): number | null => (load.lie > 0 && random() < 0.1 ? null : below(load.values));
  const lines: string[] = [];
  const running = new Map<number, Running>();
  const free = Array.from({ length: load.processes }, (_, process) => process);
  let nextProcess = load.processes;
  let register: unknown;
  let invoked = 0;

  const say = (process: number, type: string, it: Running, more: object = {}): void => {
    const time = lines.length * 1_000_000;
    const event = { process, type, f: it.f, key: 'k', value: it.value, time, ...more };
    lines.push(JSON.stringify(event));
  };
  const invoke = (): void => {
    const process = free.splice(below(free.length), 1)[0] ?? 0;
    const kind = random();
    const f = kind < load.reads ? 'read' : kind < load.reads + load.cas ? 'cas' : 'write';
    const argument = f === 'read' ? null : f === 'cas' ? [value(), value()] : value();
    const it: Running = { f, value: argument, answer: undefined };
    running.set(process, it);
    say(process, 'invoke', it);
    invoked += 1;
  };
  const happen = (it: Running): void => {
    if (random() < load.refusal) it.answer = { type: 'fail', error: 11 };
    else if (it.f === 'write') {
      register = it.value;
      it.answer = { type: 'ok' };
    } else if (it.f === 'read') {
      const absent = register === undefined;
      if (absent && random() < 0.5) it.answer = { type: 'fail', error: [20, 'no such key'] };
      else it.answer = { type: 'ok', value: register ?? null };
    } else {
      const [from, to] = Array.isArray(it.value) ? it.value : [];
      if ((register ?? null) === from) {
        register = to;
        it.answer = { type: 'ok' };
      } else
        it.answer = { type: 'fail', error: register === undefined ? 20 : 'precondition-failed' };
    }
    if (random() >= load.lie) return;
    const lie = random();
    if (it.f === 'read') it.answer = { type: 'ok', value: value() };
    else if (lie < 0.5) it.answer = { type: 'ok' };
    else it.answer = { type: 'fail', error: lie < 0.75 ? 22 : { code: 20, text: 'gone' } };
  };
  const complete = (process: number, it: Running): void => {
    running.delete(process);
    if (it.answer === undefined || random() < load.info) {
      if (random() < 0.5) say(process, 'info', it);
      free.push(nextProcess);
      nextProcess += 1;
      return;
    }
    const { type, ...more } = it.answer;
    say(process, type, it, more);
    free.push(process);
  };

  while (invoked < load.operations || running.size > 0) {
    const choice = random();
    const [process, it] = [...running][below(running.size)] ?? [];
    if (it === undefined || process === undefined) invoke();
    else if (choice < 0.34 && invoked < load.operations && free.length > 0) invoke();
    else if (choice < 0.67 && it.answer === undefined) happen(it);
    else if (it.answer !== undefined || random() < load.info) complete(process, it);
  }
  return lines;
}
