/**
 * What must happen in time, by a node's own ticks, whatever the network does: a leader that hears
 * from no quorum steps down, and a voter that hears no leader campaigns. Otherwise a cluster may
 * stay without a leader, or loyal to one that cannot lead. (Dissertation 6.2; paper 5.2)
 */

import type { Input, Message, RaftView, Settings } from '../../raft/index.ts';
import type { OnBroken } from './cluster-invariants.ts';

interface Sight {
  /** When, by its ticks, this node last had no reason to campaign. */
  waitingSince: number;
  leaderSince: number;
  /** When each other node was last heard in this leader's term. */
  readonly heard: Map<string, number>;
  term: number;
  votedFor: string | null;
  role: RaftView['role']['kind'];
}

export class Timeliness {
  readonly #limitTicks: number;
  /** A leader asks whom it has not heard for the quiet time, and then waits for twice T. */
  readonly #silenceTicks: number;
  readonly #onBroken: OnBroken;
  readonly #sights = new Map<string, Sight>();

  /** @param settings of the cores: no wait is longer than the longest election timeout */
  constructor({ electionTimeoutTicks, quietTicks }: Settings, onBroken: OnBroken) {
    const { min, max } = electionTimeoutTicks;
    this.#limitTicks = max + 1;
    this.#silenceTicks = this.#limitTicks + Math.ceil((quietTicks * max) / (2 * min));
    this.#onBroken = onBroken;
  }

  /** A node begins anew. */
  loaded(node: string, { ticks, currentTerm, votedFor, role }: RaftView): void {
    this.#sights.set(node, {
      waitingSince: ticks,
      leaderSince: ticks,
      heard: new Map(),
      term: currentTerm,
      votedFor,
      role: role.kind,
    });
  }

  stepped(node: string, input: Input<unknown>, view: RaftView): void {
    const sight = this.#sights.get(node);
    if (sight === undefined) return;
    if (input.kind === 'receive') this.#noteMessage(sight, input.message, view);
    this.#noteChange(sight, view);
    if (input.kind === 'tick') this.#expectInTime(node, sight, view);
  }

  #noteMessage(sight: Sight, { kind, from, term }: Message<unknown>, view: RaftView): void {
    if (term !== view.currentTerm) return;
    if (view.role.kind === 'leader') sight.heard.set(from, view.ticks);
    // A candidate that has not heard of its vote asks again, and is given it again.
    const isGranted = kind === 'voteRequest' && from === view.votedFor;
    if (isGranted || from === view.termLeader) sight.waitingSince = view.ticks;
  }

  #noteChange(sight: Sight, { role, currentTerm, votedFor, ticks }: RaftView): void {
    const isSame =
      role.kind === sight.role && currentTerm === sight.term && votedFor === sight.votedFor;
    if (isSame) return;
    // A vote was given, a campaign has begun or ended, a leader was found or lost.
    sight.waitingSince = ticks;
    if (role.kind === 'leader') {
      sight.leaderSince = ticks;
      sight.heard.clear();
    }
    sight.role = role.kind;
    sight.term = currentTerm;
    sight.votedFor = votedFor;
  }

  #expectInTime(node: string, sight: Sight, view: RaftView): void {
    const { ticks, role } = view;
    const { voters = [], outgoing = [] } = view.memberships.at(-1)?.membership ?? {};
    if (role.kind === 'leader') {
      if (ticks - sight.leaderSince <= this.#silenceTicks) return;
      const isHeard = (voter: string): boolean =>
        voter === node || ticks - (sight.heard.get(voter) ?? 0) <= this.#silenceTicks;
      const hasQuorum = [voters, outgoing].every(
        (side) => side.length === 0 || 2 * side.filter(isHeard).length > side.length,
      );
      if (hasQuorum) return;
      const detail = `it has led for ${ticks - sight.leaderSince} ticks`;
      this.#onBroken('a leader that hears from no quorum steps down', node, detail);
    } else if (role.kind !== 'follower' || !(voters as readonly string[]).includes(node)) {
      sight.waitingSince = ticks;
    } else if (ticks - sight.waitingSince > this.#limitTicks) {
      const detail = `it has waited for ${ticks - sight.waitingSince} ticks`;
      this.#onBroken('a voter that hears no leader campaigns', node, detail);
    }
  }
}
