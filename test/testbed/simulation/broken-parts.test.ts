/** Whatever part of a simulation is broken on purpose, some net notices. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggedCommand } from '../../../src/maelstrom/lin-kv.ts';
import type { Body } from '../../../src/maelstrom/message.ts';
import type { Store, StoreWrite } from '../../../src/storage/store.ts';
import { linKvSystem } from '../../../src/testbed/simulation/lin-kv-system.ts';
import { drawPlan, type PlanChanges } from '../../../src/testbed/simulation/plan.ts';
import { Simulation } from '../../../src/testbed/simulation/simulation.ts';
import type { NodeContext } from '../../../src/testbed/simulation/system.ts';
import type { Violation } from '../../../src/testbed/simulation/violation.ts';

type Context = NodeContext<LoggedCommand, Body>;
type System = typeof linKvSystem;
type LinKvStore = Store<LoggedCommand>;
type Write = StoreWrite<LoggedCommand>;

/** The first violation that a few seeds show. */
async function findFault(system: System, changes: PlanChanges = {}): Promise<Violation> {
  for (let seed = 1; seed <= 20; seed++) {
    const plan = drawPlan(seed, { faultyMs: 3000, ...changes });
    const { violation } = await new Simulation(plan, system).run();
    if (violation !== null) return violation;
  }
  throw new assert.AssertionError({ message: 'nobody has noticed' });
}

function withStore(wrap: (store: LinKvStore) => LinKvStore): System {
  return {
    ...linKvSystem,
    start: (context: Context) => linKvSystem.start({ ...context, store: wrap(context.store) }),
  };
}

/** What each write becomes on its way to the disk. */
function withWrites(change: (write: Write) => Write): System {
  return withStore((store) => ({
    ...store,
    write: (write, done) => store.write(change(write), done),
  }));
}

/** What each message becomes on its way. */
function withMessages(change: (body: Body, src: string) => Body): System {
  return {
    ...linKvSystem,
    start: (context: Context) =>
      linKvSystem.start({
        ...context,
        send: (message) => context.send({ ...message, body: change(message.body, message.src) }),
      }),
  };
}

test('nothing is broken: nobody complains', async () => {
  await assert.rejects(findFault(withWrites((write) => write)), /nobody has noticed/);
});

test('a disk that says too early that it has written', async () => {
  const eager = withStore((store) => ({
    ...store,
    write(write, done) {
      store.write(write, () => {});
      done(null);
    },
  }));
  for (const files of [0, 1] as const) {
    const { net, rule } = await findFault(eager, { faults: { diskMs: 10, files } });
    assert.equal(net, 'invariants');
    assert.match(rule, /is durable before|is acknowledged is durable|durable on a quorum/);
  }
});

test('a format of files that changes a command', async () => {
  const { encode } = linKvSystem.commandFormat;
  const decode = (): LoggedCommand => ({ kind: 'openSession', owner: { node: 'n9', life: 9 } });
  const system = { ...linKvSystem, commandFormat: { encode, decode } };
  const { rule } = await findFault(system, { faults: { files: 1 } });
  assert.equal(rule, 'a store comes back with what it has acknowledged');
});

test('a disk that forgets the vote', async () => {
  const { rule } = await findFault(
    withWrites((write) => ({
      ...write,
      hardState: write.hardState === null ? null : { ...write.hardState, votedFor: null },
    })),
  );
  assert.match(rule, /a vote is durable|remembers its term and vote/);
});

test('a disk that forgets the term', async () => {
  const { rule } = await findFault(withWrites((write) => ({ ...write, hardState: null })));
  assert.match(rule, /durable before/);
});

test('a disk that does not truncate', async () => {
  const { net } = await findFault(
    withWrites((write) => ({ ...write, truncateFrom: null })),
    // Without deposed leaders nothing is truncated.
    { faults: { partitionEveryMs: 300, latencyMs: 20 } },
  );
  assert.ok(['invariants', 'node'].includes(net), net);
});

