/** What probes and the live page are told of a node, in states that are hard to bring about. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeWatch } from '../../src/cli/node-watch.ts';
import type { LinKvObserver } from '../../src/maelstrom/lin-kv.ts';
import type { HealthCheck } from '../../src/metrics/health.ts';
import type { RaftStatus, RoleChange } from '../../src/raft/index.ts';

const follower = {
  ...{ id: 'n1', role: 'follower', currentTerm: 3, votedFor: null, leader: 'n0' },
  membership: { voters: ['n0', 'n1'], outgoing: ['n2'], learners: ['n7'] },
  ...{ firstIndex: 1, lastIndex: 10, lastTerm: 3, durableIndex: 10, commitIndex: 10 },
  ...{ appliedIndex: 10, leaderCommit: 10, pendingProposals: 0, pendingReads: 0 },
  ...{ snapshotIndex: 0, electionTicks: 14, transferTarget: null, peers: [], haltReason: null },
} as unknown as RaftStatus;

/** A watch on a node that is in this state, and what tells it of more. */
function watching(state: Partial<{ [K in keyof RaftStatus]: unknown }> = {}): {
  readonly watch: NodeWatch;
  readonly observer: LinKvObserver;
} {
  const watch = new NodeWatch();
  const observer = watch.watching({});
  const status = { ...follower, ...state };
  const loaded: unknown[] = [{ role: { kind: 'follower' }, currentTerm: 2 }];
  observer.onLoaded?.(...(loaded as Parameters<NonNullable<LinKvObserver['onLoaded']>>));
  const replica = { status: () => status, explain: () => 'one\n  two' };
  const given: unknown[] = [replica, null, null];
  observer.onStart?.(...(given as Parameters<NonNullable<LinKvObserver['onStart']>>));
  return { watch, observer };
}

function failures(checks: readonly HealthCheck[]): { readonly [name: string]: string } {
  return Object.fromEntries(
    checks.flatMap(({ name, check }) => {
      const result = check();
      return result.ok ? [] : [[name, result.reason]];
    }),
  );
}

test('a node with a leader that has applied what is committed is ready', () => {
  const { watch } = watching();
  assert.deepEqual(failures(watch.readyz), {});
  assert.deepEqual(failures(watch.livez), {});
});

test('a node without a leader is alive and not ready', () => {
  const { watch } = watching({ leader: null, role: 'preCandidate' });
  assert.deepEqual(failures(watch.readyz), { leader: 'no leader is known' });
  assert.deepEqual(failures(watch.livez), {});
});

test('a node has caught up with what its leader has announced, but for a little', () => {
  const lag = (state: Partial<{ [K in keyof RaftStatus]: unknown }>): string | undefined =>
    failures(watching(state).watch.readyz)['caught-up'];
  assert.equal(lag({ leaderCommit: 1010 }), undefined);
  assert.equal(lag({ leaderCommit: 1011 }), '1001 committed entries are not applied yet');
  assert.equal(lag({ commitIndex: 5000 }), '4990 committed entries are not applied yet');
  assert.equal(lag({ leaderCommit: 0 }), 'n0 has not said yet what is committed');
  assert.equal(lag({ leaderCommit: 0, role: 'leader', leader: 'n1' }), undefined);
});

test('a node that has stopped for good is neither ready nor alive, and says why', () => {
  const { watch, observer } = watching();
  observer.onHalted?.('EIO: i/o error, fsync', null);
  observer.onHalted?.('and then something else', null);
  const running = 'stopped for good: EIO: i/o error, fsync';
  assert.deepEqual(failures(watch.livez), { running });
  assert.equal(failures(watch.readyz)['running'], running);
  const { haltReason, explanation } = watch.status(['n0', 'n1'], 0, 1);
  assert.equal(haltReason, 'EIO: i/o error, fsync');
  assert.deepEqual(explanation, ['n1 has stopped for good: EIO: i/o error, fsync']);
});

test('before the replica has started nothing is well', () => {
  const watch = new NodeWatch();
  const checks = [...watch.livez, ...watch.readyz];
  for (const { check } of checks) assert.throws(check, /has not started yet/);
});

test('members are those of the membership and those that were started, with their ports', () => {
  const { watch } = watching();
  const { members } = watch.status(['n0', 'n1', 'n2', 'n3'], 65_533, 12_345);
  assert.deepEqual(members, [
    { node: 'n0', part: 'voter', port: 65_533 },
    { node: 'n1', part: 'voter', port: 12_345 },
    { node: 'n2', part: 'outgoing', port: 65_535 },
    { node: 'n3', part: 'none', port: null },
    { node: 'n7', part: 'learner', port: null },
  ]);
  const others = watch.status(['n0', 'n1'], 0, 12_345).members.map(({ port }) => port);
  assert.deepEqual(others.slice(0, 2), [null, 12_345], 'any free port can be anywhere');
});

test('changes of role are remembered from the start, and the oldest are forgotten', () => {
  const { watch, observer } = watching();
  const change = (term: number) =>
    ({ role: 'candidate', term, leader: null, reason: 'preVoteWon' }) as unknown as RoleChange;
  observer.onRoleChange?.(change(3));
  const begun = watch.status(['n1'], 0, 1);
  assert.deepEqual(
    begun.roleChanges.map(({ reason, term }) => [reason, term]),
    [
      ['started', 2],
      ['preVoteWon', 3],
    ],
  );
  for (let term = 4; term < 1000; term++) observer.onRoleChange?.(change(term));
  const { roleChanges, roleChangesForgotten } = watch.status(['n1'], 0, 1);
  assert.equal(roleChanges.length, 256);
  assert.equal(roleChanges.at(-1)?.term, 999);
  assert.equal(roleChangesForgotten + roleChanges.length, 998);
});
