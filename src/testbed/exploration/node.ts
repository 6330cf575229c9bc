/**
 * One node of a small world: a real core, its disk and the writes on their way there.
 *
 * What a node does next depends on its memory and on what happens to it, and on nothing else. So a
 * step of a node is a function, of which the exploration remembers the results: of the many states
 * of a world in which a node stands at the same point, only the first runs the core.
 */

import {
  asRequestId,
  type Effect,
  type Input,
  type LogIndex,
  type NodeId,
  Raft,
  type RaftState,
} from '../../raft/index.ts';
import {
  type AbstractCore,
  abstractCore,
  expireAppends,
  expireContacts,
  expireElectionTimer,
  expireTransfer,
  renumbered,
} from './abstraction.ts';
import { canonical } from './canonical.ts';
import { type Disk, type Persist, written } from './disk.ts';
import { type EntryKey, entryKey } from './entry-key.ts';
import type { LocalInput, SmallMessage } from './local-input.ts';
import { BrokenRule, checkDisk, checkPromise, type Promised } from './promises.ts';
import type { NodeStart, World } from './world.ts';

export interface NodeMemory {
  readonly core: AbstractCore;
  readonly disk: Disk;
  /** Oldest first. */
  readonly writes: readonly Persist[];
  /** The vote that others were told of and that the disk does not show, if there is one. */
  readonly promised: Promised | null;
  /** How often it has started again; counted only where that is told apart. */
  readonly life: number;
}

/** What a step brought about that rules of the whole world are about. */
export type NodeEvent =
  | { readonly kind: 'applied'; readonly index: number; readonly entry: EntryKey }
  | { readonly kind: 'restored'; readonly index: number; readonly term: number }
  | { readonly kind: 'readReady'; readonly request: number; readonly index: number }
  | { readonly kind: 'refused'; readonly request: number; readonly isDefinite: boolean };

export interface Outcome {
  readonly memory: NodeMemory;
  readonly sent: readonly SmallMessage[];
  readonly events: readonly NodeEvent[];
}

export function startNode(world: World, start: NodeStart): NodeMemory {
  const hardState = { currentTerm: start.term, votedFor: start.votedFor } as Disk['hardState'];
  const entries = start.log.map((term, offset) => ({
    kind: 'command',
    index: offset + 1,
    term,
    command: 0,
    bytes: 1,
  })) as unknown as Disk['entries'];
  return restart(world, start.id, { hardState, snapshot: null, entries }, null, 0);
}

function restart(
  world: World,
  id: NodeId,
  disk: Disk,
  promised: Promised | null,
  life: number,
): NodeMemory {
  const raft = Raft.create<number>({
    id,
    membership: { voters: world.voters, outgoing: [], learners: world.learners },
    seed: 0,
    settings: world.settings,
    ...disk,
  });
  const core = {
    ...(abstractCore(raft.view) as AbstractCore),
    // In a real node this is drawn at random; lives never share a number. (raft.ts)
    readSequence: 1000 * life,
  };
  return { core, disk, writes: [], promised, life };
}

/**
 * A node's step.
 *
 * @throws BrokenRule when the node says what its disk would not remember.
 * @throws InvariantViolation when the core finds a rule of its own broken.
 */
export function stepNode(world: World, memory: NodeMemory, input: LocalInput): Outcome {
  const { core, disk, promised, life } = memory;
  if (input.kind === 'crash') {
    const nextLife = world.budgets.reads > 0 ? life + 1 : life;
    return { memory: restart(world, core.id, disk, promised, nextLife), sent: [], events: [] };
  }
  const run = new NodeRun(world, memory, input.kind);
  run.take(input);
  return run.outcome();
}

class NodeRun {
  readonly #world: World;
  readonly #raft: Raft<number>;
  readonly #life: number;
  readonly #isInstant: boolean;
  #disk: Disk;
  #promised: Promised | null;
  readonly #writes: Persist[];
  readonly #sent: SmallMessage[] = [];
  readonly #events: NodeEvent[] = [];

  constructor(world: World, memory: NodeMemory, kind: LocalInput['kind']) {
    const { core, disk, writes, promised, life } = memory;
    this.#world = world;
    this.#disk = disk;
    this.#writes = [...writes];
    this.#promised = promised;
    this.#life = life;
    this.#isInstant = !world.slowDisks.includes(core.id);
    if (kind === 'timeout') expireElectionTimer(core);
    if (kind === 'timeout') expireContacts(core, world.settings);
    if (kind === 'resend') expireAppends(core, world.settings);
    if (kind === 'abandon') expireTransfer(core, world.settings);
    this.#raft = Raft.load<number>({ ...core, settings: world.settings } as RaftState<number>);
  }

