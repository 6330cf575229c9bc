/**
 * A walk through the turns of a register with a set of configurations, one turn after the other.
 */

import { type Configuration, withDone } from './configuration.ts';
import { type Effort, Exploration, Meter } from './explore.ts';
import { Frontier } from './frontier.ts';
import { InFlight, settledAmong } from './inflight.ts';
import type { State } from './register.ts';
import { mostPromising } from './selection.ts';
import { type Flight, inFlightAt, type Turn } from './turns.ts';

/** How hard to look in each turn of a walk. */
export interface Pace extends Effort {
  /** How many configurations to keep after a turn; the most promising are kept. */
  readonly width: number;
}

/**
 * How many more pending steps than the pace allows may be used when there is no way with fewer.
 * Most turns need none, some need one, and a turn that needs more than that is better tried again
 * at another pace.
 */
const maxPendingMore = 2;

/**
 * How many configurations may be made in one turn from each one, and for each one that is kept.
 */
const triesPerPlace = 64;

export class Walk {
  private readonly turns: readonly Turn[];
  private readonly meter: Meter;
  private readonly inFlight = new InFlight();
  private here: number;
  private configurations: readonly Configuration[];
  private nothingLeftOut: boolean;
  private statesWhenStuck: ReadonlySet<State> = new Set();

  /**
   * Starts before a turn, with configurations of that turn; `complete` says whether they stand for
   * all there are.
   */
  constructor(
    turns: readonly Turn[],
    at: number,
    configurations: readonly Configuration[],
    complete: boolean,
    meter: Meter,
  ) {
    this.turns = turns;
    this.here = at;
    this.configurations = configurations;
    this.nothingLeftOut = complete;
    this.meter = meter;
    for (const flight of inFlightAt(turns, at)) this.inFlight.enter(flight);
  }

  /** The number of the next turn. */
  get at(): number {
    return this.here;
  }

  /** The configurations with which the next turn begins. */
  get frontier(): readonly Configuration[] {
    return this.configurations;
  }

  /** So many configurations of the frontier, or all if there are no more. */
  best(count: number): readonly Configuration[] {
    return mostPromising(this.configurations, count, this.inFlight.completing);
  }

  /** Whether every right order of what has completed so far is covered by the frontier. */
  get complete(): boolean {
    return this.nothingLeftOut;
  }

  get possible(): ReadonlySet<State> {
    return this.statesWhenStuck;
  }

  /**
   * Takes the next turn. False if there was no way among those tried. The walk is over then, and
   * `possible` is what the register can hold when the step of the turn completes.
   */
  step(pace: Pace): boolean {
    const turn = this.turns[this.here];
    if (turn === undefined) throw new RangeError(`there is no turn ${this.here}`);
    for (const flight of turn.arrivals) this.inFlight.enter(flight);
    const found = this.explore(turn, pace);
    if (found.length === 0) {
      this.statesWhenStuck = this.inFlight.reachable(this.configurations.map((it) => it.state));
      return false;
    }
    this.leave(turn, found);
    this.here += 1;
    return true;
  }

  private explore(turn: Turn, pace: Pace): readonly Configuration[] {
    const starts = this.configurations.map((it) => {
      const done = it.done | settledAmong(turn.arrivals, it.state, Number.POSITIVE_INFINITY);
      return done === it.done ? it : withDone(it, done);
    });
    const more = this.inFlight.hasPending && pace.pendingMax !== Number.POSITIVE_INFINITY;
    if (more) this.nothingLeftOut = false;
    let { pendingMax } = pace;
    for (;;) {
      const found = this.tryAll(turn, starts, more ? { ...pace, pendingMax } : pace);
      const enough = found.length > 0 || !more || pendingMax === pace.pendingMax + maxPendingMore;
      if (enough) return found;
      pendingMax += 1;
    }
  }

  private tryAll(
    turn: Turn,
    starts: readonly Configuration[],
    pace: Pace,
  ): readonly Configuration[] {
    const found = starts.every((it) => isOver(turn.completes, it))
      ? starts
      : this.exploreAll(turn, starts, pace);
    if (found.length > pace.width) this.nothingLeftOut = false;
    return mostPromising(found, pace.width, this.inFlight.completing);
  }

  private exploreAll(
    turn: Turn,
    starts: readonly Configuration[],
    pace: Pace,
  ): readonly Configuration[] {
    const exploration = new Exploration(this.inFlight, turn, pace);
    const unlimited = pace.width === Number.POSITIVE_INFINITY;
    let left = Math.min(this.meter.limit - this.meter.count, pace.width * triesPerPlace);
    for (const start of starts) {
      // None may use up what the others need: short ways of all come before long ones of any.
      const meter = new Meter(unlimited ? left : Math.min(left, triesPerPlace));
      exploration.from(start, meter);
      this.meter.count += meter.count;
      left -= meter.count;
      if (meter.exhausted) this.nothingLeftOut = false;
      if (left <= 0) break;
    }
    return exploration.found.all;
  }

  /** Ends a turn. What has completed is no longer a matter of the configurations. */
  private leave(turn: Turn, found: readonly Configuration[]): void {
    let stay = -1n;
    for (const flight of [turn.completes, ...turn.expired]) {
      this.inFlight.leave(flight);
      stay &= ~flight.bit;
    }
    const shadows = new Map<number, number>();
    const left = found.map((it) => {
      const shadow = shadows.get(it.shadow) ?? this.inFlight.leastRank(it.shadow);
      shadows.set(it.shadow, shadow);
      const { state, cost, trail } = it;
      const [done, spent] = [it.done & stay, it.spent & stay];
      return { state, done, spent, shadow, cost, idle: false, trail };
    });
    this.configurations = left.length === 1 ? left : uncovered(left);
  }
}

/**
 * Whether a turn has only one way to go: the step that completes in it is done, and it is no write
 * that could still be had for its effect.
 */
function isOver({ step, bit }: Flight, { done, spent }: Configuration): boolean {
  return ((step.kind === 'write' ? spent : done) & bit) !== 0n;
}

function uncovered(configurations: readonly Configuration[]): readonly Configuration[] {
  const frontier = new Frontier();
  for (const it of configurations) frontier.add(it);
  return frontier.all;
}
