/**
 * The search within one turn: in which ways can the step that completes now have happened?
 *
 * It is Wing and Gong's search (1993) in Lowe's just-in-time form (2017), narrowed by what is
 * special about registers.
 *
 * **Just in time.** Steps are put in order only when a completion asks for it. Let L be any right
 * order. When step `o` completes, append what L has up to `o` and is not in order yet. All of that
 * was invoked before `o` completed, or it could not come before `o` in L; so it is in flight, and
 * extending orders by steps in flight, `o` last, finds L.
 *
 * **Looking is free.** An observation changes nothing. As soon as the register is in a state that
 * it admits, it is done: an order that has it still to do can do nothing that this one cannot. The
 * same holds for a write of what is there already, except that it is not spent: it may still be
 * used for its effect later.
 *
 * **Epochs and shadows.** A write makes what was before it irrelevant. So an order falls into
 * epochs: a write, the cas steps that build on it, and what is observed meanwhile. If all steps of
 * an epoch are in flight when the write of another is put in order, then the epoch can be slipped
 * in just before that write, in its shadow, and nobody can tell. Therefore:
 *
 * - A write in flight when another write is put in order is done; not spent, for its effect is
 *   still to be had.
 * - An epoch of which nothing remains need not be tried beforehand. It is put together when the
 *   first of its steps completes, of steps that were in flight when the latest write was put in
 *   order. (The latest shadow is the best one: what is in flight now and was when an earlier write
 *   was put in order was also when the latest was.)
 *
 * So in L, epochs that ended unseen are left out for the time being, and if `o` is not done it must
 * be found either **in the open**: the present epoch goes on for some cas steps, and `o` happens in
 * it, or else in a new epoch, which goes on up to `o`; or **in the shadow**: `o` is one of an epoch
 * that is slipped in. That epoch cannot be taken up again later, so it may go on past `o`.
 *
 * A write that completes unspent, though it may be done, can also begin an epoch in the open: this
 * is its last chance to have an effect.
 *
 * **The first to complete is used first.** Of two steps in flight with the same effect, the one
 * that completes later, a pending one last of all, is the better one to keep: whatever an order
 * does with the one, it could do with the other. Only, one that can be slipped into the present
 * shadow can also be better to keep than one that cannot.
 *
 * **Nothing is done in vain.** A write or pending cas that is directly followed by a write, with
 * nothing seen in between, could as well be left out: the write would be done all the same, in the
 * shadow. So no write follows while the last step is idle. And when it is known which states `o`
 * has to find, steps that cannot lead there are left out.
 */

import type { Configuration } from './configuration.ts';
import { Frontier } from './frontier.ts';
import type { Group, InFlight } from './inflight.ts';
import { isPending, type State } from './register.ts';
import type { Flight, Turn } from './turns.ts';

const ever = Number.POSITIVE_INFINITY;

/** How hard to look within a turn. */
export interface Effort {
  /** How many pending steps an order may use in one turn. */
  readonly pendingMax: number;
  /**
   * Whether pending steps may be used again and again. Then more orders pass than are right, but
   * all right ones do, and as no set of used ones has to be kept, there is far less to try: enough
   * to show that there is no right order.
   */
  readonly reusePending: boolean;
}

/** Counts the configurations that were made, and says when it is enough. */
export class Meter {
  readonly limit: number;
  count = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get exhausted(): boolean {
    return this.count >= this.limit;
  }
}

/** How to go on from a configuration by cas steps. */
interface Route {
  /** Only steps invoked before this rank: in the shadow that of the shadow, in the open any. */
  readonly before: number;
  /** Only as many pending steps as keep the cost within this. */
  readonly costMax: number;
  /** Only to these states, except by the completing step itself; undefined for any. */
  readonly towards: ReadonlySet<State> | undefined;
}

