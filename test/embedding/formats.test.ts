/** Formats that differ from node to node, as in the middle of an upgrade, and such that fail. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonFormat, startNode } from '../../src/embedding/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { leaderOf, passing, Sum, startSums } from './cluster.ts';

/** What this version takes for a command. */
const upTo = (most: number) =>
  jsonFormat((value) => {
    if (typeof value === 'number' && value <= most) return value;
    throw new TypeError(`a command is a number up to ${most}`);
  });

test('a command that the leader cannot read does not get into its log, from whomever it comes', async () => {
  const faults: string[] = [];
  const observer = {
    onMalformedMessage: (from: string, fault: string) => faults.push(`${from}: ${fault}`),
  };
  const old = { formats: { command: upTo(10) }, observer };
  const cluster = await startSums(old);
  const { clock, nodes, start } = cluster;
  await passing(clock, nodes[0]?.command(1) ?? Promise.reject());
  const d = await start('d', { isJoining: true, formats: { command: upTo(20) } });
  const leader = leaderOf(cluster);
  await passing(clock, leader.changeMembership(['a', 'b', 'c', 'd']));
  await assert.rejects(passing(clock, d.command(11, { timeoutMs: 2000 })), {
    reason: 'timedOut',
    mayHaveHappened: true,
  });
  assert.match(faults[0] ?? '', /^d: a command cannot be read: a command is a number up to 10/);
  // Nobody has stopped.
  const sums = nodes.map((node) => node.command(1));
  assert.deepEqual([...(await passing(clock, Promise.all(sums)))].sort(), [2, 3, 4]);
});

test('a result that cannot be read is told as one of a command that has taken effect', async () => {
  const clock = new VirtualClock();
  const machine = () => new Sum();
  const formats = { result: upTo(10) };
  const node = await startNode({
    ...{ id: 'a', nodes: ['a'], machine, storage: 'memory', clock, formats },
  });
  await assert.rejects(passing(clock, node.command(11)), {
    name: 'TypeError',
    message: /^the command has taken effect, but a result cannot be read: a command is a number/,
  });
  await assert.rejects(passing(clock, node.query('sum')), /^TypeError: a result cannot be read/);
  assert.equal(await passing(clock, node.command(-1)), 10);
});
