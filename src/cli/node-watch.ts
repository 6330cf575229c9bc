/** A node as people and probes see it from outside: `/status`, `/livez` and `/readyz`. */

import type { ServingReplica, WorkloadObserver } from '../maelstrom/serve-workload.ts';
import type { HealthCheck } from '../metrics/health.ts';
import type { LiveMember, LiveRoleChange, LiveStatus } from '../pages/live-status.ts';
import { defaultTickMs, joinObservers, type Observer } from '../replica/index.ts';
import { version } from './version.ts';

/** What one node remembers of its changes of role; some hours of a healthy one. */
const roleChangesMax = 256;

/** A node that lags by more is not ready: what it answers with is not worth asking it for. */
const behindMax = 1_000;

type Status = Omit<LiveStatus, 'checks'>;

export class NodeWatch {
  #replica: ServingReplica | null = null;
  #haltReason: string | null = null;
  readonly #roleChanges: LiveRoleChange[] = [];
  #forgotten = 0;

  /** Hands on to `observer` what it is told, and remembers it. */
  watching<Machine>(observer: WorkloadObserver<Machine>): WorkloadObserver<Machine> {
    const watching: Observer = {
      onLoaded: ({ role: { kind: role }, currentTerm: term }) =>
        this.#note({ role, term, leader: null, reason: 'started' }),
      onRoleChange: (change) => this.#note(change),
      onHalted: (reason) => {
        this.#haltReason ??= reason;
      },
    };
    return {
      ...observer,
      ...joinObservers(observer, watching),
      onStart: (replica, ...machines) => {
        observer.onStart?.(replica, ...machines);
        this.#replica = replica;
      },
    };
  }

  /** A node that has stopped for good serves nobody until it is started again. */
  readonly livez: readonly HealthCheck[] = [{ name: 'running', check: () => this.#isRunning() }];

  readonly readyz: readonly HealthCheck[] = [
    { name: 'running', check: () => this.#isRunning() },
    { name: 'leader', check: () => this.#hasLeader() },
    { name: 'caught-up', check: () => this.#hasCaughtUp() },
  ];

  /**
   * @param basePort of all nodes' pages; 0 when each has any free port
   * @param ownPort of this one's
   * @throws Error before the replica has started
   */
  status(nodeIds: readonly string[], basePort: number, ownPort: number): Status {
    const replica = this.#started();
    const raft = replica.status();
    return {
      node: raft.id,
      version,
      process: process.pid,
      nowMs: nowMs(),
      startedMs: Math.round(performance.timeOrigin),
      uptimeSeconds: Math.round(performance.now()) / 1000,
      role: raft.role,
      term: raft.currentTerm,
      votedFor: raft.votedFor,
      leader: raft.leader,
      transferTarget: raft.transferTarget,
      haltReason: this.#haltReason ?? raft.haltReason,
      explanation: this.#explanation(replica),
      members: membersOf(raft.membership, nodeIds, (position) => {
        if (nodeIds[position] === raft.id) return ownPort;
        const port = basePort + position;
        return basePort === 0 || port > 65_535 ? null : port;
      }),
      marks: {
        firstIndex: raft.firstIndex,
        lastIndex: raft.lastIndex,
        lastTerm: raft.lastTerm,
        durableIndex: raft.durableIndex,
        commitIndex: raft.commitIndex,
        appliedIndex: raft.appliedIndex,
        snapshotIndex: raft.snapshotIndex,
        leaderCommit: raft.leaderCommit,
      },
      peers: raft.peers.map(({ peer, ticksSinceContact, ...progress }) => ({
        node: peer,
        ...progress,
        silentMs: ticksSinceContact * defaultTickMs,
      })),
      pendingProposals: raft.pendingProposals,
      pendingReads: raft.pendingReads,
      electionTimeoutMs: raft.electionTicks * defaultTickMs,
      roleChanges: this.#roleChanges,
      roleChangesForgotten: this.#forgotten,
    };
  }

  #note({ role, term, leader, reason }: Omit<LiveRoleChange, 'atMs'>): void {
    this.#roleChanges.push({ atMs: nowMs(), role, term, leader, reason });
    if (this.#roleChanges.length <= roleChangesMax) return;
    this.#roleChanges.shift();
    this.#forgotten++;
  }

  #started(): ServingReplica {
    if (this.#replica === null) throw new Error('the replica has not started yet');
    return this.#replica;
  }

  #explanation(replica: ServingReplica): readonly string[] {
    if (this.#haltReason === null) return replica.explain().split('\n');
    return [`${replica.status().id} has stopped for good: ${this.#haltReason}`];
  }

  #isRunning(): ReturnType<HealthCheck['check']> {
    const reason = this.#haltReason ?? this.#started().status().haltReason;
    return reason === null ? { ok: true } : { ok: false, reason: `stopped for good: ${reason}` };
  }

  #hasLeader(): ReturnType<HealthCheck['check']> {
    if (this.#started().status().leader !== null) return { ok: true };
    return { ok: false, reason: 'no leader is known' };
  }

  /** Against what is known to be committed, here or at the leader. */
  #hasCaughtUp(): ReturnType<HealthCheck['check']> {
    const { role, leader, appliedIndex, commitIndex, leaderCommit } = this.#started().status();
    if (role === 'follower' && leader !== null && leaderCommit === 0) {
      return { ok: false, reason: `${leader} has not said yet what is committed` };
    }
    const behind = Math.max(commitIndex, leaderCommit) - appliedIndex;
    if (behind <= behindMax) return { ok: true };
    return { ok: false, reason: `${behind} committed entries are not applied yet` };
  }
}

function nowMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** Those of the membership, and those that the node was started with. */
function membersOf(
  { voters, outgoing, learners }: Record<'voters' | 'outgoing' | 'learners', readonly string[]>,
  nodeIds: readonly string[],
  portOf: (position: number) => number | null,
): LiveMember[] {
  const partOf = (node: string): LiveMember['part'] => {
    if (voters.includes(node)) return 'voter';
    if (outgoing.includes(node)) return 'outgoing';
    return learners.includes(node) ? 'learner' : 'none';
  };
  return [...new Set([...nodeIds, ...voters, ...outgoing, ...learners])].map((node) => {
    const position = nodeIds.indexOf(node);
    return { node, part: partOf(node), port: position < 0 ? null : portOf(position) };
  });
}
