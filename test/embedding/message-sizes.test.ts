/** Nothing that a node needs is too long for the network: neither entries, nor parts of snapshots. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Settings, startNode, TcpNetwork } from '../../src/embedding/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { freeAddresses, until } from '../transport/tcp-world.ts';

/** Texts with many characters that JSON escapes. */
class Texts {
  texts: string[] = [];
  apply(text: string): number {
    return this.texts.push(text);
  }
  query(): number {
    return this.texts.length;
  }
  snapshot() {
    return this.texts;
  }
  restore(texts: string[]): void {
    this.texts = texts;
  }
}

const limits = { maxMessageBytes: 8000, maxWaitingBytes: 1_000_000 };

async function startAfterOthers(t: TestContext, settings: Partial<Settings>) {
  const names = ['a', 'b', 'c'];
  const addresses = await freeAddresses(...names);
  const lost: string[] = [];
  const start = async (id: string) => {
    const observer = { onMessageLost: (peer: string, why: string) => lost.push(`${peer} ${why}`) };
    const network = new TcpNetwork({ addresses, ...limits, observer });
    const machine = () => new Texts();
    const node = await startNode({
      ...{ id, nodes: names, machine, storage: 'memory', network, settings },
      maxCommandBytes: 1000,
    });
    t.after(() => node.stop());
    return node;
  };
  const [a] = await Promise.all([start('a'), start('b')]);
  const text = '"\\\u0001'.repeat(60);
  await Promise.all(Array.from({ length: 40 }, () => a?.command(text)));
  const c = await start('c');
  await until('the last one has all', () => c.queryStale() === 40);
  assert.deepEqual(
    lost.filter((line) => line.endsWith('tooLong')),
    [],
  );
}

test('whoever lags is sent entries that fit, where messages are small', (t) =>
  startAfterOthers(t, {}));

test('whoever is far behind is sent a snapshot in parts that fit', (t) =>
  startAfterOthers(t, { snapshotEntries: 20, trailingEntries: 1 }));

test('settings that the network cannot carry are refused, with the limit', async () => {
  const network = new TcpNetwork({ addresses: { a: '127.0.0.1:1' }, ...limits });
  const base = { id: 'a', nodes: ['a'], machine: () => new Texts(), storage: 'memory' } as const;
  const start = (settings: { [name: string]: number }) =>
    startNode({ ...base, network, maxCommandBytes: 1000, clock: new VirtualClock(), settings });
  await assert.rejects(start({ maxAppendBytes: 1001 }), {
    name: 'TypeError',
    message:
      "settings.maxAppendBytes must be at most 1/8 of the network's maxMessageBytes 8000: 1001",
  });
  await assert.rejects(start({ maxSnapshotChunkBytes: 4001 }), /at most 1\/2 of the network's/);
});
