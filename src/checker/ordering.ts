/** Spells out the order that a configuration stands for. */

import type { Configuration, Trail } from './configuration.ts';
import { settledAmong } from './inflight.ts';
import { absentState, isPending, type State, type Step } from './register.ts';
import type { Flight, Turn } from './turns.ts';

const ever = Number.POSITIVE_INFINITY;

/**
 * The order by which a configuration got through some turns: all steps that completed in them, and
 * those others that it takes to have happened. The search keeps only the moves that had a choice in
 * them, so this goes through the turns again and puts every other step where the search saw that it
 * was done.
 */
export function orderingOf(turns: readonly Turn[], configuration: Configuration): readonly Step[] {
  const moves = movesOf(configuration.trail);
  const replay = new Replay(new Set(moves.map((it) => it.flight)), turns.at(-1)?.rank ?? 0);
  let next = 0;
  for (const turn of turns) {
    replay.arrive(turn.arrivals);
    for (let move = moves[next]; move?.rank === turn.rank; move = moves[next]) {
      replay.move(move);
      next += 1;
    }
    replay.complete(turn.completes);
  }
  return replay.order;
}

/** The moves of a trail, first one first. */
function movesOf(trail: Trail | undefined): readonly Trail[] {
  const moves: Trail[] = [];
  for (let move = trail; move !== undefined; move = move.before) moves.push(move);
  return moves.reverse();
}

class Replay {
  /** Steps that are put in order by a move. */
  private readonly moved: ReadonlySet<Flight>;
  private readonly lastRank: number;
  /** The last epoch is the present one. An epoch that is slipped in comes right before it. */
  private readonly epochs: Step[][] = [[]];
  private slipped: Step[] = [];
  private state: State = absentState;
  private slippedState: State = absentState;
  private shadow = 0;
  private readonly waiting = new Set<Flight>();

  constructor(moved: ReadonlySet<Flight>, lastRank: number) {
    this.moved = moved;
    this.lastRank = lastRank;
  }

  get order(): readonly Step[] {
    return this.epochs.flat();
  }

  arrive(arrivals: readonly Flight[]): void {
    for (const flight of arrivals) {
      const matters = flight.step.completed <= this.lastRank && !this.moved.has(flight);
      if (matters) this.waiting.add(flight);
    }
    this.settle(this.present, this.state, ever);
  }

  move({ flight: { step }, place, rank }: Trail): void {
    if (step.result === undefined) throw new Error('an observation is no move');
    const begins = step.kind === 'write';
    if (place === 'open') {
      if (begins) this.begin(rank);
      this.present.push(step);
      this.state = step.result;
      this.settle(this.present, this.state, ever);
    } else {
      if (begins) this.slipped = this.slipIn();
      this.slipped.push(step);
      this.slippedState = step.result;
      this.settle(this.slipped, this.slippedState, this.shadow);
    }
  }

  complete(flight: Flight): void {
    if (this.waiting.has(flight)) {
      throw new Error(`the step completed at ${flight.step.completed} has no place in the order`);
    }
  }

  private get present(): Step[] {
    const present = this.epochs.at(-1);
    if (present === undefined) throw new Error('there is always an epoch');
    return present;
  }

  /** Begins an epoch, with the writes in flight that are never seen in its shadow. */
  private begin(rank: number): void {
    this.epochs.push([]);
    this.shadow = rank;
    for (const flight of this.waiting) {
      if (flight.step.kind !== 'write') continue;
      this.slipIn().push(flight.step);
      this.waiting.delete(flight);
    }
  }

  private slipIn(): Step[] {
    const epoch: Step[] = [];
    this.epochs.splice(-1, 0, epoch);
    return epoch;
  }

  /** Appends to an epoch what its state settles. */
  private settle(epoch: Step[], state: State, before: number): void {
    for (const flight of this.waiting) {
      if (isPending(flight.step) || settledAmong([flight], state, before) === 0n) continue;
      epoch.push(flight.step);
      this.waiting.delete(flight);
    }
  }
}
