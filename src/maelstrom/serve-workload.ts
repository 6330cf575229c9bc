/**
 * Any workload on a replica: requests become operations of the workload's machine, and outcomes
 * become replies. Any node answers any client.
 */

import { EncodedSnapshots, type SnapshotFormat } from '../machine/encoded-snapshots.ts';
import {
  isDeeperThan,
  type Json,
  maxJsonDepth,
  parseJson,
  stringifyJson,
} from '../machine/json.ts';
import { jsonFormat } from '../machine/json-format.ts';
import type { StateMachine } from '../machine/machine.ts';
import type { MachineKit } from '../machine/machine-kit.ts';
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
  Replica,
  type ReplicaOptions,
  realClock,
  type WireFormat,
} from '../replica/index.ts';
import { errorCodes, malformed, RpcError } from './errors.ts';
import type { Body } from './message.ts';
import type { MaelstromNode, Reply } from './node.ts';
import { outcomeReply } from './outcome-reply.ts';
import { createPeerTransport, type PeerTransport, receivePeers } from './peer-transport.ts';
import type { RequestType, Workload } from './workload.ts';

/**
 * How a node serves a workload: where it keeps what it promised, how long it takes, who watches.
 */
export interface ServeOptions<Command, Query, Result, Machine> {
  readonly createStore: () => ReplicaOptions<Command, Query, Result>['store'];
  /** The cluster's chance; each node derives its own from it. */
  readonly seed: number;
  /** A request is answered within this time, with an error if need be. Default: 950 ms. */
  readonly requestTimeoutMs?: number;
  readonly clock?: Clock;
  readonly observer?: WorkloadObserver<Machine>;
  /** Of the cores; default: defaultSettings. */
  readonly settings?: Settings;
  /** Reads rest on leases: see Settings.leaseReads, which this sets. */
  readonly leaseReads?: boolean;
  /** `snapshotEntries` of the settings, with a tenth of them kept for those that lag; null: as set. */
  readonly snapshotEntries?: number | null;
  /** The length of a tick, in milliseconds. */
  readonly tickMs?: number;
  /** Puts something around the state machine, such as a witness of what it is told to do. */
  readonly wrapMachine?: (
    machine: StateMachine<Command, Query, Result, Uint8Array>,
  ) => StateMachine<Command, Query, Result, Uint8Array>;
}

/** What may be known of a replica, and done with it, whatever its machine is. */
export type ServingReplica = Pick<
  Replica<unknown, unknown, unknown>,
  'status' | 'explain' | 'openRequests' | 'changeMembership' | 'transferLeadership' | 'stop'
>;

/** What may be known of the sessions around a machine. */
export type ServingSessions = Pick<
  SessionMachine<unknown, unknown, unknown>,
  'sessionCount' | 'repeatedCommands' | 'snapshot'
>;

/** A replica's observer, and what only this layer sees. */
export interface WorkloadObserver<Machine = unknown> extends Observer {
  /** The replica and its machine exist now; the sessions are around the machine. */
  onStart?(replica: ServingReplica, machine: Machine, sessions: ServingSessions): void;
  /** A peer's message made no sense and was dropped. */
  onMalformedPeerMessage?(from: string, fault: string): void;
  /** A client's request has arrived. */
  onRequest?(type: string): void;
  /** It is answered: with an error code, or null when it succeeded. */
  onReply?(type: string, code: number | null, durationMs: number): void;
}

/** Maelstrom's clients wait 1000 ms, or ten times the mean latency when that is more. */
const defaultRequestTimeoutMs = 950;

/** What one command may weigh, as JSON, in bytes: it has to travel in one line between nodes. */
const maxCommandBytes = 8 * 1024 * 1024;

/** How deeply it may be nested: a message between nodes adds a few levels. */
const maxCommandDepth = maxJsonDepth - 15;

/** How commands and results stand in messages between nodes. */
export function workloadWireFormat<Command, Query, Result, Snapshot>(
  machine: MachineKit<Command, Query, Result, Snapshot>,
): WireFormat<SessionCommand<Command>, SessionResult<Result>> {
  return {
    parseCommand: (value) => parseSessionCommand(value, (inner) => machine.parseCommand(inner)),
    parseResult: (value) => parseSessionResult(value, (inner) => machine.parseResult(inner)),
  };
}

/** How commands stand in a store. */
export function workloadLogFormat<Command>(machine: {
  parseCommand(value: unknown): Command;
}): SnapshotFormat<SessionCommand<Command>> {
  return {
    encode: (command) => Buffer.from(stringifyJson(command)),
    decode: ({ buffer, byteOffset, byteLength }) =>
      parseSessionCommand(
        parseJson(Buffer.from(buffer, byteOffset, byteLength).toString()),
        (inner) => machine.parseCommand(inner),
      ),
  };
}

/** Makes `node` a node of the workload. Call before `run`. */
export function serveWorkload<
  Command,
  Query,
  Result,
  Snapshot,
  Machine extends StateMachine<Command, Query, Result, Snapshot>,
