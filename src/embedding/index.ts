/**
 * Raft in a program of one's own: a state machine, replicated.
 *
 * ```ts
 * import { startNode, type StateMachine, TcpNetwork } from 'raftwright';
 *
 * class Counter implements StateMachine<number, undefined, number, number> {
 *   #total = 0;
 *   apply(amount: number): number {
 *     this.#total += amount;
 *     return this.#total;
 *   }
 *   query(): number {
 *     return this.#total;
 *   }
 *   snapshot(): number {
 *     return this.#total;
 *   }
 *   restore(snapshot: number): void {
 *     this.#total = snapshot;
 *   }
 * }
 *
 * const addresses = { a: '10.0.0.1:7000', b: '10.0.0.2:7000', c: '10.0.0.3:7000' };
 * const node = await startNode({
 *   id: 'a',
 *   nodes: Object.keys(addresses),
 *   machine: () => new Counter(),
 *   storage: { directory: '/var/lib/counter' },
 *   network: new TcpNetwork({ addresses }),
 * });
 * console.log(await node.command(5), await node.query());
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
