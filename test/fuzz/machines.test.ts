/** What machines and workloads are told from outside: it is refused by name, or makes sense everywhere. */

import assert from 'node:assert/strict';
import { type Json, parseJson, stringifyJson } from '../../src/machine/json.ts';
import { RpcError } from '../../src/maelstrom/errors.ts';
import type { Body } from '../../src/maelstrom/message.ts';
import { workloads } from '../../src/maelstrom/workloads/index.ts';
import { nextFraction, type Random } from '../../src/raft/index.ts';
import { type AnyKit, type DrawnMachine, drawnMachines } from '../machine/drawn-operations.ts';
import { happens, jsonText, pick } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateAnywhere, mutateBytes } from './mutators.ts';

function drawnNamed(name: string): DrawnMachine {
  const found = drawnMachines.find((drawn) => drawn.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

function commandsOf(random: Random, { draw }: DrawnMachine, count: number): unknown[] {
  const operations = Array.from({ length: count }, () => draw(() => nextFraction(random)));
  return operations.flatMap((each) => (each.kind === 'command' ? [each.command] : []));
}

/** The value as it arrives. */
function carried(value: unknown): Json {
  return parseJson(stringifyJson(value) ?? 'null');
}

/** What `parse` gives, or null when it refuses, as it should: by a TypeError with words. */
function parsedBy<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    assert.ok(error instanceof TypeError || error instanceof SyntaxError, String(error));
    assert.match(error.message, /\w/);
    return null;
  }
}

interface Told {
  readonly machine: string;
  readonly value: unknown;
}

const names = drawnMachines.map(({ name }) => name);

fuzz<Told>({
  name: 'a spoilt command is refused, or one that a machine can carry out',
  file: import.meta.url,
  seeds: 4000,
  generate(random) {
    const machine = pick(random, ...names);
    const [command = null] = commandsOf(random, drawnNamed(machine), 3);
    return { machine, value: mutateAnywhere(random, command) };
  },
  check({ machine: name, value }) {
    const { kit } = drawnNamed(name);
    const command = parsedBy(() => kit.parseCommand(carried(value)));
    if (command === null) return;
    assert.deepEqual(kit.parseCommand(carried(command)), command, 'understood otherwise later');
    const machine = kit.create();
    const result = machine.apply(command);
    assert.deepEqual(kit.parseResult(carried(result)), result, 'its result is none');
    const bytes = kit.snapshots.encode(machine.snapshot());
    const copy = kit.snapshots.encode(restored(kit, bytes).snapshot());
    assert.deepEqual(Buffer.from(copy), Buffer.from(bytes), 'its snapshot is none');
    const weight = kit.sizeOfResult(result);
    assert.ok(Number.isFinite(weight) && weight >= 0, `a result weighs ${weight}`);
  },
});

fuzz<Told>({
  name: 'a spoilt result is refused, or a result',
  file: import.meta.url,
  seeds: 3000,
  generate(random) {
    const machine = pick(random, ...names);
    const { kit } = drawnNamed(machine);
    const commands = commandsOf(random, drawnNamed(machine), 5);
    const results = commands.map((command) => kit.create().apply(command));
    return { machine, value: mutateAnywhere(random, carried(results.at(-1) ?? null)) };
  },
  check({ machine, value }) {
    const { kit } = drawnNamed(machine);
    const result = parsedBy(() => kit.parseResult(carried(value)));
    if (result === null) return;
    assert.deepEqual(kit.parseResult(carried(result)), result, 'understood otherwise later');
    assert.ok(Number.isFinite(kit.sizeOfResult(result)), 'it weighs nothing that can be counted');
  },
});

interface SpoiltSnapshot {
  readonly machine: string;
  readonly bytes: Uint8Array;
}

function snapshotOf(random: Random, drawn: DrawnMachine): Uint8Array {
  const machine = drawn.kit.create();
  for (const command of commandsOf(random, drawn, 8)) machine.apply(command);
  return drawn.kit.snapshots.encode(machine.snapshot());
}

