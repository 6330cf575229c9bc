/**
 * A library for Maelstrom nodes of any workload: requests in, replies out, calls of other nodes and
 * of Maelstrom's services. docs/maelstrom-nodes.md shows how to write one.
 *
 * ```ts
 * import { errorCodes, MaelstromNode, RpcError } from 'raftwright/maelstrom';
 *
 * const node = new MaelstromNode();
 * node.handle('echo', (body) => {
 *   if (body['echo'] === undefined) throw new RpcError(errorCodes.malformedRequest, 'no echo');
 *   return { type: 'echo_ok', echo: body['echo'] };
 * });
 * await node.run();
 * ```
 */

export type { SnapshotFormat } from '../machine/encoded-snapshots.ts';
export { ExactNumber, type Json } from '../machine/json.ts';
export type { MachineKit } from '../machine/machine-kit.ts';
export type { Definition } from '../metrics/definition.ts';
export type * from '../replica/index.ts';
export { realClock } from '../replica/index.ts';
export { errorCodes, isDefiniteCode, RpcError } from './errors.ts';
export type { Body, MaelstromMessage } from './message.ts';
export {
  type Handler,
  MaelstromNode,
  type NodeObserver,
  type NodeOptions,
  type Reply,
  type RequestContext,
  type RpcOptions,
} from './node.ts';
export { errorReply } from './outcome-reply.ts';
export type { MessageSink } from './output.ts';
export { field, integerField, textField } from './request-fields.ts';
export {
  type ServeOptions,
  type ServingReplica,
  type ServingSessions,
  serveWorkload,
  type WorkloadObserver,
} from './serve-workload.ts';
export { KeyValueService, TimestampService } from './services.ts';
export type { Asked, MachineGauge, RequestType, Workload } from './workload.ts';