>(
  node: MaelstromNode,
  workload: Workload<Command, Query, Result, Snapshot, Machine>,
  options: ServeOptions<Command, Query, Result, Machine>,
): void {
  const { clock = realClock, observer = {}, requestTimeoutMs = defaultRequestTimeoutMs } = options;
  let replica: Replica<Command, Query, Result> | null = null;
  let ownCopy: Machine | null = null;
  let transport: PeerTransport<SessionCommand<Command>, SessionResult<Result>> | null = null;
  const onMalformed = (from: string, fault: string): void =>
    observer.onMalformedPeerMessage?.(from, fault);

  node.onInit(async () => {
    const machine = workload.machine.create();
    const seed = options.seed + node.nodeIds.indexOf(node.id);
    const peers = createPeerTransport({
      node,
      clock,
      life: nextInteger(createRandom(seed), 0, 2 ** 29),
      format: workloadWireFormat(workload.machine),
      deliver: (message) => replica?.receive(message),
      onLost: (peer) => replica?.notePeerLost(peer),
      onMalformed,
    });
    const sessions = withSessions(workload.machine, machine, options);
    replica = await startReplica(node, seed, sessions, peers, options);
    transport = peers;
    ownCopy = machine;
    observer.onStart?.(replica, machine, sessions);
  });
  node.onEnd(() => replica?.stop());
  receivePeers(node, () => transport, onMalformed);

  /** The replica, and the machine in it. */
  const started = (): {
    readonly replica: Replica<Command, Query, Result>;
    readonly copy: Machine;
  } => {
    if (replica !== null && ownCopy !== null) return { replica, copy: ownCopy };
    throw new RpcError(errorCodes.temporarilyUnavailable, 'starting');
  };
  const submit = (operation: Operation<Command, Query>): Promise<Outcome<Result>> => {
    if (operation.kind === 'command') checkLimits(operation.command);
    return started().replica.submit(operation, requestTimeoutMs);
  };
  const answer = (
    request: RequestType<Command, Query, Result>,
    body: Body,
  ): Reply | Promise<Reply> => {
    const asked = request.toOperation(body);
    if (asked.kind === 'nothing') return asked.reply;
    const toReply = (result: Result): Reply => request.toReply(result, body);
    if (asked.kind === 'ownQuery') return toReply(started().copy.query(asked.query));
    return submit(asked).then((outcome) => outcomeReply(outcome, toReply));
  };
  for (const [type, request] of Object.entries(workload.requests)) {
    node.handle(type, async (body) => {
      const startMs = clock.now();
      const ended = (code: number | null): void =>
        observer.onReply?.(type, code, clock.now() - startMs);
      observer.onRequest?.(type);
      try {
        const reply = await answer(request, body);
        ended(reply.type === 'error' ? Number(reply['code']) : null);
        return reply;
      } catch (error) {
        ended(error instanceof RpcError ? error.code : errorCodes.crash);
        throw error;
      }
    });
  }
}

function withSessions<C, Q, R, S, M extends StateMachine<C, Q, R, S>>(
  kit: MachineKit<C, Q, R, S, M>,
  machine: M,
  { wrapMachine = (inner) => inner }: ServeOptions<C, Q, R, M>,
): SessionMachine<C, Q, R> {
  const encoded = new EncodedSnapshots<C, Q, R, S>(machine, kit.snapshots);
  return new SessionMachine(wrapMachine(encoded), {
    sizeOf: (result) => kit.sizeOfResult(result),
    results: jsonFormat((value) => kit.parseResult(value)),
  });
}

async function startReplica<C, Q, R, M>(
  node: MaelstromNode,
  seed: number,
  machine: SessionMachine<C, Q, R>,
  transport: PeerTransport<SessionCommand<C>, SessionResult<R>>,
  options: ServeOptions<C, Q, R, M>,
): Promise<Replica<C, Q, R>> {
  const { clock = realClock, observer = {}, tickMs } = options;
  const { leaseReads = options.settings?.leaseReads ?? false } = options;
  return await Replica.start({
    id: asNodeId(node.id),
    membership: membershipOf(node.nodeIds.map(asNodeId)),
    seed,
    machine,
    sizeOf,
    store: options.createStore(),
    transport,
    clock,
    observer,
    settings: { ...settingsOf(options), leaseReads },
    readConsistency: leaseReads ? 'linearizableByLease' : 'linearizable',
    ...(tickMs === undefined ? {} : { tickMs }),
  }).catch((error: Error) => {
    // What was stored cannot be trusted, or not be read: there is no node without it.
    observer.onHalted?.(error.message, null);
    throw new RpcError(errorCodes.crash, error.message);
  });
}

/** Where snapshots are close to one another, a long log behind them would leave them unused. */
function settingsOf({
  settings = defaultSettings,
  snapshotEntries = null,
}: Pick<ServeOptions<never, never, never, never>, 'settings' | 'snapshotEntries'>): Settings {
  if (snapshotEntries === null) return settings;
  const trailingEntries = Math.min(settings.trailingEntries, Math.floor(snapshotEntries / 10));
  return { ...settings, snapshotEntries, trailingEntries };
}

/** What the other nodes could not read must not get into the log. */
function checkLimits(command: unknown): void {
  if (isDeeperThan(maxCommandDepth, command as Json)) {
    throw malformed(`what is to be stored is nested more than ${maxCommandDepth} levels deep`);
  }
  const bytes = sizeOf(command);
  if (bytes > maxCommandBytes) throw malformed(`${bytes} bytes are more than ${maxCommandBytes}`);
}

function sizeOf(command: unknown): number {
  return Buffer.byteLength(stringifyJson(command));
}
