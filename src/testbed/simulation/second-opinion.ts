/** Holds each transition of each node against the specification, until the first that it forbids. */

import type { Settings } from '../../raft/index.ts';
import {
  type EffectView,
  type InputView,
  type NodeView,
  Specification,
  SpecificationViolation,
} from '../../specification/specification.ts';
import type { OnBroken } from './cluster-invariants.ts';

export class SecondOpinion {
  readonly #specification: Specification;
  readonly #onBroken: OnBroken;
  /** A node that crashes while it starts has never been there. */
  readonly #running = new Set<string>();
  /** What follows a violation has no meaning any more. */
  #isBroken = false;

  /** @param voters the first; with nobody named, all nodes are */
  constructor(
    nodes: readonly string[],
    { leaseReads }: Pick<Settings, 'leaseReads'>,
    onBroken: OnBroken,
    voters: readonly string[] = nodes,
    learners: readonly string[] = [],
  ) {
    // Leases are used only where clocks can be trusted.
    const doClocksAgree = leaseReads;
    this.#specification = new Specification({ nodes, voters, learners, doClocksAgree });
    this.#onBroken = onBroken;
  }

  started(node: string, view: NodeView): void {
    this.#running.add(node);
    this.#judge(() => this.#specification.started(node, view));
  }

  stepped(node: string, input: InputView, view: NodeView): void {
    this.#judge(() => this.#specification.stepped(node, input, view));
  }

  drained(node: string, effects: readonly EffectView[], view: NodeView): void {
    this.#judge(() => this.#specification.drained(node, effects, view));
  }

  crashed(node: string): void {
    if (!this.#running.delete(node)) return;
    this.#judge(() => this.#specification.crashed(node));
  }

  #judge(judge: () => void): void {
    if (this.#isBroken) return;
    try {
      judge();
    } catch (error) {
      if (!(error instanceof SpecificationViolation)) throw error;
      this.#isBroken = true;
      this.#onBroken(error.rule, error.node, error.message);
    }
  }
}
