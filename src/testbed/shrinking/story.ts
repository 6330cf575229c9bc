/**
 * Retells a simulated run as a scenario: the same inputs for the same cores, in the language of
 * docs/scenarios.md. The cores' chance is the same there, so they do the same again.
 *
 * What the story leaves out, because cores do not see it: clients and the contents of their
 * commands, forwarding between replicas, and time itself; ticks are what is left of it.
 */

import type { Effect, Input, Message, PersistEffect } from '../../raft/index.ts';
import type { StoreWrite } from '../../storage/store.ts';
import type { Breach } from '../scenario/judge.ts';
import type { Plan } from '../simulation/plan.ts';
import type { StateSummary, TraceEvent } from '../simulation/trace.ts';
import { partsOf } from '../simulation/write-parts.ts';
import { likenessOf } from './message-likeness.ts';
import { Narrator } from './narrator.ts';

export interface Story {
  readonly script: readonly string[];
  /** The rule that is broken at the last line; null when the scenario does not show it. */
  readonly breach: Breach | null;
  /** The first thing that went another way in the scenario than in the run, or null. */
  readonly difference: string | null;
}

interface Taken {
  readonly input: Input<unknown>;
  readonly timeMs: number;
  /** Its place among the events. */
  readonly at: number;
}

/** What is to be remembered of a node. */
interface Told {
  readonly name: string;
  /** Ticks that led to nothing and are not written yet. */
  ticks: number;
  /** Inputs of which the effects have not been handed over yet, and which are not written yet. */
  readonly open: Taken[];
  isBatching: boolean;
  /** When the first input was taken in of which the effects are not handed over. */
  sinceMs: number | null;
  isDiskSlow: boolean;
  /** Parts of this life's writes: handed to the disk, and on it. */
  partsHanded: number;
  partsDurable: number;
  state: StateSummary | null;
  stateMs: number;
}

/** Whether the effects of the open inputs are handed over: after each, or after all of them. */
type Drained = 'each' | 'together' | 'later' | 'never';

/** Snapshots that may be sent in such parts are sent in one. */
const bytesInOnePart = 100_000;

export function tellStory(plan: Plan, events: readonly TraceEvent[]): Story {
  return new Storyteller(plan, events).tell();
}

class Storyteller {
  readonly #plan: Plan;
  readonly #events: readonly TraceEvent[];
  readonly #narrator: Narrator;
  readonly #nodes: readonly Told[];
  /** Which deliveries are not the last of their message. */
  readonly #deliveredAgain: ReadonlySet<number>;

