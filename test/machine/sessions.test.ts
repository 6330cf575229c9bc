import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EncodedSnapshots } from '../../src/machine/encoded-snapshots.ts';
import { KeyValueMachine, type KeyValueResult } from '../../src/machine/key-value.ts';
import {
  keyValueResultFormat,
  keyValueSnapshotFormat,
  sizeOfKeyValueResult,
} from '../../src/machine/key-value-wire.ts';
import type { SessionCommand, SessionResult } from '../../src/machine/session-command.ts';
import { type SessionLimits, SessionMachine } from '../../src/machine/sessions.ts';
import { createRandom, nextFraction, nextInteger } from '../../src/raft/index.ts';
import { Sum } from '../replica/world.ts';

/** Counts how often it was asked to add something. */
class CountingSum extends Sum {
  applied = 0;

  override apply(command: number): number {
    this.applied++;
    return super.apply(command);
  }
}

const results = {
  encode: (result: number): Uint8Array => new TextEncoder().encode(String(result)),
  decode: (data: Uint8Array): number => Number(new TextDecoder().decode(data)),
};

class Sums extends SessionMachine<number, 'sum', number> {
  readonly sum: CountingSum;

  constructor(limits: Partial<SessionLimits> = {}, sum: CountingSum = new CountingSum()) {
    super(sum, { sizeOf: () => 36, results, limits });
    this.sum = sum;
  }

  open(node: string, life = 1): number {
    const result = this.apply({ kind: 'openSession', owner: { node, life } });
    assert.ok(result.kind === 'opened');
    return result.session;
  }

  add(session: number, sequence: number, firstOpen = 1, command = 1): SessionResult<number> {
    return this.apply({ kind: 'command', session, sequence, firstOpen, command });
  }
}

const applied = (result: number) => ({ kind: 'applied', result }) as const;
const forgotten = { kind: 'forgotten' } as const;
const expired = { kind: 'sessionExpired' } as const;

test('a command that is repeated takes effect once, and has the result of the first', () => {
  const machine = new Sums();
  const session = machine.open('n1');
  assert.deepEqual(machine.add(session, 1, 1, 5), applied(5));
  assert.deepEqual(machine.add(session, 2, 1, 7), applied(12));
  assert.deepEqual(machine.add(session, 1, 1, 5), applied(5));
  assert.deepEqual(machine.query('sum'), { kind: 'answered', result: 12 });
  assert.equal(machine.repeatedCommands, 1);
});

test('commands may come in any order', () => {
  const machine = new Sums();
  const session = machine.open('n1');
  assert.deepEqual(machine.add(session, 3), applied(1));
  assert.deepEqual(machine.add(session, 1), applied(2));
  assert.deepEqual(machine.add(session, 3), applied(1));
  assert.equal(machine.sum.total, 2);
});

test('the same number in two sessions is two commands, also of one node', () => {
  const machine = new Sums();
  const [first, other, second] = [machine.open('n1'), machine.open('n2'), machine.open('n1', 2)];
  for (const session of [first, other, second]) machine.add(session, 1);
  assert.equal(machine.sum.total, 3);
});

test('results are forgotten when their owner does not wait for them, and not before', () => {
  const machine = new Sums();
  const session = machine.open('n1');
  for (const sequence of [1, 2, 3]) machine.add(session, sequence);
  machine.add(session, 4, 3);
  assert.deepEqual(machine.add(session, 3, 3), applied(3));
  assert.deepEqual(machine.add(session, 2, 1), forgotten, 'a late copy does not lower the floor');
  assert.deepEqual(machine.add(session, 1, 1), forgotten);
  assert.equal(machine.sum.applied, 4);
});

test('a number that was skipped is refused once the owner does not wait for it', () => {
  const machine = new Sums();
  const session = machine.open('n1');
  machine.add(session, 5, 5);
  assert.deepEqual(machine.add(session, 4, 1), forgotten);
  // However far a number jumps, it takes no longer.
  assert.deepEqual(machine.add(session, 2 ** 52, 2 ** 52), applied(2));
});

test('a session that was never opened, or has ended, is told from one that is open', () => {
  const machine = new Sums();
  assert.deepEqual(machine.add(1, 1), expired);
  assert.equal(machine.open('n1'), 1);
  assert.deepEqual(machine.add(2, 1), expired);
  assert.deepEqual(machine.add(1, 1), applied(1));
});

test('of a node the two sessions that were used last stay, so a late opening does no harm', () => {
  const machine = new Sums();
  const [first, used] = [machine.open('n1', 1), machine.open('n1', 2)];
  machine.add(used, 1);
  const late = machine.open('n1', 1);
  assert.deepEqual(machine.add(first, 1), expired);
  assert.deepEqual(machine.add(used, 2), applied(2));
  const later = machine.open('n1', 1);
  assert.deepEqual(machine.add(used, 3), applied(3));
  assert.deepEqual(machine.add(late, 1), expired);
  assert.deepEqual(machine.add(later, 1), applied(4));
  assert.equal(machine.sessionCount, 2);
});

