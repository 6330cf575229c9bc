/**
 * Why does it not go on? A readable account of one node's view, for people who look at a cluster
 * that is stuck: what is not committed and who it waits for, why this node cannot win an election,
 * which followers are held up and by what.
 *
 * It says what this node knows, and that may be out of date.
 */

import { matchIndexOf } from './commitment.ts';
import { lastIndex, lastTerm, termAt } from './log.ts';
import { latestMembership, mayCampaign, membershipInEffect } from './membership.ts';
import { hasRoom, type Progress } from './progress.ts';
import { isJoint, isVoter, majority } from './quorum.ts';
import { knowsCommitted } from './reads.ts';
import type { Follower, Leader, RaftState, Role } from './state.ts';
import { silenceLimit } from './timers.ts';
import { asLogIndex, type LogIndex, later, type Membership, type NodeId } from './types.ts';

/** Lines of text. With an index, the question is why that index is not committed. */
export function explain(state: RaftState<unknown>, index?: LogIndex): string {
  const { role, haltReason } = state;
  if (haltReason !== null) return `${state.id} has stopped for good: ${haltReason}`;
  const lines = [headline(state), ...explainMembership(state)];
  lines.push(...explainCommit(state, index ?? asLogIndex(state.commitIndex + 1)));
  if (role.kind === 'leader') lines.push(...explainLeader(state, role));
  else lines.push(...explainElection(state, role));
  return lines.join('\n');
}

function headline(state: RaftState<unknown>): string {
  const { id, role, currentTerm, log, commitIndex, durability } = state;
  const end = `log ends at ${at(lastIndex(log), lastTerm(log))}`;
  const disk = `durable to ${durability.durableIndex}, committed to ${commitIndex}`;
  return `${id} is ${role.kind} in term ${currentTerm}; ${end}, ${disk}`;
}

function at(index: LogIndex, term: number): string {
  return `${index} (term ${term})`;
}

function explainMembership(state: RaftState<unknown>): string[] {
  const { index, membership } = latestMembership(state);
  const { voters, outgoing, learners } = membership;
  const names = (nodes: readonly NodeId[]): string => nodes.join(' ') || 'nobody';
  const learning = learners.length > 0 ? `; learners ${learners.join(' ')}` : '';
  const lines = isJoint(membership)
    ? [`voters change from ${names(outgoing)} to ${names(voters)}: both must agree${learning}`]
    : [`voters ${names(voters)}${learning}`];
  if (index > state.commitIndex) lines.push(`this membership, of index ${index}, is not committed`);
  return lines;
}

function explainCommit(state: RaftState<unknown>, index: LogIndex): string[] {
  const { role, log, commitIndex, currentTerm } = state;
  if (index <= commitIndex) return [`index ${index} is committed`];
  if (index > lastIndex(log)) return [`index ${index} is not in the log; nothing waits to commit`];
  const subject = `index ${at(index, termAt(log, index) ?? 0)} is not committed`;
  if (role.kind !== 'leader') return [`${subject}: only a leader decides, and ${whoLeads(role)}`];
  const lines = [subject];
  if (index < role.termStart) {
    lines.push(
      `  it is of an older term than ${currentTerm}, so it is committed only together with ` +
        `index ${role.termStart}, the first of this term (paper 5.4.2)`,
    );
  }
  const goal = later(index, role.termStart);
  for (const side of sidesOf(membershipInEffect(state))) {
    lines.push(`  ${holders(state, role, side, goal)}`);
  }
  return lines;
}

/** The groups of voters that each need a majority. */
function sidesOf({ voters, outgoing }: Membership): readonly (readonly NodeId[])[] {
  return outgoing.length === 0 ? [voters] : [voters, outgoing];
}

function holders(
  state: RaftState<unknown>,
  leader: Leader,
  voters: readonly NodeId[],
  index: LogIndex,
): string {
  const reached = (voter: NodeId): LogIndex => matchIndexOf(state, leader, voter);
  const having = voters.filter((voter) => reached(voter) >= index);
  const missing = voters.filter((voter) => reached(voter) < index);
  const lacking = missing.map((voter) => `${voter} (has ${reached(voter)})`).join(', ');
  const has = having.length === 1 ? 'has' : 'have';
  const count = `${having.length} of ${counted(voters.length, 'voter')} ${has} index ${index} on disk`;
  const needed = majority(voters.length);
  return `${count}, ${needed} ${needed === 1 ? 'is' : 'are'} needed; missing: ${lacking || 'nobody'}`;
}