  constructor(plan: Plan, events: readonly TraceEvent[]) {
    this.#plan = plan;
    this.#events = events;
    this.#narrator = new Narrator(plan);
    this.#nodes = Array.from({ length: plan.nodes }, (_, position) => ({
      name: `n${position + 1}`,
      ticks: 0,
      open: [],
      isBatching: false,
      sinceMs: null,
      isDiskSlow: plan.faults.diskMs > 0,
      partsHanded: 0,
      partsDurable: 0,
      state: null,
      stateMs: 0,
    }));
    this.#deliveredAgain = findDeliveredAgain(events);
    if (plan.faults.diskMs > 0) this.#narrator.say('disk slow');
  }

  tell(): Story {
    const narrator = this.#narrator;
    for (const [at, event] of this.#events.entries()) {
      if (narrator.breach !== null) break;
      this.#retell(event, at);
    }
    for (const node of this.#nodes) {
      if (narrator.breach !== null) break;
      this.#write(node, 'each');
      this.#writeTicks(node);
      this.#compare(node);
    }
    const { lines, breach, difference } = narrator;
    return { script: lines, breach, difference };
  }

  #retell(event: TraceEvent, at: number): void {
    const { timeMs } = event;
    switch (event.kind) {
      case 'start':
        return this.#start(this.#node(event.node), event.state);
      case 'step': {
        const node = this.#node(event.node);
        this.#take(node, { input: event.input, timeMs, at });
        node.state = event.state;
        node.stateMs = timeMs;
        return;
      }
      case 'drain':
        return this.#drain(this.#node(event.node), event.effects, timeMs, at);
      case 'durable':
        this.#node(event.node).partsDurable += partsOf(event.write as StoreWrite<unknown>).length;
        return;
      case 'halt': {
        const node = this.#node(event.node);
        const { input } = event;
        if (input !== null) this.#take(node, { input, timeMs, at });
        this.#write(node, 'together');
        return;
      }
      case 'crash':
        return this.#crash(this.#node(event.node), timeMs);
      default:
        return;
    }
  }

  #node(name: string): Told {
    const node = this.#nodes.find((it) => it.name === name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  #start(node: Told, state: StateSummary): void {
    this.#restart(node);
    // A replica that has never seen a term waits a little less for its first leader.
    const { min } = this.#plan.settings.electionTimeoutTicks;
    node.ticks = state.term === 0 ? Math.floor((2 * min) / 3) : 0;
    node.partsHanded = 0;
    node.partsDurable = 0;
    node.state = state;
    this.#compare(node);
  }

  #restart(node: Told): void {
    if (!this.#narrator.node(node.name).isUp) this.#narrator.say(`restart ${node.name}`);
  }

  #take(node: Told, taken: Taken): void {
    if (!this.#comesFromOutside(node, taken.input)) return;
    if (this.#isOver(node, taken.timeMs)) this.#write(node, 'each');
    // A replica may hand over something new while it carries out effects.
    if (node.sinceMs === null && taken.timeMs > node.stateMs) this.#compare(node);
    node.sinceMs ??= taken.timeMs;
    node.open.push(taken);
    // What waited for the disk leaves at once, and may arrive before the effects are handed over.
    if (taken.input.kind !== 'persisted') return;
    const isAlone = node.open.length === 1 && !node.isBatching && this.#isAlone(node.name, taken);
    this.#write(node, isAlone ? 'each' : 'later');
  }

  /** Whether the effects of open inputs have been handed over by then, though there were none. */
  #isOver({ sinceMs }: Told, nowMs: number): boolean {
    return sinceMs !== null && nowMs > sinceMs + this.#plan.faults.deferMs + 1e-6;
  }

  /** Whether effects are handed over before the node takes in anything else. */
  #isAlone(name: string, { at: from, timeMs }: Taken): boolean {
    const untilMs = timeMs + this.#plan.faults.deferMs + 1e-6;
    for (let at = from + 1; (this.#events[at]?.timeMs ?? untilMs + 1) <= untilMs; at++) {
      const event = this.#events[at];
      if (event === undefined || !('node' in event) || event.node !== name) continue;
      if (event.kind === 'drain') return true;
      if (event.kind === 'step') return false;
    }
    return true;
  }

  /** Whether the scenario has to be told of it; what a quick disk reports, it knows itself. */
  #comesFromOutside(node: Told, input: Input<unknown>): boolean {
    const { disk } = this.#narrator.node(node.name);
    const count = (kind: Input<unknown>['kind']): number =>
      node.open.filter((taken) => taken.input.kind === kind).length;
    switch (input.kind) {
      case 'applied':
      case 'storageFailed':
        return false;
      case 'persisted':
        return disk.pending.length > count('persisted');
      case 'snapshotTaken':
      case 'snapshotFailed':
        return disk.saving.length > count('snapshotTaken') + count('snapshotFailed');
      case 'snapshotRead':
      case 'snapshotLost':
        return disk.reading.some(({ peer }) => peer === input.peer);
      default:
        return true;
    }
  }

  #drain(node: Told, effects: readonly Effect<unknown>[], timeMs: number, at: number): void {
    for (const effect of effects) {
      if (effect.kind === 'persist') node.partsHanded += partsOf(effect).length;
    }
    if (node.open.length === 0 && !node.isBatching) return;
    const isSlow =
      (this.#plan.faults.diskMs > 0 && timeMs < this.#plan.faultyMs) ||
      this.#isLeftUndone(node.name, at);
    if (isSlow !== node.isDiskSlow) {
      this.#narrator.say(`disk ${node.name} ${isSlow ? 'slow' : 'instant'}`);
      node.isDiskSlow = isSlow;
    }
    if (!effects.some(isElectionNews)) return this.#write(node, 'together');
    // What a new leader takes in on hearing of its election leaves in its first append.
    this.#write(node, 'later');
    this.#narrator.say(`drain-once ${node.name}`);
  }

  /** Says how long the snapshot is that will be taken before anything else is heard, if any. */
  #weighSnapshot(name: string, { at: from, timeMs }: Taken): void {
    if (this.#plan.settings.maxSnapshotChunkBytes >= bytesInOnePart) return;
    const untilMs = timeMs + this.#plan.faults.deferMs + 1e-6;
    for (let at = from; (this.#events[at]?.timeMs ?? untilMs + 1) <= untilMs; at++) {
      const event = this.#events[at];
      if (event?.kind !== 'snapshot' || event.node !== name) continue;
      return this.#narrator.say(`weigh ${name} ${event.bytes}`);
    }
  }

  /** Whether the disk does not do at once what it is asked for from this event on. */
  #isLeftUndone(name: string, from: number): boolean {
    const undone = new Set<string>();
    const timeMs = this.#events[from]?.timeMs;
    for (let at = from; this.#events[at]?.timeMs === timeMs; at++) {
      const event = this.#events[at];
      if (event === undefined || !('node' in event) || event.node !== name) continue;
      if (event.kind === 'crash') break;
      if (event.kind === 'drain') for (const effect of event.effects) noteAsked(undone, effect);
      if (event.kind === 'step') noteDone(undone, event.input);
    }
    return undone.size > 0;
  }

  /** Writes the open inputs. */
  #write(node: Told, drained: Drained): void {
    const narrator = this.#narrator;
    const open = node.open.splice(0);
    if (open[0] !== undefined) this.#weighSnapshot(node.name, open[0]);
    if (drained !== 'later') node.sinceMs = null;
    const isBatchBegun = drained === 'later' || (drained !== 'each' && open.length > 1);
    if (isBatchBegun && !node.isBatching) {
      this.#writeTicks(node);
      narrator.say(`batch ${node.name}`);
      node.isBatching = true;
    }
    for (const [position, { input, at }] of open.entries()) {
      if (input.kind === 'tick') {
        node.ticks++;
        if (drained !== 'together' || position < open.length - 1) continue;
      }
      this.#writeTicks(node);
      if (input.kind === 'tick') continue;
      narrator.sayInput(node.name, input, this.#deliveredAgain.has(at));
    }
    if (!node.isBatching || drained === 'later') return;
    if (drained !== 'never') {
      this.#writeTicks(node);
      narrator.say(`drain ${node.name}`);
    }
    node.isBatching = false;
  }

  #writeTicks(node: Told): void {
    if (node.ticks === 0 || !this.#narrator.node(node.name).isUp) return;
    this.#narrator.say(`tick ${node.name} ${node.ticks}`);
    node.ticks = 0;
  }

  #crash(node: Told, timeMs: number): void {
    const narrator = this.#narrator;
    this.#write(node, this.#isOver(node, timeMs) ? 'each' : 'never');
    this.#restart(node);
    const { name } = node;
    const { pending } = narrator.node(name).disk;
    const waiting = (): number => pending.reduce((sum, write) => sum + partsOf(write).length, 0);
    let kept = Math.min(waiting(), waiting() - (node.partsHanded - node.partsDurable));
    // A write that is complete may have let its messages go.
    for (let [write] = pending; write !== undefined && kept > 0; [write] = pending) {
      const parts = partsOf(write).length;
      if (write.messages.length === 0 || parts > kept) break;
      narrator.say(`sync ${name} 1`);
      kept -= parts;
    }
    narrator.say(`crash ${name}${kept > 0 ? ` keeping ${kept} parts` : ''}`);
    node.ticks = 0;
    node.state = null;
    node.partsHanded = 0;
    node.partsDurable = 0;
  }

  /** Does the scenario's node stand where the run's stood? */
  #compare({ name, state }: Told): void {
    const node = this.#narrator.node(name);
    if (state === null || !node.isUp || this.#narrator.breach !== null) return;
    const { view } = node.raft;
    const actual = [view.role.kind, view.currentTerm, view.votedFor, view.commitIndex].join(' ');
    const wanted = [state.role, state.term, state.votedFor, state.commitIndex].join(' ');
    const last = view.log.baseIndex + view.log.entries.length;
    if (actual === wanted && last === state.lastIndex) return;
    this.#narrator.differs(
      `line ${this.#narrator.lines.length}: ${name} is ${actual} last ${last}, ` +
        `and was ${wanted} last ${state.lastIndex}`,
    );
  }
}