test('beyond the limit the session goes that was used the longest time ago', () => {
  const machine = new Sums({ maxSessions: 3 });
  const [a, b, c] = ['n1', 'n2', 'n3'].map((node) => machine.open(node));
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  machine.add(a, 1);
  machine.add(c, 1);
  machine.add(a, 1);
  const d = machine.open('n4');
  assert.deepEqual(machine.add(b, 1), expired);
  machine.open('n5');
  assert.deepEqual(machine.add(c, 1), expired);
  assert.deepEqual(machine.add(a, 1), applied(1));
  assert.deepEqual(machine.add(d, 1), applied(3));
  assert.equal(machine.sessionCount, 3);
});

test('beyond the limit of a session the oldest results go, and are not done again', () => {
  const machine = new Sums({ maxResults: 2 });
  const session = machine.open('n1');
  for (const sequence of [1, 2, 3]) machine.add(session, sequence);
  assert.deepEqual(machine.add(session, 1), forgotten);
  assert.deepEqual(machine.add(session, 2), applied(2));
  assert.deepEqual(machine.add(session, 3), applied(3));
  assert.equal(machine.sum.applied, 3);
});

test('beyond the limit of bytes the oldest results go, of whatever session', () => {
  // Each result weighs 100 bytes with what it takes to remember it.
  const machine = new Sums({ maxResultBytes: 300 });
  const [a, b] = [machine.open('n1'), machine.open('n2')];
  machine.add(b, 1);
  machine.add(a, 1);
  machine.add(b, 2);
  machine.add(a, 2);
  assert.deepEqual(machine.add(b, 1), forgotten);
  assert.deepEqual(machine.add(a, 1), applied(2));
  machine.add(a, 3, 3);
  machine.add(b, 3);
  machine.add(b, 4);
  assert.deepEqual(machine.add(b, 2), forgotten, 'what was dropped before left its bytes');
  assert.deepEqual(machine.add(a, 3), applied(5));
});

test('a session that ends gives its bytes back', () => {
  const machine = new Sums({ maxResultBytes: 300, maxSessions: 1 });
  const a = machine.open('n1');
  for (const sequence of [1, 2, 3]) machine.add(a, sequence);
  const b = machine.open('n2');
  for (const sequence of [1, 2, 3]) machine.add(b, sequence);
  assert.deepEqual(machine.add(b, 1), applied(4));
});

test('a snapshot carries sessions, numbers and results', () => {
  const machine = new Sums();
  const [a, b] = [machine.open('n1'), machine.open('\u{FEFF}nü')];
  for (const sequence of [1, 2, 3, 300]) machine.add(a, sequence, Math.min(sequence, 2));
  machine.add(b, 1, 1, 2 ** 40);
  const copy = new Sums();
  copy.open('gone');
  copy.restore(machine.snapshot());
  assert.deepEqual(copy.snapshot(), machine.snapshot());
  assert.deepEqual(copy.add(a, 1), forgotten);
  assert.deepEqual(copy.add(a, 2), applied(2));
  assert.deepEqual(copy.add(b, 1), applied(4 + 2 ** 40));
  assert.equal(copy.sum.applied, 0);
  assert.equal(copy.open('n3'), 3, 'an id is not used again');
});

test('a snapshot does not change when the machine does', () => {
  const machine = new Sums();
  const session = machine.open('n1');
  machine.add(session, 1);
  const snapshot = machine.snapshot();
  const before = Uint8Array.from(snapshot);
  machine.add(session, 2);
  machine.snapshot();
  assert.deepEqual(snapshot, before);
});

test('a snapshot of a machine without sessions, or half of one, is refused with a reason', () => {
  const machine = new Sums();
  machine.add(machine.open('n1'), 1);
  const snapshot = machine.snapshot();
  const copy = new Sums();
  assert.throws(() => copy.restore(new TextEncoder().encode('["k","v"]')), /without sessions/);
  assert.throws(() => copy.restore(new Uint8Array()), /without sessions/);
  assert.throws(() => copy.restore(snapshot.subarray(0, 12)), /ends in the middle/);
  const tooLong = Uint8Array.from([...snapshot.subarray(0, 9), ...new Array(9).fill(255)]);
  assert.throws(() => copy.restore(tooLong), /too long/);
  assert.deepEqual(copy.snapshot(), new Sums().snapshot(), 'and nothing is changed');
});

test('a thousand sessions full of results are written down in a moment', () => {
  const machine = new SessionMachine(
    new EncodedSnapshots(new KeyValueMachine(), keyValueSnapshotFormat),
    { sizeOf: sizeOfKeyValueResult, results: keyValueResultFormat },
  );
  for (let node = 1; node <= 1024; node++) {
    machine.apply({ kind: 'openSession', owner: { node: `n${node}`, life: node } });
    for (let sequence = 1; sequence <= 20; sequence++) {
      const command = { kind: 'write', key: node, value: sequence } as const;
      machine.apply({ kind: 'command', session: node, sequence, firstOpen: 1, command });
    }
  }
  const startMs = performance.now();
  const snapshot = machine.snapshot();
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs < 500, `${tookMs} ms for ${snapshot.length} bytes`);
});

