/** Histories of transactions: written by hand, and made by chance. */

import type {
  ListTransaction,
  MicroOperation,
  RegisterTransaction,
  Transaction,
  TransactionOutcome,
} from '../../../src/checker/transactions/transaction.ts';

type Read = readonly string[] | string | null;

/**
 * A history, from one line a transaction: when it began and ended, and what it did. Times are ranks.
 *
 *     0-1 append x 1, r y [1 2]        (of lists)
 *     2-5 info: w x 2, r y             (of registers; what it read is not known)
 *
 * Each is of a process of its own.
 */
export function listHistory(...lines: readonly string[]): ListTransaction[] {
  return lines.map((line, process) => parse(line, process, listOf));
}

export function registerHistory(...lines: readonly string[]): RegisterTransaction[] {
  return lines.map((line, process) =>
    parse(line, process, (text) => (text === 'nil' ? null : text)),
  );
}

function listOf(text: string): readonly string[] {
  return text
    .slice(1, -1)
    .split(' ')
    .filter((it) => it !== '');
}

function parse<R extends Read>(
  line: string,
  process: number,
  readOf: (text: string) => R,
): Transaction<R> {
  const match = /^(\d+)-(\d+)\s+(?:(info|fail): )?(.*)$/.exec(line.trim());
  if (match === null) throw new Error(`not a transaction: ${line}`);
  const [, begin = '', end = '', outcome = 'ok', steps = ''] = match;
  const operations = steps.split(', ').map((step): MicroOperation<R> => {
    const [, verb, key = '', value = ''] = /^(\w+) (\w+) ?(.*)$/.exec(step) ?? [];
    if (verb !== 'r') return { kind: 'write', key, value };
    return { kind: 'read', key, value: value === '' ? undefined : readOf(value) };
  });
  return transaction(
    process,
    outcome as TransactionOutcome,
    Number(begin),
    Number(end),
    operations,
  );
}

export function transaction<R>(
  process: number,
  outcome: TransactionOutcome,
  begin: number,
  end: number,
  operations: readonly MicroOperation<R>[],
): Transaction<R> {
  const moment = (rank: number) => ({ rank, line: rank + 1, index: undefined, timeNs: undefined });
  return { process, outcome, invoked: moment(begin), completed: moment(end), operations };
}

export interface Chance {
  readonly random: () => number;
  readonly transactions: number;
  readonly processes: number;
  readonly keys: number;
  readonly maxLength: number;
  /** How many writes a key takes before it is replaced by a new one. */
  readonly writesPerKey: number;
  /** Chance that a client is not told, whether it happened or not. */
  readonly info: number;
  /** Chance that a transaction fails. */
  readonly fail: number;
}

interface Running {
  readonly process: number;
  readonly begin: number;
  readonly asked: readonly MicroOperation<Read>[];
  done: readonly MicroOperation<Read>[] | 'failed' | undefined;
}

/**
 * Runs clients against a store that carries out each transaction at once, at some time between its
 * beginning and its end: strictly serializable by construction.
 */
export function simulated(kind: 'list', chance: Chance): ListTransaction[];
export function simulated(kind: 'register', chance: Chance): RegisterTransaction[];
export function simulated(kind: 'list' | 'register', chance: Chance): Transaction<never>[] {
  const { random, processes, info, fail } = chance;
  const below = (n: number): number => Math.floor(random() * n);
  const store = new Map<string, Read>();
  const ask = asker(chance, below);
  const running: Running[] = [];
  const free = Array.from({ length: processes }, (_, it) => it);
  const ended: (Transaction<Read> & { readonly begin: number })[] = [];
  let rank = 0;
  let begun = 0;
  let nextProcess = processes;

  const carryOut = (it: Running): void => {
    it.done =
      random() < fail
        ? 'failed'
        : it.asked.map((step) => {
            const { kind: verb, key, value } = step;
            const before = store.get(key) ?? (kind === 'list' ? [] : null);
            if (verb === 'read') return { ...step, value: before };
            store.set(key, kind === 'list' ? [...(before as readonly string[]), value] : value);
            return step;
          });
  };
  const end = (it: Running): void => {
    running.splice(running.indexOf(it), 1);
    const isInfo = it.done === undefined || random() < info;
    const outcome = isInfo ? 'info' : it.done === 'failed' ? 'fail' : 'ok';
    const operations = outcome === 'ok' && Array.isArray(it.done) ? it.done : it.asked;
    const { process, begin } = it;
    ended.push({ ...transaction(process, outcome, begin, rank++, operations), begin });
    free.push(isInfo ? nextProcess++ : process);
  };
  while (begun < chance.transactions || running.length > 0) {
    const it = running[below(running.length)];
    if (begun < chance.transactions && free.length > 0 && (it === undefined || random() < 0.4)) {
      const process = free.splice(below(free.length), 1)[0] ?? 0;
      running.push({ process, begin: rank++, asked: ask(), done: undefined });
      begun++;
    } else if (it !== undefined && it.done === undefined && random() < 0.98) carryOut(it);
    else if (it !== undefined && (it.done !== undefined || random() < info)) end(it);
  }
  ended.sort((a, b) => a.begin - b.begin);
  return ended.map(({ begin: _, ...it }) => it) as unknown as Transaction<never>[];
}

function asker(
  { random, keys, maxLength, writesPerKey }: Chance,
  below: (n: number) => number,
): () => readonly MicroOperation<Read>[] {
  const pool = Array.from({ length: keys }, (_, it) => ({ key: it, writes: 0 }));
  let nextKey = keys;
  return () =>
    Array.from({ length: 1 + below(maxLength) }, () => {
      const place = below(pool.length);
      const it = pool[place] ?? { key: 0, writes: 0 };
      const key = String(it.key);
      if (random() < 0.5) return { kind: 'read', key, value: undefined };
      it.writes++;
      if (it.writes >= writesPerKey) pool[place] = { key: nextKey++, writes: 0 };
      return { kind: 'write', key, value: String(it.writes) };
    });
}
