/**
 * lin-kv nodes in one process, which talk in lines of text as they would between processes: so that
 * what one operation costs can be told from what pipes and schedulers cost.
 */

import { parseJson, stringifyJson } from '../../src/machine/json.ts';
import { type KeyValueReplica, serveLinKv } from '../../src/maelstrom/lin-kv.ts';
import { type Body, checkMessage } from '../../src/maelstrom/message.ts';
import { MaelstromNode } from '../../src/maelstrom/node.ts';
import { MemoryStore } from '../../src/storage/memory.ts';

export class LineCluster {
  readonly names: readonly string[];
  readonly #nodes: MaelstromNode[];
  readonly #replicas: KeyValueReplica[] = [];
  readonly #lines: string[] = [];
  #isPumpDue = false;
  #nextMsgId = 1;
  /** Who waits for the answer to which request. */
  readonly #waiting = new Map<number, (body: Body) => void>();

  private constructor(size: number) {
    this.names = Array.from({ length: size }, (_, position) => `n${position}`);
    this.#nodes = this.names.map(() => {
      const sink = { bufferedBytes: 0, push: (message: object) => this.#push(message), flush() {} };
      const node = new MaelstromNode({ sink, log: () => {} });
      serveLinKv(node, {
        createStore: () => new MemoryStore(),
        seed: 3,
        requestTimeoutMs: 60_000,
        observer: { onStart: (replica) => void this.#replicas.push(replica) },
      });
      return node;
    });
  }

  /** A cluster that has a leader and has served everybody. */
  static async start(size: number): Promise<LineCluster> {
    const cluster = new LineCluster(size);
    await Promise.all(
      cluster.names.map((name) =>
        cluster.ask(name, { type: 'init', node_id: name, node_ids: cluster.names as string[] }),
      ),
    );
    for (const name of cluster.names) await cluster.ask(name, { type: 'write', key: 0, value: 0 });
    return cluster;
  }

  ask(dest: string, request: Body): Promise<Body> {
    const msgId = this.#nextMsgId++;
    return new Promise((resolve) => {
      this.#waiting.set(msgId, resolve);
      const body = { msg_id: msgId, ...request };
      this.#push({ src: 'c1', dest, body });
    });
  }

  #push(message: object): void {
    this.#lines.push(stringifyJson(message));
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    this.#isPumpDue = false;
    for (const line of this.#lines.splice(0)) {
      const checked = checkMessage(parseJson(line));
      if (!checked.ok) throw new Error(`${checked.fault}: ${line}`);
      const { message } = checked;
      const node = this.#nodes[this.names.indexOf(message.dest)];
      if (node !== undefined) node.receive(message);
      else this.#answered(message.body);
    }
  }

  #answered(body: Body): void {
    const waiting = this.#waiting.get(body.in_reply_to ?? 0);
    this.#waiting.delete(body.in_reply_to ?? 0);
    if (body.type === 'error' && body['code'] !== 20) throw new Error(JSON.stringify(body));
    waiting?.(body);
  }

  stop(): void {
    for (const replica of this.#replicas) replica.stop();
  }
}