  take(input: Exclude<LocalInput, { readonly kind: 'crash' }>): void {
    if (input.kind === 'sync') this.#syncOldest();
    else if (input.kind === 'saveSnapshot') this.#saveSnapshot();
    else this.#raft.step(inputOf(input));
    if (input.kind === 'timeout' && this.#world.preVotes === 'granted') this.#grantPreVotes();
    this.#settle();
  }

  /** Everybody would vote for it. Who would not, in truth, will refuse the vote itself. */
  #grantPreVotes(): void {
    const { nodes, voters } = this.#world;
    for (const id of new Set([...nodes.map((node) => node.id), ...voters])) {
      const { view } = this.#raft;
      if (view.role.kind !== 'preCandidate' || id === view.id) continue;
      const { currentTerm: term, preVoteRound: round } = view;
      this.#raft.step({
        kind: 'receive',
        message: { kind: 'preVoteResponse', from: id, to: view.id, term, round, granted: true },
      });
    }
  }

  #settle(): void {
    for (;;) {
      const effects = this.#raft.drain();
      if (effects.length === 0 && (!this.#isInstant || this.#writes.length === 0)) break;
      for (const effect of effects) this.#carryOut(effect);
      while (this.#isInstant && this.#writes.length > 0) this.#syncOldest();
    }
  }

  #carryOut(effect: Effect<number>): void {
    switch (effect.kind) {
      case 'send':
        return this.#send(effect.message);
      case 'persist':
        this.#writes.push(withoutBytes(effect));
        return;
      case 'apply':
        for (const entry of effect.entries) {
          this.#events.push({ kind: 'applied', index: entry.index, entry: entryKey(entry) });
        }
        return this.#applied(effect.entries.at(-1)?.index);
      case 'restore': {
        const { index, term } = effect.snapshot;
        this.#events.push({ kind: 'restored', index, term });
        return this.#applied(index);
      }
      case 'readReady':
        this.#events.push({ kind: 'readReady', request: effect.requestId, index: effect.index });
        return;
      case 'refuse': {
        const { requestId: request, refusal } = effect;
        this.#events.push({ kind: 'refused', request, isDefinite: refusal.definite });
        return;
      }
      case 'compact': {
        const { index } = effect;
        const entries = this.#disk.entries.filter((entry) => entry.index > index);
        this.#disk = { ...this.#disk, entries };
        return;
      }
      case 'readSnapshot':
        return this.#readSnapshot(effect);
      case 'takeSnapshot':
        // The core remembers what it has asked for, and `saveSnapshot` does it.
        return;
      case 'halt':
        throw new BrokenRule('a node goes on', effect.reason);
      case 'transferred':
      case 'roleChange':
      case 'drop':
        return;
    }
  }

  #applied(index: LogIndex | undefined): void {
    if (index !== undefined) this.#raft.step({ kind: 'applied', index });
  }

  /** A snapshot has two parts of one byte each. */
  #readSnapshot(effect: Extract<Effect<number>, { kind: 'readSnapshot' }>): void {
    const { peer, offset, snapshotIndex } = effect;
    if (this.#disk.snapshot?.index !== snapshotIndex) {
      return this.#raft.step({ kind: 'snapshotLost', peer, snapshotIndex });
    }
    const part = { snapshotIndex, offset, data: new Uint8Array(1), isLast: offset >= 1 };
    this.#raft.step({ kind: 'snapshotRead', peer, chunk: part });
  }

  #saveSnapshot(): void {
    const { taking } = this.#raft.view.snapshots;
    if (taking === null) return;
    // One that was received meanwhile may reach farther.
    const isNewest = taking.index > (this.#disk.snapshot?.index ?? 0);
    if (isNewest) this.#disk = { ...this.#disk, snapshot: taking };
    this.#raft.step({ kind: 'snapshotTaken', index: taking.index });
  }

  #syncOldest(): void {
    const write = this.#writes.shift();
    if (write === undefined) return;
    this.#disk = written(this.#disk, write);
    for (const message of write.messages) this.#send(message);
    this.#raft.step({ kind: 'persisted', token: write.token });
  }

  #send(message: SmallMessage): void {
    const isPreVote = message.kind === 'preVoteRequest' || message.kind === 'preVoteResponse';
    if (isPreVote && this.#world.preVotes === 'granted') return;
    this.#promised = checkPromise(message, this.#raft.view, this.#disk, this.#promised);
    if (this.#world.nodes.some(({ id }) => id === message.to)) {
      this.#sent.push(message.kind === 'snapshotRequest' ? { ...message, data: noBytes } : message);
    }
  }

  outcome(): Outcome {
    const { view } = this.#raft;
    checkDisk(view, this.#disk);
    const { hardState } = this.#disk;
    const isKept = this.#promised !== null && this.#promised.term >= hardState.currentTerm;
    const isShown =
      hardState.currentTerm === this.#promised?.term &&
      hardState.votedFor === this.#promised?.candidate;
    return {
      memory: {
        core: abstractCore(view) as AbstractCore,
        disk: this.#disk,
        writes: renumbered(this.#writes),
        promised: isKept && !isShown ? this.#promised : null,
        life: this.#life,
      },
      sent: this.#sent,
      events: this.#events,
    };
  }
}

const noBytes = [] as unknown as Uint8Array;

function withoutBytes(write: Persist): Persist {
  const { snapshotChunk } = write;
  return snapshotChunk === null
    ? write
    : { ...write, snapshotChunk: { ...snapshotChunk, data: noBytes } };
}

function inputOf(
  input: Exclude<LocalInput, { kind: 'crash' | 'sync' | 'saveSnapshot' }>,
): Input<number> {
  switch (input.kind) {
    case 'receive': {
      const { message } = input;
      const whole =
        message.kind === 'snapshotRequest' ? { ...message, data: new Uint8Array(1) } : message;
      return { kind: 'receive', message: whole };
    }
    case 'timeout':
    case 'heartbeat':
    case 'resend':
    case 'abandon':
      return { kind: 'tick' };
    case 'propose': {
      const { request } = input;
      return { kind: 'propose', requestId: asRequestId(request), command: request, bytes: 1 };
    }
    case 'read':
      return {
        kind: 'read',
        requestId: asRequestId(input.request),
        consistency: 'linearizable',
      };
    case 'transfer': {
      const { request, target } = input;
      return { kind: 'transferLeadership', requestId: asRequestId(request), target };
    }
    case 'change': {
      const { request, voters, learners } = input;
      return { kind: 'changeMembership', requestId: asRequestId(request), voters, learners };
    }
  }
}

/** The text by which memories are told apart. */
export function textOf(memory: NodeMemory): string {
  return JSON.stringify(canonical(memory, null));
}
