/**
 * Starts a core again as a trace says that it began, and gives it what it was given. A core is
 * deterministic: it must come to the same states and hand over the same effects, or else the trace
 * is not of this code, or somebody has changed it.
 */

import { type Effect, type Input, Raft, type RaftView } from '../raft/index.ts';
import { raftOptionsOf } from './core-start.ts';
import { jsonOf } from './encode.ts';
import type { NodeEvent, StateSummary, TraceEvent } from './format.ts';
import { summaryOf } from './summary.ts';

/** What went another way than the trace says. */
export class ReplayDifference extends Error {
  override readonly name: string = 'ReplayDifference';
}

type EventOf<K extends NodeEvent['kind']> = Extract<NodeEvent, { readonly kind: K }>;

/** One life of a node: from a `start` to its end. */
export class CoreReplay {
  readonly #node: string;
  readonly #core: Raft<unknown>;
  #headStartTicks: number;

  /**
   * @param isHeadStartLater when somebody looks at the core before it is given its first ticks
   * @throws ReplayDifference when no core can begin so, or it begins otherwise
   */
  constructor(
    { node, core, state }: EventOf<'start'>,
    { isHeadStartLater = false }: { readonly isHeadStartLater?: boolean } = {},
  ) {
    if (core === null) {
      throw new ReplayDifference(`${node} did not write down what its core began with`);
    }
    this.#node = node;
    this.#core = this.#attempt(() => Raft.create(raftOptionsOf(node, core)));
    this.#compareStates(state);
    this.#headStartTicks = core.headStartTicks;
    if (!isHeadStartLater) this.giveHeadStart();
  }

  /** Once, before anything else. */
  giveHeadStart(): void {
    for (; this.#headStartTicks > 0; this.#headStartTicks--) this.#core.step({ kind: 'tick' });
  }

  /** The core's memory, which changes as the replay goes on. */
  get view(): RaftView {
    return this.#core.view;
  }

  /** What this node waits for, and why; or why an entry is not committed. See `Raft.explain`. */
  explain(index?: number): string {
    return this.#core.explain(index as Parameters<Raft<unknown>['explain']>[0]);
  }

  /** @throws ReplayDifference when the core comes to another state */
  step({ input, state, afterIdle }: Omit<EventOf<'step'>, 'kind' | 'node'>): void {
    if (afterIdle === true) this.drain({ effects: [] });
    this.#attempt(() => this.#core.step(input));
    this.#compareStates(state);
  }

  /**
   * Returns the effects as this core has handed them over.
   *
   * @throws ReplayDifference when they are others
   */
  drain({ effects }: Pick<EventOf<'drain'>, 'effects'>): readonly Effect<unknown>[] {
    const actual = this.#attempt(() => this.#core.drain());
    if (jsonOf(actual) === jsonOf(effects)) return actual;
    const at = effects.findIndex((effect, index) => jsonOf(effect) !== jsonOf(actual[index]));
    const [wanted, found] =
      at < 0 ? [undefined, actual[effects.length]] : [effects[at], actual[at]];
    throw new ReplayDifference(
      `${this.#node} hands over ${shown(found)} where the trace has ${shown(wanted)}`,
    );
  }

  /** The core has stopped while it took this in: it must refuse it here, too. */
  halt(input: Input<unknown>): void {
    try {
      this.#core.step(input);
    } catch {
      return;
    }
    throw new ReplayDifference(`${this.#node} takes in ${shown(input)}, and does not stop`);
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw new ReplayDifference(`${this.#node} fails: ${(error as Error).message}`);
    }
  }

  #compareStates(recorded: StateSummary): void {
    const actual = summaryOf(this.#core.view);
    for (const [name, value] of Object.entries(actual)) {
      const wanted = recorded[name as keyof StateSummary];
      if (wanted === value) continue;
      throw new ReplayDifference(
        `${this.#node} has ${name} ${value}, and had ${String(wanted)} in the trace`,
      );
    }
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = jsonOf(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** The event, if it is about what happens inside this node. */
export function isOfNode(event: TraceEvent, node: string): event is TraceEvent & NodeEvent {
  return (
    'node' in event && event.node === node && event.kind !== 'invoke' && event.kind !== 'broken'
  );
}
