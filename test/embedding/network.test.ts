/** Nodes and what comes to them over a network: snapshots, new members, nonsense. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type Network,
  type NetworkPlace,
  type RaftNode,
  startNode,
  TcpNetwork,
} from '../../src/embedding/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { freeAddresses, until } from '../transport/tcp-world.ts';
import { leaderOf, passing, Sum, startSums } from './cluster.ts';

test('a new node whose entries are gone from the log receives a snapshot, in parts', async () => {
  const settings = { snapshotEntries: 5, trailingEntries: 1, maxSnapshotChunkBytes: 7 };
  const cluster = await startSums({ settings });
  const { clock, nodes, start } = cluster;
  for (let amount = 1; amount <= 20; amount++) {
    await passing(clock, nodes[0]?.command(amount) ?? Promise.reject());
  }
  const d = await start('d', { isJoining: true });
  await passing(clock, leaderOf(cluster).changeMembership(['a', 'b', 'c', 'd']));
  assert.ok(d.status().snapshotIndex > 0, 'it has a snapshot');
  assert.equal(d.queryStale('sum'), 210);
});

/** A network of one's own, in which a test says what arrives. */
function scriptedNetwork(): Network & { place: NetworkPlace | null; readonly sent: string[] } {
  const sent: string[] = [];
  return {
    maxMessageBytes: 2 ** 24,
    place: null,
    sent,
    async open(place) {
      this.place = place;
      return {
        peers: ['b', 'c'],
        send: (to, message) => sent.push(`${to} ${Buffer.from(message).toString()}`),
        close: async () => {},
      };
    },
  };
}

test('what makes no sense is dropped, and said to the observer', async () => {
  const network = scriptedNetwork();
  const clock = new VirtualClock();
  const faults: string[] = [];
  const node = await startNode({
    id: 'a',
    nodes: ['a', 'b', 'c'],
    machine: () => new Sum(),
    storage: 'memory',
    network,
    clock,
    observer: { onMalformedMessage: (from, fault) => faults.push(`${from}: ${fault}`) },
  });
  const packet = (payload: object): string => JSON.stringify({ kind: 'direct', payload });
  const nonsense = [
    'no JSON',
    'null',
    '{"kind":"other"}',
    '{"kind":"relayed","origin":"b"}',
    '{"kind":"survey","word":{"number":1,"heard":[["b"],7]}}',
    packet({ kind: 'other' }),
    packet({ kind: 'voteRequest', term: -1 }),
    packet({ kind: 'forwardRequest', id: 1, attempt: 1, timeoutMs: 1, command: { kind: 'x' } }),
  ];
  for (const text of nonsense) network.place?.receive('b', Buffer.from(text));
  assert.equal(faults.length, nonsense.length, faults.join('\n'));
  assert.ok(faults.every((fault) => fault.startsWith('b: ')));
  await clock.advance(1000);
  assert.ok(
    network.sent.some((line) => line.includes('preVoteRequest')),
    'it goes on',
  );
  await node.stop();
});

async function startOverTcp(t: TestContext): Promise<{
  nodes: RaftNode<number, 'sum' | 'nonsense', number>[];
  networks: TcpNetwork[];
  addresses: { readonly [node: string]: string };
}> {
  const addresses = await freeAddresses('a', 'b', 'c');
  const names = Object.keys(addresses);
  const networks = names.map(() => new TcpNetwork({ addresses }));
  const nodes = await Promise.all(
    names.map((id, position) => {
      const network = networks[position] as TcpNetwork;
      const machine = () => new Sum();
      return startNode({ id, nodes: names, machine, storage: 'memory', network });
    }),
  );
  t.after(() => Promise.all(nodes.map((node) => node.stop())));
  return { nodes, networks, addresses };
}

test('over TCP, a cluster works, takes in a new node, and lets an old one go', async (t) => {
  const { nodes, networks, addresses } = await startOverTcp(t);
  const sums = await Promise.all(nodes.map((node) => node.command(1)));
  assert.deepEqual([...sums].sort(), [1, 2, 3]);

  const { d: atD = '' } = await freeAddresses('d');
  for (const network of networks) network.addNode('d', atD);
  const d = await startNode({
    id: 'd',
    nodes: Object.keys(addresses),
    isJoining: true,
    machine: () => new Sum(),
    storage: 'memory',
    network: new TcpNetwork({ addresses: { ...addresses, d: atD } }),
  });
  t.after(() => d.stop());
  const leader = nodes.find((node) => node.leader === node.id);
  const gone = nodes.find((node) => node !== leader);
  const rest = nodes.filter((node) => node !== gone).map(({ id }) => id);
  await leader?.changeMembership([...rest, 'd']);
  await gone?.stop();
  await leader?.stop();
  // One of the first and the new one are a majority of three.
  assert.equal(await d.command(1), 4);
  await until('it knows the leader', () => d.leader !== null && d.leader !== leader?.id);
});

test('what may be lost is given to the leader again as soon as the network says so', async () => {
  const network = scriptedNetwork();
  const clock = new VirtualClock();
  const node = await startNode({
    ...{ id: 'a', nodes: ['a', 'b', 'c'], machine: () => new Sum(), storage: 'memory' },
    network,
    clock,
  });
  const payload = {
    kind: 'heartbeatRequest',
    term: 1,
    commitIndex: 0,
    round: 1,
    electionTicks: 14,
  };
  const heartbeat = JSON.stringify({ kind: 'direct', payload });
  network.place?.receive('b', Buffer.from(heartbeat));
  await clock.advance(1);
  assert.equal(node.leader, 'b');
  const forwarded = (): number =>
    network.sent.filter((line) => line.startsWith('b ') && line.includes('forwardRequest')).length;
  const before = forwarded();
  assert.ok(before > 0, 'it asks for a session');
  network.place?.lost('c');
  assert.equal(forwarded(), before);
  network.place?.lost('b');
  assert.equal(forwarded(), before + 1);
  await node.stop();
});
