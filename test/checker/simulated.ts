/**
 * Histories as clients of a real register leave them: each client does one operation after the
 * other, an operation takes a random time, and happens at a random moment of it. Most take about as
 * long as each other and some much longer, so that what is in flight together overlaps in all ways.
 */

import { seeded } from './random.ts';

export interface Simulated {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  readonly keys?: number;
  /**
   * How many different values there are; or every write and cas brings one of its own, and a cas
   * expects what its client saw last of the key.
   */
  readonly values: number | 'unique';
  /** How much of the mix are reads and cas; the rest are writes. A third each if not given. */
  readonly reads?: number;
  readonly cas?: number;
  /** Chance that an operation ends with info: it may still happen at any later time, or never. */
  readonly info?: number;
  readonly spoilt?: Spoilt;
}

/**
 * What goes wrong once, halfway. A read returns what was overwritten before it was invoked; a write
 * is acknowledged and does not happen; a cas succeeds that found what another cas had just changed.
 * With values of their own such histories are certainly not linearizable.
 */
export type Spoilt = 'stale read' | 'double cas';

interface Running {
  readonly process: number;
  readonly key: number;
  readonly f: 'read' | 'write' | 'cas';
  readonly client: number;
  readonly invoked: number;
  readonly completed: number;
  readonly info: boolean;
  argument: unknown;
  answer: { readonly type: 'ok' | 'fail' | 'info'; readonly value?: unknown; error?: unknown };
}

interface Moment {
  readonly time: number;
  readonly it: Running;
  readonly act: 'invoke' | 'happen' | 'complete';
}

/** A value that a key has held, and the operations that brought it and took it away. */
interface Held {
  readonly value: number;
  readonly by: Running | undefined;
  until: Running | undefined;
}

/** The lines of a history; undefined if it was to be spoilt, and there was no occasion for it. */
export function simulatedHistory(options: Simulated): readonly string[] | undefined {
  const moments = momentsOf(options);
  const simulation = new Simulation(options, moments.at(-1)?.time ?? 0);
  for (const { it, act, time } of moments) simulation[act](it, time);
  return simulation.isDone ? simulation.lines : undefined;
}

/** When everything happens. */
function momentsOf({ seed, operations, clients, keys = 1, ...options }: Simulated): Moment[] {
  const { reads = 1 / 3, cas = 1 / 3, info = 0 } = options;
  const random = seeded(seed);
  const moments: Moment[] = [];
  const free = Array.from({ length: clients }, () => random());
  const processes = free.map((_, client) => client);
  let nextProcess = clients;
  for (let i = 0; i < operations; i += 1) {
    const client = i % clients;
    const invoked = free[client] ?? 0;
    const takes = random() < 0.05 ? 1 + random() * 10 : 0.5 + random();
    const completed = invoked + takes;
    const kind = random();
    const isInfo = random() < info;
    const it: Running = {
      process: processes[client] ?? 0,
      client,
      key: Math.floor(random() * keys),
      f: kind < reads ? 'read' : kind < reads + cas ? 'cas' : 'write',
      invoked,
      completed,
      info: isInfo,
      argument: null,
      answer: { type: 'info' },
    };
    moments.push({ time: invoked, it, act: 'invoke' }, { time: completed, it, act: 'complete' });
    const late = isInfo && random() < 0.5;
    const never = isInfo && !late && random() < 0.5;
    const happens = invoked + takes * random() * (late ? 20 : 1);
    if (!never) moments.push({ time: happens, it, act: 'happen' });
    free[client] = completed + random() * 0.1;
    if (!isInfo) continue;
    processes[client] = nextProcess;
    nextProcess += 1;
  }
  return moments.sort((a, b) => a.time - b.time);
}

class Simulation {
  readonly lines: string[] = [];
  readonly #options: Simulated;
  readonly #random: () => number;
  readonly #spoilFrom: number;
  readonly #held = new Map<number, Held[]>();
  readonly #seen = new Map<string, unknown>();
  #nextValue = 0;
  #spoilt = false;

