/**
 * Peer messages as they come from outside: checked field by field, so that nothing impossible
 * reaches the core. What can be judged only against a node's state, the core judges itself.
 */

import { check, count, FieldFault, type Fields, flag, object, shown } from './fields.ts';
import type { AppendResult, Message, MessageKind, SnapshotResult } from './messages.ts';
import { membershipFault } from './quorum.ts';
import {
  asLogIndex,
  asNodeId,
  asTerm,
  type Entry,
  type LogIndex,
  type Membership,
  type NodeId,
  type SnapshotMeta,
  type Term,
} from './types.ts';

/** A message, or what is wrong with it. */
export type ParsedMessage<Command> =
  | { readonly ok: true; readonly message: Message<Command> }
  | { readonly ok: false; readonly fault: string };

/** Turns what a peer sent into what the core takes for opaque; each throws when it is none. */
export interface MessageFormat<Command> {
  /** @throws anything when it is no command; the message is a fault then */
  parseCommand(value: unknown): Command;
  /**
   * The bytes of a part of a snapshot, as the wire has them.
   *
   * @throws anything when it is none; the message is a fault then
   */
  parseSnapshotData(value: unknown): Uint8Array;
}

/**
 * Checks a message that came from outside, field by field. What is wrong with it is returned.
 *
 * @param from who has sent it, as the transport knows it
 * @param fields the message's own fields, as JSON has them
 * @throws what no message can bring about: a fault of this code
 */
export function parseMessage<Command>(
  kind: MessageKind,
  from: NodeId,
  to: NodeId,
  fields: Fields,
  format: MessageFormat<Command>,
): ParsedMessage<Command> {
  try {
    return { ok: true, message: parse(kind, from, to, fields, format) };
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    return { ok: false, fault: error.message };
  }
}

function parse<Command>(
  kind: MessageKind,
  from: NodeId,
  to: NodeId,
  fields: Fields,
  format: MessageFormat<Command>,
): Message<Command> {
  const currentTerm = term(fields, 'term');
  const head = { from, to, term: currentTerm };
  switch (kind) {
    case 'preVoteRequest':
      return { kind, ...head, round: count(fields, 'round'), ...lastEntry(fields, head.term) };
    case 'preVoteResponse':
      return { kind, ...head, round: count(fields, 'round'), granted: flag(fields, 'granted') };
    case 'voteRequest':
      return {
        kind,
        ...head,
        ...lastEntry(fields, head.term),
        isTransfer: flag(fields, 'isTransfer'),
      };
    case 'voteResponse':
      return { kind, ...head, granted: flag(fields, 'granted'), ...logEnd(fields, head.term) };
    case 'newerTerm':
      return { kind, ...head };
    // Written out, not spread: most of what a node hears are these four.
    case 'appendRequest': {
      const prevIndex = index(fields, 'prevIndex');
      const prevTerm = term(fields, 'prevTerm');
      check((prevIndex === 0) === (prevTerm === 0), 'prevIndex and prevTerm are zero together');
      check(prevTerm <= head.term, 'prevTerm is a later term than its leader');
      return {
        kind,
        from,
        to,
        term: currentTerm,
        prevIndex,
        prevTerm,
        entries: entries(fields['entries'], prevIndex, prevTerm, currentTerm, format),
        commitIndex: index(fields, 'commitIndex'),
        round: count(fields, 'round'),
        electionTicks: count(fields, 'electionTicks'),
      };
    }
    case 'appendResponse':
      return {
        kind,
        from,
        to,
        term: currentTerm,
        round: count(fields, 'round'),
        result: appendResult(object(fields['result'], 'result')),
      };
    case 'heartbeatRequest':
      return {
        kind,
        from,
        to,
        term: currentTerm,
        commitIndex: index(fields, 'commitIndex'),
        round: count(fields, 'round'),
        electionTicks: count(fields, 'electionTicks'),
      };
    case 'heartbeatResponse':
      return {
        kind,
        from,
        to,
        term: currentTerm,
        round: count(fields, 'round'),
        matchIndex: index(fields, 'matchIndex'),
        priority: count(fields, 'priority'),
      };
    case 'commitHint':
      return {
        kind,
        ...head,
        commitIndex: index(fields, 'commitIndex'),
        electionTicks: count(fields, 'electionTicks'),
      };
    case 'snapshotRequest':
      return {
        kind,
        ...head,
        round: count(fields, 'round'),
        snapshot: snapshotMeta(object(fields['snapshot'], 'snapshot'), head.term),
        offset: count(fields, 'offset'),
        data: opaque('data', () => format.parseSnapshotData(fields['data'])),
        isLast: flag(fields, 'isLast'),
      };
    case 'snapshotResponse':
      return {
        kind,
        ...head,
        round: count(fields, 'round'),
        snapshotIndex: index(fields, 'snapshotIndex'),
        offset: count(fields, 'offset'),
        result: snapshotResult(object(fields['result'], 'result')),
      };
    case 'readIndexRequest':
      return { kind, ...head, sequence: count(fields, 'sequence') };
    case 'readIndexResponse': {
      const isRefused = fields['index'] === null;
      const answer = isRefused ? null : index(fields, 'index');
      return { kind, ...head, sequence: count(fields, 'sequence'), index: answer };
    }
    case 'timeoutNow':
      return { kind, ...head };
  }
}

