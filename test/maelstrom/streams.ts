/** A node on streams that a test holds in its hands. */

import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { MaelstromNode, type NodeOptions } from '../../src/maelstrom/node.ts';

export interface SentMessage {
  readonly src: string;
  readonly dest: string;
  readonly body: { readonly type: string; readonly [field: string]: unknown };
}

export class StreamedNode {
  readonly node: MaelstromNode;
  /** Everything the node has written, one element for each write. */
  readonly writes: string[] = [];
  readonly logged: string[] = [];
  readonly ended: Promise<void>;
  readonly #input = new PassThrough();
  readonly output: Writable;
  #read = 0;
  #nextMsgId = 1;
  #onWrite: () => void = () => {};

  /** @param setup adds handlers, before the node begins to read */
  constructor(setup: (node: MaelstromNode) => void = () => {}, options: NodeOptions = {}) {
    this.output = new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, done) => {
        this.writes.push(String(chunk));
        this.#onWrite();
        done();
      },
    });
    this.node = new MaelstromNode({
      input: this.#input,
      output: this.output,
      log: (line) => this.logged.push(line),
      ...options,
    });
    setup(this.node);
    this.ended = this.node.run();
  }

  /** A node that has been initialized. */
  static async initialized(
    setup?: (node: MaelstromNode) => void,
    options?: NodeOptions,
    nodeIds: readonly string[] = ['n1', 'n2', 'n3'],
  ): Promise<StreamedNode> {
    const node = new StreamedNode(setup, options);
    const reply = await node.ask({ type: 'init', node_id: 'n1', node_ids: nodeIds });
    assert.equal(reply.type, 'init_ok');
    return node;
  }

  /** Writes bytes to the node's input, as they are. */
  write(bytes: string | Buffer): void {
    this.#input.write(bytes);
  }

  send(body: unknown, src = 'c1'): void {
    this.write(`${JSON.stringify({ src, dest: 'n1', body })}\n`);
  }

  /** Sends a request and returns the body of the node's next message to whoever asked. */
  async ask(body: object, src = 'c1'): Promise<SentMessage['body']> {
    this.send({ msg_id: this.#nextMsgId++, ...body }, src);
    for (;;) {
      const message = await this.next();
      if (message.dest === src) return message.body;
    }
  }

  end(): void {
    this.#input.end();
  }

  /** All messages that the node has sent. */
  get messages(): SentMessage[] {
    return this.writes
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** The node's next message that no call has returned yet. */
  async next(): Promise<SentMessage> {
    for (;;) {
      const message = this.messages[this.#read];
      if (message !== undefined) {
        this.#read++;
        return message;
      }
      await new Promise<void>((resolve) => {
        this.#onWrite = resolve;
      });
    }
  }
}

/** Resolves when everything that is on its way through streams and promises has arrived. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
