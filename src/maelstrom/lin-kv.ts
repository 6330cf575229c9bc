/**
 * The lin-kv workload on a replica: Maelstrom's read, write and cas become operations of the
 * key-value machine, and outcomes become replies. Any node answers any client.
 */

import { EncodedSnapshots, type SnapshotFormat } from '../machine/encoded-snapshots.ts';
import {
  isDeeperThan,
  type Json,
  maxJsonDepth,
  parseJson,
  stringifyJson,
} from '../machine/json.ts';
import {
  type KeyValueCommand,
  KeyValueMachine,
  type KeyValueQuery,
  type KeyValueResult,
} from '../machine/key-value.ts';
import {
  keyValueResultFormat,
  keyValueSnapshotFormat,
  parseKeyValueCommand,
  parseKeyValueResult,
  sizeOfKeyValueResult,
} from '../machine/key-value-wire.ts';
import type { StateMachine } from '../machine/machine.ts';
import type { SessionCommand, SessionResult } from '../machine/session-command.ts';
import { parseSessionCommand, parseSessionResult } from '../machine/session-wire.ts';
import { SessionMachine } from '../machine/sessions.ts';
import {
  asNodeId,
  createRandom,
  defaultSettings,
  membershipOf,
  nextInteger,
  type Settings,
} from '../raft/index.ts';
import {
  type Clock,
  type Observer,
  type Operation,
  type Outcome,
  type RefusedReason,
  Replica,
  type ReplicaOptions,
  realClock,
  type WireFormat,
} from '../replica/index.ts';
import { errorCodes, malformed, RpcError } from './errors.ts';
import type { Body } from './message.ts';
import type { MaelstromNode, Reply } from './node.ts';
import { createPeerTransport, type PeerTransport, receivePeers } from './peer-transport.ts';

type LinKvTransport = PeerTransport<LoggedCommand, SessionResult<KeyValueResult>>;

export type KeyValueReplica = Replica<KeyValueCommand, KeyValueQuery, KeyValueResult>;

/** What stands in the log. */
export type LoggedCommand = SessionCommand<KeyValueCommand>;

export interface LinKvOptions {
  readonly createStore: () => ReplicaOptions<
    KeyValueCommand,
    KeyValueQuery,
    KeyValueResult
  >['store'];
  /** The cluster's chance; each node derives its own from it. */
  readonly seed: number;
  /** A request is answered within this time, with an error if need be. Default: 950 ms. */
  readonly requestTimeoutMs?: number;
  readonly clock?: Clock;
  readonly observer?: LinKvObserver;
  /** Of the cores; default: defaultSettings. */
  readonly settings?: Settings;
  /** Reads rest on leases: see Settings.leaseReads, which this sets. */
  readonly leaseReads?: boolean;
  /** The length of a tick, in milliseconds. */
  readonly tickMs?: number;
  /** Puts something around the state machine, such as a witness of what it is told to do. */
  readonly wrapMachine?: (machine: ReplicatedMachine) => ReplicatedMachine;
}

/** The key-value machine, each of whose commands is carried out once. */
export type ReplicatedMachine = StateMachine<
  KeyValueCommand,
  KeyValueQuery,
  KeyValueResult,
  Uint8Array
>;

export type KeyValueSessions = SessionMachine<KeyValueCommand, KeyValueQuery, KeyValueResult>;

/** A replica's observer, and what only this layer sees. */
export interface LinKvObserver extends Observer {
  /** The replica and its machine exist now; the sessions are around the machine. */
  onStart?(replica: KeyValueReplica, machine: KeyValueMachine, sessions: KeyValueSessions): void;
  /** A peer's message made no sense and was dropped. */
  onMalformedPeerMessage?(from: string, fault: string): void;
  /** A client's request has arrived. */
  onRequest?(type: ClientRequest): void;
  /** It is answered: with an error code, or null when it succeeded. */
  onReply?(type: ClientRequest, code: number | null, durationMs: number): void;
}

/** Maelstrom's clients wait 1000 ms, or ten times the mean latency when that is more. */
const defaultRequestTimeoutMs = 950;

/** What one command may weigh, as JSON, in bytes: it has to travel in one line between nodes. */
const maxCommandBytes = 8 * 1024 * 1024;

/** How deeply its key and values may be nested: a message between nodes adds a few levels. */
const maxValueDepth = maxJsonDepth - 16;

/** How commands and results stand in messages between nodes. */
export const linKvWireFormat: WireFormat<LoggedCommand, SessionResult<KeyValueResult>> = {
  parseCommand: (value) => parseSessionCommand(value, parseKeyValueCommand),
  parseResult: (value) => parseSessionResult(value, parseKeyValueResult),
};

/** How commands stand in a store. */
export const loggedCommandFormat: SnapshotFormat<LoggedCommand> = {
  encode: (command) => Buffer.from(stringifyJson(command)),
  decode: ({ buffer, byteOffset, byteLength }) =>
    linKvWireFormat.parseCommand(parseJson(Buffer.from(buffer, byteOffset, byteLength).toString())),
};

