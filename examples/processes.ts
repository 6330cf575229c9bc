/**
 * Three processes that speak TCP and keep what they promise on disk. One of them is killed, misses
 * something, and comes back.
 *
 * Run without arguments this is the parent, which starts the others: `processes.js NODE DIRECTORY
 * PORT PORT PORT`.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type StateMachine, startNode, TcpNetwork } from 'raftwright';

const nodes = ['a', 'b', 'c'];

/** The sum of all numbers that were added. */
class Sum implements StateMachine<number, void, number, number> {
  #total = 0;

  apply(amount: number): number {
    this.#total += amount;
    return this.#total;
  }

  query(): number {
    return this.#total;
  }

  snapshot(): number {
    return this.#total;
  }

  restore(total: number): void {
    this.#total = total;
  }
}

/** A node: adds each number that is a line of its input, and says what the sum is. */
async function serve(id: string, directory: string, ports: readonly string[]): Promise<void> {
  const addresses = Object.fromEntries(
    nodes.map((node, position) => [node, `127.0.0.1:${ports[position]}`]),
  );
  const node = await startNode({
    id,
    nodes,
    machine: () => new Sum(),
    storage: { directory: join(directory, id) },
    network: new TcpNetwork({ addresses }),
  });
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(line === 'read' ? await node.query() : await node.command(Number(line)));
  }
  // The parent has closed our input: stop in good order.
  await node.stop();
}

/** A child process that answers each line by one line. */
class Child {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(args: readonly string[]) {
    const self = fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, [self, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async answer(): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error('a node has ended');
    return value;
  }

  ask(line: string): Promise<string> {
    this.#process.stdin?.write(`${line}\n`);
    return this.answer();
  }

  /** Ends it, in good order or not, and resolves with its status when it is gone. */
  end(how: 'closeInput' | 'kill'): Promise<number | null> {
    return new Promise((resolve) => {
      this.#process.on('exit', resolve);
      if (how === 'kill') this.#process.kill('SIGKILL');
      else this.#process.stdin?.end();
    });
  }
}

/** Ports that nobody has now. */
async function freePorts(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: string[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const address = server.address();
    if (typeof address === 'object' && address !== null) ports.push(String(address.port));
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

async function lead(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'raftwright-'));
  const ports = await freePorts(nodes.length);
  const start = async (id: string): Promise<Child> => {
    const child = new Child([id, directory, ...ports]);
    await child.answer();
    return child;
  };
  const [a, b, c] = await Promise.all([start('a'), start('b'), start('c')]);
  console.log(`a adds 5: ${await a.ask('5')}`);
  console.log(`b adds 6: ${await b.ask('6')}`);

  await c.end('kill');
  console.log('c was killed');
  console.log(`a adds 7: ${await a.ask('7')}`);

  const again = await start('c');
  console.log(`c is back, and reads: ${await again.ask('read')}`);

  // All at once, and all come back: what was acknowledged is on disk.
  await Promise.all([a, b, again].map((child) => child.end('kill')));
  const revived = await Promise.all([start('a'), start('b'), start('c')]);
  console.log(`all were killed, and read: ${await revived[0].ask('read')}`);

  const statuses = await Promise.all(revived.map((child) => child.end('closeInput')));
  console.log(`they ended with ${statuses.join(', ')}`);
  await rm(directory, { recursive: true });
}

const [id, directory, ...ports] = process.argv.slice(2);
if (id === undefined || directory === undefined) await lead();
else await serve(id, directory, ports);
