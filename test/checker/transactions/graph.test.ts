/** The parts of the search for cycles. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentsOf, largestComponent } from '../../../src/checker/transactions/components.ts';
import { dataCycles, realTimeCycles } from '../../../src/checker/transactions/cycle-classes.ts';
import { CycleSearch } from '../../../src/checker/transactions/cycle-search.ts';
import { GraphBuilder, label } from '../../../src/checker/transactions/graph.ts';
import {
  allModelNames,
  anomalyNames,
  modelNamed,
  modelNames,
  modelsWithout,
  ruledOutBy,
} from '../../../src/checker/transactions/models.ts';
import { linkRealTime } from '../../../src/checker/transactions/real-time.ts';
import { endOf } from '../../../src/checker/transactions/transaction.ts';
import { seeded } from '../random.ts';
import { transaction } from './histories.ts';

test('a cycle as long as a history is found without exhausting the stack', () => {
  const count = 200_000;
  const builder = new GraphBuilder<string>(count);
  for (let node = 0; node < count; node++) builder.add(node, (node + 1) % count, label.ww);
  const graph = builder.build();
  assert.equal(largestComponent(componentsOf(graph, () => true)), count);
  assert.equal(largestComponent(componentsOf(graph, (it) => it !== label.ww)), 0);
});

test('components are those of reachability, in random graphs', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = seeded(seed);
    const count = 2 + Math.floor(random() * 8);
    const reach = Array.from({ length: count }, () => new Array<boolean>(count).fill(false));
    const builder = new GraphBuilder<string>(count);
    for (let edges = 0; edges < count * 1.5; edges++) {
      const from = Math.floor(random() * count);
      const to = Math.floor(random() * count);
      builder.add(from, to, label.ww);
      if (from !== to) (reach[from] ?? [])[to] = true;
    }
    for (let k = 0; k < count; k++)
      for (let i = 0; i < count; i++)
        for (let j = 0; j < count; j++)
          if (reach[i]?.[k] === true && reach[k]?.[j] === true) (reach[i] ?? [])[j] = true;
    const components = componentsOf(builder.build(), () => true);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        if (i === j) continue;
        const isTogether = reach[i]?.[j] === true && reach[j]?.[i] === true;
        assert.equal((components[i] ?? -1) >= 0 && components[i] === components[j], isTogether);
      }
    }
  }
});

test('the reduction of real time has the same paths as all its pairs', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seeded(seed);
    const ranks = Array.from({ length: 24 }, (_, it) => it).sort(() => random() - 0.5);
    const transactions = Array.from({ length: 12 }, (_, it) => {
      const [a = 0, b = 0] = [ranks[2 * it], ranks[2 * it + 1]];
      const outcome = random() < 0.2 ? 'info' : 'ok';
      return transaction(it, outcome, Math.min(a, b), Math.max(a, b), []);
    });
    const after = transactions.map(() => new Set<number>());
    const links: [number, number][] = [];
    linkRealTime(transactions, [...transactions.keys()], (a, b) => links.push([a, b]));
    for (let round = 0; round < 12; round++) {
      for (const [a, b] of links) {
        after[a]?.add(b);
        for (const it of after[b] ?? []) after[a]?.add(it);
      }
    }
    for (const [a, first] of transactions.entries()) {
      for (const [b, second] of transactions.entries()) {
        const isBefore = endOf(first) < second.invoked.rank;
        assert.equal(after[a]?.has(b), isBefore, `seed ${seed}: ${a}, ${b}`);
      }
    }
  }
});

test('the shortest cycle of each class is found among longer ones', () => {
  const builder = new GraphBuilder<string>(9);
  const cycle = (...steps: readonly (readonly [node: number, edge: number])[]) => {
    for (const [place, [node, edge]] of steps.entries()) {
      builder.add(node, steps[(place + 1) % steps.length]?.[0] ?? 0, edge);
    }
  };
  cycle([0, label.ww], [1, label.ww], [2, label.ww]);
  cycle([0, label.ww], [1, label.ww], [2, label.ww], [3, label.ww]);
  cycle([3, label.wr], [4, label.ww]);
  cycle([4, label.rw], [5, label.wr], [6, label.ww]);
  cycle([6, label.rw], [7, label.rw]);
  cycle([7, label.rw], [8, label.onlyRealTime]);
  const search = new CycleSearch(builder.build(), () => false);
  const found = [...dataCycles, ...realTimeCycles].map((it) => {
    const { cycle: shortest } = search.shortest(it);
    return [it.name, shortest === undefined ? undefined : [...shortest.nodes].sort()];
  });
  assert.deepEqual(Object.fromEntries(found), {
    G0: [0, 1, 2],
    G1c: [3, 4],
    'G-single': [4, 5, 6],
    'G-nonadjacent': undefined,
    'G2-item': [6, 7],
    'G0-realtime': undefined,
    'G1c-realtime': undefined,
    'G-single-realtime': [7, 8],
    'G2-item-realtime': undefined,
  });
});

test('several edges of real time in a row are one', () => {
  const builder = new GraphBuilder<string>(5);
  for (let node = 0; node < 4; node++) builder.add(node, node + 1, label.onlyRealTime);
  builder.add(4, 0, label.rw);
  const [, , single] = realTimeCycles;
  assert.ok(single !== undefined);
  const { cycle } = new CycleSearch(builder.build(), () => false).shortest(single);
  assert.deepEqual(cycle?.nodes, [4, 0]);
});

test('a stronger model rules out all that a weaker one does', () => {
  for (const model of modelNames) assert.equal(modelNamed(model), model);
  const weak = ruledOutBy('read-uncommitted');
  for (const model of modelNames) {
    for (const anomaly of weak) assert.ok(ruledOutBy(model).has(anomaly), `${model} ${anomaly}`);
  }
  for (const anomaly of anomalyNames) {
    assert.ok(modelsWithout(anomaly).includes('strict-serializable'), anomaly);
  }
  assert.ok(!ruledOutBy('snapshot-isolation').has('G2-item'));
  assert.ok(ruledOutBy('snapshot-isolation').has('G-single'));
  assert.ok(!ruledOutBy('serializable').has('G-single-realtime'));
  assert.ok(!ruledOutBy('read-committed').has('lost-update'));
  assert.equal(modelNamed('PL-SS'), 'strict-serializable');
  assert.equal(modelNamed('nonsense'), undefined);
  assert.ok(allModelNames.every((it) => modelNamed(it) !== undefined));
});
