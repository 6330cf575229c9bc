/**
 * Watches a scenario's cluster as a simulation's is watched: every memory and every disk after every
 * step. Where a script forges messages, or begins with logs that no run has led to, it is off.
 */

import {
  type Effect,
  type Input,
  InvariantViolation,
  type RaftOptions,
  type RaftView,
} from '../../raft/index.ts';
import type { PeerMessage } from '../../replica/index.ts';
import type { StoreWrite } from '../../storage/store.ts';
import { ClusterInvariants } from '../simulation/cluster-invariants.ts';
import { SecondOpinion } from '../simulation/second-opinion.ts';
import type { ScenarioRecorder } from './recorder.ts';

/** A rule that the cluster has broken. */
export interface Breach {
  /** Who has noticed: the rules about all nodes, the specification, or the core's own assertions. */
  readonly by: 'invariants' | 'specification' | 'core';
  readonly rule: string;
  readonly node: string;
  readonly detail: string;
}

export class Judge {
  readonly #invariants: ClusterInvariants;
  readonly #specification: SecondOpinion;
  readonly #recorder: ScenarioRecorder | null;
  #breach: Breach | null = null;
  #isOff = false;

  constructor(
    nodes: readonly string[],
    voters: readonly string[] = nodes,
    learners: readonly string[] = [],
    recorder: ScenarioRecorder | null = null,
  ) {
    this.#recorder = recorder;
    const noted = (by: Breach['by']) => (rule: string, node: string, detail: string) => {
      // The specification says node and rule once more.
      const rest = detail.replace(`${node}: ${rule}`, '').trim();
      this.#break({ by, rule, node, detail: rest });
      // What would follow from it is of no interest.
      throw new Error(rule);
    };
    this.#invariants = new ClusterInvariants(nodes, noted('invariants'));
    // A script lets each clock run as it likes.
    const settings = { leaseReads: false };
    this.#specification = new SecondOpinion(
      nodes,
      settings,
      noted('specification'),
      voters,
      learners,
    );
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  /** From now on nothing is judged: no cluster comes to what the script makes of it. */
  turnOff(): void {
    this.#isOff = true;
    this.#recorder?.forged();
  }

  /** The first rule that was broken, or null. */
  get breach(): Breach | null {
    return this.#breach;
  }

  #break(breach: Breach): void {
    if (this.#breach !== null) return;
    this.#breach = breach;
    this.#recorder?.broken(breach.rule, breach.node, breach.detail);
  }

  /** Lets a core act. When it throws, it has broken one of its own rules. */
  watch<T>(node: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof InvariantViolation) {
        this.#break({ by: 'core', rule: error.message, node, detail: '' });
      }
      throw error;
    }
  }

  loaded(node: string, core: RaftView, options: RaftOptions<unknown>): void {
    this.#recorder?.loaded(node, core, options);
    if (this.isOff) return;
    this.#invariants.loaded(node, core);
    this.#specification.started(node, core);
  }

  crashed(node: string): void {
    this.#recorder?.crashed(node);
    if (this.isOff) return;
    this.#invariants.crashed(node);
    this.#specification.crashed(node);
  }

  durable(node: string, write: StoreWrite<unknown>): void {
    this.#recorder?.durable(node, write);
    if (!this.isOff) this.#invariants.durable(node, write);
  }

  stepped(node: string, input: Input<unknown>, core: RaftView): void {
    this.#recorder?.stepped(node, input, core);
    if (this.isOff) return;
    this.#invariants.stepped(node, input, core);
    this.#specification.stepped(node, input, core);
  }

  drained(node: string, effects: readonly Effect<unknown>[], core: RaftView): void {
    if (effects.length === 0) return this.#recorder?.idle(node);
    this.#recorder?.drained(node, effects);
    if (this.isOff) return;
    this.#invariants.drained(node, effects, core);
    this.#specification.drained(node, effects, core);
  }

  sent(message: PeerMessage<unknown, unknown>): void {
    if (!this.isOff) this.#invariants.sent(message);
  }
}
