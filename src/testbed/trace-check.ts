/**
 * Judges a run by its trace: the cores of all nodes are started again as it says, and every
 * transition is held to the specification and to what must hold of all nodes together, so that real
 * processes are judged as simulated ones are.
 */

import type { Effect, Input, PersistEffect } from '../raft/index.ts';
import type { StoreWrite } from '../storage/store.ts';
import {
  CoreReplay,
  type CoreStart,
  type NodeEvent,
  type PlacedEvent,
  type PlacedTrace,
  ReplayDifference,
  TraceFault,
} from '../trace/index.ts';
import { ClusterInvariants } from './simulation/cluster-invariants.ts';
import { DurableLog } from './simulation/durable-log.ts';
import { SecondOpinion } from './simulation/second-opinion.ts';
import { partsOf } from './simulation/write-parts.ts';

/** A rule that was broken, or a place where the trace is not of this code. */
export interface TraceBreach {
  /** `FILE:LINE` of the event. */
  readonly place: string;
  readonly timeMs: number;
  readonly by: 'replay' | 'invariants' | 'specification';
  readonly rule: string;
  readonly node: string;
  readonly detail: string;
}

export interface TraceJudgement {
  /** The first; what follows from it is of no interest. */
  readonly breach: TraceBreach | null;
  readonly steps: number;
  readonly drains: number;
  readonly starts: number;
  readonly leaders: number;
  readonly committed: number;
  /**
   * Whether the rules about all nodes were applied to the end: not when a node began with data that
   * no event of the trace accounts for. The specification believes what such a node holds.
   */
  readonly hasInvariants: boolean;
}

/**
 * Reads the trace once.
 *
 * @param isWhole whether it has all nodes; if not, cores are started again, and nothing else is held
 *   against what they do
 * @throws TraceFault when it cannot be read
 */
export function checkTrace(
  trace: PlacedTrace,
  { isWhole = true }: { readonly isWhole?: boolean } = {},
): TraceJudgement {
  return new TraceCheck(trace, isWhole).run();
}

/** The specification remembers each index up to the end of a snapshot that it believes. */
const maxBelievedIndex = 20_000_000;

type EventOf<K extends NodeEvent['kind']> = Extract<NodeEvent, { readonly kind: K }>;

/** A node in one of its lives, or between two. */
interface Watched {
  replay: CoreReplay | null;
  /** What its disk holds, as far as events say. */
  readonly disk: DurableLog;
  /** Writes that were handed over, and are not reported durable. */
  readonly pending: PersistEffect<unknown>[];
}

class TraceCheck {
  readonly #trace: PlacedTrace;
  readonly #nodes = new Map<string, Watched>();
  readonly #allInvariants: ClusterInvariants;
  /** There is none before it is known with which membership the nodes begin. */
  #specification: SecondOpinion | null = null;
  /** The trace says itself when writes are durable. */
  readonly #hasDurableEvents: boolean;
  readonly #isWhole: boolean;
  #hasInvariants: boolean;
  #found: Omit<TraceBreach, 'place' | 'timeMs'> | null = null;
  #steps = 0;
  #drains = 0;
  #starts = 0;

