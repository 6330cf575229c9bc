/**
 * What is demanded when the faults have ended: a leader emerges, every node serves its clients,
 * every request ends, every node catches up, and all machines are in the same state.
 */

import { asNodeId } from '../../raft/index.ts';
import type { Clock } from '../../replica/index.ts';
import { Client } from '../client.ts';
import type { AnyBody, Network } from '../network.ts';
import type { Ending } from '../workload.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Clients } from './system.ts';
import type { Violation } from './violation.ts';

export interface RecoveryOptions<Command, Operation, Completion extends Ending, B extends AnyBody> {
  readonly clock: Clock;
  readonly network: Network<B>;
  readonly nodes: readonly SimulatedNode<Command, B>[];
  readonly clients: Clients<Operation, Completion, B>;
  readonly clientTimeoutMs: number;
  readonly onCompletion: (completion: Completion) => void;
}

type Complaint = Pick<Violation, 'net' | 'rule' | 'detail'>;

/** Whoever asks after the faults has a number from here on. */
const firstProbe = 1_000_000;

export class Recovery<Command, Operation, Completion extends Ending, B extends AnyBody> {
  readonly #options: RecoveryOptions<Command, Operation, Completion, B>;
  readonly #served = new Set<string>();
  #isLoadOver = false;

  constructor(options: RecoveryOptions<Command, Operation, Completion, B>) {
    this.#options = options;
  }

  /** Who still has a disk. The others are replaced, which is another story. */
  get #nodes(): readonly SimulatedNode<Command, B>[] {
    return this.#options.nodes.filter(({ isLost }) => !isLost);
  }

  /** @param load resolves when every request of the load has ended */
  start(load: Promise<void>): void {
    void load.then(() => {
      this.#isLoadOver = true;
    });
    this.#options.clock.every(100, () => this.#restoreMembership());
    this.#nodes.forEach(({ name }, position) => void this.#probe(name, position));
  }

  get isOver(): boolean {
    return this.#isLoadOver && this.#served.size === this.#nodes.length && this.#isAtRest();
  }

  /** An operator sees to it that every node is a voter again, apart from those that are lost. */
  #restoreMembership(): void {
    const voters = this.#nodes.map(({ name }) => asNodeId(name));
    for (const node of this.#nodes) {
      if (node.view?.role.kind !== 'leader' || this.#isFull(node)) continue;
      void node.process?.replica?.changeMembership(voters);
    }
  }

  #isFull({ view }: SimulatedNode<Command, B>): boolean {
    const { voters = [], outgoing = [] } = view?.memberships.at(-1)?.membership ?? {};
    return voters.length === this.#nodes.length && outgoing.length === 0;
  }

  /** A client of each node asks until it is served. */
  async #probe(node: string, position: number): Promise<void> {
    const { clock, network, clients, clientTimeoutMs, onCompletion } = this.#options;
    const { protocol, history } = clients;
    const client = new Client(network, clock, `p${position}`);
    for (let process = firstProbe + position; ; process += this.#nodes.length) {
      const operation = clients.probe();
      history.invoke(clock.now(), process, operation);
      const reply = await client.call(node, protocol.toRequest(operation), clientTimeoutMs);
      const completion =
        reply === null
          ? protocol.unanswered(operation, 'net-timeout')
          : protocol.toCompletion(operation, reply);
      onCompletion(completion);
      history.complete(clock.now(), process, operation, completion);
      if (completion.type === 'ok') break;
      await new Promise<void>((resolve) => clock.after(20, resolve));
    }
    this.#served.add(node);
  }

  /** Everybody has everything, and nothing waits. */
  #isAtRest(): boolean {
    const nodes = this.#nodes;
    const commitIndex = nodes[0]?.view?.commitIndex;
    return nodes.every(
      (node) =>
        node.view?.commitIndex === commitIndex &&
        node.view?.appliedIndex === commitIndex &&
        node.process?.replica?.openRequests === 0 &&
        this.#isFull(node),
    );
  }

  /** What was demanded and did not come. */
  complaints(): Complaint[] {
    const nodes = this.#nodes;
    const complaints: Complaint[] = [];
    const states = nodes.map(({ name, process }) => `${name}: ${this.#explain(process)}`);
    const complain = (rule: string): void =>
      void complaints.push({ net: 'liveness', rule, detail: states.join('\n') });
    const isServing = this.#served.size === nodes.length;
    const isLeaderless = nodes.every(({ view }) => view?.role.kind !== 'leader');
    if (isLeaderless && !isServing) complain('a leader emerges');
    if (!isServing) complain('every node serves its clients');
    if (!this.#isLoadOver) complain('every request is answered');
    if (!this.#isAtRest()) complain('every node catches up, and no request is left open');
    const machines = new Set(nodes.map(({ process }) => process?.machineState()));
    if (complaints.length === 0 && machines.size > 1) {
      const detail = [...machines].map((state) => String(state).slice(0, 500)).join('\n\n');
      complaints.push({ net: 'machine', rule: 'machines at the same index are equal', detail });
    }
    return complaints;
  }

  #explain(process: SimulatedNode<Command, B>['process']): string {
    return process?.replica?.explain() ?? 'is down';
  }
}
