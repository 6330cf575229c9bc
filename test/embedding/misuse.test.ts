/** What a stranger may do wrong, and what is said to it: before anything is damaged. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  bytesFormat,
  type Links,
  LocalNetwork,
  type NetworkPlace,
  startNode,
} from '../../src/embedding/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { passing, Sum, type SumNode, type SumOptions, startSums } from './cluster.ts';

function alone(changes: Partial<SumOptions> = {}): SumOptions {
  const clock = new VirtualClock();
  return { id: 'a', nodes: ['a'], machine: () => new Sum(), storage: 'memory', clock, ...changes };
}

const cases: readonly [rule: string, changes: Partial<SumOptions>, message: RegExp][] = [
  ['a node that is not among the first', { id: 'x' }, /does not name x.*isJoining: true/],
  ['one that joins, and is among them', { isJoining: true }, /leave out isJoining/],
  ['a name twice', { nodes: ['a', 'b', 'a'] }, /names a twice/],
  ['no names', { nodes: [] }, /nodes must name the first nodes/],
  ['an empty name', { id: '', nodes: [''] }, /1 to 200 characters/],
  ['several nodes without a network', { nodes: ['a', 'b'] }, /needs a network/],
  ['half of a character for a name', { id: '\ud800', nodes: ['\ud800'] }, /half of a character/],
  ['no operation at once', { maxOpenRequests: 0 }, /maxOpenRequests must be a number above 0: 0/],
  ['a limit that is none', { maxOpenRequests: Number.NaN }, /maxOpenRequests must be/],
  ['a timeout of nothing', { timeoutMs: 0 }, /timeoutMs must be/],
  ['a store that is none', { storage: {} as 'memory' }, /storage must be/],
  [
    'commands that the network cannot carry',
    { network: new LocalNetwork(), maxCommandBytes: 2 ** 30 },
    /at most an eighth of the network's maxMessageBytes/,
  ],
  ['no function for a machine', { machine: new Sum() as never }, /a function that makes one/],
  [
    'a name of the cluster that is too long',
    {
      network: new LocalNetwork(),
      nodes: ['a', ...Array.from({ length: 999 }, (_, n) => `node-${n}`)],
    },
    /a shorter one by the option cluster/,
  ],
  ['a class for a machine', { machine: Sum as never }, /a function that makes one/],
];

for (const [rule, changes, message] of cases) {
  test(`refused: ${rule}`, async () => {
    await assert.rejects(startNode(alone(changes)), { name: 'TypeError', message });
  });
}

test('refused: no options, and options that are none', async () => {
  await assert.rejects(startNode(undefined as never), /startNode needs options: { id, nodes/);
  const node = await startNode(alone());
  await assert.rejects(node.command(1, 100 as never), /options are an object: { timeoutMs }/);
  await assert.rejects(
    node.changeMembership('ab' as never),
    /voters must be an array of names: ab/,
  );
  await assert.rejects(node.changeMembership(['a', 'a']), /voters names a twice/);
});

test("a node whose directory is refused takes nobody's place in the network", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'raftwright-'));
  let opened = 0;
  class Watched extends LocalNetwork {
    override open(place: NetworkPlace): Promise<Links> {
      opened++;
      return super.open(place);
    }
  }
  const start = (id: string): Promise<SumNode> =>
    startNode(alone({ id, nodes: [id], network: new Watched(), storage: { directory } }));
  const a = await start('a');
  await assert.rejects(start('a'), { name: 'StoreRefusal', problem: 'inUse' });
  await a.stop();
  await assert.rejects(start('b'), { name: 'StoreRefusal', problem: 'otherNode' });
  assert.equal(opened, 1);
  await rm(directory, { recursive: true });
});

test('a directory that cannot be used is named', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'raftwright-'));
  const file = join(parent, 'file');
  await writeFile(file, '');
  const network = new LocalNetwork();
  await assert.rejects(startNode(alone({ network, storage: { directory: file } })), {
    message: new RegExp(`storage.directory ${file} cannot be used: EEXIST`),
  });
  await rm(parent, { recursive: true });
});

test('a machine belongs to one life of one node', async () => {
  const machine = new Sum();
  let next: Sum | null = machine;
  // A new one for the trial, the same for the node.
  const create = (): Sum => {
    const made = next ?? new Sum();
    next = null;
    return made;
  };
  const node = await startNode(alone({ machine: create }));
  await node.stop();
  next = machine;
  await assert.rejects(startNode(alone({ machine: create })), /must make a new one each time/);
  await assert.rejects(startNode(alone({ machine: () => machine })), /must make a new one/);
});

test('a machine that begins differently each time is found at the start', async () => {
  let count = 0;
  const machine = (): Sum => {
    const sum = new Sum();
    sum.total = count++;
    return sum;
  };
  await assert.rejects(startNode(alone({ machine })), /first state must be the same/);
});

test('a machine whose restore adds to what is there is found at the start', async () => {
  class Adding extends Sum {
    override total = 1;
    override restore(total: number): void {
      this.total += total;
    }
  }
  await assert.rejects(startNode(alone({ machine: () => new Adding() })), /another state/);
});

test('a snapshot that JSON would empty is refused at the start, with what to do', async () => {
  class Names {
    names = new Map<string, number>();
    apply(name: string): number {
      return this.names.set(name, 1).size;
    }
    query(): number {
      return this.names.size;
    }
    snapshot() {
      return { names: this.names };
    }
    restore({ names }: { names: Map<string, number> }): void {
      this.names = names;
    }
  }
  const { machine: _machine, ...rest } = alone();
  await assert.rejects(startNode({ ...rest, machine: () => new Names() } as never), {
    name: 'TypeError',
    message:
      'a snapshot cannot be written: JSON cannot carry this: .names is a Map: use [...map], and ' +
      'new Map(pairs) to read it. (Or give a format: formats.snapshot)',
  });
});

test('a command that JSON would change is refused, and nothing is done', async () => {
  const options = alone();
  const node = await startNode(options);
  const asked = { command: (command: unknown) => node.command(command as number) };
  await assert.rejects(asked.command(Number.NaN), /it is NaN: JSON has no such number/);
  await assert.rejects(asked.command({ when: new Date(0) }), /\.when is a Date: use date.getTime/);
  await assert.rejects(asked.command([1, undefined]), /\[1\] is undefined: leave it out/);
  await assert.rejects(asked.command('x'.repeat(2 ** 20)), /maxCommandBytes is 1048576/);
  assert.equal(await passing(options.clock as VirtualClock, node.query('sum')), 0);
});

test('a format that refuses keeps a command out of the log', async () => {
  const options = alone();
  const { jsonFormat } = await import('../../src/embedding/index.ts');
  const command = jsonFormat((value) => {
    if (typeof value !== 'number') throw new TypeError('a command is a number');
    return value;
  });
  const node = await startNode({ ...options, formats: { command } });
  await assert.rejects(node.command('five' as never), /a command is a number/);
  assert.equal(await passing(options.clock as VirtualClock, node.command(5)), 5);
});

test('a machine of bytes says so by its formats, and shares none of them', async () => {
  class Bytes {
    bytes: Uint8Array = new Uint8Array(2);
    apply(command: Uint8Array): Uint8Array {
      this.bytes = command;
      return this.bytes;
    }
    query(): Uint8Array {
      return this.bytes;
    }
    snapshot(): Uint8Array {
      return this.bytes;
    }
    restore(bytes: Uint8Array): void {
      this.bytes = bytes;
    }
  }
  const clock = new VirtualClock();
  const machine = () => new Bytes();
  const base = { id: 'a', nodes: ['a'], machine, storage: 'memory', clock } as const;
  await assert.rejects(startNode(base), /it is an instance of Uint8Array: .*bytesFormat/);
  const formats = { command: bytesFormat, result: bytesFormat, snapshot: bytesFormat };
  const node = await startNode({ ...base, formats });
  const sent = Uint8Array.of(255, 0, 128);
  const answer = node.command(sent);
  sent[0] = 1;
  const given = await passing(clock, answer);
  assert.deepEqual([...given], [255, 0, 128]);
  given[0] = 1;
  assert.deepEqual([...node.queryStale()], [255, 0, 128]);
});

test('a machine whose apply returns nothing is no fault', async () => {
  class Silent {
    said: string[] = [];
    apply(word: string): void {
      this.said.push(word);
    }
    query(): void {}
    snapshot() {
      return this.said;
    }
    restore(said: string[]): void {
      this.said = said;
    }
  }
  const clock = new VirtualClock();
  const machine = () => new Silent();
  const node = await startNode({ id: 'a', nodes: ['a'], machine, storage: 'memory', clock });
  assert.equal(await passing(clock, node.command('x')), undefined);
});

test('two nodes of one name cannot be in one network', async () => {
  const { start } = await startSums();
  await assert.rejects(start('a'), /there is a node a in this network already/);
});

test('a node that was in memory does not come back under its name', async () => {
  const { clock, nodes, start } = await startSums();
  await passing(clock, nodes[1]?.command(1) ?? Promise.reject());
  await passing(clock, nodes[1]?.stop() ?? Promise.resolve());
  await assert.rejects(start('b'), /must not come back under its name/);
});

test("a start that failed takes nobody's place: it can be tried again", async () => {
  const network = new LocalNetwork();
  const options = alone({ network, nodes: ['a', 'b'] });
  await assert.rejects(
    startNode({ ...options, settings: { heartbeatTicks: 1000 } }),
    /heartbeatTicks/,
  );
  const node = await startNode(options);
  await node.stop();
});

test('a directory is for one node, and one process at a time', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'raftwright-test-'));
  t.after(() => rm(directory, { recursive: true }));
  const storage = { directory, segmentBytes: 4096 };
  const node = await startNode(alone({ storage }));
  await assert.rejects(startNode(alone({ storage })), /in use by process [0-9]+ \(this one\)/);
  await node.stop();
  const other = alone({ storage, id: 'b', nodes: ['b'] });
  await assert.rejects(startNode(other), /directory of node a.*and this is node b/);
  const again = await startNode(alone({ storage }));
  await again.stop();
  assert.equal(await again.stopped, null);
});
