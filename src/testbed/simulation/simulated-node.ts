/**
 * A node of a simulation: one life after the other on one disk. It is started, stands still, goes
 * on, and crashes wherever it is in what it does: a life ends between any two of its actions, and
 * an action is what others can see of it: a message, a write, a command applied.
 */

import type { RaftView } from '../../raft/index.ts';
import type { Clock, Observer } from '../../replica/index.ts';
import type { Store } from '../../storage/store.ts';
import type { AnyBody, NetworkMessage } from '../network.ts';
import { NodeClock } from './node-clock.ts';
import type { FileFaults, NodeStore } from './node-store.ts';
import type { Plan } from './plan.ts';
import type { NodeContext, NodeProcess } from './system.ts';

/** Told what happens at a node, while it lives. */
export interface NodeListener {
  observer(name: string): Observer;
  onApplied(name: string, ordinal: number, command: unknown, result: unknown): void;
  onFault(name: string, rule: string, detail: string): void;
  onCrashed(name: string): void;
}

export interface SimulatedNodeOptions<Command, B extends AnyBody> {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly plan: Plan;
  readonly clock: Clock;
  readonly store: NodeStore<Command>;
  readonly listener: NodeListener;
  readonly start: (context: NodeContext<Command, B>) => NodeProcess<B>;
  readonly send: (message: NetworkMessage<B>) => void;
}

interface Life<B extends AnyBody> {
  readonly clock: NodeClock;
  process: NodeProcess<B> | null;
  view: RaftView | null;
  /** How many more actions it will do. */
  actionsLeft: number;
}

export class SimulatedNode<Command, B extends AnyBody> {
  readonly name: string;
  readonly #options: SimulatedNodeOptions<Command, B>;
  #life: Life<B> | null = null;
  #lives = 0;

  constructor(options: SimulatedNodeOptions<Command, B>) {
    this.name = options.name;
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#life !== null;
  }

  get isPaused(): boolean {
    return this.#life?.clock.isPaused ?? false;
  }

  get process(): NodeProcess<B> | null {
    return this.#life?.process ?? null;
  }

  /** The memory of the core, or null while there is none. */
  get view(): RaftView | null {
    return this.#life?.view ?? null;
  }

  /** How its disk behaves from now on. */
  set disk(faults: FileFaults) {
    this.#options.store.setFaults(faults);
  }

  rotDisk(): void {
    this.#options.store.rot();
  }

  /** Whether its disk has rotten, and nobody may rely on it any more. */
  get isRotten(): boolean {
    return this.#options.store.isRotten;
  }

  /** Its disk cannot be trusted: it will not start again. */
  get isLost(): boolean {
    return this.#options.store.isLost;
  }

  /** @param rate how fast its clock runs in this life */
  start(rate: number): void {
    if (this.#life !== null) return;
    const { name, nodes, plan, clock, start } = this.#options;
    const life: Life<B> = {
      clock: new NodeClock({ clock, rate, deferMs: plan.faults.deferMs }),
      process: null,
      view: null,
      actionsLeft: Number.POSITIVE_INFINITY,
    };
    this.#life = life;
    life.process = start({
      name,
      nodes,
      plan,
      // The same as in a scenario, so that a run can be retold as one.
      seed: 100 * plan.seed + 1 + 1000 * this.#lives++,
      clock: life.clock,
      store: this.#storeOf(life),
      observer: this.#observerOf(life),
      onApplied: (ordinal, command, result) => {
        if (this.#acts(life)) this.#options.listener.onApplied(name, ordinal, command, result);
      },
      onFault: (rule, detail) => {
        if (this.#life === life) this.#options.listener.onFault(name, rule, detail);
      },
      send: (message) => {
        if (this.#acts(life)) this.#options.send(message);
      },
    });
  }

  receive(message: NetworkMessage<B>): void {
    const life = this.#life;
    life?.clock.perform(() => life.process?.receive(message));
  }

  pause(): void {
    this.#life?.clock.pause();
  }

  resume(): void {
    this.#life?.clock.resume();
  }

  /** The node will crash in the middle of what it does: after so many more actions. */
  doom(actions: number): void {
    if (this.#life !== null) this.#life.actionsLeft = actions;
  }

  crash(): void {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    life.clock.end();
    life.process?.replica?.stop();
    this.#options.store.crash();
    this.#options.listener.onCrashed(this.name);
  }

  /** Whether a life may do one more thing. */
  #acts(life: Life<B>): boolean {
    if (this.#life !== life) return false;
    if (life.actionsLeft-- > 0) return true;
    this.crash();
    return false;
  }

  #storeOf(life: Life<B>): Store<Command> {
    const { store } = this.#options;
    return {
      load: () => store.load(() => this.#acts(life)),
      write: (write, done) => {
        if (this.#acts(life)) store.write(write, done);
      },
      saveSnapshot: (meta, data, done) => {
        if (this.#acts(life)) store.saveSnapshot(meta, data, done);
      },
      readSnapshot: (index, offset, maxBytes, done) => {
        if (this.#life === life) store.readSnapshot(index, offset, maxBytes, done);
      },
      compact: (index) => {
        if (this.#acts(life)) store.compact(index);
      },
    };
  }

  /** The listener's observer, deaf to a life that is over. (A replica that stopped steps nothing.) */
  #observerOf(life: Life<B>): Observer {
    const observer = this.#options.listener.observer(this.name);
    return {
      ...observer,
      onLoaded: (core, ...beginning) => {
        if (this.#life !== life) return;
        life.view = core;
        observer.onLoaded?.(core, ...beginning);
      },
      onSent: (message) => {
        if (this.#life === life) observer.onSent?.(message);
      },
      onHalted: (reason, during) => {
        if (this.#life === life) observer.onHalted?.(reason, during);
      },
    };
  }
}