test('results of the key-value machine weigh what they carry', () => {
  const weigh = (result: KeyValueResult): number => sizeOfKeyValueResult(result);
  assert.equal(weigh({ kind: 'written' }), 0);
  assert.ok(weigh({ kind: 'mismatch', actual: 'x'.repeat(1000) }) >= 1000);
  assert.ok(weigh({ kind: 'value', value: ['x'.repeat(1000)] }) >= 1000);
});

interface Kept {
  readonly session: number;
  readonly sequence: number;
  readonly result: number;
}

/** Sessions as one would write them down without a thought of cost. */
class NaiveSums {
  readonly #limits: SessionLimits;
  #sessions: { id: number; node: string; usedAt: number; floor: number }[] = [];
  #kept: Kept[] = [];
  #opened = 0;
  #now = 0;
  #total = 0;

  constructor(limits: SessionLimits) {
    this.#limits = limits;
  }

  apply(command: SessionCommand<number>): SessionResult<number> {
    const usedAt = ++this.#now;
    if (command.kind === 'openSession') {
      const { node } = command.owner;
      const ofNode = this.#sessions.filter((session) => session.node === node);
      if (ofNode.length === 2) this.#endLeastUsed(ofNode);
      else if (this.#sessions.length === this.#limits.maxSessions)
        this.#endLeastUsed(this.#sessions);
      const id = ++this.#opened;
      this.#sessions.push({ id, node, usedAt, floor: 1 });
      return { kind: 'opened', session: id };
    }
    const session = this.#sessions.find(({ id }) => id === command.session);
    if (session === undefined) return expired;
    session.usedAt = usedAt;
    session.floor = Math.max(session.floor, command.firstOpen);
    const known = this.#keptOf(session.id).find((it) => it.sequence === command.sequence);
    this.#tidy();
    if (command.sequence < session.floor) return forgotten;
    if (known !== undefined) return applied(known.result);
    this.#total += command.command;
    const result = this.#total;
    this.#kept.push({ session: session.id, sequence: command.sequence, result });
    if (this.#keptOf(session.id).length > this.#limits.maxResults) this.#dropOldest(session.id);
    while (100 * this.#kept.length > this.#limits.maxResultBytes) {
      this.#dropOldest(this.#kept[0]?.session ?? 0);
    }
    return applied(result);
  }

  #keptOf(session: number): Kept[] {
    return this.#kept.filter((it) => it.session === session);
  }

  #dropOldest(id: number): void {
    const session = this.#sessions.find((it) => it.id === id);
    const [oldest] = this.#keptOf(id);
    assert.ok(session !== undefined && oldest !== undefined);
    session.floor = oldest.sequence + 1;
    this.#tidy();
  }

  #endLeastUsed(sessions: readonly { id: number; usedAt: number }[]): void {
    const [least] = sessions.toSorted((a, b) => a.usedAt - b.usedAt);
    this.#sessions = this.#sessions.filter(({ id }) => id !== least?.id);
    this.#tidy();
  }

  #tidy(): void {
    this.#kept = this.#kept.filter(({ session, sequence }) => {
      const found = this.#sessions.find(({ id }) => id === session);
      return found !== undefined && sequence >= found.floor;
    });
  }
}

test('whatever comes, it does what a naive account says, on every copy, through snapshots', () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= 300; seed++) {
    const random = createRandom(seed);
    const integer = (max: number): number => nextInteger(random, 0, max);
    const limits = { maxSessions: 3, maxResults: 2 + integer(4), maxResultBytes: 600 };
    const naive = new NaiveSums(limits);
    const machine = new Sums(limits);
    let copy = new Sums(limits);
    let sequence = 1;
    for (let step = 0; step < 120; step++) {
      if (nextFraction(random) < 0.5) sequence++;
      const about = Math.max(1, sequence - integer(6));
      const command: SessionCommand<number> =
        nextFraction(random) < 0.1
          ? { kind: 'openSession', owner: { node: `n${integer(3)}`, life: integer(9) } }
          : {
              kind: 'command',
              session: Math.max(1, machine.sessionCount + integer(8) - 3),
              sequence: about,
              firstOpen: Math.max(1, about - integer(5)),
              command: 1 + integer(9),
            };
      const result = naive.apply(command);
      assert.deepEqual(machine.apply(command), result, `seed ${seed}, step ${step}`);
      assert.deepEqual(copy.apply(command), result, `seed ${seed}, step ${step}, restored`);
      seen.set(result.kind, (seen.get(result.kind) ?? 0) + 1);
      if (nextFraction(random) < 0.9) continue;
      const snapshot = machine.snapshot();
      assert.deepEqual(copy.snapshot(), snapshot, `seed ${seed}, step ${step}: equal copies`);
      copy = new Sums(limits);
      copy.restore(snapshot);
    }
  }
  for (const kind of ['opened', 'applied', 'sessionExpired', 'forgotten']) {
    assert.ok((seen.get(kind) ?? 0) > 500, `${kind}: ${seen.get(kind)}`);
  }
});
