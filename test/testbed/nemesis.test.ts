/** When faults come and go, and whom they hit: on virtual time, with processes that only note. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import { FaultsInForce } from '../../src/testbed/faults-in-force.ts';
import {
  type FaultEvent,
  type FaultKind,
  faultKinds,
  type Processes,
  startNemesis,
} from '../../src/testbed/nemesis.ts';
import { drawTarget } from '../../src/testbed/targets.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

const names = (count: number) => Array.from({ length: count }, (_, position) => `n${position}`);

type Noted = FaultEvent & { readonly atMs: number };

/** Processes that are up, paused or down, without any process. */
class PretendedProcesses implements Processes {
  readonly down = new Set<string>();
  readonly paused = new Set<string>();

  kill(nodes: readonly string[]): string[] {
    const hit = nodes.filter((node) => !this.down.has(node));
    for (const node of hit) {
      this.down.add(node);
      this.paused.delete(node);
    }
    return hit;
  }

  startAll(): string[] {
    const started = [...this.down];
    this.down.clear();
    return started;
  }

  pause(nodes: readonly string[]): string[] {
    const hit = nodes.filter((node) => !this.down.has(node));
    for (const node of hit) this.paused.add(node);
    return hit;
  }

  resumeAll(): string[] {
    const resumed = [...this.paused];
    this.paused.clear();
    return resumed;
  }
}

async function run(kinds: readonly FaultKind[], durationMs = 500_000, nodeCount = 5) {
  const clock = new VirtualClock();
  const processes = new PretendedProcesses();
  const events: Noted[] = [];
  const stop = startNemesis({
    clock,
    kinds,
    randomOf: (kind) => createRandom(30 + faultKinds.indexOf(kind)),
    network: { partition: () => {}, heal: () => {} },
    processes,
    nodes: names(nodeCount),
    intervalMs: 1000,
    onEvent: (event) => events.push({ ...event, atMs: clock.now() }),
  });
  await clock.advance(durationMs);
  stop();
  const count = events.length;
  await clock.advance(100_000);
  assert.equal(events.length, count, 'it has stopped');
  return { events, processes };
}

const turns: [kind: FaultKind, begin: FaultEvent['f'], end: FaultEvent['f']][] = [
  ['partition', 'start-partition', 'stop-partition'],
  ['kill', 'kill', 'start'],
  ['pause', 'pause', 'resume'],
];

for (const [kind, begin, end] of turns) {
  test(`${begin} and ${end} take turns, with random pauses around the interval`, async () => {
    const { events } = await run([kind]);
    events.forEach(({ f }, position) => {
      assert.equal(f, position % 2 === 0 ? begin : end);
    });
    const times = events.map(({ atMs }) => atMs);
    const pauses = times.slice(1).map((atMs, position) => atMs - (times[position] ?? 0));
    assert.ok(pauses.every((ms) => ms < 2000));
    const mean = pauses.reduce((sum, ms) => sum + ms, 0) / pauses.length;
    assert.ok(Math.abs(mean - 1000) < 150, `${mean}`);
  });
}

test('a partition comes at once; kills and pauses when there is something to lose', async () => {
  const { events } = await run(faultKinds, 10_000);
  const firstOf = (f: FaultEvent['f']) => events.find((event) => event.f === f)?.atMs ?? 0;
  assert.equal(firstOf('start-partition'), 0);
  assert.ok(firstOf('kill') > 0);
  assert.ok(firstOf('pause') > 0);
});

test('each kind keeps its own time, whatever others there are', async () => {
  const together = await run(faultKinds);
  for (const [kind, begin, end] of turns) {
    const alone = await run([kind]);
    const timesOf = (events: readonly Noted[]) =>
      events.filter(({ f }) => f === begin || f === end).map(({ f, atMs }) => `${f} ${atMs}`);
    const own = timesOf(alone.events);
    const withOthers = timesOf(together.events);
    // Who is down cannot be paused: such a pause is left out, but none is added or moved.
    assert.ok(withOthers.every((event) => own.includes(event)));
    assert.ok(withOthers.length > 0.8 * own.length, `${withOthers.length} of ${own.length}`);
  }
});

