/**
 * Somebody's own state machine, replicated: each node is a replica of it, and clients ask the
 * replica of their node.
 */

import { deserialize, serialize } from 'node:v8';
import { EncodedSnapshots, type SnapshotFormat } from '../../machine/encoded-snapshots.ts';
import type { StateMachine } from '../../machine/machine.ts';
import type { SessionCommand } from '../../machine/session-command.ts';
import { SessionMachine } from '../../machine/sessions.ts';
import { asNodeId, createRandom, membershipOf, nextFraction } from '../../raft/index.ts';
import { type Operation, type Outcome, Replica, type ReplicaMessage } from '../../replica/index.ts';
import type { AnyBody, NetworkMessage } from '../network.ts';
import type { Protocol } from '../workload.ts';
import { defaultResultFormat } from './default-result-format.ts';
import { defaultSnapshotFormat } from './default-snapshot-format.ts';
import type { NumberedCommand, NumberedOperation, OperationEnding } from './numbered-operation.ts';
import { OperationRecord } from './operation-record.ts';
import type { Plan } from './plan.ts';
import type { Clients, NodeContext, NodeProcess, System } from './system.ts';
import { WitnessedMachine } from './witness.ts';

export interface MachineSystemOptions<Command, Query, Result, Snapshot> {
  /** A machine in its first state. */
  readonly createMachine: () => StateMachine<Command, Query, Result, Snapshot>;
  /**
   * What a client asks next. `random` gives numbers from 0 to 1; whatever else it draws from makes
   * runs unrepeatable. What it returns is frozen, since on real nodes each has a copy of its own.
   */
  readonly nextOperation: (random: () => number, client: number) => Operation<Command, Query>;
  readonly snapshotFormat?: SnapshotFormat<Snapshot>;
  /** What a command weighs, in bytes. Default: 100. */
  readonly sizeOf?: (command: Command) => number;
}

/** What a result is taken to weigh. */
const resultBytes = 100;

type Peer<C, R> = ReplicaMessage<NumberedCommand<C>, R>;

/** What stands in the log. */
type Logged<C> = SessionCommand<NumberedCommand<C>>;

export type MachineBody<C, Q, R> = AnyBody &
  (
    | { readonly type: 'peer'; readonly message: Peer<C, R> }
    | { readonly type: 'operation'; readonly operation: Operation<NumberedCommand<C>, Q> }
    | { readonly type: 'outcome'; readonly outcome: Outcome<R> }
  );

export function machineSystem<C, Q, R, S>(
  options: MachineSystemOptions<C, Q, R, S>,
): System<Logged<C>, NumberedOperation<C, Q>, OperationEnding<R>, MachineBody<C, Q, R>> {
  return {
    start: (context) => new ReplicaProcess(options, context),
    commandFormat: { encode: serialize, decode: deserialize },
    createClients: (plan) => createClients(options, plan),
    nameOf: (command) => (command as NumberedCommand<C>).operation,
    copy: (body) => structuredClone(body),
    // See Transport: one copy could be refused while the other takes effect.
    mayDuplicate: (body) => body.type === 'peer' && body.message.kind !== 'forwardRequest',
  };
}

class ReplicaProcess<C, Q, R, S> implements NodeProcess<MachineBody<C, Q, R>> {
  readonly #context: NodeContext<Logged<C>, MachineBody<C, Q, R>>;
  readonly #machine: StateMachine<NumberedCommand<C>, Q, R, Uint8Array>;
  #replica: Replica<NumberedCommand<C>, Q, R> | null = null;
  /** What has arrived before the replica was there. */
  readonly #early: NetworkMessage<MachineBody<C, Q, R>>[] = [];