/** One turn, tried from one configuration after the other. */
export class Exploration {
  /** The configurations in which the completing step is done. */
  readonly found: Frontier = new Frontier();
  private readonly inFlight: InFlight;
  private readonly rank: number;
  private readonly completes: Flight;
  private readonly effort: Effort;
  private meter: Meter = new Meter(0);
  private loops: Map<State, ReadonlySet<State>> | undefined;
  private goalStates: ReadonlySet<State> | undefined;

  constructor(inFlight: InFlight, turn: Turn, effort: Effort) {
    this.inFlight = inFlight;
    this.rank = turn.rank;
    this.completes = turn.completes;
    this.effort = effort;
  }

  /**
   * Adds what can be found from a configuration, that with the fewest steps first; not all of it if
   * the meter is exhausted on the way.
   */
  from(configuration: Configuration, meter: Meter): void {
    this.meter = meter;
    const start = this.loosened(configuration);
    const { step, bit } = this.completes;
    const done = (start.done & bit) !== 0n;
    const fitsShadow = step.invoked < start.shadow;
    if ((start.spent & bit) !== 0n) {
      this.found.add(start);
    } else if (step.kind === 'write') {
      if (fitsShadow) this.slipIn(start, this.completes);
      else if (done) this.found.add(start);
      for (const it of this.chain(start, this.openRoute(start, undefined))) {
        if (!it.idle) this.found.add(this.begin(it, this.completes));
      }
    } else if (done) {
      this.found.add(start);
    } else {
      this.reach(start);
      if (!fitsShadow) return;
      const room = { before: start.shadow, costMax: start.cost + this.effort.pendingMax };
      for (const group of this.writesTowardsGoal()) {
        const write = firstLeft(group, start, room);
        if (write !== undefined) this.slipIn(start, write);
      }
    }
  }

  /** Looks for the completing observation or cas in the open. */
  private reach(start: Configuration): void {
    const { bit } = this.completes;
    const writes = this.writesTowardsGoal();
    const onward = this.openRoute(start, this.goal());
    const anywhere = this.openRoute(start, writes.length > 0 ? undefined : this.goal());
    for (const it of this.chain(start, anywhere)) {
      if ((it.done & bit) !== 0n) this.found.add(it);
      if ((it.done & bit) !== 0n || it.idle) continue;
      for (const group of writes) {
        const write = firstLeft(group, it, onward);
        if (write === undefined) continue;
        for (const last of this.chain(this.begin(it, write), onward)) {
          if ((last.done & bit) !== 0n) this.found.add(last);
        }
      }
    }
  }

  /** Looks for the completing step in the shadow, in an epoch that begins with a write. */
  private slipIn(start: Configuration, write: Flight): void {
    const route = {
      before: start.shadow,
      costMax: start.cost + this.effort.pendingMax,
      towards: undefined,
    };
    const first = this.move(start, write, route.before);
    for (const it of this.chain(first, route)) {
      // The epoch of the completing write alone is not in vain, though nothing else comes of it.
      const inVain = it.idle && !(it === first && write === this.completes);
      if ((it.done & this.completes.bit) !== 0n && !inVain) {
        this.found.add({ ...it, state: start.state });
      }
    }
  }

  /**
   * All that can be reached by cas steps, the start included, those reached by fewer steps first.
   */
  private chain(start: Configuration, route: Route): readonly Configuration[] {
    const { bit, step } = this.completes;
    const open = route.before === ever;
    const reached = [start];
    const seen = new Frontier();
    seen.add(start);
    for (const it of reached) {
      // Just in time: in the open there is nothing to do after the completing step.
      if (open && step.kind !== 'write' && (it.done & bit) !== 0n) continue;
      for (const group of this.inFlight.cas) {
        if (!this.admits(group, it.state)) continue;
        for (const cas of choices(group, it, route)) {
          if (cas !== this.completes && route.towards?.has(group.result) === false) continue;
          if (this.meter.exhausted) return reached;
          const next = this.move(it, cas, route.before);
          if (seen.add(next)) reached.push(next);
        }
      }
    }
    return reached;
  }

