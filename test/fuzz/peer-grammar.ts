/** Messages between replicas, as correct ones could send them. */

import { keyValueResultFormat } from '../../src/machine/key-value-wire.ts';
import { encodeSessions } from '../../src/machine/session-snapshot.ts';
import { nextInteger, type Random } from '../../src/raft/index.ts';
import { type PeerMessageKind, peerMessageKinds } from '../../src/replica/index.ts';
import { happens, jsonValue, oddNames, pick } from './generators.ts';

export interface Peer {
  readonly kind: PeerMessageKind;
  /** The message's own fields, as plain values. */
  readonly fields: { readonly [name: string]: unknown };
}

/** A message of any kind. Terms are around this one, and what is counted is small, mostly. */
export function somePeer(random: Random, term: number): Peer {
  const kind = happens(random, 0.3)
    ? pick<PeerMessageKind>(random, 'appendRequest', 'snapshotRequest')
    : pick(random, ...peerMessageKinds);
  return { kind, fields: fieldsOf(kind, random, term) };
}

function fieldsOf(kind: PeerMessageKind, random: Random, around: number): Peer['fields'] {
  const small = (): number => nextInteger(random, 0, happens(random, 0.05) ? 2 ** 53 : 6);
  const flag = (): boolean => happens(random, 0.5);
  const term = around + nextInteger(random, 1, 3);
  const round = small();
  switch (kind) {
    case 'preVoteRequest':
      return { term, round, ...lastEntry(random, term) };
    case 'preVoteResponse':
      return { term, round, granted: flag() };
    case 'voteRequest':
      return { term, ...lastEntry(random, term), isTransfer: flag() };
    case 'voteResponse':
      return { term, granted: flag(), ...lastEntry(random, term) };
    case 'newerTerm':
    case 'timeoutNow':
      return { term };
    case 'appendRequest':
      return { term, ...entries(random, term), commitIndex: small(), round, electionTicks: 30 };
    case 'appendResponse':
      return { term, round, result: appendResult(random) };
    case 'heartbeatRequest':
      return { term, commitIndex: small(), round, electionTicks: pick(random, 0, 30, 1e9) };
    case 'heartbeatResponse':
      return { term, round, matchIndex: small(), priority: small() };
    case 'commitHint':
      return { term, commitIndex: small(), electionTicks: pick(random, 0, 30, 1e9) };
    case 'snapshotRequest':
      return { term, round, ...snapshotPart(random, term) };
    case 'snapshotResponse': {
      const result = pick<unknown>(random, { kind: 'installed' }, { kind: 'expects', offset: 3 });
      return { term, round, snapshotIndex: small(), offset: small(), result };
    }
    case 'readIndexRequest':
      return { term, sequence: small() };
    case 'readIndexResponse':
      return { term, sequence: small(), index: flag() ? null : small() };
    case 'forwardRequest': {
      const timeoutMs = pick(random, 0, 5, 0.5, 899.25, 1e300);
      return { id: small(), attempt: small(), command: logged(random), timeoutMs };
    }
    case 'forwardResponse':
      return { id: small(), attempt: small(), outcome: outcome(random) };
  }
}

/** The end of a log of an earlier term than this. */
function lastEntry(random: Random, term: number): object {
  const lastLogIndex = term === 1 ? 0 : nextInteger(random, 0, 6);
  return { lastLogIndex, lastLogTerm: lastLogIndex === 0 ? 0 : nextInteger(random, 1, term) };
}

function entries(random: Random, term: number): object {
  const prevIndex = nextInteger(random, 0, 5);
  const prevTerm = prevIndex === 0 ? 0 : nextInteger(random, 1, term + 1);
  let entryTerm = Math.max(1, prevTerm);
  const list = Array.from({ length: nextInteger(random, 0, 5) }).map((_, offset) => {
    entryTerm = nextInteger(random, entryTerm, term + 1);
    const head = { index: prevIndex + 1 + offset, term: entryTerm };
    const bytes = 0;
    const named = membership(random);
    return pick<unknown>(
      random,
      { kind: 'noop', ...head, bytes },
      { kind: 'membership', ...head, membership: named, bytes },
      { kind: 'command', ...head, command: logged(random), bytes: nextInteger(random, 0, 100) },
    );
  });
  return { prevIndex, prevTerm, entries: list };
}

