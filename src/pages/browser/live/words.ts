/** How the page says times, amounts and reasons. */

import type { LiveRoleChange, LiveStatus } from '../../live-status.ts';

export const roleWords: { readonly [R in LiveStatus['role']]: string } = {
  leader: 'leader',
  follower: 'follower',
  preCandidate: 'pre-candidate',
  candidate: 'candidate',
};

export const reasonWords: { readonly [R in LiveRoleChange['reason']]: string } = {
  started: 'the node was started',
  electionTimeout: 'it heard no leader in time',
  preVoteWon: 'a majority would vote for it',
  electionWon: 'a majority voted for it',
  voteGranted: 'it voted for another',
  transferReceived: 'the leader handed over to it',
  removed: 'it is a voter no more',
  higherTerm: 'it saw a higher term',
  leaderFound: 'it heard the leader of the term',
  quorumLost: 'it did not hear a quorum',
};

export function clock(ms: number): string {
  return new Date(ms).toLocaleTimeString(undefined, { hourCycle: 'h23' });
}

/** A time in its two greatest units. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes > 0 && seconds % 60 === 0) return `${minutes} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

export type Unit = 'perSecond' | 'bytesPerSecond' | 'bytes' | 'seconds' | 'percent' | 'count';

/** Three digits or so, with the unit that suits them. */
export function amount(value: number, unit: Unit): string {
  switch (unit) {
    case 'perSecond':
      return `${digits(value)}/s`;
    case 'bytesPerSecond':
      return `${bytes(value)}/s`;
    case 'bytes':
      return bytes(value);
    case 'seconds':
      return value < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
    case 'percent':
      return `${digits(value)} %`;
    case 'count':
      return digits(value);
  }
}

function digits(value: number): string {
  if (value >= 100) return count(Math.round(value));
  return String(Number(value.toPrecision(value < 10 ? 2 : 3)));
}

function bytes(value: number): string {
  if (value < 1000) return `${digits(value)} B`;
  if (value < 1e6) return `${digits(value / 1e3)} kB`;
  return value < 1e9 ? `${digits(value / 1e6)} MB` : `${digits(value / 1e9)} GB`;
}