  constructor(
    options: MachineSystemOptions<C, Q, R, S>,
    context: NodeContext<Logged<C>, MachineBody<C, Q, R>>,
  ) {
    this.#context = context;
    const { name, nodes, plan, clock, store, observer, onFault } = context;
    const { sizeOf = () => 100, snapshotFormat = defaultSnapshotFormat<S>() } = options;
    const encoded = new EncodedSnapshots(options.createMachine(), snapshotFormat);
    this.#machine = withoutNumbers(encoded);
    void Replica.start<NumberedCommand<C>, Q, R>({
      id: asNodeId(name),
      membership: membershipOf(nodes.map(asNodeId)),
      seed: context.seed + nodes.indexOf(name),
      settings: plan.settings,
      readConsistency: plan.settings.leaseReads ? 'linearizableByLease' : 'linearizable',
      tickMs: plan.tickMs,
      machine: new SessionMachine(new WitnessedMachine(this.#machine, context.onApplied), {
        sizeOf: () => resultBytes,
        results: defaultResultFormat<R>(),
      }),
      sizeOf: ({ command }) => sizeOf(command),
      store,
      clock,
      observer,
      transport: {
        send: (message) =>
          context.send({ src: name, dest: message.to, body: { type: 'peer', message } }),
      },
    }).then(
      (replica) => {
        this.#replica = replica;
        for (const message of this.#early.splice(0)) this.receive(message);
      },
      (error: Error) => onFault('a node starts', error.stack ?? error.message),
    );
  }

  get replica(): Replica<NumberedCommand<C>, Q, R> | null {
    return this.#replica;
  }

  machineState(): string {
    return Buffer.from(this.#machine.snapshot()).toString('latin1');
  }

  receive(message: NetworkMessage<MachineBody<C, Q, R>>): void {
    const { src, dest, body } = message;
    if (this.#replica === null) return void this.#early.push(message);
    if (body.type === 'peer') return this.#replica.receive(body.message);
    if (body.type !== 'operation' || body.msg_id === undefined) return;
    const { msg_id: inReplyTo } = body;
    void this.#replica.submit(body.operation, this.#context.plan.requestTimeoutMs).then((outcome) =>
      this.#context.send({
        src: dest,
        dest: src,
        body: { type: 'outcome', in_reply_to: inReplyTo, outcome },
      }),
    );
  }
}

function withoutNumbers<C, Q, R>(
  machine: StateMachine<C, Q, R, Uint8Array>,
): StateMachine<NumberedCommand<C>, Q, R, Uint8Array> {
  return {
    apply: ({ command }) => machine.apply(command),
    query: (query) => machine.query(query),
    snapshot: () => machine.snapshot(),
    restore: (snapshot) => machine.restore(snapshot),
  };
}

function createClients<C, Q, R, S>(
  options: MachineSystemOptions<C, Q, R, S>,
  { seed, nodes, clientsPerNode }: Plan,
): Clients<NumberedOperation<C, Q>, OperationEnding<R>, MachineBody<C, Q, R>> {
  const random = createRandom(seed + 3);
  const record = new OperationRecord<C, Q, R>(options.createMachine);
  let count = 0;
  const next = (client: number): NumberedOperation<C, Q> => ({
    number: count++,
    operation: deepFreeze(options.nextOperation(() => nextFraction(random), client)),
  });
  return {
    concurrency: nodes * clientsPerNode * 2,
    workload: { next, replaceProcess() {} },
    protocol: protocol(),
    history: record,
    probe: () => next(0),
    judge: (committed) => record.judge(committed),
  };
}

function protocol<C, Q, R>(): Protocol<
  NumberedOperation<C, Q>,
  OperationEnding<R>,
  MachineBody<C, Q, R>
> {
  const endingOf = (outcome: Outcome<R> | null, isQuery: boolean): OperationEnding<R> => {
    if (outcome?.kind === 'done') return { type: 'ok', outcome };
    const isDefinite = isQuery || outcome?.kind === 'refused';
    return { type: isDefinite ? 'fail' : 'info', outcome };
  };
  return {
    toRequest: ({ number, operation }) => ({
      type: 'operation',
      operation:
        operation.kind === 'query'
          ? operation
          : { kind: 'command', command: { operation: number, command: operation.command } },
    }),
    toCompletion: ({ operation }, reply) =>
      endingOf(reply.type === 'outcome' ? reply.outcome : null, operation.kind === 'query'),
    unanswered: ({ operation }) => endingOf(null, operation.kind === 'query'),
  };
}

/** Plain values only; bytes cannot be frozen. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