  /** Begins an epoch in the open. Every write in flight fits into its shadow. */
  private begin(before: Configuration, write: Flight): Configuration {
    const { state, done, spent, cost, idle, trail } = this.move(before, write, ever);
    const slipped = done | this.inFlight.dueWrites;
    return { state, done: slipped, spent, shadow: this.rank, cost, idle, trail };
  }

  private move(from: Configuration, flight: Flight, before: number): Configuration {
    this.meter.count += 1;
    const { step, bit } = flight;
    const pending = isPending(step);
    const result = step.result ?? from.state;
    const settled = this.inFlight.settled(result, before) | (pending ? 0n : bit);
    const open = before === ever;
    const after = {
      state: result,
      done: from.done | settled,
      spent: pending && this.effort.reusePending ? from.spent : from.spent | bit,
      shadow: from.shadow,
      cost: from.cost + (pending ? 1 : 0),
      idle: false,
      trail: { before: from.trail, flight, place: open ? 'open' : 'shadow', rank: this.rank },
    } satisfies Configuration;
    const { state, done, spent, shadow, cost, trail } = open ? this.loosened(after) : after;
    const idle = (done & ~from.done & ~this.inFlight.dueWrites) === 0n;
    return { state, done, spent, shadow, cost, idle, trail };
  }

  /**
   * When pending steps may be used again and again, the states of a loop are as good as one, and
   * going round it settles what any of them settles. If writes are in flight, that they are done is
   * granted as well.
   */
  private loosened(it: Configuration): Configuration {
    if (!this.effort.reusePending) return it;
    const loop = this.loop(it.state);
    if (loop.size === 1) return it;
    let { state, done } = it;
    for (const other of loop) {
      state = Math.min(state, other);
      done |= this.inFlight.settled(other, ever);
    }
    return { ...it, state, done: done | this.inFlight.dueWrites, shadow: this.rank };
  }

  private admits(group: Group, state: State): boolean {
    if (!this.effort.reusePending) return group.step.admits(state);
    return [...this.loop(state)].some(group.step.admits);
  }

  private loop(state: State): ReadonlySet<State> {
    this.loops ??= new Map();
    const loop = this.loops.get(state) ?? this.inFlight.loop(state);
    this.loops.set(state, loop);
    return loop;
  }

  /**
   * The states from which the completing observation or cas can be reached by cas steps; undefined
   * for any.
   */
  private goal(): ReadonlySet<State> | undefined {
    const { sees } = this.completes.step;
    if (sees === 'any') return undefined;
    this.goalStates ??= this.inFlight.leadingTo(sees);
    return this.goalStates;
  }

  private writesTowardsGoal(): readonly Group[] {
    const goal = this.goal();
    return [...this.inFlight.writes].filter(({ result }) => goal?.has(result) !== false);
  }

  private openRoute({ cost }: Configuration, towards: ReadonlySet<State> | undefined): Route {
    return { before: ever, costMax: cost + this.effort.pendingMax, towards };
  }
}

type Room = Pick<Route, 'before' | 'costMax'>;

/** The step of a group to use first. */
function firstLeft(group: Group, it: Configuration, room: Room, from = 0): Flight | undefined {
  return group.flights.find(
    ({ step, bit }) =>
      (it.spent & bit) === 0n &&
      step.invoked < room.before &&
      step.invoked >= from &&
      (!isPending(step) || it.cost < room.costMax),
  );
}

/** The cas steps of a group of which one is the best to use. */
function choices(group: Group, it: Configuration, room: Room): readonly Flight[] {
  const first = firstLeft(group, it, room);
  if (first === undefined) return [];
  // In the shadow all that fit are alike but for their completion. In the open it is as well to
  // keep what fits there.
  if (room.before !== ever || first.step.invoked >= it.shadow) return [first];
  const misfit = firstLeft(group, it, room, it.shadow);
  if (misfit === undefined) return [first];
  // Neither of two pending ones completes, so the one that does not fit is the worse to keep.
  return isPending(first.step) ? [misfit] : [first, misfit];
}