function isElectionNews(effect: Effect<unknown>): boolean {
  return effect.kind === 'roleChange' && effect.role === 'leader';
}

function noteAsked(undone: Set<string>, effect: Effect<unknown>): void {
  if (effect.kind === 'persist') undone.add(`write ${effect.token}`);
  if (effect.kind === 'takeSnapshot') undone.add(`snapshot ${effect.snapshot.index}`);
  if (effect.kind === 'readSnapshot') undone.add(`part for ${effect.peer}`);
}

function noteDone(undone: Set<string>, input: Input<unknown>): void {
  if (input.kind === 'persisted') undone.delete(`write ${input.token}`);
  if (input.kind === 'snapshotTaken') undone.delete(`snapshot ${input.index}`);
  if (input.kind === 'snapshotRead') undone.delete(`part for ${input.peer}`);
}

/** Deliveries after which the same message arrives once more, without having been sent again. */
function findDeliveredAgain(events: readonly TraceEvent[]): ReadonlySet<number> {
  const again = new Set<number>();
  const flying = new Map<string, number>();
  const delivered = new Map<string, number>();
  for (const [at, event] of events.entries()) {
    for (const message of messagesThatLeave(event)) {
      const likeness = likenessOf(message);
      flying.set(likeness, (flying.get(likeness) ?? 0) + 1);
    }
    if (event.kind === 'step' && event.input.kind === 'receive') {
      const likeness = likenessOf(event.input.message);
      const copies = flying.get(likeness) ?? 0;
      const earlier = delivered.get(likeness);
      if (copies > 0) flying.set(likeness, copies - 1);
      else if (earlier !== undefined) again.add(earlier);
      delivered.set(likeness, at);
    }
  }
  return again;
}

/** Some leave at once, the others when a write is durable: with it they were handed over. */
function messagesThatLeave(event: TraceEvent): readonly Message<unknown>[] {
  if (event.kind === 'durable')
    return (event.write as Partial<PersistEffect<unknown>>).messages ?? [];
  if (event.kind !== 'drain') return [];
  return event.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.message] : []));
}