function whoLeads(role: Exclude<Role, Leader>): string {
  if (role.kind !== 'follower') return 'this node is looking for one';
  return role.leader === null ? 'none is known' : `${role.leader} leads`;
}

function explainElection(state: RaftState<unknown>, role: Exclude<Role, Leader>): string[] {
  const membership = membershipInEffect(state);
  if (!mayCampaign(state)) return ['this node is no voter: it never campaigns'];
  if (role.kind === 'follower') return [explainFollower(state, role)];
  const phase = role.kind === 'candidate' ? 'vote' : 'pre-vote';
  const lines = sidesOf(membership).map((voters) => {
    const granted = voters.filter((voter) => role.granted.includes(voter));
    const silent = voters.filter((voter) => !role.granted.includes(voter));
    return (
      `has ${granted.length} of the ${counted(majority(voters.length), phase)} it needs` +
      `${granted.length > 0 ? `, from ${granted.join(' ')}` : ''}; not from ${silent.join(' ')}`
    );
  });
  if (role.kind === 'candidate' && role.refused.length > 0) {
    lines.push(`refused by ${role.refused.join(' ')}: they have voted, or their logs are longer`);
  }
  if (role.kind === 'candidate' && isVoter(membership, state.id)) {
    const isWaiting = !role.granted.includes(state.id);
    if (isWaiting) lines.push('its own vote is not durable yet, so it does not count');
  }
  return lines;
}

function explainFollower(state: RaftState<unknown>, role: Follower): string {
  const left = state.electionTimeoutTicks - state.electionElapsedTicks;
  const next = `it will campaign in ${counted(Math.max(0, left), 'tick')} if it hears nothing`;
  if (role.leader === null) return `knows no leader; ${next}`;
  const silence = state.ticks - state.leaderHeardTicks;
  return `heard its leader ${role.leader} ${counted(silence, 'tick')} ago; ${next}`;
}

function explainLeader(state: RaftState<unknown>, leader: Leader): string[] {
  const lines = leader.progress.map((progress) => `  ${explainPeer(state, progress)}`);
  if (leader.reads.length > 0) {
    const cause = knowsCommitted(state, leader)
      ? 'a quorum that answers a round begun after they came'
      : `the first commit of this term, index ${leader.termStart}`;
    const { length } = leader.reads;
    lines.push(`${counted(length, 'read')} ${length === 1 ? 'waits' : 'wait'} for ${cause}`);
  }
  if (leader.change !== null) {
    const waiting = leader.change.catchUps.map(({ peer, roundEnd }) => `${peer} (to ${roundEnd})`);
    const cause = waiting.length > 0 ? `${waiting.join(', ')} to catch up` : 'the last one';
    lines.push(`a change of membership waits for ${cause}`);
  }
  if (leader.transfer !== null) {
    const { target, ticksSinceTold } = leader.transfer;
    const cause = ticksSinceTold === null ? 'has not got everything yet' : 'was told to campaign';
    lines.push(`handing over to ${target}, which ${cause}; proposals are refused meanwhile`);
  }
  return lines;
}

/** What goes on with one follower, and what holds it up. */
function explainPeer(state: RaftState<unknown>, progress: Progress): string {
  const { peer, mode, matchIndex, nextIndex, ticksSinceContact } = progress;
  const silent =
    ticksSinceContact >= silenceLimit(state)
      ? `, silent for ${counted(ticksSinceContact, 'tick')}`
      : '';
  const leaving = progress.isDeparting ? ', no longer a member' : '';
  const has = `${peer} has ${matchIndex} of ${lastIndex(state.log)}${silent}${leaving}`;
  switch (mode.kind) {
    case 'probe':
      return mode.sentRound === null
        ? `${has}: about to be asked whether it has index ${nextIndex - 1}`
        : `${has}: paused until it answers whether it has index ${nextIndex - 1}`;
    case 'replicate':
      if (!hasRoom(progress, state.settings)) {
        const window = `${counted(mode.inflight.length, 'append')} of ${counted(mode.inflightBytes, 'byte')}`;
        return `${has}: paused, its window is full with ${window} unanswered`;
      }
      return mode.inflight.length > 0
        ? `${has}: ${counted(mode.inflight.length, 'append')} under way`
        : has;
    case 'snapshot':
      return `${has}: receives the snapshot to ${mode.snapshot.index}, from byte ${mode.offset} on`;
  }
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
