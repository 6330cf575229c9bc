/** What is simulated: how a node of it is made, what its clients ask, and how they are judged. */

import type { NodeId } from '../../raft/index.ts';
import type { Clock, ControlOutcome, Observer } from '../../replica/index.ts';
import type { CommandFormat } from '../../storage/log-record.ts';
import type { Store } from '../../storage/store.ts';
import type { Recorder } from '../load.ts';
import type { AnyBody, NetworkMessage } from '../network.ts';
import type { Ending, Protocol, Workload } from '../workload.ts';
import type { LogEntry } from './node-watch.ts';
import type { Plan } from './plan.ts';
import type { OnApplied } from './witness.ts';

/** What one life of a node is given. */
export interface NodeContext<Command, B extends AnyBody> {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly plan: Plan;
  /** The node's own chance, different for each life. */
  readonly seed: number;
  readonly clock: Clock;
  readonly store: Store<Command>;
  readonly observer: Observer;
  readonly onApplied: OnApplied;
  /** The node has said what no node may say, or has failed. */
  readonly onFault: (rule: string, detail: string) => void;
  send(message: NetworkMessage<B>): void;
}

/** What operators and the simulation may do with a replica. */
export interface Controlled {
  readonly openRequests: number;
  explain(): string;
  changeMembership(
    voters: readonly NodeId[],
    learners?: readonly NodeId[],
  ): Promise<ControlOutcome>;
  transferLeadership(target: NodeId | null): Promise<ControlOutcome>;
  stop(): void;
}

/** A node that runs. */
export interface NodeProcess<B extends AnyBody> {
  /** Null while it is starting. */
  readonly replica: Controlled | null;
  /** All of its state, to be compared with others'. */
  machineState(): string;
  receive(message: NetworkMessage<B>): void;
}

/** How what clients saw is judged when the run is over. */
export type Opinion =
  | { readonly verdict: 'valid' }
  | { readonly verdict: 'invalid' | 'unknown'; readonly rule: string; readonly detail: string };

/** One run's clients, and the record of what they saw. */
export interface Clients<Operation, Completion extends Ending, B extends AnyBody> {
  readonly concurrency: number;
  readonly workload: Workload<Operation, Completion>;
  readonly protocol: Protocol<Operation, Completion, B>;
  readonly history: Recorder<Operation, Completion>;
  /** An operation that a healthy cluster answers ok. */
  probe(): Operation;
  /** Called once, at the end, with the log that was committed. */
  judge(committed: readonly LogEntry[]): Opinion;
}

export interface System<Command, Operation, Completion extends Ending, B extends AnyBody> {
  start(context: NodeContext<Command, B>): NodeProcess<B>;
  /** How commands are written to files. */
  readonly commandFormat: CommandFormat<Command>;
  createClients(plan: Plan, nodes: readonly string[]): Clients<Operation, Completion, B>;
  /** Tells a command that a machine carries out from all others; null when that cannot be said. */
  nameOf(command: unknown): unknown;
  /** A copy of a message as it is after it has travelled as text. */
  copy(body: B): B;
  /** Whether the network may deliver a message twice; see Transport. */
  mayDuplicate(body: B): boolean;
}
