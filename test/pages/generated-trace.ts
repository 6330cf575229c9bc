/** A trace as long as one likes, which is the same each time: for pages that must bear many messages. */

import { createRandom, nextFraction } from '../../src/raft/index.ts';
import type { StateSummary, TraceEvent, TraceHeader } from '../../src/trace/format.ts';

export const generatedHeader: TraceHeader = {
  format: 'raftwright-trace',
  version: 1,
  source: 'simulation',
  level: 'full',
  nodes: ['n1', 'n2', 'n3', 'n4', 'n5'],
  startedAtMs: null,
  about: { seed: '1' },
};

/** Another node leads after so many rounds of messages. */
const roundsOfTerm = 400;

/**
 * Each round, 5 ms long, the leader sends an append or a heartbeat to all others, and is answered;
 * one message of a hundred is lost. Now and then there is an election, and a partition.
 */
export function* generatedEvents(messages: number): Generator<TraceEvent, void, undefined> {
  const random = createRandom(7);
  const { nodes } = generatedHeader;
  const later: TraceEvent[] = [];
  let id = 0;
  let lastIndex = 0;
  let operation = 0;
  for (const node of nodes) yield { timeMs: 0, kind: 'start', node, state: state(), core: null };
  for (let round = 0; id < messages; round++) {
    const timeMs = round * 5;
    const term = Math.floor(round / roundsOfTerm) + 1;
    const leader = nodes[term % nodes.length] ?? 'n1';
    const others = nodes.filter((node) => node !== leader);
    yield* due(later, timeMs);
    const isElection = round % roundsOfTerm === 0;
    if (isElection) yield* faults(timeMs, term, leader);
    if (isElection) yield* roles(timeMs, term, leader, nodes);
    const isAppend = !isElection && round % 2 === 0;
    if (isAppend) lastIndex++;
    if (isAppend) yield invoke(timeMs, operation, leader);
    const body = isElection
      ? { type: 'voteRequest', term, lastLogIndex: lastIndex, lastLogTerm: term - 1 }
      : isAppend
        ? append(term, lastIndex, round)
        : { type: 'heartbeatRequest', term, commitIndex: lastIndex, round, electionTicks: 20 };
    for (const to of others) {
      yield* carry(later, id, timeMs, leader, to, body, nextFraction(random));
      const answer = { ...answerTo(body.type), term, round };
      const sentMs = timeMs + 2.5;
      later.push({ timeMs: sentMs, kind: 'send', id: id + 1, from: to, to: leader, body: answer });
      later.push({ timeMs: sentMs + 0.5 + nextFraction(random), kind: 'receive', id: id + 1 });
      id += 2;
    }
    if (isAppend) later.push(completion(timeMs + 4.5, operation++));
  }
  yield* due(later, Number.POSITIVE_INFINITY);
}

function* due(later: TraceEvent[], untilMs: number): Generator<TraceEvent> {
  later.sort((a, b) => a.timeMs - b.timeMs);
  while (later[0] !== undefined && later[0].timeMs < untilMs) yield later.shift() as TraceEvent;
}

function* carry(
  later: TraceEvent[],
  id: number,
  timeMs: number,
  from: string,
  to: string,
  body: { readonly type: string },
  fraction: number,
): Generator<TraceEvent> {
  yield { timeMs, kind: 'send', id, from, to, body };
  const arrival = { timeMs: timeMs + 0.5 + fraction, id };
  later.push(fraction < 0.01 ? { ...arrival, kind: 'lose' } : { ...arrival, kind: 'receive' });
}

function* faults(timeMs: number, term: number, leader: string): Generator<TraceEvent> {
  const phase = term % 2 === 0 ? 'begin' : 'end';
  const text = `${leader} | the others`;
  yield { timeMs, kind: 'fault', fault: 'partition', phase, nodes: [leader], text };
}

function* roles(
  timeMs: number,
  term: number,
  leader: string,
  nodes: readonly string[],
): Generator<TraceEvent> {
  for (const node of nodes) {
    const role = node === leader ? 'leader' : 'follower';
    const reason = node === leader ? 'electionWon' : 'leaderFound';
    yield { timeMs, kind: 'role', node, role, term, leader, reason };
  }
}

function append(term: number, index: number, round: number) {
  const command = { key: index % 10, value: `value ${index}` };
  const entries = [{ kind: 'command', index, term, command, bytes: 30 }];
  const [prevIndex, commitIndex] = [index - 1, index - 1];
  const prevTerm = term;
  return { type: 'appendRequest', term, prevIndex, prevTerm, entries, commitIndex, round };
}

function answerTo(type: string) {
  switch (type) {
    case 'voteRequest':
      return { type: 'voteResponse', granted: true };
    case 'appendRequest':
      return { type: 'appendResponse', result: { kind: 'accepted', matchIndex: 1 } };
    default:
      return { type: 'heartbeatResponse', matchIndex: 1, priority: 0 };
  }
}

function invoke(timeMs: number, operation: number, node: string): TraceEvent {
  const client = `c${operation % 20}`;
  const value = operation;
  return { timeMs, kind: 'invoke', operation, client, node, f: 'write', key: 1, value };
}

/** One of fifty has an unknown outcome. */
function completion(timeMs: number, operation: number): TraceEvent {
  const isUnknown = operation % 50 === 17;
  const type = isUnknown ? 'info' : 'ok';
  const error = isUnknown ? 'timeout' : null;
  return { timeMs, kind: 'complete', operation, type, value: operation, error };
}

export function state(changes: Partial<StateSummary> = {}): StateSummary {
  return {
    role: 'follower',
    term: 0,
    votedFor: null,
    leader: null,
    lastIndex: 0,
    lastTerm: 0,
    durableIndex: 0,
    commitIndex: 0,
    appliedIndex: 0,
    ...changes,
  };
}
