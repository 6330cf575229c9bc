import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  makeTopology,
  type TopologyName,
  topologyNames,
} from '../../../src/testbed/workloads/topology.ts';

/** Neighbours as digits, node by node. */
function drawn(name: TopologyName, count: number): string {
  const nodes = Array.from({ length: count }, (_, at) => String(at));
  const topology = makeTopology(name, nodes);
  return nodes.map((node) => [...(topology[node] ?? [])].sort().join('')).join(' ');
}

test('a line, a grid, trees, and all with all', () => {
  assert.equal(drawn('line', 4), '1 02 13 2');
  assert.equal(drawn('grid', 9), '13 024 15 046 1357 248 37 468 57');
  assert.equal(drawn('grid', 5), '13 024 1 04 13', 'the last row is not full');
  assert.equal(drawn('tree2', 7), '12 034 056 1 1 2 2');
  assert.equal(drawn('tree3', 6), '123 045 0 0 1 1');
  assert.equal(drawn('tree4', 6), '1234 05 0 0 0 1');
  assert.equal(drawn('total', 3), '12 02 01');
});

test('every topology is connected, goes both ways, and names every node', () => {
  for (const name of topologyNames) {
    for (let count = 1; count <= 30; count++) {
      const nodes = Array.from({ length: count }, (_, at) => `n${at}`);
      const topology = makeTopology(name, nodes);
      assert.deepEqual(Object.keys(topology), nodes);
      const reached = new Set(['n0']);
      for (const node of reached) {
        for (const neighbour of topology[node] ?? []) {
          assert.ok(topology[neighbour]?.includes(node), `${name} of ${count}`);
          reached.add(neighbour);
        }
      }
      assert.equal(reached.size, count, `${name} of ${count}`);
    }
  }
});
