/** A lin-kv node on a clock that stands still, fed with bytes, and all that it does. */

import assert from 'node:assert/strict';
import { parseJson } from '../../src/machine/json.ts';
import { type KeyValueReplica, serveLinKv } from '../../src/maelstrom/lin-kv.ts';
import type { RoleKind } from '../../src/raft/index.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { type SentMessage, StreamedNode } from '../maelstrom/streams.ts';

/** A longer line is not handled. */
export const maxLineBytes = 2000;

/** A request is answered within this time. */
const requestTimeoutMs = 60;

export class FedNode {
  readonly streamed: StreamedNode;
  readonly clock: VirtualClock;
  readonly halts: string[] = [];
  readonly drops: Set<string> = new Set();
  readonly roles: Set<RoleKind> = new Set();
  /** How many messages have reached the replica. */
  received = 0;
  malformed = 0;
  replica: KeyValueReplica | null = null;

  private constructor() {
    this.clock = new VirtualClock();
    this.streamed = new StreamedNode(
      (node) =>
        serveLinKv(node, {
          createStore: () => new MemoryStore(),
          seed: 1,
          requestTimeoutMs,
          clock: this.clock,
          observer: {
            onStart: (replica) => {
              this.replica = replica;
            },
            onHalted: (reason) => this.halts.push(reason),
            onDropped: (_kind, _from, reason) => this.drops.add(reason),
            onRoleChange: ({ role }) => this.roles.add(role),
            onReceived: () => this.received++,
            onMalformedPeerMessage: () => this.malformed++,
          },
        }),
      { clock: this.clock, maxLineBytes },
    );
  }

  /** A node of a cluster of these; n1 is always itself. */
  static async start(nodeIds: readonly string[]): Promise<FedNode> {
    const node = new FedNode();
    node.streamed.send({ type: 'init', msg_id: 1, node_id: 'n1', node_ids: nodeIds }, 'c0');
    await node.clock.advance(0);
    // Enough for a node alone to elect itself.
    await node.clock.advance(nodeIds.length === 1 ? 500 : 0);
    return node;
  }

  async feed(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) this.streamed.write(Buffer.from(chunk));
    await this.clock.advance(0);
  }

  /** Lets the time pass in which everything must have been answered. */
  async finish(): Promise<void> {
    await this.clock.advance(requestTimeoutMs + 20);
  }

  /** All lines that it has printed; each must be a message that others can read. */
  get messages(): readonly SentMessage[] {
    const text = this.streamed.writes.join('');
    assert.ok(text === '' || text.endsWith('\n'), 'half a line is printed');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const message = parseJson(line) as unknown as SentMessage;
        assert.equal(message.src, 'n1', 'printed for somebody else');
        assert.ok(typeof message.dest === 'string' && message.dest !== '', 'printed for nobody');
        assert.equal(typeof message.body.type, 'string', 'printed without a type');
        return message;
      });
  }

  /** Ends the node, and waits until it has. */
  async end(): Promise<void> {
    this.streamed.end();
    let hasEnded = false;
    void this.streamed.ended.then(() => {
      hasEnded = true;
    });
    for (let turn = 0; turn < 100 && !hasEnded; turn++) await this.clock.advance(1000);
    assert.ok(hasEnded, 'it does not end with its input');
  }
}
