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

export { ExactNumber, type Json } from '../machine/json.ts';
export { type Cancel, type Clock, realClock } from '../replica/index.ts';
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
export type { MessageSink } from './output.ts';
export { KeyValueService, TimestampService } from './services.ts';
