/**
 * Decides whether the steps of a register can be put into a right order.
 *
 * A walk that leaves nothing out decides it, but with many steps in flight, pending ones above all,
 * it may have to carry along more configurations than there is room for. Three things keep the cost
 * near that of the easy cases:
 *
 * - **Narrow first.** A walk that keeps few configurations (see `selection.ts`) and uses pending
 *   steps only where there is no other way can miss a right order, but what it finds is one.
 * - **Refute nearby.** Where walks get stuck, a contradiction is mostly a local one: see
 *   `refute.ts`.
 * - **Widen nearby.** If neither helps, walk again with more room from a little before the place;
 *   once past it, narrow again. In the end walk from the beginning and leave nothing out.
 *
 * A history is found wrong only by a refutation or by a walk that left nothing out, and right only
 * by an order.
 */

import { type Configuration, initialConfiguration } from './configuration.ts';
import { Meter } from './explore.ts';
import { refute } from './refute.ts';
import type { State } from './register.ts';
import type { Turn } from './turns.ts';
import { type Pace, Walk } from './walk.ts';

export type Finding =
  | { readonly kind: 'ordered'; readonly configurations: number }
  | {
      /**
       * There is an order of all that completed before a turn, and none with the step that
       * completes in it.
       */
      readonly kind: 'contradiction';
      readonly turn: Turn;
      /** One such order. */
      readonly before: Configuration;
      /**
       * All that the register can hold when the step completes, though perhaps not each of these.
       */
      readonly possible: ReadonlySet<State>;
      readonly configurations: number;
    }
  | {
      readonly kind: 'exhausted';
      /** The turn that could be neither taken nor refuted. */
      readonly turn: Turn;
      readonly configurations: number;
    };

/**
 * How much is tried before more is tried. It decides how long a search takes, never what it finds.
 * Each level of trouble gives a walk more room, and looks farther back, than the one before.
 */
export interface Tuning {
  /** At this level a walk starts from the beginning and leaves nothing out. */
  readonly levels: number;
  /**
   * How many configurations are kept after a turn, and how many times as many at the next level.
   */
  readonly width: number;
  readonly widthFactor: number;
  /** How many turns are nearby, and how many times as many at the next level. */
  readonly vicinity: number;
  readonly vicinityFactor: number;
  /**
   * How many configurations a refutation may make, and how many times as many at the next level. Of
   * the many that are tried where a walk got stuck, few show anything if there is a right order, so
   * each must cost little beside the walk.
   */
  readonly refutation: number;
  readonly refutationFactor: number;
  /** How many configurations are kept of each turn, to walk again from there. */
  readonly checkpoint: number;
}

/**
 * Found by trial, on histories of 20,000 operations by 10 to 50 clients with up to 1,000 pending
 * ones, and of 2,000 operations by 100 clients, nearly all of them cas of 5 values.
 */
const defaultTuning: Tuning = {
  levels: 6,
  width: 8,
  widthFactor: 4,
  vicinity: 32,
  vicinityFactor: 8,
  refutation: 100,
  refutationFactor: 4,
  checkpoint: 8,
};

/** Looks for a right order, making about so many configurations at most. */
export function search(
  turns: readonly Turn[],
  configurationsMax: number,
  tuning: Tuning = defaultTuning,
): Finding {
  return new Search(turns, new Meter(configurationsMax), tuning).run();
}

interface Checkpoint {
  readonly frontier: readonly Configuration[];
  readonly complete: boolean;
}

const beginning: Checkpoint = { frontier: [initialConfiguration], complete: true };

class Search {
  private readonly turns: readonly Turn[];
  private readonly meter: Meter;
  private readonly tuning: Tuning;
  private readonly checkpoints: Checkpoint[] = [];
  private level = 0;
  /** The last turn at which a walk got stuck. */
  private furthest = 0;
  private walk: Walk;

  constructor(turns: readonly Turn[], meter: Meter, tuning: Tuning) {
    this.turns = turns;
    this.meter = meter;
    this.tuning = tuning;
    this.walk = this.walkFrom(0, beginning);
  }

  run(): Finding {
    for (;;) {
      const { at, frontier } = this.walk;
      const turn = this.turns[at];
      const [before] = frontier;
      if (turn === undefined || before === undefined) {
        return { kind: 'ordered', configurations: this.meter.count };
      }
      this.checkpoints[at] = this.checkpoint();
      if (!this.leavesNothingOut && at > this.furthest + this.vicinity) this.level = 0;
      if (this.walk.step(this.pace())) continue;

      if (this.meter.exhausted) {
        return { kind: 'exhausted', turn, configurations: this.meter.count };
      }
      if (!this.leavesNothingOut && at > this.furthest) this.level = 0;
      this.furthest = Math.max(this.furthest, at);
      const possible = this.walk.complete ? this.walk.possible : this.refuteNearby(at);
      if (possible !== undefined) {
        const configurations = this.meter.count;
        return { kind: 'contradiction', turn, before, possible, configurations };
      }
      this.retry(at);
    }
  }

  private get leavesNothingOut(): boolean {
    return this.level === this.tuning.levels;
  }

  private get vicinity(): number {
    return this.tuning.vicinity * this.tuning.vicinityFactor ** this.level;
  }

  private pace(): Pace {
    if (this.leavesNothingOut) {
      const ever = Number.POSITIVE_INFINITY;
      return { width: ever, pendingMax: ever, reusePending: false };
    }
    const width = this.tuning.width * this.tuning.widthFactor ** this.level;
    return { width, pendingMax: this.level, reusePending: false };
  }

  private checkpoint(): Checkpoint {
    const { frontier, complete } = this.walk;
    const { checkpoint } = this.tuning;
    if (frontier.length <= checkpoint) return { frontier, complete };
    return { frontier: this.walk.best(checkpoint), complete: false };
  }

  /** Tries refutations of a turn, the cheap ones first. */
  private refuteNearby(stuck: number): ReadonlySet<State> | undefined {
    const { refutation, refutationFactor, vicinity } = this.tuning;
    for (const reusePending of [true, false]) {
      for (const turnsBefore of [0, vicinity / 16, vicinity / 4, vicinity, this.vicinity]) {
        const left = this.meter.limit - this.meter.count;
        const meter = new Meter(Math.min(left, refutation * refutationFactor ** this.level));
        const possible = refute(this.turns, stuck, { turnsBefore, reusePending, meter });
        this.meter.count += meter.count;
        if (possible !== undefined) return possible;
      }
    }
    return undefined;
  }

  /** Walks again towards a turn, at the next level. */
  private retry(stuck: number): void {
    const back = Math.max(0, stuck - Math.ceil(this.vicinity));
    this.level += 1;
    this.walk = this.leavesNothingOut
      ? this.walkFrom(0, beginning)
      : this.walkFrom(back, this.checkpoints[back] ?? beginning);
  }

  private walkFrom(at: number, { frontier, complete }: Checkpoint): Walk {
    return new Walk(this.turns, at, frontier, complete, this.meter);
  }
}
