/** Nodes as processes that are killed, paused and started again, one step at a time. */

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Json } from '../../src/machine/json.ts';
import type { Body } from '../../src/maelstrom/message.ts';
import { createRandom } from '../../src/raft/index.ts';
import { realClock } from '../../src/replica/index.ts';
import { Client } from '../../src/testbed/client.ts';
import { Cluster } from '../../src/testbed/cluster.ts';
import { Network, type NetworkEvent } from '../../src/testbed/network.ts';
import { TimerScope } from '../../src/testbed/timer-scope.ts';
import { nodeProgram, store } from './benching.ts';

/** A cluster of puppets, and a client that pulls their strings. */
class Stage {
  readonly clock = new TimerScope(realClock);
  readonly events: NetworkEvent[] = [];
  readonly badLines: string[] = [];
  readonly restarted: string[] = [];
  overflowed = 0;
  readonly network = new Network({
    clock: this.clock,
    random: createRandom(1),
    latency: { meanMs: 0, distribution: 'constant' },
    onEvent: (event) => this.events.push(event),
  });
  readonly logs: string = mkdtempSync(join(store, 'logs-'));
  readonly cluster: Cluster;
  readonly client = new Client(this.network, this.clock, 'c9');
  /** What nodes have said to nobody in particular. */
  readonly said: Json[] = [];
  #onRestarted: () => void = () => {};

  constructor(nodes: readonly string[]) {
    this.cluster = new Cluster({
      nodes,
      bin: nodeProgram('puppet'),
      args: ['--colour', 'red'],
      env: { RAFTWRIGHT_RUN: 'this run' },
      logDirectory: this.logs,
      network: this.network,
      clock: this.clock,
      onBadLine: ({ fault }) => this.badLines.push(fault),
      onStderrLine: () => {},
      onRestarted: (node) => {
        this.restarted.push(node);
        this.#onRestarted();
      },
      onOverflow: () => this.overflowed++,
    });
    this.network.add('c8', 'client', ({ message }) => this.said.push(message.body['text'] ?? null));
  }

  async ask(node: string, type: string, text = ''): Promise<Body> {
    const reply = await Promise.race([
      this.client.call(node, { type, text }, 5000),
      this.cluster.failed,
    ]);
    assert.ok(reply !== null, `${node} does not answer`);
    return reply;
  }

