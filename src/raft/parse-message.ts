/**
 * Peer messages as they come from outside: checked field by field, so that nothing impossible
 * reaches the core. What can be judged only against a node's state, the core judges itself.
 */

import { check, count, FieldFault, type Fields, flag, object } from './fields.ts';
import type { AppendResult, Message, MessageKind } from './messages.ts';
import { asLogIndex, asTerm, type Entry, type LogIndex, type NodeId, type Term } from './types.ts';

/** A message, or what is wrong with it. */
export type ParsedMessage<Command> =
  | { readonly ok: true; readonly message: Message<Command> }
  | { readonly ok: false; readonly fault: string };

/** Turns what a peer sent as a command into one; throws when it is none. */
type ParseCommand<Command> = (value: unknown) => Command;

/**
 * @param fields the message's own fields, as JSON has them
 * @param parseCommand throws when a value is not a command
 */
export function parseMessage<Command>(
  kind: MessageKind,
  from: NodeId,
  to: NodeId,
  fields: Fields,
  parseCommand: ParseCommand<Command>,
): ParsedMessage<Command> {
  try {
    return { ok: true, message: parse(kind, { from, to }, fields, parseCommand) };
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    return { ok: false, fault: error.message };
  }
}

function parse<Command>(
  kind: MessageKind,
  envelope: { readonly from: NodeId; readonly to: NodeId },
  fields: Fields,
  parseCommand: ParseCommand<Command>,
): Message<Command> {
  const head = { ...envelope, term: term(fields, 'term') };
  switch (kind) {
    case 'preVoteRequest':
      return { kind, ...head, round: count(fields, 'round'), ...lastEntry(fields, head.term) };
    case 'preVoteResponse':
      return { kind, ...head, round: count(fields, 'round'), granted: flag(fields, 'granted') };
    case 'voteRequest':
      return { kind, ...head, ...lastEntry(fields, head.term) };
    case 'voteResponse':
      return { kind, ...head, granted: flag(fields, 'granted') };
    case 'appendRequest': {
      const prevIndex = index(fields, 'prevIndex');
      const prevTerm = term(fields, 'prevTerm');
      check((prevIndex === 0) === (prevTerm === 0), 'prevIndex and prevTerm are zero together');
      return {
        kind,
        ...head,
        prevIndex,
        prevTerm,
        entries: entries(fields['entries'], prevIndex, prevTerm, head.term, parseCommand),
        commitIndex: index(fields, 'commitIndex'),
        round: count(fields, 'round'),
      };
    }
    case 'appendResponse':
      return {
        kind,
        ...head,
        round: count(fields, 'round'),
        result: appendResult(object(fields['result'], 'result')),
      };
    case 'heartbeatRequest':
      return {
        kind,
        ...head,
        commitIndex: index(fields, 'commitIndex'),
        round: count(fields, 'round'),
      };
    case 'heartbeatResponse':
      return {
        kind,
        ...head,
        round: count(fields, 'round'),
        matchIndex: index(fields, 'matchIndex'),
      };
  }
}

function lastEntry(
  fields: Fields,
  requestTerm: Term,
): { readonly lastLogIndex: LogIndex; readonly lastLogTerm: Term } {
  const lastLogIndex = index(fields, 'lastLogIndex');
  const lastLogTerm = term(fields, 'lastLogTerm');
  check((lastLogIndex === 0) === (lastLogTerm === 0), 'an empty log has no last term');
  check(lastLogTerm < requestTerm, 'a campaign is of a later term than the log');
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
    case 'staleTerm':
      return { kind: 'staleTerm' };
    default:
      throw new FieldFault(`result has an unknown kind: ${String(fields['kind'])}`);
  }
}

function entries<Command>(
  value: unknown,
  prevIndex: LogIndex,
  prevTerm: Term,
  leaderTerm: Term,
  parseCommand: ParseCommand<Command>,
): Entry<Command>[] {
  check(Array.isArray(value), 'entries is not an array');
  let lastTerm = prevTerm;
  return value.map((item: unknown, offset) => {
    const fields = object(item, 'an entry');
    const entry = {
      index: index(fields, 'index'),
      term: term(fields, 'term'),
    };
    check(entry.index === prevIndex + 1 + offset, 'entries leave a gap');
    check(entry.term >= lastTerm && entry.term > 0, 'terms of entries decrease');
    check(entry.term <= leaderTerm, 'an entry is of a later term than its leader');
    lastTerm = entry.term;
    if (fields['kind'] === 'noop') return { kind: 'noop', ...entry, bytes: 0 };
    check(fields['kind'] === 'command', 'an entry has an unknown kind');
    const command = commandOf(fields['command'], parseCommand);
    return { kind: 'command', ...entry, command, bytes: count(fields, 'bytes') };
  });
}

function commandOf<Command>(value: unknown, parseCommand: ParseCommand<Command>): Command {
  try {
    return parseCommand(value);
  } catch (error) {
    throw new FieldFault(`an entry's command is malformed: ${String(error)}`);
  }
}

function index(fields: Fields, name: string): LogIndex {
  return asLogIndex(count(fields, name));
}

function term(fields: Fields, name: string): Term {
  return asTerm(count(fields, name));
}