  constructor(options: Simulated, end: number) {
    this.#options = options;
    this.#random = seeded(options.seed + 1);
    this.#spoilFrom = end / 4;
  }

  get isDone(): boolean {
    return this.#spoilt || this.#options.spoilt === undefined;
  }

  invoke(it: Running): void {
    const last = this.#seen.get(`${it.client} ${it.key}`) ?? null;
    const unique = this.#options.values === 'unique';
    if (it.f === 'write') it.argument = this.#value();
    if (it.f === 'cas') it.argument = [unique ? last : this.#value(), this.#value()];
    this.#say(it, 'invoke', it.argument);
  }

  happen(it: Running, time: number): void {
    const history = this.#historyOf(it.key);
    const now = history.at(-1)?.value ?? null;
    if (!this.isDone && time > this.#spoilFrom && !it.info) {
      this.#spoilt = this.#spoil(it, history);
      if (this.#spoilt) return;
    }
    it.answer = { type: 'ok', value: it.f === 'read' ? now : it.argument };
    if (it.f === 'write') this.#set(it, Number(it.argument));
    else if (it.f === 'cas' && Array.isArray(it.argument)) {
      const [from, to] = it.argument;
      if (now === from) this.#set(it, to);
      else it.answer = { type: 'fail', error: now === null ? 20 : 22 };
    }
  }

  complete(it: Running): void {
    const { answer, info } = it;
    const type = info ? 'info' : answer.type;
    const value = type === 'ok' ? answer.value : it.argument;
    this.#say(it, type, value, answer.error);
    if (type !== 'ok') return this.#see(it, null);
    this.#see(it, Array.isArray(value) ? value[1] : value);
  }

  #spoil(it: Running, history: readonly Held[]): boolean {
    const { spoilt, values } = this.#options;
    const stale = (held: Held): boolean => isOver(held, it);
    const taken = ({ value, until }: Held): boolean =>
      Array.isArray(it.argument) &&
      it.argument[0] === value &&
      until?.f === 'cas' &&
      !until.info &&
      (values === 'unique' || until === history.at(-1)?.by);
    switch (it.f) {
      case 'read': {
        const held = spoilt === 'stale read' ? history.findLast(stale) : undefined;
        if (held !== undefined) it.answer = { type: 'ok', value: held.value };
        return held !== undefined;
      }
      case 'cas':
        if (spoilt !== 'double cas' || history.findLast(taken) === undefined) return false;
        it.answer = { type: 'ok', value: it.argument };
        if (Array.isArray(it.argument)) this.#set(it, it.argument[1]);
        return true;
      case 'write':
        return false;
    }
  }

  #set(it: Running, value: number): void {
    const history = this.#historyOf(it.key);
    const last = history.at(-1);
    if (last !== undefined) last.until = it;
    history.push({ value, by: it, until: undefined });
  }

  #historyOf(key: number): Held[] {
    let history = this.#held.get(key);
    if (history === undefined) {
      history = [];
      this.#held.set(key, history);
    }
    return history;
  }

  #see(it: Running, value: unknown): void {
    this.#seen.set(`${it.client} ${it.key}`, value);
  }

  #value(): number {
    const { values } = this.#options;
    if (values !== 'unique') return Math.floor(this.#random() * values);
    this.#nextValue += 1;
    return this.#nextValue;
  }

  #say({ process, f, key }: Running, type: string, value: unknown, error?: unknown): void {
    const time = this.lines.length * 1000;
    this.lines.push(JSON.stringify({ process, type, f, key, value, time, error }));
  }
}

/**
 * Whether a value was, for anybody who knows the intervals, overwritten before an operation began.
 */
function isOver({ by, until }: Held, it: Running): boolean {
  if (by === undefined || until === undefined || by.info || until.info) return false;
  return by.completed < until.invoked && until.completed < it.invoked;
}