/** Makes `node` a lin-kv node. Call before `run`. */
export function serveLinKv(node: MaelstromNode, options: LinKvOptions): void {
  const { clock = realClock, observer = {}, requestTimeoutMs = defaultRequestTimeoutMs } = options;
  const { tickMs, wrapMachine = (machine) => machine } = options;
  const { leaseReads = options.settings?.leaseReads ?? false } = options;
  const settings = { ...(options.settings ?? defaultSettings), leaseReads };
  let replica: KeyValueReplica | null = null;
  let transport: LinKvTransport | null = null;
  const onMalformed = (from: string, fault: string): void =>
    observer.onMalformedPeerMessage?.(from, fault);

  node.onInit(async () => {
    const machine = new KeyValueMachine();
    const encoded = new EncodedSnapshots(machine, keyValueSnapshotFormat);
    const sessions = new SessionMachine(wrapMachine(encoded), {
      sizeOf: sizeOfKeyValueResult,
      results: keyValueResultFormat,
    });
    const seed = options.seed + node.nodeIds.indexOf(node.id);
    const peers = createPeerTransport({
      node,
      clock,
      life: nextInteger(createRandom(seed), 0, 2 ** 29),
      format: linKvWireFormat,
      deliver: (message) => replica?.receive(message),
      onLost: (peer) => replica?.notePeerLost(peer),
      onMalformed,
    });
    replica = await Replica.start({
      id: asNodeId(node.id),
      membership: membershipOf(node.nodeIds.map(asNodeId)),
      seed,
      machine: sessions,
      sizeOf,
      store: options.createStore(),
      transport: peers,
      clock,
      observer,
      settings,
      readConsistency: leaseReads ? 'linearizableByLease' : 'linearizable',
      ...(tickMs === undefined ? {} : { tickMs }),
    }).catch((error: Error) => {
      // What was stored cannot be trusted, or not be read: there is no node without it.
      observer.onHalted?.(error.message, null);
      throw new RpcError(errorCodes.crash, error.message);
    });
    transport = peers;
    observer.onStart?.(replica, machine, sessions);
  });
  node.onEnd(() => replica?.stop());
  receivePeers(node, () => transport, onMalformed);

  const serve = (type: ClientRequest, parse: (body: Body) => KeyValueOperation): void =>
    node.handle(type, async (body) => {
      const startMs = clock.now();
      const ended = (code: number | null): void =>
        observer.onReply?.(type, code, clock.now() - startMs);
      observer.onRequest?.(type);
      try {
        const operation = parse(body);
        if (replica === null) throw new RpcError(errorCodes.temporarilyUnavailable, 'starting');
        const reply = toReply(type, await replica.submit(operation, requestTimeoutMs));
        ended(typeof reply['code'] === 'number' ? reply['code'] : null);
        return reply;
      } catch (error) {
        ended(error instanceof RpcError ? error.code : errorCodes.crash);
        throw error;
      }
    });
  serve('read', parseRead);
  serve('write', parseWrite);
  serve('cas', parseCas);
}

export type ClientRequest = 'read' | 'write' | 'cas';
type KeyValueOperation = Operation<KeyValueCommand, KeyValueQuery>;

function parseRead(body: Body): KeyValueOperation {
  return { kind: 'query', query: { kind: 'read', key: field(body, 'key') } };
}

function parseWrite(body: Body): KeyValueOperation {
  return checkSize({ kind: 'write', key: field(body, 'key'), value: field(body, 'value') });
}

function parseCas(body: Body): KeyValueOperation {
  const createIfNotExists = body['create_if_not_exists'] ?? false;
  if (typeof createIfNotExists !== 'boolean') {
    throw malformed('create_if_not_exists is neither true nor false');
  }
  return checkSize({
    kind: 'cas',
    key: field(body, 'key'),
    from: field(body, 'from'),
    to: field(body, 'to'),
    createIfNotExists,
  });
}

function field(body: Body, name: string): Json {
  const value = body[name];
  if (value === undefined) throw malformed(`${body.type} has no ${name}`);
  if (isDeeperThan(maxValueDepth, value)) {
    throw malformed(`${name} is nested more than ${maxValueDepth} levels deep`);
  }
  return value;
}

function checkSize(command: KeyValueCommand): KeyValueOperation {
  const bytes = sizeOf(command);
  if (bytes > maxCommandBytes) throw malformed(`${bytes} bytes are more than ${maxCommandBytes}`);
  return { kind: 'command', command };
}

function sizeOf(command: KeyValueCommand): number {
  return Buffer.byteLength(stringifyJson(command));
}

/**
 * What a client is told. Code 11 promises that the operation did not happen and never will, so it
 * is said of refusals only; what may have happened, or may yet, is code 0.
 */
function toReply(request: ClientRequest, outcome: Outcome<KeyValueResult>): Reply {
  switch (outcome.kind) {
    case 'done':
      return resultReply(request, outcome.result);
    case 'refused':
      return errorReply(errorCodes.temporarilyUnavailable, refusals[outcome.reason]);
    case 'unknown':
      return errorReply(errorCodes.timeout, 'no answer in time; it may have happened');
  }
}

const refusals: { readonly [R in RefusedReason]: string } = {
  notLeader: 'not the leader',
  noLeader: 'no leader was found in time',
  overloaded: 'overloaded',
  timedOut: 'no answer in time; nothing was changed',
  stopped: 'this node has stopped',
};

function resultReply(request: ClientRequest, result: KeyValueResult): Reply {
  switch (result.kind) {
    case 'written':
      return { type: `${request}_ok` };
    case 'value':
      return { type: 'read_ok', value: result.value };
    case 'absent':
      return errorReply(errorCodes.keyDoesNotExist, 'key does not exist');
    case 'mismatch': {
      const actual = stringifyJson(result.actual).slice(0, 100);
      return errorReply(errorCodes.preconditionFailed, `the value is ${actual}`);
    }
  }
}

/** Most compare-and-sets end so: that is no exception, and needs no stack. */
function errorReply(code: number, text: string): Reply {
  return { type: 'error', code, text };
}
