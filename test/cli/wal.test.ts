/** `raftwright wal`, as an operator meets it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { asLogIndex, asNodeId, asTerm, type Entry } from '../../src/raft/index.ts';
import { FileStore } from '../../src/storage/file-store.ts';
import { nodeDisk } from '../../src/storage/node-disk.ts';
import type { StoreWrite } from '../../src/storage/store.ts';
import { repositoryFile } from '../process.ts';
import { nothing, textFormat } from '../storage/text-commands.ts';

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function wal(...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [repositoryFile('bin/raftwright'), 'wal', ...args],
    { encoding: 'utf8' },
  );
  return { status, out: stdout, err: stderr };
}

function temporary(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'raftwright-wal-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function storeIn(path: string): FileStore<string> {
  return new FileStore({ disk: nodeDisk(path), node: 'n1', format: textFormat, segmentBytes: 540 });
}

function entry(index: number): Entry<string> {
  const command = `{"write":"k${index}","text":"\u001b[31m"}`;
  const position = { index: asLogIndex(index), term: asTerm(2) };
  return { kind: 'command', ...position, command, bytes: command.length };
}

function persist(store: FileStore<string>, write: Partial<StoreWrite<string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    store.write({ ...nothing, ...write }, (failure) =>
      failure === null ? resolve() : reject(failure),
    );
  });
}

/** Twelve entries over several segments; entry 1 at the beginning of the first. */
async function writeStore(path: string): Promise<void> {
  const store = storeIn(path);
  await store.load();
  await persist(store, { hardState: { currentTerm: asTerm(2), votedFor: asNodeId('n3') } });
  for (let index = 1; index <= 12; index++) await persist(store, { entries: [entry(index)] });
  await store.close();
}

function change(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8((bytes[offset] ?? 0) ^ 0xff, offset);
  writeFileSync(file, bytes);
}

/** All files, to be compared. */
function filesIn(path: string): { readonly [name: string]: string } {
  return Object.fromEntries(
    readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'latin1')]),
  );
}

/** Where the command of an entry stands. */
function placeOf(path: string, index: number): { readonly file: string; readonly offset: number } {
  for (const name of readdirSync(path).filter((name) => name.endsWith('.wal'))) {
    const offset = readFileSync(join(path, name), 'latin1').indexOf(`"k${index}"`);
    if (offset !== -1) return { file: join(path, name), offset };
  }
  throw new Error(`there is no entry ${index}`);
}

test('inspect says whose store it is, what it promised, and what is in each file', async (t) => {
  const path = join(temporary(t), 'n1');
  await writeStore(path);
  const { status, out, err } = wal('inspect', path);
  assert.equal(status, 0, err);
  assert.match(out, /^.*n1: sound\nnode {6}n1, store [0-9a-f]{32}, format 1$/m);
  assert.match(out, /^promised {2}term 2, vote for n3\nentries {3}1 to 12\nsnapshot {2}none$/m);
  assert.match(out, /^0000000001\.wal +540 +1 to \d+ +1 to \d+ +complete$/m);
});

