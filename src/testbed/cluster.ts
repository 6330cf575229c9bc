/** The nodes of one run: started together, killed, paused and started again, and stopped. */

import { join } from 'node:path';
import type { Clock } from '../replica/index.ts';
import { Client } from './client.ts';
import type { Processes } from './nemesis.ts';
import type { Network } from './network.ts';
import { NodeProcess } from './node-process.ts';

/** The run cannot go on: a node has ended, or did not answer `init`. */
export class ClusterFailure extends Error {
  override readonly name: string = 'ClusterFailure';
}

/** A line of output that silenced its node for the rest of its life. */
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
  /** What nodes find in their environment, beside what this process found in its own. */
  readonly env: { readonly [name: string]: string };
  readonly logDirectory: string;
  readonly network: Network;
  readonly clock: Clock;
  readonly onBadLine: (badLine: BadLine) => void;
  readonly onStderrLine: (node: string, line: string) => void;
  /** A node that had been killed has answered `init`, so long after it was to be started. */
  readonly onRestarted: (node: string, tookMs: number) => void;
  /** A message did not fit into what may wait for a paused node. */
  readonly onOverflow: (node: string) => void;
  /** When this is aborted, nodes may end: a signal from the terminal reaches them as well. */
  readonly interrupt?: AbortSignal;
}

interface Member {
  readonly name: string;
  /** Who sends `init`. */
  readonly client: Client;
  process: NodeProcess;
  state: 'starting' | 'up' | 'paused' | 'down';
  /** Counts kills, so that a start that was overtaken by one can be told. */
  kills: number;
}

const initTimeoutMs = 10_000;

export class Cluster implements Processes {
  readonly #options: ClusterOptions;
  readonly #members: Member[] = [];
  /** Starts that have not come to their end. */
  readonly #restarts = new Set<Promise<void>>();
  #isStopped = false;
  /** Rejects when a node ends on its own, or is not there again in time; never resolves. */
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

  /** The processes of the nodes, in their order. */
  get pids(): (number | undefined)[] {
    return this.#members.map(({ process }) => process.pid);
  }

  /** Starts all nodes and resolves when each has answered `init`. */
  async start(): Promise<void> {
    process.on('exit', this.#leaveNobodyBehind);
    for (const name of this.#options.nodes) this.#add(name);
    const initialized = this.#members.map((member) => this.#initialize(member));
    await Promise.race([Promise.all(initialized), this.failed]);
  }

  /** Resolves when all processes are gone, paused ones included. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#members.map((member) => member.process.stop()));
    process.off('exit', this.#leaveNobodyBehind);
  }

  kill(nodes: readonly string[]): string[] {
    const alive = this.#those((member) => member.state !== 'down' && nodes.includes(member.name));
    for (const member of alive) {
      member.state = 'down';
      member.kills++;
      member.process.kill();
      this.#options.network.takeDown(member.name);
      member.client.giveUp();
    }
    return namesOf(alive);
  }

  startAll(): string[] {
    const down = this.#those(({ state }) => state === 'down');
    for (const member of down) {
      member.state = 'starting';
      const restart = this.#restart(member)
        .catch((error) => this.#fail(error))
        .finally(() => this.#restarts.delete(restart));
      this.#restarts.add(restart);
    }
    return namesOf(down);
  }

  /** Resolves when all that were started again have answered `init`. */
  async whenRestarted(): Promise<void> {
    await Promise.all(this.#restarts);
  }

  pause(nodes: readonly string[]): string[] {
    const up = this.#those((member) => member.state === 'up' && nodes.includes(member.name));
    for (const member of up) {
      member.state = 'paused';
      member.process.pause();
    }
    return namesOf(up);
  }

  resumeAll(): string[] {
    const paused = this.#those(({ state }) => state === 'paused');
    for (const member of paused) {
      member.state = 'up';
      member.process.resume();
    }
    return namesOf(paused);
  }

  #those(isMeant: (member: Member) => boolean): Member[] {
    return this.#members.filter(isMeant);
  }

  /** Nobody else would end a process that stands still. */
  readonly #leaveNobodyBehind = (): void => {
    for (const { process } of this.#members) process.kill();
  };

  #add(name: string): void {
    const { network, clock, onOverflow } = this.#options;
    const client = new Client(network, clock, `c${this.#members.length}`);
    const process = this.#spawn(name);
    const member: Member = { name, client, process, state: 'starting', kills: 0 };
    this.#members.push(member);
    const canTake = (): boolean => {
      const { canTake } = member.process;
      if (!canTake) onOverflow(name);
      return canTake;
    };
    network.add(name, 'server', (envelope) => member.process.deliver(envelope), canTake);
  }

  /**
   * A node that a bad line had silenced is heard again: it was its process that nobody listened to,
   * in Maelstrom as well.
   */
  async #restart(member: Member): Promise<void> {
    const { name, kills } = member;
    const { clock, network, onRestarted } = this.#options;
    const startedMs = clock.now();
    await member.process.ended;
    // It may have been killed, and even started, once more while its end was waited for.
    if (this.#isStopped || member.kills !== kills) return;
    member.process = this.#spawn(name);
    const kept = network.bringUp(name);
    await this.#initialize(member);
    if (this.#isStopped) return;
    if (member.kills === kills) onRestarted(name, clock.now() - startedMs);
    // When it has been killed again, they are kept again.
    network.redeliver(kept);
  }

  #spawn(name: string): NodeProcess {
    const { bin, args, env, network, logDirectory, onBadLine, onStderrLine } = this.#options;
    return new NodeProcess({
      name,
      bin,
      args,
      env,
      logFile: join(logDirectory, `${name}.log`),
      onMessage: (message, text) => network.send(message, text),
      onBadLine: (fault, line) => onBadLine({ node: name, fault, line: line.slice(0, 200) }),
      onCrash: (how, lastStderr) => {
        if (this.#options.interrupt?.aborted) return;
        const said =
          lastStderr.length === 0
            ? 'It said nothing on stderr.'
            : `Its last lines on stderr:\n${lastStderr.map((line) => `  ${line}`).join('\n')}`;
        this.#fail(new ClusterFailure(`node ${name} has ended on its own: ${how}\n${said}`));
      },
      onStderrLine: (line) => onStderrLine(name, line),
    });
  }

  /** Resolves when the node has answered `init`, or has been killed meanwhile. */
  async #initialize(member: Member): Promise<void> {
    const { name, client, kills } = member;
    const request = { type: 'init', node_id: name, node_ids: this.#options.nodes };
    const reply = await client.call(name, request, initTimeoutMs);
    if (member.kills !== kills) return;
    if (reply === null) {
      throw new ClusterFailure(`node ${name} did not answer init within ${initTimeoutMs} ms`);
    }
    if (reply.type !== 'init_ok') {
      throw new ClusterFailure(`node ${name} answered init with ${JSON.stringify(reply)}`);
    }
    member.state = 'up';
  }
}

function namesOf(members: readonly Member[]): string[] {
  return members.map(({ name }) => name);
}
