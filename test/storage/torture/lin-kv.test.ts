/**
 * A lin-kv node that keeps its data in a directory is killed, and its system calls fail; what it has
 * acknowledged must be there in its next life. `make torture` does it for minutes.
 */

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, nextInteger } from '../../../src/raft/index.ts';
import { run } from '../../process.ts';
import { buildLibrary, scratchFolder } from './faults.ts';
import { KeyValueClient, LinKvProcess } from './lin-kv-process.ts';

const tortureSeconds = Number(process.env['TORTURE'] ?? 0);
const folder = scratchFolder();
const mounted: string[] = [];
after(async () => {
  for (const path of mounted) await run('umount', [path]);
  rmSync(folder, { recursive: true });
});
const library = buildLibrary(folder);
const path = library.kind === 'built' ? library.path : '';
const skip = library.kind === 'built' ? false : library.reason;

const keys = [0, 1, 2, 3, 4, 5, 6, 7];
const nodes: LinKvProcess[] = [];
let directories = 0;

function newDirectory(): string {
  return join(folder, `data${directories++}`);
}

async function started(
  directory: string,
  client: KeyValueClient,
  env: Record<string, string> = {},
): Promise<LinKvProcess> {
  const node = new LinKvProcess(directory, client, env);
  nodes.push(node);
  const reply = await node.init();
  assert.equal(reply?.type, 'init_ok', `${JSON.stringify(reply)} ${node.child.stderr}`);
  return node;
}

afterEach(async () => {
  for (const node of nodes.splice(0)) await node.kill();
});

/** Sixteen writers, each with a write under way, until they are told to stop or one fails. */
function load(node: LinKvProcess): { stop(): Promise<void>; readonly ended: Promise<unknown> } {
  let isOver = false;
  const writer = async (number: number): Promise<void> => {
    while (!isOver && (await node.write(keys[number % keys.length] ?? 0))) {}
  };
  const writers = Promise.all(Array.from({ length: 16 }, (_, number) => writer(number)));
  return {
    ended: writers,
    async stop() {
      isOver = true;
      await writers;
    },
  };
}

test('killed at random moments under load: what was acknowledged is there', async () => {
  const random = createRandom(Number(process.env['TORTURE_SEED'] ?? 1));
  const client = new KeyValueClient();
  const directory = newDirectory();
  const endMs = performance.now() + 1000 * Math.max(2, tortureSeconds);
  let lives = 0;
  while (performance.now() < endMs) {
    const node = await started(directory, client);
    assert.equal(await node.faultOf(keys), null, `after ${lives} lives`);
    const { stop } = load(node);
    await sleep(nextInteger(random, 1, 300));
    await node.kill();
    await stop();
    lives++;
  }
  const node = await started(directory, client);
  assert.equal(await node.faultOf(keys), null, `after ${lives} lives`);
  assert.ok(lives > 2 && client.acknowledgements > 100, `${lives} lives`);
  if (tortureSeconds > 0) {
    process.stderr.write(`${lives} lives, ${client.acknowledgements} acknowledged writes\n`);
  }
});

const faults = ['fdatasync 12 EIO', 'write 30+ ENOSPC', 'write 50 torn'];
for (let number = 2; tortureSeconds > 0 && number < 80; number += 3) {
  faults.push(`any ${number} kill`, `write ${number} EIO`, `fdatasync ${number} EIO`);
  faults.push(`any ${number} torn`, `any ${number} after`, `write ${number}+ ENOSPC`);
}

test('system calls fail: what was acknowledged is there', { skip }, async () => {
  for (const fault of faults) {
    const client = new KeyValueClient();
    const directory = newDirectory();
    const env = { LD_PRELOAD: path, FAULT_DIRECTORY: directory, FAULT: fault };
    const failing = new LinKvProcess(directory, client, env);
    nodes.push(failing);
    const reply = await failing.init();
    const { stop, ended } = load(failing);
    // Others may befall what can be tried again: the next segment, or a snapshot.
    const isTheEnd = /^fdatasync|\+/.test(fault);
    await (isTheEnd ? ended : Promise.race([sleep(250), ended]));
    if (isTheEnd && reply?.type === 'init_ok') {
      assert.equal(await failing.write(1), false, `${fault}: a write after the failure`);
    }
    const { stderr } = failing.child;
    await failing.kill();
    await stop();
    if (isTheEnd) assert.match(stderr, /EIO|ENOSPC/, fault);
    const next = await started(directory, client);
    assert.equal(await next.faultOf(keys), null, fault);
    assert.equal(await next.write(1), true, fault);
    await next.kill();
  }
});

test('two processes on one directory: the second is told of the first', async () => {
  const client = new KeyValueClient();
  const directory = newDirectory();
  const first = await started(directory, client);
  await first.write(1);
  const second = new LinKvProcess(directory, client);
  nodes.push(second);
  const refusal = await second.init();
  assert.equal(refusal?.type, 'error');
  assert.match(refusal?.text ?? '', new RegExp(`in use by process ${first.child.process.pid}\\b`));
  assert.equal(await first.write(1), true);
  await first.kill();
  const startMs = performance.now();
  const third = await started(directory, client);
  assert.equal(await third.faultOf(keys), null);
  assert.ok(performance.now() - startMs < 2000, 'it did not wait for the dead one');
});

test('a data directory that is a file is refused in words', async () => {
  const file = newDirectory();
  writeFileSync(file, 'this is a file');
  const node = new LinKvProcess(file, new KeyValueClient());
  nodes.push(node);
  const reply = await node.init();
  assert.equal(reply?.type, 'error');
  assert.match(reply?.text ?? '', /ENOTDIR|EEXIST/);
  assert.ok(reply?.text?.includes(file), reply?.text);
});

/** Mounts a file system in memory, or says why that cannot be done. */
async function mount(options: string): Promise<{ path: string } | { reason: string }> {
  const path = newDirectory();
  mkdirSync(path);
  const command = `mount -t tmpfs -o ${options} raftwright-torture ${path}`;
  const { status, stderr } = await run('sh', ['-c', command]);
  if (status !== 0) return { reason: `tmpfs cannot be mounted: ${stderr.trim()}` };
  mounted.push(path);
  return { path };
}

test('a file system that fills up stops the node, and it goes on when there is room', async (t) => {
  const small = await mount('size=20m');
  if ('reason' in small) return t.skip(small.reason);
  const client = new KeyValueClient();
  const node = await started(small.path, client);
  const value = 'x'.repeat(200_000);
  let written = 0;
  while ((await node.request('write', { key: 100, value }))?.type === 'write_ok') written++;
  assert.ok(written > 20, `${written} large values`);
  assert.match(node.child.stderr, /ENOSPC/);
  assert.equal(await node.write(1), false);
  await node.kill();
  await run('mount', ['-o', 'remount,size=60m', small.path]);
  const next = await started(small.path, client);
  assert.equal(await next.faultOf(keys), null);
  const reply = await next.request('read', { key: 100 });
  assert.equal(String(reply?.value).length, 200_000);
  assert.equal(await next.write(1), true);
});

test('a directory that cannot be written to is refused in words', async (t) => {
  const readOnly = await mount('size=1m,ro');
  if ('reason' in readOnly) return t.skip(readOnly.reason);
  const node = new LinKvProcess(readOnly.path, new KeyValueClient());
  nodes.push(node);
  const reply = await node.init();
  assert.equal(reply?.type, 'error');
  assert.match(reply?.text ?? '', /EROFS/);
});
