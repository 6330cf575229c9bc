/**
 * The clients of a run. Each is bound to one node and has one operation open at a time; together
 * they start operations at random intervals that come to the given rate. When all are busy, the
 * next operation starts as soon as one is free: a slow system is asked less.
 */

import { nextFraction, nextInteger, type Random } from '../raft/index.ts';
import type { Cancel, Clock } from '../replica/index.ts';
import { Client } from './client.ts';
import type { AnyBody, Network } from './network.ts';
import { type Ending, MalformedReply, type Protocol, type Workload } from './workload.ts';

/** What clients did, event by event. */
export interface Recorder<Operation, Completion> {
  invoke(timeMs: number, process: number, operation: Operation): void;
  complete(timeMs: number, process: number, operation: Operation, completion: Completion): void;
}

export interface LoadOptions<Operation, Completion extends Ending, B extends AnyBody> {
  readonly clock: Clock;
  readonly network: Network<B>;
  readonly random: Random;
  readonly nodes: readonly string[];
  readonly concurrency: number;
  /** Operations a second, over all clients. */
  readonly rate: number;
  readonly clientTimeoutMs: number;
  readonly workload: Workload<Operation, Completion>;
  readonly protocol: Protocol<Operation, Completion, B>;
  readonly history: Recorder<Operation, Completion>;
  /** A node's reply was not what the protocol allows. */
  readonly onMalformedReply: (node: string, fault: string) => void;
}

export interface LoadCounts {
  invoked: number;
  ok: number;
  fail: number;
  info: number;
}

interface Worker<B extends AnyBody> {
  readonly number: number;
  readonly node: string;
  readonly client: Client<B>;
  process: number;
}

export class Load<Operation, Completion extends Ending, B extends AnyBody> {
  readonly counts: LoadCounts = { invoked: 0, ok: 0, fail: 0, info: 0 };
  readonly #options: LoadOptions<Operation, Completion, B>;
  readonly #free: Worker<B>[];
  readonly #startMs: number;
  /** When the next operation starts, if a client is free then. */
  #dueMs: number;
  #isDue = false;
  #isOver = false;
  #cancelNext: Cancel = () => {};
  #onAllFree: () => void = () => {};

  constructor(options: LoadOptions<Operation, Completion, B>) {
    this.#options = options;
    const { clock, network, nodes, concurrency } = options;
    this.#startMs = clock.now();
    this.#dueMs = this.#startMs;
    this.#free = Array.from({ length: concurrency }, (_, number) => ({
      number,
      node: nodes[number % nodes.length] ?? '',
      client: new Client(network, clock, `c${nodes.length + number}`),
      process: number,
    }));
    if (options.rate > 0) this.#schedule(0);
  }

  /** Milliseconds since the load began. */
  get elapsedMs(): number {
    return this.#options.clock.now() - this.#startMs;
  }

  /** Starts nothing new; resolves when what is open has ended. */
  async finish(): Promise<void> {
    this.#isOver = true;
    this.#cancelNext();
    if (this.#free.length === this.#options.concurrency) return;
    await new Promise<void>((resolve) => {
      this.#onAllFree = resolve;
    });
  }

  /**
   * Every client asks what it is given, one after the other, whatever the rate. To be called when
   * `finish` has resolved; resolves when all has ended.
   */
  async askAll(operationsOf: (client: number) => Iterable<Operation>): Promise<void> {
    const workers = this.#free.toSorted((a, b) => a.number - b.number);
    await Promise.all(
      workers.map(async (worker) => {
        for (const operation of operationsOf(worker.number)) await this.#ask(worker, operation);
      }),
    );
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#options;
    this.#isDue = false;
    this.#cancelNext();
    this.#cancelNext = clock.after(delayMs, () => {
      this.#isDue = true;
      this.#startDue();
    });
  }

  /**
   * Starts the operation that is due, and all that have come due since then: a timer may fire later
   * than a short interval ends, to start an operation takes time, and the rate holds all the same.
   */
  #startDue(): void {
    const { clock, random, rate } = this.#options;
    while (!this.#isOver && this.#free.length > 0) {
      const position = nextInteger(random, 0, this.#free.length);
      const [worker] = this.#free.splice(position, 1);
      if (worker !== undefined) void this.#perform(worker);
      this.#dueMs += (2 * 1000 * nextFraction(random)) / rate;
      const waitMs = this.#dueMs - clock.now();
      if (waitMs >= 0) return this.#schedule(waitMs);
    }
  }

  /** A client is free again. Nobody makes up for the time in which none was. */
  #release(worker: Worker<B>): void {
    const wasNoneFree = this.#free.length === 0;
    this.#free.push(worker);
    if (this.#isOver && this.#free.length === this.#options.concurrency) this.#onAllFree();
    const nowMs = this.#options.clock.now();
    if (!wasNoneFree || !(this.#isDue || nowMs > this.#dueMs)) return;
    this.#dueMs = nowMs;
    this.#startDue();
  }

  async #perform(worker: Worker<B>): Promise<void> {
    await this.#ask(worker, this.#options.workload.next(worker.number));
    this.#release(worker);
  }

  async #ask(worker: Worker<B>, operation: Operation): Promise<void> {
    const { workload, protocol, history, clientTimeoutMs, concurrency } = this.#options;
    history.invoke(this.elapsedMs, worker.process, operation);
    this.counts.invoked++;
    const request = protocol.toRequest(operation);
    const reply = await worker.client.call(worker.node, request, clientTimeoutMs);
    const completion =
      reply === null
        ? protocol.unanswered(operation, 'net-timeout')
        : this.#judgeReply(worker.node, operation, reply);
    history.complete(this.elapsedMs, worker.process, operation, completion);
    this.counts[completion.type]++;
    workload.completed?.(worker.number, operation, completion);
    if (completion.type === 'info') {
      worker.process += concurrency;
      workload.replaceProcess(worker.number);
    }
  }

  #judgeReply(node: string, operation: Operation, reply: B): Completion {
    const { protocol, onMalformedReply } = this.#options;
    try {
      return protocol.toCompletion(operation, reply);
    } catch (error) {
      if (!(error instanceof MalformedReply)) throw error;
      onMalformedReply(node, error.message);
      return protocol.unanswered(operation, error.message);
    }
  }
}