test('a disk that gives back less than it was given', async () => {
  const forgetful = withStore((store) => ({
    ...store,
    async load() {
      const stored = await store.load();
      return { ...stored, entries: stored.entries.slice(0, -1) };
    },
  }));
  const { rule } = await findFault(forgetful, { faults: { crashEveryMs: 300 } });
  assert.equal(rule, 'a node remembers its log');
});

test('a network that changes terms', async () => {
  const raise = withMessages((body) =>
    body.type === 'appendResponse' ? { ...body, term: Number(body['term']) + 1 } : body,
  );
  await findFault(raise);
});

test('a network that changes commands', async () => {
  const { rule } = await findFault(
    withMessages((body, src) =>
      body.type === 'appendRequest' && src === 'n1'
        ? JSON.parse(JSON.stringify(body).replaceAll('"value":3', '"value":4'))
        : body,
    ),
  );
  assert.equal(rule, 'logs that agree at an index agree before it');
});

test('a node that lies to its clients', async () => {
  let reads = 0;
  const { net } = await findFault(
    withMessages((body) =>
      body.type === 'read_ok' && ++reads % 20 === 0 ? { ...body, value: 9 } : body,
    ),
  );
  assert.equal(net, 'linearizability');
});

test('a node that calls what it has done a failure', async () => {
  let writes = 0;
  const { net } = await findFault(
    withMessages((body) =>
      body.type === 'write_ok' && ++writes % 5 === 0
        ? { type: 'error', code: 11, text: 'no', in_reply_to: body.in_reply_to ?? 0 }
        : body,
    ),
  );
  assert.equal(net, 'linearizability');
});

test('a node that answers what was not asked', async () => {
  const { net, rule } = await findFault(
    withMessages((body) => (body.type === 'write_ok' ? { ...body, type: 'cas_ok' } : body)),
  );
  assert.deepEqual([net, rule], ['node', 'nodes answer what was asked']);
});

test('a node that nobody hears', async () => {
  const { net } = await findFault(
    withMessages((body, src) => (src === 'n1' ? { type: 'nothing' } : body)),
    { nodes: 3 },
  );
  assert.equal(net, 'liveness');
});

test('a node that stops for no reason', async () => {
  const stopping: System = {
    ...linKvSystem,
    start(context: Context) {
      context.clock.after(500, () => context.observer.onHalted?.('tired', null));
      return linKvSystem.start(context);
    },
  };
  const { net, detail } = await findFault(stopping);
  assert.deepEqual([net, detail], ['node', 'tired']);
});

test('a disk that takes no snapshot is no fault: it is asked again later, and not at once', async () => {
  const full = withStore((store) => ({
    ...store,
    saveSnapshot: (_meta, _data, done) => done(new Error('the disk is full')),
  }));
  await assert.rejects(
    findFault(full, { settings: { snapshotEntries: 3 }, faultyMs: 1000 }),
    /nobody has noticed/,
  );
});

test('a node that never comes to an end of what it does', async () => {
  const restless: System = {
    ...linKvSystem,
    start(context: Context) {
      const { observer } = context;
      // Each time that effects are handed over, the same is said so often that no time is left.
      const onDrain: typeof observer.onDrain = (effects, core) => {
        for (let again = 0; again < 20_000; again++) observer.onDrain?.(effects, core);
      };
      return linKvSystem.start({ ...context, observer: { ...observer, onDrain } });
    },
  };
  const { rule } = await findFault(restless);
  assert.equal(rule, 'a node comes to an end of what it does');
});

test('a machine that is told something twice', async () => {
  let commands = 0;
  const stuttering: System = {
    ...linKvSystem,
    start: (context: Context) =>
      linKvSystem.start({
        ...context,
        onApplied(ordinal, command, result) {
          context.onApplied(++commands === 30 ? ordinal - 1 : ordinal, command, result);
        },
      }),
  };
  assert.equal((await findFault(stuttering)).net, 'machine');
});
