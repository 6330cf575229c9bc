/**
 * A node for Maelstrom's lin-kv workload: a machine of your own, and a network of your own, since
 * Maelstrom carries the messages between nodes, and loses some of them.
 */

import {
  type Links,
  type Network,
  type NetworkPlace,
  OperationError,
  type RaftNode,
  type StateMachine,
  startNode,
} from 'raftwright';
import { type Body, errorCodes, type Json, MaelstromNode, RpcError } from 'raftwright/maelstrom';

type Command =
  | { readonly kind: 'write'; readonly key: string; readonly value: Json }
  | { readonly kind: 'cas'; readonly key: string; readonly from: Json; readonly to: Json };

type Result =
  | { readonly kind: 'done' }
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'absent' }
  | { readonly kind: 'mismatch' };

type Items = readonly (readonly [key: string, value: Json])[];

class Registers implements StateMachine<Command, string, Result, Items> {
  #values = new Map<string, Json>();

  apply(command: Command): Result {
    const { key } = command;
    if (command.kind === 'write') {
      this.#values.set(key, command.value);
      return { kind: 'done' };
    }
    const value = this.#values.get(key);
    if (value === undefined) return { kind: 'absent' };
    if (JSON.stringify(value) !== JSON.stringify(command.from)) return { kind: 'mismatch' };
    this.#values.set(key, command.to);
    return { kind: 'done' };
  }

  query(key: string): Result {
    const value = this.#values.get(key);
    return value === undefined ? { kind: 'absent' } : { kind: 'value', value };
  }

  snapshot(): Items {
    return [...this.#values];
  }

  restore(items: Items): void {
    this.#values = new Map(items);
  }
}

/** Carries what nodes say to each other in Maelstrom's messages. */
class MaelstromNetwork implements Network {
  readonly maxMessageBytes: number = 8 * 1024 * 1024;
  readonly #node: MaelstromNode;
  #place: NetworkPlace | null = null;

  constructor(node: MaelstromNode) {
    this.#node = node;
    node.handle('packet', (body, { src }) => {
      this.#place?.receive(src, Buffer.from(String(body['bytes']), 'base64'));
      return undefined;
    });
  }

  async open(place: NetworkPlace): Promise<Links> {
    this.#place = place;
    return {
      peers: this.#node.nodeIds.filter((id) => id !== place.id),
      send: (to, message) => {
        const bytes = Buffer.from(message).toString('base64');
        this.#node.send(to, { type: 'packet', bytes });
      },
      close: async () => {
        this.#place = null;
      },
    };
  }
}

const node = new MaelstromNode();
const network = new MaelstromNetwork(node);
let replica: RaftNode<Command, string, Result> | null = null;

node.onInit(async () => {
  replica = await startNode({
    id: node.id,
    nodes: node.nodeIds,
    machine: () => new Registers(),
    storage: 'memory',
    network,
    timeoutMs: 900,
  });
});
node.onEnd(() => void replica?.stop());

/** What came of an operation, or the error that Maelstrom has for it. */
async function ask(
  operation: (node: RaftNode<Command, string, Result>) => Promise<Result>,
): Promise<Result> {
  if (replica === null) throw new RpcError(errorCodes.temporarilyUnavailable, 'starting');
  try {
    const result = await operation(replica);
    if (result.kind === 'absent') throw new RpcError(errorCodes.keyDoesNotExist, 'no such key');
    if (result.kind === 'mismatch')
      throw new RpcError(errorCodes.preconditionFailed, 'another value');
    return result;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const code = error.mayHaveHappened ? errorCodes.timeout : errorCodes.temporarilyUnavailable;
    throw new RpcError(code, error.message);
  }
}

const keyOf = (body: Body): string => JSON.stringify(body['key'] ?? null);

node.handle('read', async (body) => {
  const result = await ask((raft) => raft.query(keyOf(body)));
  return { type: 'read_ok', value: result.kind === 'value' ? result.value : null };
});
node.handle('write', async (body) => {
  const value = body['value'] ?? null;
  await ask((raft) => raft.command({ kind: 'write', key: keyOf(body), value }));
  return { type: 'write_ok' };
});
node.handle('cas', async (body) => {
  const [from, to] = [body['from'] ?? null, body['to'] ?? null];
  await ask((raft) => raft.command({ kind: 'cas', key: keyOf(body), from, to }));
  return { type: 'cas_ok' };
});
await node.run();
