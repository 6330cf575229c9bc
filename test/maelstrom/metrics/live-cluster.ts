/**
 * Nodes with files, lines between them, real time, and an HTTP server each: all that a node of a
 * real cluster has, in one process, and with snapshots so small that some are taken.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { nodeFileStore } from '../../../src/cli/data-directory.ts';
import { registerWalMetrics } from '../../../src/instruments/wal.ts';
import { serveLinKv } from '../../../src/maelstrom/lin-kv.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';
import { registerNodeMetrics } from '../../../src/maelstrom/node-metrics.ts';
import { linKv } from '../../../src/maelstrom/workloads/lin-kv.ts';
import { Registry } from '../../../src/metrics/registry.ts';
import { serveMetrics } from '../../../src/metrics/server.ts';
import { defaultSettings } from '../../../src/raft/index.ts';

export interface LiveCluster {
  readonly names: readonly string[];
  /** Of the metrics servers, by node. */
  readonly ports: readonly number[];
  /** What a node shows. */
  scrape(node: number, accept?: string): Promise<{ readonly type: string; readonly text: string }>;
  /** Asks a node and waits for the answer. */
  ask(
    node: number,
    body: { readonly type: string; readonly [field: string]: unknown },
  ): Promise<{
    readonly type: string;
    readonly [field: string]: unknown;
  }>;
}

interface Line {
  readonly dest: string;
  readonly body: { readonly type: string; readonly in_reply_to?: number };
}

const settings = { ...defaultSettings, snapshotEntries: 20, trailingEntries: 5 };

/** A cluster whose nodes have been initialized; it ends with the test. */
export async function startLive(t: TestContext, size = 3): Promise<LiveCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'raftwright-metrics-'));
  const names = Array.from({ length: size }, (_, position) => `n${position}`);
  const inputs = new Map<string, PassThrough>();
  const waiting = new Map<number, (body: Line['body']) => void>();
  const ports: number[] = [];
  const ended: Promise<void>[] = [];
  let nextId = 1;

  const route = (lines: string): void => {
    for (const line of lines.split('\n')) {
      if (line === '') continue;
      const { dest, body } = JSON.parse(line) as Line;
      const input = inputs.get(dest);
      if (input !== undefined) input.write(`${line}\n`);
      else if (body.in_reply_to !== undefined) waiting.get(body.in_reply_to)?.(body);
    }
  };
  const ask: LiveCluster['ask'] = (node, body) =>
    new Promise((resolve) => {
      const id = nextId++;
      waiting.set(id, resolve as (body: Line['body']) => void);
      const message = { src: 'c1', dest: names[node], body: { ...body, msg_id: id } };
      inputs.get(names[node] ?? '')?.write(`${JSON.stringify(message)}\n`);
    });

  t.after(async () => {
    for (const input of inputs.values()) input.end();
    await Promise.all(ended);
    await rm(directory, { recursive: true, force: true });
  });
  for (const name of names) {
    const input = new PassThrough();
    inputs.set(name, input);
    const registry = new Registry();
    const output = new Writable({
      write(chunk, _encoding, done) {
        route(String(chunk));
        done();
      },
    });
    const metrics = registerNodeMetrics(registry, linKv, '1.2.3', () => node.bufferedBytes);
    const wal = registerWalMetrics(registry);
    const node: MaelstromNode = new MaelstromNode({
      input,
      output,
      observer: metrics.node,
      log: () => {},
    });
    serveLinKv(node, {
      createStore: () => nodeFileStore(node, linKv, join(directory, name), wal, () => {}),
      seed: 7,
      settings,
      observer: metrics.workload,
    });
    ended.push(node.run());
    const server = await serveMetrics({
      registry,
      basePort: 0,
      position: 0,
      log: () => {},
    });
    assert.ok(server !== null);
    t.after(() => server.close());
    ports.push(server.port);
  }
  await Promise.all(
    names.map((name, node) => ask(node, { type: 'init', node_id: name, node_ids: names })),
  );
  return {
    names,
    ports,
    ask,
    async scrape(node, accept) {
      const response = await fetch(`http://127.0.0.1:${ports[node]}/metrics`, {
        headers: accept === undefined ? {} : { accept },
        signal: AbortSignal.timeout(5000),
      });
      return { type: response.headers.get('content-type') ?? '', text: await response.text() };
    },
  };
}

/** Writes, reads and compares at every node until each has taken a snapshot. */
export async function useAll({ names, ask }: LiveCluster): Promise<void> {
  for (let round = 0; round < 15; round++) {
    await Promise.all(
      names.flatMap((_, node) => [
        ask(node, { type: 'write', key: node, value: `värde ${round}` }),
        ask(node, { type: 'read', key: node }),
        ask(node, {
          type: 'cas',
          key: 'k',
          from: round,
          to: round + 1,
          create_if_not_exists: true,
        }),
      ]),
    );
  }
}
