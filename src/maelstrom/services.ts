/**
 * Clients for the services that Maelstrom runs beside the nodes (its documentation, "Services").
 */

import type { Json } from '../machine/json.ts';
import { errorCodes, RpcError } from './errors.ts';
import type { MaelstromNode, RpcOptions } from './node.ts';

/**
 * A key-value service: `lin-kv` is linearizable, `seq-kv` sequentially consistent (an answer may be
 * old, but each client sees its own order), `lww-kv` eventually consistent (the last write wins).
 */
export class KeyValueService {
  readonly #node: MaelstromNode;
  readonly #name: 'lin-kv' | 'seq-kv' | 'lww-kv';

  constructor(node: MaelstromNode, name: 'lin-kv' | 'seq-kv' | 'lww-kv') {
    this.#node = node;
    this.#name = name;
  }

  /** Rejects with code 20 when the key does not exist. */
  async read(key: Json, options?: RpcOptions): Promise<Json> {
    const reply = await this.#node.rpc(this.#name, { type: 'read', key }, options);
    return reply['value'] ?? null;
  }

  /** Sets a key. Rejects as `MaelstromNode.rpc` does. */
  async write(key: Json, value: Json, options?: RpcOptions): Promise<void> {
    await this.#node.rpc(this.#name, { type: 'write', key, value }, options);
  }

  /** Rejects with code 20 when the key does not exist, and 22 when it holds another value. */
  async cas(
    key: Json,
    from: Json,
    to: Json,
    options: RpcOptions & { readonly createIfNotExists?: boolean } = {},
  ): Promise<void> {
    const { createIfNotExists = false, ...rpcOptions } = options;
    const body = { type: 'cas', key, from, to, create_if_not_exists: createIfNotExists };
    await this.#node.rpc(this.#name, body, rpcOptions);
  }
}

/** The timestamp oracle `lin-tso`: each answer is greater than all before it. */
export class TimestampService {
  readonly #node: MaelstromNode;

  constructor(node: MaelstromNode) {
    this.#node = node;
  }

  /**
   * The next timestamp.
   *
   * @throws RpcError as `MaelstromNode.rpc` does, and with code 13 when the answer has no number
   */
  async next(options?: RpcOptions): Promise<number> {
    const { ts } = await this.#node.rpc('lin-tso', { type: 'ts' }, options);
    if (typeof ts !== 'number') throw new RpcError(errorCodes.crash, 'lin-tso gave no timestamp');
    return ts;
  }
}