test('inspect --records shows each record; nothing that is stored reaches a terminal', async (t) => {
  const path = join(temporary(t), 'n1');
  await writeStore(path);
  const { out } = wal('inspect', path, '--records');
  assert.match(out, /^0000000001\.wal +0 {2}#1 {2}begins segment 1 of node n1: term 0, no vote/m);
  assert.match(out, /#2 {2}term 2, vote for n3$/m);
  assert.match(out, /entry 3, term 2: command, \d+ bytes: \{"write":"k3","text":"\\x1b\[31m"\}$/m);
  assert.ok(!out.includes('\u001b'));
  const some = wal('inspect', path, '--from', '4', '--to', '5').out;
  assert.deepEqual(some.match(/entry \d+, term/g), ['entry 4, term', 'entry 5, term']);
});

test('inspect --json is one object a line', async (t) => {
  const path = join(temporary(t), 'n1');
  await writeStore(path);
  const { out } = wal('inspect', path, '--json', '--records');
  const values = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [store] = values;
  assert.deepEqual(
    [store.kind, store.isSound, store.hardState, store.entries],
    ['store', true, { currentTerm: 2, votedFor: 'n3' }, { first: 1, last: 12 }],
  );
  const entries = values.filter(({ record }) => record?.kind === 'entry');
  assert.deepEqual(
    entries.map(({ record }) => record.entry.index),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  );
});

test('a torn write is no damage: verify says what the next start cuts off, and leaves it', async (t) => {
  const path = join(temporary(t), 'n1');
  await writeStore(path);
  const { file, offset } = placeOf(path, 12);
  writeFileSync(file, readFileSync(file).subarray(0, offset + 3));
  const before = filesIn(path);
  const { status, out } = wal('verify', path);
  assert.equal(status, 0);
  assert.match(out, /n1: sound; a crash has cut its last write short$/m);
  assert.match(out, /^torn {6}00000000\d\d\.wal, byte \d+: \d+ bytes of a write/m);
  assert.match(out, /never acknowledged: nothing is lost/);
  assert.deepEqual(filesIn(path), before);
});

test('verify says what is damaged, where, what is readable around it, and what to do', async (t) => {
  const path = join(temporary(t), 'n1');
  await writeStore(path);
  const { file, offset } = placeOf(path, 3);
  change(file, offset);
  const before = filesIn(path);
  const { status, out } = wal('verify', path);
  assert.equal(status, 1);
  assert.match(out, /n1: DAMAGED, a start refuses it/);
  assert.match(out, /^damage {4}0000000001\.wal, byte \d+: a record /m);
  assert.match(out, /readable before it: the log up to record 4$/m);
  assert.match(
    out,
    /readable behind it: \d+ records .* with entries 4 to 12; 1 record in between/m,
  );
  assert.match(out, /The safe way: remove this node from the membership/);
  assert.deepEqual(filesIn(path), before);
  await assert.rejects(storeIn(path).load(), /raftwright wal verify/);
});

test('repair only says what it would do; with --yes it does it, and keeps what was there', async (t) => {
  const path = join(temporary(t), 'n1');
  await writeStore(path);
  const { file, offset } = placeOf(path, 3);
  change(file, offset);
  const before = filesIn(path);

  const asked = wal('repair', path);
  assert.equal(asked.status, 1);
  assert.match(asked.out, /cut the log at 0000000001\.wal, byte \d+$/m);
  assert.match(asked.out, /^ {2}every entry after 2; 4 to 12 can be seen, and cannot be kept$/m);
  assert.match(
    asked.out,
    /no vote: term 2, vote for n3 is the last that was promised, and is kept/,
  );
  assert.match(asked.out, /Nothing was changed\. To do it: raftwright wal repair .* --yes/);
  assert.deepEqual(filesIn(path), before);

  const done = wal('repair', path, '--yes');
  assert.equal(done.status, 0, done.err);
  assert.match(done.out, /a start accepts it/);
  assert.match(done.err, /^WARNING: this node may have forgotten entries/m);
  const after = filesIn(path);
  assert.equal(after['0000000001.wal.damaged'], before['0000000001.wal']);
  assert.equal(after['0000000002.wal.damaged'], before['0000000002.wal']);

  const store = storeIn(path);
  const { entries, hardState } = await store.load();
  assert.deepEqual(entries, [entry(1), entry(2)]);
  assert.deepEqual(hardState, { currentTerm: 2, votedFor: 'n3' });
  await store.close();
  assert.equal(filesIn(path)['0000000002.wal.damaged'], before['0000000002.wal']);
  assert.equal(wal('repair', path, '--yes').out.includes('There is nothing to repair'), true);
});

test('a store that is in use can be read, and is not repaired', async (t) => {
  const path = join(temporary(t), 'n1');
  await writeStore(path);
  const store = storeIn(path);
  await store.load();
  const seen = wal('verify', path);
  assert.equal(seen.status, 0);
  assert.match(seen.err, new RegExp(`is in use by process ${process.pid}; `));
  const { file, offset } = placeOf(path, 3);
  change(file, offset);
  for (const flags of [[], ['--yes']]) {
    const { status, out, err } = wal('repair', path, ...flags);
    assert.equal(status, 1);
    assert.equal(out, '');
    assert.match(err, new RegExp(`is in use by process ${process.pid}; stop it first`));
  }
  await store.close();
});

test('what is no data directory is named, and the directories that may be meant', async (t) => {
  const path = temporary(t);
  writeFileSync(join(path, 'file'), '');
  mkdirSync(join(path, 'empty'));
  mkdirSync(join(path, 'cluster'));
  for (const node of ['n1', 'n2']) await writeStore(join(path, 'cluster', node));
  const cases: [args: string[], message: RegExp][] = [
    [['verify', join(path, 'absent')], /absent does not exist/],
    [['verify', join(path, 'file')], /file is no directory/],
    [['verify', join(path, 'empty')], /empty is no data directory: it has no store\.json/],
    [['verify', join(path, 'cluster')], /several nodes; name one: .*cluster\/n1, .*cluster\/n2/],
    [['verify'], /takes one directory/],
    [['verify', 'a', 'b'], /takes one directory/],
    [['mend', path], /not inspect, verify or repair: mend/],
    [['verify', path, '--yes'], /--yes/],
    [['inspect', path, '--from', 'x'], /--from must be a number/],
  ];
  for (const [args, message] of cases) {
    const { status, out, err } = wal(...args);
    assert.equal(status, 254, args.join(' '));
    assert.match(err, message);
    assert.equal(out, '');
    assert.doesNotMatch(err, /\n {4}at /, 'no stack');
  }
  assert.deepEqual(readdirSync(join(path, 'empty')), []);
});
