/**
 * Raft in a program of one's own: a state machine, replicated.
 *
 * ```ts
 * const node = await startNode({ id, nodes, machine: () => new Counter(), storage, network });
 * const total = await node.command(5);
 * ```
 *
 * docs/embedding.md says the rest. Types that come from further down are exported as types alone.
 */

export type { SnapshotFormat } from '../machine/encoded-snapshots.ts';
export type { ExactNumber, Json } from '../machine/json.ts';
export { bytesFormat, jsonFormat } from '../machine/json-format.ts';
export type { StateMachine } from '../machine/machine.ts';
export type { SessionCommand, SessionOwner } from '../machine/session-command.ts';
export type * from '../metrics/index.ts';
export type * from '../raft/index.ts';
export {
  type Cancel,
  type Clock,
  type Operation,
  type Outcome,
  type RefusedReason,
  realClock,
  type UnknownReason,
} from '../replica/index.ts';
export type * from '../storage/index.ts';
export { LocalNetwork, type LocalNetworkOptions } from '../transport/local-network.ts';
export type { Links, Network, NetworkPlace } from '../transport/network.ts';
export type { TcpNetworkOptions, TcpObserver } from '../transport/tcp/options.ts';
export { TcpNetwork } from '../transport/tcp-network.ts';
export { type ControlReason, OperationError, type OperationReason } from './errors.ts';
export type { Format, Formats } from './formats.ts';
export type { NodeMetrics } from './instruments.ts';
export type { LoggedCommand } from './logged-command.ts';
export type { NodeObserver, NodeOptions, Storage } from './node-options.ts';
export { type Asking, type OperationOptions, RaftNode } from './raft-node.ts';
export { startNode } from './start-node.ts';
export type { Text } from './text.ts';
