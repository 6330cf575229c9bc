/** Makes a run's faults happen, each kind at its own random times. */

import { asNodeId, nextFraction, nextInteger, type Random } from '../../raft/index.ts';
import type { Cancel, Clock } from '../../replica/index.ts';
import { describeGrudge } from '../nemesis.ts';
import type { AnyBody, Network } from '../network.ts';
import { allPartitionShapes, drawPartition } from '../partitions.ts';
import type { Faults } from './faults.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Controlled } from './system.ts';

/** A fault as it happened. */
export interface FaultEvent {
  readonly fault:
    | 'partition'
    | 'heal'
    | 'crash'
    | 'crashAll'
    | 'restart'
    | 'rot'
    | 'pause'
    | 'resume'
    | 'changeMembership'
    | 'transferLeadership';
  /** Which nodes it is about; those that do not hear some other, for a partition. */
  readonly nodes: readonly string[];
  /** More about it, in a few words. */
  readonly text: string;
}

export interface FaultInjectorOptions<Command, B extends AnyBody> {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly network: Network<B>;
  readonly nodes: readonly SimulatedNode<Command, B>[];
  readonly onFault: (event: FaultEvent) => void;
}

export class FaultInjector<Command, B extends AnyBody> {
  readonly #options: FaultInjectorOptions<Command, B>;
  readonly #names: readonly string[];
  readonly #cancels: Cancel[] = [];
  #isOver = false;
  #isPartitioned = false;

  constructor(options: FaultInjectorOptions<Command, B>) {
    this.#options = options;
    this.#names = options.nodes.map(({ name }) => name);
  }

  start(): void {
    const { faults } = this.#options;
    this.#repeat(faults.partitionEveryMs, () => this.#partition());
    this.#repeat(faults.crashEveryMs, () => this.#crash());
    this.#repeat(faults.pauseEveryMs, () => this.#pause());
    this.#repeat(faults.membershipEveryMs, () => this.#changeMembership());
    this.#repeat(faults.transferEveryMs, () => this.#transferLeadership());
  }

  /** The network is whole again, nobody stands still, and everybody is up. */
  end(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels) cancel();
    this.#options.network.heal();
    for (const node of this.#options.nodes) {
      node.doom(Number.POSITIVE_INFINITY);
      node.resume();
      this.startNode(node);
    }
  }

  /** Starts a node that is down, with a clock of its own speed. */
  startNode(node: SimulatedNode<Command, B>): void {
    const { random, faults, onFault } = this.#options;
    if (node.isUp) return;
    if (this.#mayRot() && nextFraction(random) < faults.rot) {
      onFault({ fault: 'rot', nodes: [node.name], text: '' });
      node.rotDisk();
    }
    onFault({ fault: 'restart', nodes: [node.name], text: '' });
    node.start(1 + faults.clockSpread * (2 * nextFraction(random) - 1));
  }

  /** The others must be able to go on without it. */
  #mayRot(): boolean {
    const { clock, faults, nodes } = this.#options;
    const isRestart = clock.now() > 0 && !this.#isOver;
    const isSafe = nodes.length >= 3 && faults.membershipEveryMs === 0;
    return faults.rot > 0 && isRestart && isSafe && !nodes.some(({ isRotten }) => isRotten);
  }

  /** It is down, for whatever reason; somebody will start it again. */
  startLater(node: SimulatedNode<Command, B>): void {
    const { clock, random, faults } = this.#options;
    if (this.#isOver) clock.defer(() => this.startNode(node));
    else clock.after(2 * faults.downMs * nextFraction(random), () => this.startNode(node));
  }

  /** At random times, `everyMs` apart on average. */
  #repeat(everyMs: number, action: () => void): void {
    if (everyMs === 0) return;
    const { clock, random } = this.#options;
    let cancel: Cancel = () => {};
    const schedule = (): void => {
      cancel = clock.after(2 * everyMs * nextFraction(random), () => {
        action();
        schedule();
      });
    };
    schedule();
    this.#cancels.push(() => cancel());
  }

  #partition(): void {
    const { random, network, onFault } = this.#options;
    if (this.#isPartitioned && nextFraction(random) < 0.5) {
      this.#isPartitioned = false;
      network.heal();
      onFault({ fault: 'heal', nodes: [], text: '' });
      return;
    }
    const shape = allPartitionShapes[nextInteger(random, 0, allPartitionShapes.length)] ?? 'one';
    const grudge = drawPartition(shape, this.#names, random);
    this.#isPartitioned = true;
    network.partition(grudge);
    onFault({
      fault: 'partition',
      nodes: this.#names.filter((name) => (grudge.get(name)?.size ?? 0) > 0),
      text: describeGrudge(grudge, this.#names),
    });
  }

  #crash(): void {
    const { random, faults, nodes, onFault } = this.#options;
    if (faults.massCrash > 0 && nextFraction(random) < faults.massCrash) {
      onFault({ fault: 'crashAll', nodes: this.#names, text: '' });
      for (const node of nodes) node.crash();
      return;
    }
    const node = this.#pick();
    onFault({ fault: 'crash', nodes: [node.name], text: '' });
    if (nextFraction(random) < 0.5) node.crash();
    else node.doom(nextInteger(random, 0, 12));
  }

  #pause(): void {
    const { clock, random, faults, onFault } = this.#options;
    const node = this.#pick();
    if (!node.isUp || node.isPaused) return;
    onFault({ fault: 'pause', nodes: [node.name], text: '' });
    node.pause();
    clock.after(2 * faults.pauseMs * nextFraction(random), () => {
      if (!node.isPaused) return;
      onFault({ fault: 'resume', nodes: [node.name], text: '' });
      node.resume();
    });
  }

  #changeMembership(): void {
    const { random, onFault } = this.#options;
    const draws = this.#names.map((name) => ({ name, draw: nextFraction(random) }));
    const voters = draws.filter(({ draw }) => draw < 0.6).map(({ name }) => name);
    const learners = draws.filter(({ draw }) => draw > 0.8).map(({ name }) => name);
    if (voters.length === 0) return;
    const others = learners.length === 0 ? '' : `, learners ${learners.join(' ')}`;
    onFault({
      fault: 'changeMembership',
      nodes: voters,
      text: `voters ${voters.join(' ')}${others}`,
    });
    for (const replica of this.#leaders()) {
      void replica.changeMembership(voters.map(asNodeId), learners.map(asNodeId));
    }
  }

  #transferLeadership(): void {
    const target = this.#pick().name;
    this.#options.onFault({ fault: 'transferLeadership', nodes: [target], text: `to ${target}` });
    for (const replica of this.#leaders()) void replica.transferLeadership(asNodeId(target));
  }

  /** Those who take themselves for leaders. */
  #leaders(): Controlled[] {
    return this.#options.nodes.flatMap((node) => {
      const replica = node.view?.role.kind === 'leader' ? node.process?.replica : null;
      return replica === null || replica === undefined ? [] : [replica];
    });
  }

  #pick(): SimulatedNode<Command, B> {
    const { random, nodes } = this.#options;
    const node = nodes[nextInteger(random, 0, nodes.length)];
    if (node === undefined) throw new Error('there are no nodes');
    return node;
  }
}