test('one node, a minority, a majority and all are hit; and each node', async () => {
  for (const kind of ['kill', 'pause'] as const) {
    const { events } = await run([kind]);
    const hits = events.flatMap((event) => (event.f === kind ? [event] : []));
    const sizes = { one: 1, minority: 2, majority: 3, all: 5 };
    for (const { target, nodes } of hits) assert.equal(nodes.length, sizes[target], target);
    assert.equal(new Set(hits.map(({ target }) => target)).size, 4);
    const single = hits.filter(({ target }) => target === 'one').flatMap(({ nodes }) => nodes);
    assert.equal(new Set(single).size, 5);
  }
});

test('somebody is hit in clusters of any size, and a majority is one', () => {
  for (const [size, minority, majority] of [
    [1, 1, 1],
    [2, 1, 2],
    [3, 1, 2],
    [4, 2, 3],
    [7, 3, 4],
  ] as const) {
    for (let seed = 0; seed < 50; seed++) {
      const { target, nodes } = drawTarget(names(size), createRandom(seed));
      assert.equal(nodes.length, { one: 1, minority, majority, all: size }[target]);
      assert.deepEqual(nodes, [...nodes].sort(), 'in the order of the cluster');
    }
  }
});

test('kills and pauses overlap; who is killed is paused no more', async () => {
  const { events } = await run(['kill', 'pause']);
  const down = new Set<string>();
  const paused = new Set<string>();
  let overlaps = 0;
  for (const event of events) {
    if (event.f === 'kill') for (const node of event.nodes) down.add(node);
    if (event.f === 'start') down.clear();
    if (event.f === 'pause') {
      assert.ok(event.nodes.length > 0, 'a pause of nobody is none');
      for (const node of event.nodes) {
        assert.ok(!down.has(node), 'who is down is not paused');
        paused.add(node);
      }
    }
    if (event.f === 'resume') {
      for (const node of event.nodes) assert.ok(paused.has(node));
      paused.clear();
    }
    if (down.size > 0 && paused.size > 0) overlaps++;
  }
  assert.ok(overlaps > 50, `${overlaps}`);
});

test('at the end who is paused goes on, and who is down stays down', async () => {
  let ends = 0;
  for (let durationMs = 1000; durationMs < 20_000; durationMs += 500) {
    const { events, processes } = await run(['kill', 'pause'], durationMs);
    assert.equal(processes.paused.size, 0);
    const last = events.at(-1);
    if (last?.f === 'resume' && last.atMs === durationMs) ends++;
    const lastOfKills = events.findLast(({ f }) => f === 'kill' || f === 'start');
    assert.equal(processes.down.size > 0, lastOfKills?.f === 'kill');
  }
  assert.ok(ends > 5, 'and says so');
});

test('a line of progress names all faults in force, and those that came and went', () => {
  const faults = new FaultsInForce(names(3));
  const grudge = new Map([['n0', new Set(['n1', 'n2'])]]);
  faults.note({ f: 'start-partition', shape: 'one', grudge });
  faults.note({ f: 'kill', target: 'majority', nodes: ['n1', 'n2'] });
  const hears = 'n0 hears, n1 hears n0 n2, n2 hears n0 n1';
  assert.equal(faults.tell(), `partition (one): ${hears}; kill n1 n2`);
  assert.equal(faults.tell(), 'partition (one); kill n1 n2', 'details are said once');
  faults.note({ f: 'start', nodes: ['n1', 'n2'] });
  faults.note({ f: 'restarted', node: 'n1', tookMs: 100 });
  faults.note({ f: 'pause', target: 'one', nodes: ['n0'] });
  faults.note({ f: 'resume', nodes: ['n0'] });
  faults.note({ f: 'stop-partition' });
  assert.equal(faults.tell(), 'partition (one); kill n1 n2; pause n0');
  assert.equal(faults.tell(), '');
});
