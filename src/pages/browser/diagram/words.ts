/** What messages, spans and operations are called, in a few words. */

import type { Model, Operation, Span } from './model.ts';

/** What a message says, short enough to stand on its arrow. */
export function sayMessage(model: Model, message: number): string {
  const type = model.typeOf(message);
  const field = (...path: string[]): unknown => model.field(message, ...path);
  switch (type) {
    case 'preVoteRequest':
      return `pre-vote? t${field('term')}`;
    case 'voteRequest':
      return `vote? t${field('term')}`;
    case 'preVoteResponse':
      return field('granted') === true ? 'pre-vote: yes' : 'pre-vote: no';
    case 'voteResponse':
      return field('granted') === true ? 'vote: yes' : 'vote: no';
    case 'appendRequest':
      return sayAppend(field('prevIndex'), field('entries'));
    case 'appendResponse':
      return field('result', 'kind') === 'accepted'
        ? `ok ≤ ${field('result', 'matchIndex')}`
        : `no, try ${field('result', 'hintIndex')}`;
    case 'heartbeatRequest':
      return `heartbeat, c ${field('commitIndex')}`;
    case 'heartbeatResponse':
      return `alive, ≤ ${field('matchIndex')}`;
    case 'commitHint':
      return `committed ${field('commitIndex')}`;
    case 'readIndexRequest':
      return 'read?';
    case 'readIndexResponse':
      return field('index') === null ? 'read: busy' : `read at ${field('index')}`;
    case 'snapshotRequest':
      return `snapshot ${field('snapshot', 'index') ?? ''} @${field('offset')}`;
    case 'snapshotResponse':
      return field('result', 'kind') === 'installed' ? 'installed' : 'go on';
    case 'newerTerm':
      return `term is ${field('term')}`;
    case 'timeoutNow':
      return 'campaign now';
    case 'forwardRequest':
      return 'forward';
    case 'forwardResponse':
      return 'answer';
    default:
      return type;
  }
}

function sayAppend(prevIndex: unknown, entries: unknown): string {
  const first = Number(prevIndex) + 1;
  if (!Array.isArray(entries)) return `append from ${first}`;
  if (entries.length === 0) return `append after ${first - 1}?`;
  const last = first + entries.length - 1;
  return last === first ? `append ${first}` : `append ${first}–${last}`;
}

const roles: { readonly [role: string]: string } = { preCandidate: 'pre-candidate' };

export const sayRole = (role: string): string => roles[role] ?? role;

const reasons: { readonly [reason: string]: string } = {
  electionTimeout: 'no leader was heard for an election timeout',
  preVoteWon: 'a quorum would vote for it',
  electionWon: 'a quorum has voted for it',
  voteGranted: 'it gave its vote',
  transferReceived: 'the leader handed over to it',
  removed: 'it is no member any more',
  higherTerm: 'it heard of a newer term',
  leaderFound: 'it heard of a leader',
  quorumLost: 'it did not hear from a quorum',
};

export function saySpan({ role, term, leader, votedFor, reason }: Span): string {
  const parts = [role === 'unknown' ? 'up, role unknown' : `${sayRole(role)}, term ${term}`];
  if (role === 'follower' && leader !== null) parts.push(`follows ${leader}`);
  if (votedFor !== null && role !== 'leader') parts.push(`has voted for ${votedFor}`);
  const why = reason === null ? undefined : reasons[reason];
  if (why !== undefined) parts.push(`because ${why}`);
  else if (reason !== null) parts.push(reason);
  return parts.join('; ');
}

export function sayOperation({ f, key, value, client }: Operation): string {
  const what = [key, value].filter((it) => it !== null).map((it) => ` ${sayValue(it)}`);
  return `${f}${what.join('')} by ${client}`;
}

export function sayValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const outcomeWords: { readonly [outcome: string]: string } = {
  ok: 'took effect',
  fail: 'surely did not take effect',
  info: 'may have taken effect: nobody knows',
  open: 'was not answered before the trace ended',
};
