/** A program that uses the rest, with the types of Node.js, and says what came of it. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { exactlyOnce, jsonFormat } from 'raftwright/machine';
import { errorCodes, MaelstromNode, RpcError } from 'raftwright/maelstrom';
import { Registry, textFormat } from 'raftwright/metrics';
import { asNodeId, membershipOf, type Outcome, Replica, realClock } from 'raftwright/replica';
import { drawPlan, noFaults, simulate } from 'raftwright/simulator';
import {
  FileStore,
  MemoryStore,
  nodeDisk,
  StoreRefusal,
  storeConformance,
} from 'raftwright/storage';
import { Counter, commitOne, judge, keepValue } from './pure.ts';

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`not a number: ${value}`);
  return value;
}

async function replicate(): Promise<Outcome<number>> {
  const id = asNodeId('n1');
  const replica = await Replica.start<number, 'total', number>({
    id,
    membership: membershipOf([id]),
    seed: 1,
    machine: exactlyOnce(new Counter(), {
      snapshots: jsonFormat(numberOf),
      results: jsonFormat(numberOf),
      sizeOf: () => 8,
    }),
    sizeOf: () => 8,
    store: new MemoryStore(),
    transport: { send: () => {} },
    clock: realClock,
  });
  try {
    return await replica.submit({ kind: 'command', command: 2 }, 5000);
  } finally {
    replica.stop();
  }
}

async function refuseOtherNode(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'raftwright-consumer-'));
  const open = async (node: string): Promise<void> => {
    const format = {
      encode: (text: string) => new TextEncoder().encode(text),
      decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
    };
    const store = new FileStore({ disk: nodeDisk(join(directory, 'store')), node, format });
    await store.load();
    await store.close();
  };
  try {
    await open('n1');
    await open('n2');
    return 'no problem';
  } catch (error) {
    return error instanceof StoreRefusal ? error.problem : String(error);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function echo(): Promise<string> {
  const input = new PassThrough();
  const output = new PassThrough();
  const node = new MaelstromNode({ input, output, log: () => {} });
  node.handle('echo', (body) => ({ type: 'echo_ok', echo: body['echo'] ?? null }));
  node.handle('fail', () => {
    throw new RpcError(errorCodes.abort, 'no');
  });
  input.write(
    '{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}}\n',
  );
  input.end('{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":2,"echo":"hello"}}\n');
  await node.run();
  return String(output.read());
}

function countRequests(): string {
  const registry = new Registry();
  registry.counter({ name: 'requests_total', help: 'Requests so far.' }).inc(3);
  return textFormat.encode(registry.collect());
}

assert.deepEqual(commitOne('hello'), ['hello']);
assert.equal(keepValue(), '9007199254740993');
assert.match(judge(), /^Linearizable: 1 key/);
const outcome = await replicate();
assert.ok(outcome.kind === 'done' && outcome.result === 2);
assert.equal(await refuseOtherNode(), 'otherNode');
assert.match(await echo(), /"echo":"hello"/);
assert.match(countRequests(), /^requests_total 3$/m);
assert.ok(storeConformance.length > 0);
const plan = drawPlan(17, { faultyMs: 1000, faults: noFaults });
const { verdict } = await simulate({
  seed: 17,
  faults: 'none',
  plan: { nodes: plan.nodes, faultyMs: 1000 },
});
assert.equal(verdict, 'valid');
process.stdout.write('all is well\n');
