/** What one can do with a node, and what one sees when it cannot be done. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperationError, startNode } from '../../src/embedding/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { leaderOf, passing, startSums } from './cluster.ts';

test('any node carries out commands and answers queries', async () => {
  const { clock, nodes } = await startSums();
  const [a, b, c] = nodes;
  assert.equal(await passing(clock, a?.command(5) ?? Promise.reject()), 5);
  assert.equal(await passing(clock, b?.command(7) ?? Promise.reject()), 12);
  assert.equal(await passing(clock, c?.query('sum') ?? Promise.reject()), 12);
  assert.deepEqual(await passing(clock, Promise.all(nodes.map((node) => node.stop()))), [
    undefined,
    undefined,
    undefined,
  ]);
});

test('submit says how it ended instead of throwing, and at which index', async () => {
  const cluster = await startSums();
  const [a] = cluster.nodes;
  const done = await passing(
    cluster.clock,
    a?.submit({ kind: 'command', command: 4 }) ?? Promise.reject(),
  );
  assert.ok(done.kind === 'done' && done.result === 4 && done.index > 0);
  await a?.stop();
  assert.deepEqual(await a?.submit({ kind: 'query', query: 'sum' }), {
    kind: 'refused',
    reason: 'stopped',
  });
});

test('a query that a majority cannot confirm has surely not happened', async () => {
  const cluster = await startSums();
  const { clock, network } = cluster;
  await passing(clock, cluster.nodes[0]?.command(1) ?? Promise.reject());
  const leader = leaderOf(cluster);
  network.isolate(leader.id);
  await assert.rejects(passing(clock, leader.query('sum', { timeoutMs: 700 })), (error) => {
    assert.ok(error instanceof OperationError);
    assert.equal(error.mayHaveHappened, false);
    assert.match(error.message, /It has had no effect/);
    return true;
  });
});

test('a command that a leader has, and whose fate nobody knows, may have happened', async () => {
  const cluster = await startSums();
  const { clock, network } = cluster;
  await passing(clock, cluster.nodes[0]?.command(1) ?? Promise.reject());
  const leader = leaderOf(cluster);
  const answer = leader.command(2, { timeoutMs: 700 });
  network.isolate(leader.id);
  await assert.rejects(passing(clock, answer), (error) => {
    assert.ok(error instanceof OperationError);
    assert.equal(error.mayHaveHappened, true);
    assert.equal(error.reason, 'timedOut');
    assert.match(error.message, /It may have taken effect, or may still/);
    return true;
  });
  network.heal();
});

test('a query that throws is told to whoever asked, and harms nobody', async () => {
  const { clock, nodes } = await startSums();
  const [a] = nodes;
  await passing(clock, a?.command(1) ?? Promise.reject());
  await assert.rejects(passing(clock, a?.query('nonsense') ?? Promise.reject()), {
    name: 'RangeError',
    message: 'no such question',
  });
  assert.throws(() => a?.queryStale('nonsense'), RangeError);
  assert.equal(a?.queryStale('sum'), 1);
  assert.equal(await passing(clock, a?.query('sum') ?? Promise.reject()), 1);
});

test('a machine that throws at a command stops each node that applies it, which says why', async () => {
  const { clock, nodes } = await startSums();
  const [a] = nodes;
  await passing(clock, a?.command(1) ?? Promise.reject());
  const stopped: string[] = [];
  for (const node of nodes) {
    void node.stopped.then((reason) => {
      stopped.push(node.id);
      assert.match(reason ?? '', /applied the command 666: no such number/);
    });
  }
  const answer = a?.command(666, { timeoutMs: 900 }) ?? Promise.reject();
  await assert.rejects(passing(clock, answer), { name: 'OperationError', mayHaveHappened: true });
  await clock.advance(5000);
  assert.equal(stopped.length, 2, 'the last one has nobody to elect it');
  const first = nodes.find((node) => node.id === stopped[0]);
  await assert.rejects(first?.query('sum') ?? Promise.resolve(), /has stopped.*no such number/);
});

test('a result that cannot be carried harms nobody: the command has taken effect', async () => {
  class Visitors {
    names: string[] = [];
    apply(name: string): Set<string> {
      this.names.push(name);
      return new Set(this.names);
    }
    query(): Set<string> | number {
      return this.names.length;
    }
    snapshot() {
      return this.names;
    }
    restore(names: string[]): void {
      this.names = names;
    }
  }
  const clock = new VirtualClock();
  const machine = () => new Visitors();
  const node = await startNode({ id: 'a', nodes: ['a'], machine, storage: 'memory', clock });
  await assert.rejects(
    passing(clock, node.command('anna')),
    /has taken effect, but a result cannot be written: JSON cannot carry this: it is a Set/,
  );
  assert.equal(await passing(clock, node.query()), 1);
});

test('what only the leader can do is refused elsewhere, with the name of the leader', async () => {
  const cluster = await startSums();
  const { clock, nodes } = cluster;
  await passing(clock, nodes[0]?.command(1) ?? Promise.reject());
  const leader = leaderOf(cluster);
  const other = nodes.find((node) => node !== leader);
  await assert.rejects(passing(clock, other?.changeMembership(['a']) ?? Promise.resolve()), {
    name: 'OperationError',
    reason: 'notLeader',
    mayHaveHappened: false,
    message: `only the leader can do this, which is ${leader.id}. It has had no effect, and will have none.`,
  });
  await passing(clock, leader.transferLeadership(other?.id));
  assert.equal(leader.status().role, 'follower');
});

test('a leader that leaves hands over first, and no command is lost meanwhile', async () => {
  const cluster = await startSums();
  const { clock, nodes } = cluster;
  await passing(clock, nodes[0]?.command(1) ?? Promise.reject());
  const leader = leaderOf(cluster);
  const others = nodes.filter((node) => node !== leader);
  await passing(clock, leader.leave());
  await clock.advance(20);
  assert.ok(
    others.some((node) => node.status().role === 'leader'),
    'there was no election timeout',
  );
  assert.equal(await passing(clock, others[0]?.command(1) ?? Promise.reject()), 2);
});

test('a new node is started as one that joins, and then made a member', async () => {
  const cluster = await startSums();
  const { clock, nodes, start } = cluster;
  await passing(clock, nodes[0]?.command(3) ?? Promise.reject());
  const d = await start('d', { isJoining: true });
  await passing(clock, leaderOf(cluster).changeMembership(['a', 'b', 'd']));
  assert.deepEqual(d.status().membership.voters, ['a', 'b', 'd']);
  assert.equal(await passing(clock, d.query('sum')), 3);
});

test('a new member that the network has no way to is refused at once, and by name', async () => {
  const cluster = await startSums();
  const { clock, nodes, network } = cluster;
  await passing(clock, nodes[0]?.command(3) ?? Promise.reject());
  const leader = leaderOf(cluster);
  const others = nodes.filter((node) => node !== leader).map(({ id }) => id);
  for (const [voters, learners] of [
    [['a', 'b', 'c', 'x'], []],
    [['a', 'b', 'c'], ['x']],
  ]) {
    await assert.rejects(passing(clock, leader.changeMembership(voters ?? [], learners)), {
      name: 'TypeError',
      message: new RegExp(`no way to x in the network of ${leader.id}.*addNode`),
    });
  }
  // But a member that is away stays one.
  await passing(clock, nodes.find(({ id }) => id === others[0])?.stop() ?? Promise.reject());
  await passing(clock, leader.changeMembership([leader.id, ...others]));
  network.heal();
});

test('when a change of members is over, those who were removed may stop at once', async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const cluster = await startSums();
    const { clock, nodes, start } = cluster;
    await passing(clock, nodes[0]?.command(3) ?? Promise.reject());
    const [d, e] = await Promise.all(['d', 'e'].map((id) => start(id, { isJoining: true, seed })));
    const leader = leaderOf(cluster);
    // At once, and the leader with them: what only it knows is gone.
    const change = leader.changeMembership([leader.id, 'd', 'e']).then(async () => {
      assert.deepEqual(leader.status().membership.outgoing, []);
      await Promise.all(nodes.map((node) => node.stop()));
    });
    await passing(clock, change);
    assert.equal(await passing(clock, d?.command(1) ?? Promise.reject()), 4);
    assert.equal(await passing(clock, e?.query('sum') ?? Promise.reject()), 4);
  }
});

test('commands, results and answers are copies: who changes one changes nothing else', async () => {
  class Shelf {
    books: { readonly title: string }[] = [];
    apply(book: { title: string }): readonly { title: string }[] {
      this.books.push(book);
      return this.books as { title: string }[];
    }
    query(): readonly { title: string }[] {
      return this.books as { title: string }[];
    }
    snapshot() {
      return this.books;
    }
    restore(books: { title: string }[]): void {
      this.books = books;
    }
  }
  const clock = new VirtualClock();
  const machine = () => new Shelf();
  const node = await startNode({ id: 'a', nodes: ['a'], machine, storage: 'memory', clock });
  const book = { title: 'Ulysses' };
  const answer = node.command(book);
  book.title = 'changed after it was sent';
  const [given] = await passing(clock, answer);
  if (given !== undefined) given.title = 'changed by who was answered';
  assert.deepEqual(await passing(clock, node.query()), [{ title: 'Ulysses' }]);
  assert.deepEqual(node.queryStale(), [{ title: 'Ulysses' }]);
});
