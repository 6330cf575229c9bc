/** A node's loop from stdin to stdout, beside the least that such a loop can do. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../src/raft/index.ts';
import { LinKvWorkload, linKvProtocol } from '../../src/testbed/workloads/lin-kv.ts';
import { type Benchmark, figure, median, table } from './benchmark.ts';
import { cpuMsOf } from './cpu-time.ts';

const loops = ['bare', 'node', 'promises'] as const;
type Loop = (typeof loops)[number];

const batchSizes = [1, 10, 100];
const rounds = 11;
const roundMs = 400;

/** So many batches are on their way at a time, so that the child does not wait for this process. */
const batchesInFlight = 3;

interface Round {
  readonly messagesPerSecond: number;
  readonly messages: number;
  readonly cpuMs: number;
}

/** A child with one of the loops, which is fed one batch after the other. */
class FedLoop {
  readonly #child: ChildProcess & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream };
  #onOutput: (chunk: Buffer) => void = () => {};

  constructor(loop: Loop) {
    const script = fileURLToPath(new URL('loop-child.js', import.meta.url));
    this.#child = spawn(process.execPath, [script, loop], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#onOutput(chunk));
    this.#child.on('exit', (status) => {
      if (status !== 0) throw new Error(`the loop ${loop} ended with status ${status}`);
    });
  }

  async start(): Promise<void> {
    const body = { type: 'init', msg_id: 1, node_id: 'n1', node_ids: ['n1'] };
    const line = `${JSON.stringify({ id: 0, src: 'c0', dest: 'n1', body })}\n`;
    await this.answersTo(Buffer.from(line), 1);
  }

  /** What it says to a batch. */
  async answersTo(batch: Buffer, size: number): Promise<readonly unknown[]> {
    const chunks: Buffer[] = [];
    await new Promise<void>((resolve) => {
      let missing = size;
      this.#onOutput = (chunk) => {
        chunks.push(chunk);
        missing -= countLines(chunk);
        if (missing <= 0) resolve();
      };
      this.#child.stdin.write(batch);
    });
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line));
  }

  async run(batch: Buffer, size: number, ms: number): Promise<Round> {
    const cpuBeforeMs = cpuMsOf(this.#child.pid);
    const startMs = performance.now();
    let [sent, answered] = [0, 0];
    await new Promise<void>((resolve) => {
      const send = (): void => {
        sent += size;
        this.#child.stdin.write(batch);
      };
      this.#onOutput = (chunk) => {
        answered += countLines(chunk);
        const isOver = performance.now() - startMs >= ms;
        while (!isOver && sent - answered <= (batchesInFlight - 1) * size) send();
        if (isOver && sent === answered) resolve();
      };
      for (let batches = 0; batches < batchesInFlight; batches++) send();
    });
    const seconds = (performance.now() - startMs) / 1000;
    const cpuMs = cpuMsOf(this.#child.pid) - cpuBeforeMs;
    return { messagesPerSecond: answered / seconds, messages: answered, cpuMs };
  }

  async stop(): Promise<void> {
    this.#child.stdin.end();
    await once(this.#child, 'close');
  }
}

function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}

/** Requests as the bench sends them. */
function batchOf(size: number): Buffer {
  const workload = new LinKvWorkload(5, 20, createRandom(1));
  const lines = Array.from({ length: size }, (_, at) => {
    const body = { msg_id: 1000 + at, ...linKvProtocol.toRequest(workload.next(at % 20)) };
    return `${JSON.stringify({ id: 100_000 + at, src: `c${at % 20}`, dest: 'n1', body })}\n`;
  });
  return Buffer.from(lines.join(''));
}

async function measure(print: (line: string) => void): Promise<string> {
  const fed = new Map(loops.map((loop) => [loop, new FedLoop(loop)] as const));
  for (const loop of fed.values()) await loop.start();
  await agree([...fed.values()]);
  const rows: string[][] = [];
  for (const size of batchSizes) {
    const batch = batchOf(size);
    const results = new Map(loops.map((loop) => [loop, [] as Round[]] as const));
    for (const loop of fed.values()) await loop.run(batch, size, 2 * roundMs);
    for (let round = 0; round < rounds; round++) {
      for (const [loop, child] of fed) {
        results.get(loop)?.push(await child.run(batch, size, roundMs));
      }
    }
    rows.push(row(size, results));
    print((rows.at(-1) ?? []).join('  '));
  }
  for (const loop of fed.values()) await loop.stop();
  return text(rows);
}

/** @throws AssertionError when one says anything else than another: its speed would mean nothing */
async function agree(all: readonly FedLoop[]): Promise<void> {
  const size = 100;
  const batch = batchOf(size);
  const answers = await Promise.all(all.map((loop) => loop.answersTo(batch, size)));
  for (const each of answers) assert.deepEqual(each, answers[0]);
}

function row(size: number, results: ReadonlyMap<Loop, readonly Round[]>): string[] {
  const of = (loop: Loop): readonly Round[] => results.get(loop) ?? [];
  const rate = (loop: Loop): number =>
    median(of(loop).map(({ messagesPerSecond }) => messagesPerSecond));
  /** Microseconds a message; in steps that are long, so all rounds together. */
  const cpu = (loop: Loop): number => (1000 * sum(loop, 'cpuMs')) / sum(loop, 'messages');
  const sum = (loop: Loop, what: 'cpuMs' | 'messages'): number =>
    of(loop).reduce((total, round) => total + round[what], 0);
  return [
    String(size),
    ...loops.map((loop) => figure(rate(loop))),
    ...loops.map((loop) => figure(cpu(loop), 1)),
    ...(['node', 'promises'] as const).map((loop) => figure(cpu('bare') / cpu(loop), 2)),
  ];
}

function text(rows: readonly (readonly string[])[]): string {
  const rates = ['requests a write', 'bare/s', 'node/s', 'async/s'];
  const cpu = ['bare µs', 'node µs', 'async µs', 'bare : node', 'bare : async'];
  return `
A \`MaelstromNode\` answers lin-kv requests at once, and so does a bare loop that splits what it
reads at newlines, calls \`JSON.parse\`, answers, calls \`JSON.stringify\` and writes once for each
chunk; it checks nothing. Both are child processes, fed in turns by the same process with the same
requests, so many in each write to the pipe, ${batchesInFlight} writes on their way at a time. *async* is the node
with handlers that return promises. Messages a second are medians of ${rounds} rounds of ${roundMs} ms. Processor
time is the child's, for each message, kernel included; the ratios are of it, since the rates on a
busy machine say more about who is woken when. One request a write is the price of a turn: a read, a
write and the wait for the next, nearly all of it the kernel's. The node makes up for its checks
by reading a pipe into one buffer, by reading all lines of a chunk before it answers the first, and
by quoting each name once; the bare loop does none of these.

${table([[...rates, ...cpu], ...rows])}
`;
}

export const loop: Benchmark = {
  name: 'loop',
  title: 'The loop from stdin to stdout',
  measure,
};
