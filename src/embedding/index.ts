/**
 * Raft in a program of one's own: a state machine, replicated.
 *
 * ```ts
 * const node = await startNode({ id, nodes, machine: () => new Counter(), storage, network });
 * const total = await node.command(5);
 * ```
 *
 * docs/embedding.md says the rest.
 */

export type { Json } from '../machine/json.ts';
export { bytesFormat, jsonFormat } from '../machine/json-format.ts';
export type { StateMachine } from '../machine/machine.ts';
export type { RaftStatus, RoleChange, Settings } from '../raft/index.ts';
export {
  type Cancel,
  type Clock,
  type Operation,
  type Outcome,
  realClock,
} from '../replica/index.ts';
export { LocalNetwork, type LocalNetworkOptions } from '../transport/local-network.ts';
export type { Links, Network, NetworkPlace } from '../transport/network.ts';
export type { TcpNetworkOptions, TcpObserver } from '../transport/tcp/options.ts';
export { TcpNetwork } from '../transport/tcp-network.ts';
export { OperationError, type OperationReason } from './errors.ts';
export type { Format, Formats } from './formats.ts';
export type { NodeMetrics } from './instruments.ts';
export type { LoggedCommand } from './logged-command.ts';
export type { NodeObserver, NodeOptions, Storage } from './node-options.ts';
export { type Asking, type OperationOptions, RaftNode } from './raft-node.ts';
export { startNode } from './start-node.ts';
