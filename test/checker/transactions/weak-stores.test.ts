/**
 * Stores that promise less are condemned for what they promise too little, and never for what they
 * promise: snapshot isolation, and read committed.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkListAppend, checkRwRegister } from '../../../src/checker/transactions/check.ts';
import { describeTransactions } from '../../../src/checker/transactions/describe.ts';
import type {
  ListTransaction,
  MicroOperation,
  RegisterTransaction,
  Transaction,
} from '../../../src/checker/transactions/transaction.ts';
import { seeded } from '../random.ts';
import { transaction } from './histories.ts';

type Read = readonly string[] | string | null;
type State = Map<string, Read>;

interface Running {
  readonly process: number;
  readonly begin: number;
  readonly asked: readonly MicroOperation<Read>[];
  readonly done: MicroOperation<Read>[];
  /** What it sees: of snapshot isolation only. */
  readonly snapshot: State;
}

interface Store {
  readonly isSnapshot: boolean;
  readonly kind: 'list' | 'register';
}

/** A history of some transactions that overlap, each carried out step by step. */
function simulated(seed: number, { isSnapshot, kind }: Store): Transaction<Read>[] {
  const random = seeded(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const committed: State = new Map();
  const versions = new Map<string, number>();
  const open: (Running & { readonly versions: ReadonlyMap<string, number> })[] = [];
  const ended: Transaction<Read>[] = [];
  const counts = new Map<string, number>();
  let rank = 0;
  let begun = 0;
  const write = (state: State, key: string, value: string): void => {
    const before = (state.get(key) ?? []) as readonly string[];
    state.set(key, kind === 'list' ? [...before, value] : value);
  };
  const step = (it: Running): void => {
    const next = it.asked[it.done.length];
    if (next === undefined) return;
    if (next.kind === 'write') {
      if (isSnapshot) write(it.snapshot, next.key, next.value);
      it.done.push(next);
    } else {
      const state = isSnapshot ? it.snapshot : committed;
      it.done.push({ ...next, value: state.get(next.key) ?? (kind === 'list' ? [] : null) });
    }
  };
  const end = (it: (typeof open)[number]): void => {
    open.splice(open.indexOf(it), 1);
    const writes = it.asked.filter((done) => done.kind === 'write');
    // Of two that write the same key at the same time, the first to commit wins.
    const isLate = writes.some(({ key }) => versions.get(key) !== it.versions.get(key));
    const outcome = isSnapshot && isLate ? 'fail' : 'ok';
    if (outcome === 'ok') {
      for (const { key, value } of writes) {
        write(committed, key, value);
        versions.set(key, (versions.get(key) ?? 0) + 1);
      }
    }
    const operations = outcome === 'ok' ? it.done : it.asked;
    ended.push(transaction(it.process, outcome, it.begin, rank++, operations));
  };
  while (begun < 60 || open.length > 0) {
    const it = open[below(open.length)];
    if (begun < 60 && open.length < 5 && (it === undefined || random() < 0.3)) {
      const written = new Set<string>();
      const asked = Array.from({ length: 1 + below(4) }, (): MicroOperation<Read>[] => {
        const key = String(below(4) + Math.floor(begun / 20) * 4);
        if (random() < 0.5) {
          // What one's own write looks like before it is committed, nobody promises here.
          const isOwn = !isSnapshot && written.has(key);
          return isOwn ? [] : [{ kind: 'read', key, value: undefined }];
        }
        written.add(key);
        counts.set(key, (counts.get(key) ?? 0) + 1);
        return [{ kind: 'write', key, value: String(counts.get(key)) }];
      }).flat();
      const own = { snapshot: new Map(committed), versions: new Map(versions) };
      open.push({ process: begun, begin: rank++, asked, done: [], ...own });
      begun++;
    } else if (it !== undefined) {
      if (it.done.length < it.asked.length) step(it);
      else end(it);
    }
  }
  return ended.sort((a, b) => a.invoked.rank - b.invoked.rank);
}

const check = (
  kind: Store['kind'],
  history: Transaction<Read>[],
  model: Parameters<typeof checkListAppend>[1],
) =>
  kind === 'list'
    ? checkListAppend(history as ListTransaction[], model)
    : checkRwRegister(history as RegisterTransaction[], model);

for (const kind of ['list', 'register'] as const) {
  test(`${kind}s: snapshot isolation is what it says, and is not serializable`, () => {
    let skewed = 0;
    for (let seed = 0; seed < 300; seed++) {
      const history = simulated(seed, { isSnapshot: true, kind });
      for (const model of ['snapshot-isolation', 'strong-snapshot-isolation'] as const) {
        const result = check(kind, history, [model]);
        assert.equal(result.verdict, 'valid', `seed ${seed}\n${describeTransactions(result)}`);
      }
      const result = check(kind, history, ['serializable']);
      if (result.verdict === 'invalid') skewed++;
      for (const { anomaly } of result.found) assert.equal(anomaly.name, 'G2-item');
    }
    assert.ok(skewed > 100, `${skewed} of 300`);
  });

  test(`${kind}s: read committed is what it says, and loses updates`, () => {
    let lost = 0;
    for (let seed = 0; seed < 300; seed++) {
      const history = simulated(seed, { isSnapshot: false, kind });
      for (const model of ['read-committed', 'read-uncommitted'] as const) {
        const result = check(kind, history, [model]);
        assert.equal(result.verdict, 'valid', `seed ${seed}\n${describeTransactions(result)}`);
      }
      if ('lost-update' in check(kind, history, ['snapshot-isolation']).counts) lost++;
    }
    assert.ok(lost > 50, `${lost} of 300`);
  });
}