fuzz<SpoiltSnapshot>({
  name: 'a spoilt snapshot is refused, or one that a machine can go on from',
  file: import.meta.url,
  seeds: 3000,
  generate(random) {
    const machine = pick(random, ...names);
    const bytes = Buffer.from(snapshotOf(random, drawnNamed(machine)));
    return { machine, bytes: happens(random, 0.1) ? bytes : mutateBytes(random, bytes) };
  },
  check({ machine, bytes }) {
    const { kit, draw } = drawnNamed(machine);
    const isSnapshot = parsedBy(() => kit.snapshots.decode(bytes) !== undefined) ?? false;
    if (!isSnapshot) return;
    const again = restored(kit, bytes);
    const written = kit.snapshots.encode(again.snapshot());
    const bytesOfCopy = kit.snapshots.encode(restored(kit, written).snapshot());
    assert.deepEqual(Buffer.from(bytesOfCopy), Buffer.from(written), 'written otherwise later');
    let chance = 0.03;
    for (let count = 0; count < 20; count++) {
      const operation = draw(() => (chance = (chance * 7.3 + 0.11) % 1));
      if (operation.kind === 'query') again.query(operation.query);
      else again.apply(operation.command);
    }
  },
});

function restored(kit: AnyKit, bytes: Uint8Array): ReturnType<AnyKit['create']> {
  const machine = kit.create();
  machine.restore(kit.snapshots.decode(bytes));
  return machine;
}

/** Bodies that make sense, one or more of each type. */
const bodies: readonly (readonly [workload: string, body: Body])[] = [
  ['echo', { type: 'echo', echo: [1] }],
  ['unique-ids', { type: 'generate' }],
  ['g-set', { type: 'add', element: 5 }],
  ['g-set', { type: 'read' }],
  ['broadcast', { type: 'broadcast', message: 5 }],
  ['broadcast', { type: 'topology', topology: { n1: ['n2'], n2: [] } }],
  ['g-counter', { type: 'add', delta: 5 }],
  ['pn-counter', { type: 'add', delta: -5 }],
  ['kafka', { type: 'send', key: 'a', msg: 5 }],
  ['kafka', { type: 'poll', offsets: { a: 0, b: 7 } }],
  ['kafka', { type: 'commit_offsets', offsets: { a: 0 } }],
  ['kafka', { type: 'list_committed_offsets', keys: ['a', 'b'] }],
  ['lin-kv', { type: 'cas', key: 1, from: 2, to: 3, create_if_not_exists: true }],
  [
    'txn-list-append',
    {
      type: 'txn',
      txn: [
        ['r', 1, null],
        ['append', 1, 2],
      ],
    },
  ],
  [
    'txn-rw-register',
    {
      type: 'txn',
      txn: [
        ['r', 1, null],
        ['w', 'k', 2],
      ],
    },
  ],
];

interface Request {
  readonly workload: string;
  readonly type: string;
  /** The body's JSON. */
  readonly text: string;
}

fuzz<Request>({
  name: 'a spoilt request is refused with 12, or every node understands what becomes of it',
  file: import.meta.url,
  seeds: 5000,
  generate(random) {
    const [workload, body] = pick(random, ...bodies);
    const spoilt = mutateAnywhere(random, body) as Body | null;
    const text = stringifyJson(spoilt) ?? 'null';
    const withValue = text.replace(/5|null/, () => jsonText(random, 3));
    return { workload, type: body.type, text: happens(random, 0.5) ? text : withValue };
  },
  check({ workload: name, type, text }) {
    const workload = workloads.find((each) => each.name === name);
    const request = workload?.requests[type];
    assert.ok(workload !== undefined && request !== undefined);
    const body = bodyOf(text, type);
    if (body === null) return;
    try {
      const asked = request.toOperation(body);
      if (asked.kind === 'nothing') return;
      const machine = workload.machine.create();
      if (asked.kind === 'query') {
        return void stringifyJson(request.toReply(machine.query(asked.query), body));
      }
      const command = workload.machine.parseCommand(carried(asked.command));
      assert.deepEqual(command, asked.command, 'other nodes understand something else');
      const reply = request.toReply(machine.apply(command), body);
      assert.ok(reply.type === `${type}_ok` || request.codes?.includes(Number(reply['code'])));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      assert.equal(error.code, 12);
      assert.ok(error.message.length < 1000, 'the refusal is as long as what is refused');
    }
  },
});

/** A node has seen to it that there is a body and that it has the type. */
function bodyOf(text: string, type: string): Body | null {
  try {
    const body = parseJson(text);
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    return isObject ? ({ ...body, type } as Body) : null;
  } catch {
    return null;
  }
}