  tell(node: string, type: string, text: string): void {
    this.network.send({ src: 'c9', dest: node, body: { type, text } });
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  /** Until what has arrived has been read. */
  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  async untilRestarted(count: number): Promise<void> {
    while (this.restarted.length < count) {
      const next = new Promise<void>((resolve) => {
        this.#onRestarted = resolve;
      });
      await Promise.race([next, this.cluster.failed]);
    }
  }
}

async function onStage(
  nodes: readonly string[],
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const stage = new Stage(nodes);
  try {
    await stage.cluster.start();
    await play(stage);
  } finally {
    stage.clock.end();
    await stage.cluster.stop();
  }
}

/** Lets a node print something, of which this process has read nothing yet. */
async function letPrint(stage: Stage, node: string, text: string): Promise<void> {
  const file = join(stage.logs, 'printed');
  stage.network.send({ src: 'c9', dest: node, body: { type: 'print', text, file } });
  await stage.turn();
  const moment = new Int32Array(new SharedArrayBuffer(4));
  for (let times = 0; times < 1000 && !existsSync(file); times++) Atomics.wait(moment, 0, 0, 10);
  assert.ok(existsSync(file), 'it prints nothing');
}

function messageLine(src: string, text: string): string {
  return `${JSON.stringify({ src, dest: 'c8', body: { type: 'say', text } })}\n`;
}

function isAlive(pid: Json | undefined): boolean {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

test('a killed node starts again with its arguments and environment, and a new init', () =>
  onStage(['n1', 'n2'], async (stage) => {
    const { cluster } = stage;
    const before = await stage.ask('n1', 'who');
    assert.deepEqual(cluster.kill(['n1']), ['n1']);
    assert.deepEqual(cluster.kill(['n1']), [], 'it is down already');
    assert.deepEqual(cluster.pause(['n1']), [], 'and cannot be paused');
    assert.deepEqual(cluster.startAll(), ['n1']);
    await stage.untilRestarted(1);
    const now = await stage.ask('n1', 'who');
    assert.notEqual(now['pid'], before['pid']);
    assert.equal(isAlive(before['pid']), false);
    assert.deepEqual(now['heard'], ['init', 'who']);
    assert.deepEqual(now['args'], ['--colour', 'red']);
    assert.equal(now['run'], 'this run');
    assert.deepEqual((await stage.ask('n2', 'who'))['heard'], ['init', 'who'], 'n2 ran on');
  }));

test('a message arrives with an id of the network, and the same in all else, however it was printed', () =>
  onStage(['n1', 'n2'], async (stage) => {
    const body = '{"type":"note","text":"é }","number":1.0}';
    const spellings = [
      `{"src":"n1","dest":"n2","body":${body}}`,
      `{"id":7,"src":"n1","dest":"n2","body":${body}}`,
      `{"src":"n1","dest":"n2","body":${body},"id":7}`,
      `{"src":"n1","dest":"n2","body":${body}} `,
      `{ "body": ${body}, "dest": "n2", "src": "n1" }`,
      `{"src":"\\u006e1","dest":"n2","body":${body}}`,
    ];
    stage.tell('n1', 'print', `${spellings.join('\n')}\n`);
    await stage.ask('n1', 'echo');
    const { lines } = await stage.ask('n2', 'lines');
    const [, ...notes] = (lines as string[]).slice(0, -1).map((line) => line.split(',"src"'));
    assert.deepEqual(
      notes.map(([, ...rest]) => rest.join(',"src"')),
      spellings.map(() => `:"n1","dest":"n2","body":${body}}`),
    );
    const ids = notes.map(([id = '']) => Number(/^\{"id":(\d+)$/.exec(id)?.[1]));
    assert.equal(ids[0], Math.min(...ids));
    assert.equal(new Set(ids).size, spellings.length, `each has its own: ${ids}`);
  }));

test('the new process first hears init, then the first messages that came meanwhile', () =>
  onStage(['n1'], async (stage) => {
    stage.cluster.kill(['n1']);
    for (let number = 0; number < 15; number++) stage.tell('n1', `m${number}`, '');
    stage.cluster.startAll();
    await stage.untilRestarted(1);
    const kept = Array.from({ length: 10 }, (_, number) => `m${number}`);
    assert.deepEqual((await stage.ask('n1', 'who'))['heard'], ['init', ...kept, 'who']);
  }));

test('what a node had printed before it was killed counts; a line cut short is no fault', () =>
  onStage(['n1'], async (stage) => {
    await letPrint(stage, 'n1', `${messageLine('n1', 'my last words')}{"src":"n1","de`);
    stage.cluster.kill(['n1']);
    stage.cluster.startAll();
    await stage.untilRestarted(1);
    assert.deepEqual(stage.said, ['my last words']);
    assert.deepEqual(stage.badLines, []);
    assert.equal((await stage.ask('n1', 'echo', 'hello'))['text'], 'hello');
  }));

test('a bad line that is whole is a fault, even of one who has been killed since', () =>
  onStage(['n1'], async (stage) => {
    await letPrint(stage, 'n1', 'no message\n');
    stage.cluster.kill(['n1']);
    stage.cluster.startAll();
    await stage.untilRestarted(1);
    assert.equal(stage.badLines.length, 1);
    assert.match(stage.badLines[0] ?? '', /not JSON/);
  }));

test('a node that a bad line silenced is heard again in its next life', () =>
  onStage(['n1'], async (stage) => {
    stage.tell('n1', 'print', '\n');
    stage.tell('n1', 'print', messageLine('n1', 'from somebody silenced'));
    while (stage.badLines.length === 0) await stage.turn();
    stage.cluster.kill(['n1']);
    stage.cluster.startAll();
    await stage.untilRestarted(1);
    stage.tell('n1', 'print', messageLine('n1', 'from the next one'));
    await stage.ask('n1', 'echo');
    assert.deepEqual(stage.said, ['from the next one']);
  }));

test('a paused node says nothing, and afterwards answers what it was asked', () =>
  onStage(['n1', 'n2'], async (stage) => {
    assert.deepEqual(stage.cluster.pause(['n1']), ['n1']);
    stage.tell('n1', 'print', messageLine('n1', 'late'));
    for (let count = 0; count < 5; count++) await stage.ask('n2', 'echo');
    assert.deepEqual(stage.said, []);
    assert.deepEqual(stage.cluster.resumeAll(), ['n1']);
    await stage.ask('n1', 'echo');
    assert.deepEqual(stage.said, ['late']);
  }));

test('what waits for a paused node is bounded; the rest is lost, and counted', () =>
  onStage(['n1'], async (stage) => {
    stage.cluster.pause(['n1']);
    const text = 'x'.repeat(10_000);
    for (let count = 0; count < 400; count++) {
      stage.tell('n1', 'other', text);
      await stage.turn();
    }
    const lost = stage.events.filter((event) => event === 'lose').length;
    assert.equal(lost, stage.overflowed);
    // A pipe holds something, too.
    assert.ok(lost > 200 && lost < 300, `${lost} of 400 lost`);
    stage.cluster.resumeAll();
    const { heard } = await stage.ask('n1', 'who');
    assert.ok(Array.isArray(heard));
    assert.equal(heard.filter((type) => type === 'other').length, 400 - lost);
  }));

test('who is killed while paused is gone, and runs when started again', () =>
  onStage(['n1'], async (stage) => {
    const { pid } = await stage.ask('n1', 'who');
    stage.cluster.pause(['n1']);
    assert.deepEqual(stage.cluster.kill(['n1']), ['n1']);
    assert.deepEqual(stage.cluster.resumeAll(), []);
    stage.cluster.startAll();
    await stage.untilRestarted(1);
    assert.equal(isAlive(pid), false);
    await stage.ask('n1', 'echo');
  }));

test('a node may be killed again before it has answered init', () =>
  onStage(['n1', 'n2'], async (stage) => {
    for (let times = 0; times < 4; times++) {
      assert.deepEqual(stage.cluster.kill(['n1']), ['n1']);
      assert.deepEqual(stage.cluster.startAll(), ['n1']);
      assert.deepEqual(stage.cluster.pause(['n1']), [], 'it is not there yet');
      // The first two come before the old process is gone, the others when a new one is there.
      if (times > 1) await stage.wait(times * 5);
    }
    await stage.untilRestarted(1);
    assert.deepEqual((await stage.ask('n1', 'who'))['heard'], ['init', 'who']);
    assert.deepEqual(stage.restarted, ['n1']);
  }));

test('all nodes at once, and stderr of all lives in one file', () =>
  onStage(['n1', 'n2', 'n3'], async (stage) => {
    const all = ['n1', 'n2', 'n3'];
    assert.deepEqual(stage.cluster.kill(all), all);
    assert.deepEqual(stage.cluster.startAll(), all);
    await stage.untilRestarted(3);
    assert.deepEqual(stage.cluster.pause(all), all);
    assert.deepEqual(stage.cluster.resumeAll(), all);
    for (const node of all) await stage.ask(node, 'echo');
    const log = readFileSync(join(stage.logs, 'n1.log'), 'utf8');
    assert.equal(log.match(/here I am/g)?.length, 2);
  }));

test('at the end nobody is left, whether paused, down, or about to start', async () => {
  const pids: Json[] = [];
  await onStage(['n1', 'n2', 'n3'], async (stage) => {
    for (const node of ['n1', 'n2', 'n3']) pids.push((await stage.ask(node, 'who'))['pid'] ?? 0);
    stage.cluster.pause(['n1']);
    stage.cluster.kill(['n2', 'n3']);
    stage.cluster.startAll();
  });
  assert.deepEqual(
    pids.filter((pid) => isAlive(pid)),
    [],
  );
});