function snapshotMeta(fields: Fields, leaderTerm: Term): SnapshotMeta {
  const at = object(fields['membership'], 'membership');
  const meta = {
    index: index(fields, 'index'),
    term: term(fields, 'term'),
    membership: {
      index: index(at, 'index'),
      membership: membership(object(at['membership'], 'membership')),
    },
  };
  check(meta.index > 0 && meta.term > 0, 'a snapshot ends with an entry');
  check(meta.term <= leaderTerm, 'a snapshot is of a later term than its leader');
  check(meta.membership.index <= meta.index, 'the membership is of after the snapshot');
  return meta;
}

function membership(fields: Fields): Membership {
  const parsed = {
    voters: nodes(fields, 'voters'),
    outgoing: nodes(fields, 'outgoing'),
    learners: nodes(fields, 'learners'),
  };
  const fault = membershipFault(parsed.voters, parsed.learners);
  check(fault === null, fault ?? '');
  const isOnce = new Set(parsed.outgoing).size === parsed.outgoing.length;
  check(isOnce, 'outgoing names a node twice');
  return parsed;
}

/** How many nodes a membership may name: more are no cluster. */
const maxNodes = 1000;

function nodes(fields: Fields, name: string): readonly NodeId[] {
  const value = fields[name];
  check(Array.isArray(value) && value.length <= maxNodes, `${name} is not a list of nodes`);
  return value.map((node: unknown) => {
    check(typeof node === 'string' && node !== '', `${name} names a node that is no text`);
    return asNodeId(node);
  });
}

function snapshotResult(fields: Fields): SnapshotResult {
  switch (fields['kind']) {
    case 'expects':
      return { kind: 'expects', offset: count(fields, 'offset') };
    case 'installed':
      return { kind: 'installed' };
    default:
      throw new FieldFault(`result has an unknown kind: ${shown(fields['kind'])}`);
  }
}

interface LogEnd {
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
}

function lastEntry(fields: Fields, requestTerm: Term): LogEnd {
  const end = logEnd(fields, requestTerm);
  check(end.lastLogTerm < requestTerm, 'a campaign is of a later term than the log');
  return end;
}

/** Whoever answers may have followed the leader of the term already, or be it. */
function logEnd(fields: Fields, currentTerm: Term): LogEnd {
  const lastLogIndex = index(fields, 'lastLogIndex');
  const lastLogTerm = term(fields, 'lastLogTerm');
  check((lastLogIndex === 0) === (lastLogTerm === 0), 'an empty log has no last term');
  check(lastLogTerm <= currentTerm, 'the log is of a later term than its node');
  return { lastLogIndex, lastLogTerm };
}

function appendResult(fields: Fields): AppendResult {
  switch (fields['kind']) {
    case 'accepted':
      return { kind: 'accepted', matchIndex: index(fields, 'matchIndex') };
    case 'inconsistent':
      return {
        kind: 'inconsistent',
        prevIndex: index(fields, 'prevIndex'),
        hintIndex: index(fields, 'hintIndex'),
        hintTerm: term(fields, 'hintTerm'),
      };
    default:
      throw new FieldFault(`result has an unknown kind: ${shown(fields['kind'])}`);
  }
}

function entries<Command>(
  value: unknown,
  prevIndex: LogIndex,
  prevTerm: Term,
  leaderTerm: Term,
  format: MessageFormat<Command>,
): Entry<Command>[] {
  check(Array.isArray(value), 'entries is not an array');
  let lastTerm = prevTerm;
  return value.map((item: unknown, offset) => {
    const fields = object(item, 'an entry');
    const at = index(fields, 'index');
    const of = term(fields, 'term');
    check(at === prevIndex + 1 + offset, 'entries leave a gap');
    check(of >= lastTerm && of > 0, 'terms of entries decrease');
    check(of <= leaderTerm, 'an entry is of a later term than its leader');
    lastTerm = of;
    switch (fields['kind']) {
      case 'noop':
        return { kind: 'noop', index: at, term: of, bytes: 0 };
      case 'membership': {
        const named = membership(object(fields['membership'], 'membership'));
        return { kind: 'membership', index: at, term: of, membership: named, bytes: 0 };
      }
      case 'command': {
        const command = opaque('command', () => format.parseCommand(fields['command']));
        return { kind: 'command', index: at, term: of, command, bytes: count(fields, 'bytes') };
      }
      default:
        throw new FieldFault('an entry has an unknown kind');
    }
  });
}

/** What the core does not look into is judged by whoever knows it. */
function opaque<T>(name: string, parseValue: () => T): T {
  try {
    return parseValue();
  } catch (error) {
    throw new FieldFault(`${name} is malformed: ${String(error)}`);
  }
}

function index(fields: Fields, name: string): LogIndex {
  return asLogIndex(count(fields, name));
}

function term(fields: Fields, name: string): Term {
  return asTerm(count(fields, name));
}
