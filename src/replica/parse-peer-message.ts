/** Messages between replicas as they come from outside: nothing malformed reaches a replica. */

import { check, count, FieldFault, type Fields, object, shown } from '../raft/fields.ts';
import { asLogIndex, asNodeId, type NodeId, parseMessage } from '../raft/index.ts';
import type { Outcome } from './operation.ts';
import type { ForwardRequest, ForwardResponse, PeerMessage } from './transport.ts';

/** What a state machine's values look like on the wire. Each throws when a value is none. */
export interface WireFormat<Command, Result> {
  /**
   * A command that stands in the log: for a replica, one of a session (`parseSessionCommand`).
   */
  parseCommand(value: unknown): Command;
  /** A result that another node sends: for a replica, one of a session (`parseSessionResult`). */
  parseResult(value: unknown): Result;
}

/** A message's fields without its kind and envelope, as JSON carries them. */
export function peerMessageFields(message: PeerMessage<unknown, unknown>): Fields {
  const { kind: _kind, from: _from, to: _to, ...fields } = message;
  if (message.kind !== 'snapshotRequest') return fields;
  return { ...fields, data: Buffer.from(message.data).toString('base64') };
}

function parseSnapshotData(value: unknown): Uint8Array {
  check(typeof value === 'string', 'snapshot data is no text');
  const data = Buffer.from(value, 'base64');
  check(data.toString('base64') === value, 'snapshot data is not in base64');
  return data;
}

/** What a message between replicas is: one of the core's, or a request that is forwarded. */
export type PeerMessageKind = PeerMessage<unknown, unknown>['kind'];

/** Every kind, once; the compiler sees to it that none is missing. */
const kinds: { readonly [K in PeerMessageKind]: true } = {
  preVoteRequest: true,
  preVoteResponse: true,
  voteRequest: true,
  voteResponse: true,
  newerTerm: true,
  appendRequest: true,
  appendResponse: true,
  heartbeatRequest: true,
  heartbeatResponse: true,
  commitHint: true,
  snapshotRequest: true,
  snapshotResponse: true,
  readIndexRequest: true,
  readIndexResponse: true,
  timeoutNow: true,
  forwardRequest: true,
  forwardResponse: true,
};

/** Every kind, once. */
export const peerMessageKinds = Object.keys(kinds) as readonly PeerMessageKind[];

/**
 * Checks a message that came from outside, field by field; `peerMessageFields` wrote its fields.
 *
 * @param fields the message without its kind and envelope, as JSON has it
 * @throws Error saying what is wrong
 */
export function parsePeerMessage<Command, Result>(
  kind: PeerMessageKind,
  from: string,
  to: string,
  fields: Fields,
  format: WireFormat<Command, Result>,
): PeerMessage<Command, Result> {
  const envelope = { from: asNodeId(from), to: asNodeId(to) };
  switch (kind) {
    case 'forwardRequest':
      return parseForwardRequest(envelope, fields, format);
    case 'forwardResponse':
      return parseForwardResponse(envelope, fields, format);
    default: {
      const parsed = parseMessage(kind, envelope.from, envelope.to, fields, {
        parseCommand: (command) => format.parseCommand(command),
        parseSnapshotData,
      });
      if (!parsed.ok) throw new FieldFault(parsed.fault);
      return parsed.message;
    }
  }
}

interface Envelope {
  readonly from: NodeId;
  readonly to: NodeId;
}

function parseForwardRequest<Command>(
  envelope: Envelope,
  fields: Fields,
  format: WireFormat<Command, unknown>,
): ForwardRequest<Command> {
  const timeoutMs = fields['timeoutMs'];
  const isTime = typeof timeoutMs === 'number' && timeoutMs >= 0 && timeoutMs < Infinity;
  check(isTime, 'timeoutMs is not a time');
  return {
    kind: 'forwardRequest',
    ...envelope,
    id: count(fields, 'id'),
    attempt: count(fields, 'attempt'),
    command: format.parseCommand(fields['command']),
    timeoutMs,
  };
}

function parseForwardResponse<Result>(
  envelope: Envelope,
  fields: Fields,
  format: WireFormat<unknown, Result>,
): ForwardResponse<Result> {
  return {
    kind: 'forwardResponse',
    ...envelope,
    id: count(fields, 'id'),
    attempt: count(fields, 'attempt'),
    outcome: parseOutcome(object(fields['outcome'], 'outcome'), format),
  };
}

function parseOutcome<Result>(
  fields: Fields,
  format: WireFormat<unknown, Result>,
): Outcome<Result> {
  switch (fields['kind']) {
    case 'done': {
      const index = asLogIndex(count(fields, 'index'));
      return { kind: 'done', result: format.parseResult(fields['result']), index };
    }
    case 'refused':
      return { kind: 'refused', reason: oneOf(refusedReasons, fields['reason']) };
    case 'unknown':
      return { kind: 'unknown', reason: oneOf(unknownReasons, fields['reason']) };
    default:
      throw new FieldFault('outcome has an unknown kind');
  }
}

const refusedReasons = ['notLeader', 'noLeader', 'overloaded', 'timedOut', 'stopped'] as const;
const unknownReasons = ['timedOut', 'stopped', 'compacted', 'forgotten'] as const;

function oneOf<T>(known: readonly T[], value: unknown): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new FieldFault(`unknown reason: ${shown(value)}`);
  return found;
}
