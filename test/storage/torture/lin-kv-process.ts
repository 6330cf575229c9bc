/** A lin-kv node as a process, alone in its cluster, and a client that remembers what it was told. */

import { Child, repositoryFile } from '../../process.ts';

export class KeyValueClient {
  /** By key: the greatest value that was sent, and the greatest that was acknowledged. */
  readonly sent: Map<number, number> = new Map();
  readonly acknowledged: Map<number, number> = new Map();
  acknowledgements = 0;
  #nextValue = 1;

  nextWrite(key: number): number {
    const value = this.#nextValue++;
    this.sent.set(key, value);
    return value;
  }

  noteWritten(key: number, value: number): void {
    this.acknowledgements++;
    this.acknowledged.set(key, Math.max(value, this.acknowledged.get(key) ?? 0));
  }

  /** What is wrong with this value of a key, after all writes have ended; or null. */
  fault(key: number, found: number): string | null {
    const least = this.acknowledged.get(key) ?? 0;
    const most = this.sent.get(key) ?? 0;
    if (found >= least && found <= most) return null;
    return `key ${key} is ${found}; ${least} was acknowledged, and ${most} was sent last`;
  }
}

interface Reply {
  readonly type: string;
  readonly in_reply_to: number;
  readonly value?: number;
  readonly code?: number;
  readonly text?: string;
}

export class LinKvProcess {
  readonly child: Child;
  readonly #client: KeyValueClient;
  #nextId = 1;
  #seen = 0;
  readonly #waiting = new Map<number, (reply: Reply) => void>();

  constructor(directory: string, client: KeyValueClient, env: Record<string, string> = {}) {
    this.#client = client;
    this.child = new Child(repositoryFile('bin/lin-kv'), ['--data-dir', directory], env);
    this.child.process.stdout.on('data', () => this.#takeIn());
  }

  #takeIn(): void {
    const { lines } = this.child;
    for (const line of lines.slice(this.#seen)) {
      const { body } = JSON.parse(line) as { readonly body: Reply };
      this.#waiting.get(body.in_reply_to)?.(body);
      this.#waiting.delete(body.in_reply_to);
    }
    this.#seen = lines.length;
  }

  /** The reply; null when the process ends without one. */
  request(type: string, fields: object): Promise<Reply | null> {
    const id = this.#nextId++;
    const body = { ...fields, type, msg_id: id };
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      void this.child.ended.then(() => resolve(null));
      this.child.write(`${JSON.stringify({ src: 'c1', dest: 'n1', body })}\n`);
    });
  }

  init(): Promise<Reply | null> {
    return this.request('init', { node_id: 'n1', node_ids: ['n1'] });
  }

  /** Writes the next value; false when it was not acknowledged. */
  async write(key: number): Promise<boolean> {
    const value = this.#client.nextWrite(key);
    const reply = await this.request('write', { key, value });
    if (reply?.type !== 'write_ok') return false;
    this.#client.noteWritten(key, value);
    return true;
  }

  /** The first thing that is wrong with what the node has; null when nothing is. */
  async faultOf(keys: readonly number[]): Promise<string | null> {
    for (const key of keys) {
      const reply = await this.request('read', { key });
      if (reply?.type !== 'read_ok' && reply?.code !== 20) {
        return `key ${key} cannot be read: ${JSON.stringify(reply)} ${this.child.stderr}`;
      }
      const fault = this.#client.fault(key, reply.value ?? 0);
      if (fault !== null) return fault;
    }
    return null;
  }

  kill(): Promise<unknown> {
    this.child.process.kill('SIGKILL');
    return this.child.ended;
  }
}