  constructor(trace: PlacedTrace, isWhole: boolean) {
    this.#trace = trace;
    this.#isWhole = isWhole;
    this.#hasInvariants = isWhole;
    const { nodes, source } = trace.header;
    this.#hasDurableEvents = source === 'simulation' || source === 'scenario';
    this.#allInvariants = new ClusterInvariants(nodes, (rule, node, detail) =>
      this.#broken('invariants', rule, node, detail),
    );
  }

  run(): TraceJudgement {
    let breach: TraceBreach | null = null;
    for (const { event, place } of this.#trace.events) {
      if (event.kind === 'start' && event.core === null) {
        throw new TraceFault(`${place}: ${event.node} has written down its roles alone, not all`);
      }
      this.#take(event);
      if (this.#found === null) continue;
      breach = { place, timeMs: event.timeMs, ...this.#found };
      break;
    }
    return {
      breach,
      steps: this.#steps,
      drains: this.#drains,
      starts: this.#starts,
      leaders: this.#allInvariants.leadersSeen,
      committed: this.#allInvariants.committed.length,
      hasInvariants: this.#hasInvariants,
    };
  }

  /** Null when they are not applied. */
  get #invariants(): ClusterInvariants | null {
    return this.#hasInvariants ? this.#allInvariants : null;
  }

  #broken(by: TraceBreach['by'], rule: string, node: string, detail: string): void {
    // The specification says node and rule once more.
    this.#found ??= { by, rule, node, detail: detail.replace(`${node}: ${rule}`, '').trim() };
  }

  #take(event: PlacedEvent['event']): void {
    try {
      this.#judge(event);
    } catch (error) {
      const node = 'node' in event ? (event.node ?? '') : '';
      if (error instanceof TraceFault) throw error;
      // A trace that somebody has changed may hold what no core takes in or hands over.
      this.#broken('replay', 'a core does the same again', node, (error as Error).message);
    }
  }

  #judge(event: PlacedEvent['event']): void {
    switch (event.kind) {
      case 'start':
        return this.#start(event);
      case 'step':
        return this.#step(event);
      case 'drain':
        return this.#drain(event);
      case 'durable':
        return this.#invariants?.durable(event.node, event.write as StoreWrite<unknown>);
      case 'halt':
        return this.#halt(event);
      case 'crash':
        return this.#crash(event.node);
      default:
        return;
    }
  }

  #start(event: EventOf<'start'>): void {
    const { node, core } = event;
    this.#starts++;
    this.#crash(node);
    const replay = new CoreReplay(event, { isHeadStartLater: true });
    const known = this.#nodes.get(node);
    const watched = known ?? { replay: null, disk: new DurableLog(), pending: [] };
    this.#nodes.set(node, watched);
    if (core !== null && known === undefined && this.#isWhole) this.#firstSeen(core);
    if (core !== null) this.#settleDisk(node, watched, core);
    watched.replay = replay;
    this.#invariants?.loaded(node, replay.view);
    this.#specification?.started(node, replay.view);
    replay.giveHeadStart();
  }

  /** A node that begins with something has it from before the trace. */
  #firstSeen({ hardState, snapshot, entries, membership, settings }: CoreStart): void {
    if ((snapshot?.index ?? 0) > maxBelievedIndex) {
      throw new TraceFault(`a node begins with a snapshot to ${snapshot?.index}: too far to judge`);
    }
    if (hardState.currentTerm > 0 || snapshot !== null || entries.length > 0) {
      this.#hasInvariants = false;
    }
    const { voters, learners } = membership;
    this.#specification ??= new SecondOpinion(
      this.#trace.header.nodes,
      { leaseReads: (settings as { readonly leaseReads?: unknown }).leaseReads === true },
      (rule, node, detail) => this.#broken('specification', rule, node, detail),
      voters,
      learners,
    );
  }

  /**
   * Of the writes that were handed over and not reported, a process that was killed may have done a
   * beginning: as much as it is found to have when it begins again.
   */
  #settleDisk(node: string, watched: Watched, core: CoreStart): void {
    const { disk, pending } = watched;
    const parts = pending.splice(0).flatMap(partsOf);
    if (this.#hasDurableEvents) return;
    const found = disk.copy();
    let done = isLike(found, core) ? 0 : -1;
    for (const [at, part] of parts.entries()) {
      found.note(part);
      if (isLike(found, core)) done = at + 1;
    }
    for (const part of parts.slice(0, Math.max(done, 0))) this.#noteDurable(node, watched, part);
  }

  #noteDurable(node: string, { disk }: Watched, write: StoreWrite<unknown>): void {
    disk.note(write);
    this.#invariants?.durable(node, write);
  }

  #crash(node: string): void {
    const watched = this.#nodes.get(node);
    if (watched === undefined || watched.replay === null) return;
    watched.replay = null;
    this.#invariants?.crashed(node);
    this.#specification?.crashed(node);
  }

  #running(node: string): Watched & { readonly replay: CoreReplay } {
    const watched = this.#nodes.get(node);
    if (watched === undefined || watched.replay === null) {
      throw new ReplayDifference(`${node} does something, and has not started`);
    }
    return watched as Watched & { readonly replay: CoreReplay };
  }

  #step(event: EventOf<'step'>): void {
    const { node, input } = event;
    const watched = this.#running(node);
    this.#steps++;
    if (input.kind === 'persisted') this.#persisted(node, watched, input);
    watched.replay.step(event);
    const { view } = watched.replay;
    this.#invariants?.stepped(node, input, view);
    this.#specification?.stepped(node, input, view);
  }

  /** The write is on the disk, and its messages have left. */
  #persisted(
    node: string,
    watched: Watched,
    { token }: Extract<Input<unknown>, { readonly kind: 'persisted' }>,
  ): void {
    const [write] = watched.pending;
    if (write?.token !== token) {
      throw new ReplayDifference(`${node} reports write ${token} where ${write?.token} is next`);
    }
    watched.pending.shift();
    if (!this.#hasDurableEvents) this.#noteDurable(node, watched, write);
    for (const message of write.messages) this.#invariants?.sent(message);
  }

  #drain(event: EventOf<'drain'>): void {
    const { node } = event;
    const watched = this.#running(node);
    this.#drains++;
    const effects = watched.replay.drain(event);
    const { view } = watched.replay;
    this.#invariants?.drained(node, effects, view);
    this.#specification?.drained(node, effects, view);
    for (const effect of effects) this.#carriedOut(watched, effect);
  }

  #carriedOut(watched: Watched, effect: Effect<unknown>): void {
    if (effect.kind === 'persist') watched.pending.push(effect);
    if (effect.kind === 'send') this.#invariants?.sent(effect.message);
  }

  #halt({ node, input }: EventOf<'halt'>): void {
    const watched = this.#nodes.get(node);
    // A node whose disk cannot be read stops before it has begun.
    if (input === null || watched === undefined || watched.replay === null) return;
    watched.replay.halt(input);
  }
}

/** Whether a disk holds what a core begins with. */
function isLike(disk: DurableLog, { hardState, snapshot, entries }: CoreStart): boolean {
  const last = (entries.at(-1) ?? snapshot ?? { index: 0, term: 0 }) as Pick<
    NonNullable<CoreStart['snapshot']>,
    'index' | 'term'
  >;
  const lastIndex = Math.max(last.index, snapshot?.index ?? 0);
  return (
    disk.currentTerm === hardState.currentTerm &&
    disk.votedFor === hardState.votedFor &&
    disk.lastIndex === lastIndex &&
    (last.index < lastIndex || disk.holds(last.index, last.term))
  );
}
