/**
 * A workload of Maelstrom, as data: the machine that serves it, and for each type of request what
 * the machine is asked and how its answer becomes a reply. `serveWorkload` does the rest.
 */

import type { StateMachine } from '../machine/machine.ts';
import type { MachineKit } from '../machine/machine-kit.ts';
import type { Definition } from '../metrics/definition.ts';
import type { Operation } from '../replica/index.ts';
import type { Body } from './message.ts';
import type { Reply } from './node.ts';

/** What the machine is asked for a request; or the reply, when it need not be asked. */
export type Asked<Command, Query> =
  | Operation<Command, Query>
  /** Of this node's copy alone: for what has the same answer whatever the state is. */
  | { readonly kind: 'ownQuery'; readonly query: Query }
  | { readonly kind: 'nothing'; readonly reply: Reply };

/** A type of request: what the machine is asked for it, and how its answer becomes a reply. */
export interface RequestType<Command, Query, Result> {
  /** @throws RpcError of code 12 that names what is wrong with the body */
  toOperation(body: Body): Asked<Command, Query>;
  /** The reply, which may be an error; `body` is what was asked. */
  toReply(result: Result, body: Body): Reply;
  /** Error codes that `toReply` may give, for metrics. */
  readonly codes?: readonly number[];
}

/** A number that a node shows of its copy of the machine. */
export interface MachineGauge<Machine> {
  readonly definition: Definition;
  /** The number, asked at each scrape. */
  valueOf(machine: Machine): number;
}

/** A workload: the machine that serves it, and the types of requests that its clients send. */
export interface Workload<
  Command,
  Query,
  Result,
  Snapshot,
  Machine extends StateMachine<Command, Query, Result, Snapshot> = StateMachine<
    Command,
    Query,
    Result,
    Snapshot
  >,
> {
  /** As Maelstrom calls it. */
  readonly name: string;
  readonly machine: MachineKit<Command, Query, Result, Snapshot, Machine>;
  readonly requests: { readonly [type: string]: RequestType<Command, Query, Result> };
  /** What the node shows of its copy of the machine, as metrics. */
  readonly gauges?: readonly MachineGauge<Machine>[];
}

/**
 * Any workload, for those who need not know what its machine is told: they hand its commands from
 * one of its functions to another, and never make one.
 */
export type AnyWorkload = Workload<unknown, unknown, unknown, unknown>;
