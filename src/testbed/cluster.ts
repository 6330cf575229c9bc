/** The nodes of one run: started together, initialized, and killed together at the end. */

import { join } from 'node:path';
import type { Clock } from '../replica/index.ts';
import { Client } from './client.ts';
import type { Network } from './network.ts';
import { NodeProcess } from './node-process.ts';

/** The run cannot go on: a node has ended, or did not answer `init`. */
export class ClusterFailure extends Error {
  override readonly name: string = 'ClusterFailure';
}

/** A line of output that silenced its node for the rest of the run. */
export interface BadLine {
  readonly node: string;
  readonly fault: string;
  /** Its beginning. */
  readonly line: string;
}

export interface ClusterOptions {
  readonly nodes: readonly string[];
  readonly bin: string;
  readonly args: readonly string[];
  readonly logDirectory: string;
  readonly network: Network;
  readonly clock: Clock;
  readonly onBadLine: (badLine: BadLine) => void;
  readonly onStderrLine: (node: string, line: string) => void;
}

const initTimeoutMs = 10_000;

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #processes = new Map<string, NodeProcess>();
  /** Rejects when a node ends on its own; never resolves. */
  readonly failed: Promise<never>;
  #fail: (failure: ClusterFailure) => void = () => {};

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    // Somebody may look only later.
    this.failed.catch(() => {});
  }

  /** Starts all nodes and resolves when each has answered `init`. */
  async start(): Promise<void> {
    for (const name of this.#options.nodes) this.#spawn(name);
    const initialized = this.#options.nodes.map((name, i) => this.#initialize(name, `c${i}`));
    await Promise.race([Promise.all(initialized), this.failed]);
  }

  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#processes.values(), (process) => process.kill()));
  }

  #spawn(name: string): void {
    const { bin, args, network, logDirectory, onBadLine, onStderrLine } = this.#options;
    const process = new NodeProcess({
      name,
      bin,
      args,
      logFile: join(logDirectory, `${name}.log`),
      onMessage: (message) => network.send(message),
      onBadLine: (fault, line) => onBadLine({ node: name, fault, line: line.slice(0, 200) }),
      onCrash: (how, lastStderr) => {
        const said =
          lastStderr.length === 0
            ? 'It said nothing on stderr.'
            : `Its last lines on stderr:\n${lastStderr.map((line) => `  ${line}`).join('\n')}`;
        this.#fail(new ClusterFailure(`node ${name} has ended on its own: ${how}\n${said}`));
      },
      onStderrLine: (line) => onStderrLine(name, line),
    });
    this.#processes.set(name, process);
    network.add(name, 'server', (envelope) => process.deliver(envelope));
  }

  async #initialize(name: string, clientName: string): Promise<void> {
    const { nodes, network, clock } = this.#options;
    const client = new Client(network, clock, clientName);
    const request = { type: 'init', node_id: name, node_ids: nodes };
    const reply = await client.call(name, request, initTimeoutMs);
    if (reply === null) {
      throw new ClusterFailure(`node ${name} did not answer init within ${initTimeoutMs} ms`);
    }
    if (reply.type !== 'init_ok') {
      throw new ClusterFailure(`node ${name} answered init with ${JSON.stringify(reply)}`);
    }
  }
}
