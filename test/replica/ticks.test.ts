/** Which ticks are made up for, after a process stood still. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RaftView } from '../../src/raft/index.ts';
import { Ticks } from '../../src/replica/ticks.ts';

function view(role: 'leader' | 'follower', leaseReads: boolean): RaftView {
  const settings = { leaseReads, electionTimeoutTicks: { min: 30, max: 400 } };
  return { role: { kind: role }, settings } as RaftView;
}

/** Ticks of 10 ms on a clock that a test moves. */
function ticksAt(time: { nowMs: number }): Ticks {
  const unused = (): never => assert.fail('only the time is asked for');
  const clock = { now: () => time.nowMs, after: unused, every: unused, defer: unused };
  return new Ticks(clock, 10);
}

test('who leads by lease makes up for the time that passed, before it reads', () => {
  const time = { nowMs: 0 };
  const ticks = ticksAt(time);
  const leader = view('leader', true);
  time.nowMs = 10;
  assert.equal(ticks.atTimer(leader), 1);
  assert.equal(ticks.beforeRead(leader), 0);
  time.nowMs = 625;
  assert.equal(ticks.beforeRead(leader), 61);
  assert.equal(ticks.atTimer(leader), 0, 'the same time is not made up for twice');
  time.nowMs = 3_600_000;
  assert.equal(ticks.atTimer(leader), 400, 'nobody leads after so long: no need to count further');
  assert.equal(ticks.beforeRead(leader), 0);
});

test('nobody else does: what a follower hears late binds it from then on', () => {
  for (const other of [view('follower', true), view('leader', false)]) {
    const time = { nowMs: 0 };
    const ticks = ticksAt(time);
    time.nowMs = 5000;
    assert.equal(ticks.beforeRead(other), 0);
    assert.equal(ticks.atTimer(other), 1);
    // What it has not made up for is over when it becomes a leader.
    assert.equal(ticks.beforeRead(view('leader', true)), 0);
  }
});

test('the timer is late by as much as it comes more than a tick after its last call', () => {
  const time = { nowMs: 0 };
  const ticks = ticksAt(time);
  assert.equal(ticks.takeLateness(10), 0);
  assert.equal(ticks.takeLateness(23), 3);
  assert.equal(ticks.takeLateness(30), 0, 'one that makes up for it is not early');
  assert.equal(ticks.takeLateness(540), 500);
});