function membership(random: Random): object {
  const nodes = ['n1', 'n2', 'n3', 'n4', happens(random, 0.1) ? '__proto__' : 'n5'];
  const size = nextInteger(random, 1, 5);
  return {
    voters: nodes.slice(0, size),
    outgoing: pick(random, [], nodes.slice(1, 4)),
    learners: nodes.slice(size, size + nextInteger(random, 0, 2)),
  };
}

function appendResult(random: Random): object {
  const [a, b, c] = [0, 0, 0].map(() => nextInteger(random, 0, 6));
  const refusal = { kind: 'inconsistent', prevIndex: a, hintIndex: b, hintTerm: c };
  return pick<object>(random, { kind: 'accepted', matchIndex: a }, refusal);
}

function snapshotPart(random: Random, term: number): object {
  const index = nextInteger(random, 1, 9);
  const setAt = { index: nextInteger(random, 0, index + 1), membership: membership(random) };
  const snapshot = { index, term: nextInteger(random, 1, term + 1), membership: setAt };
  // What is in a snapshot is the machine's affair; here it is always one, or a part of one.
  const whole = { offset: 0, data: snapshotOf('["k","v"]'), isLast: true };
  const empty = { offset: 0, data: snapshotOf(''), isLast: true };
  const part = { offset: nextInteger(random, 0, 6), data: Buffer.from(''), isLast: false };
  return { snapshot, ...pick(random, whole, empty, part) };
}

/** Of a machine without a session. */
function snapshotOf(items: string): Buffer {
  const state = { nextSession: 1, now: 0, sessions: new Map() };
  return Buffer.from(encodeSessions(state, Buffer.from(items), keyValueResultFormat));
}

/** What stands in a log. */
function logged(random: Random): object {
  const life = happens(random, 0.1) ? 2 ** 53 - 1 : nextInteger(random, 0, 9);
  const node = pick<unknown>(random, 'n1', 'n2', '__proto__');
  const session = nextInteger(random, 1, 4);
  const firstOpen = nextInteger(random, 1, 5);
  const sequence = firstOpen + (happens(random, 0.05) ? 2 ** 50 : nextInteger(random, 0, 3));
  const ofClient = { kind: 'command', session, sequence, firstOpen, command: command(random) };
  const opening = { kind: 'openSession', owner: { node, life } };
  return pick<object>(random, ofClient, ofClient, opening);
}

export function command(random: Random): object {
  const [key, value, from] = [json(random), json(random), json(random)];
  const createIfNotExists = happens(random, 0.5);
  const cas = { kind: 'cas', key, from, to: value, createIfNotExists };
  return pick<object>(random, { kind: 'write', key, value }, cas);
}

function json(random: Random): unknown {
  const isPlain = happens(random, 0.5);
  return isPlain ? pick<unknown>(random, 0, 1, 'a', null, ...oddNames) : jsonValue(random, 2);
}

function outcome(random: Random): object {
  const value = json(random);
  const result = pick<object>(
    random,
    { kind: 'written' },
    { kind: 'absent' },
    { kind: 'value', value },
    { kind: 'mismatch', actual: value },
  );
  const session = nextInteger(random, 1, 5);
  const ofSession = pick<object>(
    random,
    { kind: 'applied', result },
    { kind: 'answered', result },
    { kind: 'opened', session },
    { kind: 'sessionExpired' },
    { kind: 'forgotten' },
  );
  const refused = ['notLeader', 'noLeader', 'overloaded', 'timedOut', 'stopped'];
  const unknown = ['timedOut', 'stopped', 'compacted', 'forgotten'];
  return pick<object>(
    random,
    { kind: 'done', result: ofSession, index: nextInteger(random, 0, 9) },
    { kind: 'refused', reason: pick(random, ...refused) },
    { kind: 'unknown', reason: pick(random, ...unknown) },
  );
}
