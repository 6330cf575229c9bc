/**
 * System calls of a real process fail, are cut short, lie, or are its last. After each, what it has
 * said that is durable must be in its directory, and after a failure it must have said no more.
 *
 * `make torture` tries every call of a run; here, some.
 */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { buildLibrary, type Ordeal, ordeal, scratchFolder } from './faults.ts';

const isTorture = process.env['TORTURE'] !== undefined;
const folder = scratchFolder();
after(() => rmSync(folder, { recursive: true }));
const library = buildLibrary(folder);
const path = library.kind === 'built' ? library.path : '';
const skip = library.kind === 'built' ? false : library.reason;

const undisturbed = new Map<number, Promise<readonly string[]>>();

/** The calls of a run without a fault. */
async function callsOf(seed: number): Promise<readonly string[]> {
  const { calls, ended } = await ordeal(path, 'none 0 kill', seed);
  assert.equal(ended.status, 0, ended.stderr);
  return calls;
}

function countOf(call: string, calls: readonly string[]): number {
  const isMeant = (name: string): boolean =>
    call === 'any' || name === call || (call === 'sync' && name.endsWith('sync'));
  return calls.filter((line) => isMeant(line.split(' ')[0] ?? '')).length;
}

/** The numbers of the calls of one kind that are tried, of all that there are in a run. */
async function numbersOf(call: string, step: number, seed: number): Promise<number[]> {
  const calls = undisturbed.get(seed) ?? callsOf(seed);
  undisturbed.set(seed, calls);
  const count = countOf(call, await calls);
  assert.ok(count > 0, `the process calls ${call}`);
  const all = Array.from({ length: count }, (_, position) => position + 1);
  return isTorture ? all : all.filter((number) => number % step === Math.floor(step / 2));
}

/** Runs the ordeal at each of these calls, two at a time. */
async function eachCall(
  call: string,
  action: string,
  step: number,
  judge: (outcome: Ordeal, what: string) => void,
): Promise<void> {
  for (const seed of isTorture ? [1, 2, 3, 4, 5] : [1]) {
    const numbers = await numbersOf(call, step, seed);
    const worker = async (): Promise<void> => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        const fault = `${call} ${number} ${action}`;
        const outcome = await ordeal(path, fault, seed);
        // How much goes into one sync depends on time: there may be fewer calls than before.
        const isReached = outcome.ended.status !== 0 || countOf(call, outcome.calls) >= number;
        if (!isReached) continue;
        judge(outcome, `seed ${seed}, ${fault}, ${outcome.calls.at(-1)}`);
      }
    };
    await Promise.all([worker(), worker()]);
  }
}

/** What was reported is there, and nothing was reported after a failure. */
function assertKept({ account, aftermath }: Ordeal, what: string): void {
  assert.equal(account.fault, null, what);
  if (aftermath.kind === 'refused') assert.fail(`${what}: ${aftermath.refusal.message}`);
  assert.equal(aftermath.fault, null, what);
}

const reports = (outcome: Ordeal): string => `${outcome.ended.stderr} ${outcome.account.failure}`;

for (const action of ['kill', 'torn', 'after']) {
  test(`killed at a system call (${action}): what was reported is there`, { skip }, () =>
    eachCall('any', action, 31, (outcome, what) => {
      assert.equal(outcome.ended.signal, 'SIGKILL', what);
      assertKept(outcome, what);
    }),
  );
}

for (const [call, action, step] of [
  ['sync', 'EIO', 16],
  ['write', 'EIO', 13],
  ['write', 'ENOSPC', 17],
  ['write', 'none', 29],
  ['rename', 'EIO', 2],
  ['open', 'EMFILE', 13],
  ['open', 'EACCES', 19],
  ['unlink', 'EIO', 3],
  ['read', 'EIO', 2],
] as const) {
  test(`${call} fails once with ${action}: nothing is reported after that`, { skip }, () =>
    eachCall(call, action, step, (outcome, what) => {
      assert.ok([0, 3, 4].includes(outcome.ended.status ?? -1), `${what}: ${reports(outcome)}`);
      assertKept(outcome, what);
    }),
  );
}

test('a sync of the log that fails is the end, though the next would succeed', { skip }, () =>
  eachCall('fdatasync', 'EIO', 9, ({ ended, account }, what) => {
    assert.equal(ended.status, 3, what);
    assert.match(account.failure ?? '', /EIO/, what);
  }),
);

for (const action of ['short', 'EINTR']) {
  test(`writes that end with ${action} go on where they were`, { skip }, () =>
    eachCall('write', action, 19, (outcome, what) => {
      assert.equal(outcome.ended.status, 0, `${what}: ${reports(outcome)}`);
      assertKept(outcome, what);
    }),
  );
}

test('all writes and reads are cut short, to the last byte', { skip }, async () => {
  for (const call of ['write', 'read']) {
    const outcome = await ordeal(path, `${call} 1+ short`);
    assert.equal(outcome.ended.status, 0, reports(outcome));
    assertKept(outcome, call);
  }
});

test('a sync that lies loses nothing when only the process ends', { skip }, async () => {
  const outcome = await ordeal(path, 'sync 1+ lost');
  assert.equal(outcome.ended.status, 0, reports(outcome));
  assertKept(outcome, 'lies');
});

test('a full disk stops the process with a clear message', { skip }, async () => {
  const outcome = await ordeal(path, 'write 25+ ENOSPC');
  assert.equal(outcome.ended.status, 3, reports(outcome));
  assert.match(outcome.account.failure ?? '', /ENOSPC.*Nothing more is written or acknowledged/);
  assertKept(outcome, 'full');
});

test('a write that the disk has lost is noticed, or it was the last', { skip }, async () => {
  let refusals = 0;
  await eachCall('write', 'lost', 7, ({ ended, account, aftermath, calls }, what) => {
    assert.equal(account.fault, null, what);
    if (aftermath.kind === 'refused') {
      refusals++;
      assert.match(aftermath.refusal.message, /damaged|cannot|missing|changed|shorter/, what);
      return;
    }
    if (ended.status !== 0 || aftermath.fault === null) return;
    assert.ok(aftermath.isBeginning, `${what}: ${aftermath.fault}`);
    const lost = calls.findIndex((line) => line.endsWith(' lost'));
    const file = calls[lost]?.split(' ')[1];
    const later = calls.slice(lost + 1).filter((line) => line === `write ${file}`);
    assert.deepEqual(later, [], `${what}: ${aftermath.fault}`);
  });
  assert.ok(refusals > 0, 'some were noticed');
});
