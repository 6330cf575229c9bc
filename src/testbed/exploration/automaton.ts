/**
 * A node as a table: memories and messages are numbers, and a step is looked up, or else carried
 * out by the core and remembered.
 */

import type { Membership, NodeId } from '../../raft/index.ts';
import { canonical, Numbering, type Renaming } from './canonical.ts';
import { lastOnDisk } from './disk.ts';
import { type LogFacts, logFacts } from './entry-key.ts';
import type { LocalInput, SmallMessage } from './local-input.ts';
import { type NodeEvent, type NodeMemory, stepNode, textOf } from './node.ts';
import type { World } from './world.ts';

/** What the rules, and what may happen next, need to know of a node. */
export interface NodeFacts {
  readonly id: NodeId;
  readonly role: NodeMemory['core']['role']['kind'];
  readonly term: number;
  readonly votedFor: NodeId | null;
  readonly commitIndex: number;
  readonly log: LogFacts;
  readonly membership: Membership;
  readonly disk: LogFacts;
  readonly diskEnd: number;
  readonly diskTerm: number;
  readonly diskVote: NodeId | null;
  readonly snapshotIndex: number;
  readonly writesInFlight: number;
  readonly isTransferring: boolean;
  readonly isTakingSnapshot: boolean;
  /** Equal for two nodes exactly if all of the above is. */
  readonly number: number;
}

export type LocalStep =
  | {
      readonly kind: 'done';
      readonly node: number;
      /** Messages, by number. */
      readonly sent: readonly number[];
      readonly events: readonly NodeEvent[];
    }
  | { readonly kind: 'broken'; readonly rule: string; readonly detail: string };

const inputLimit = 2 ** 24;

export class Automaton {
  readonly #world: World;
  readonly #renamings: readonly Renaming[];
  readonly #memories = new Numbering();
  readonly #inputs = new Numbering();
  readonly #receivers: (NodeId | undefined)[] = [];
  readonly #facts: (NodeFacts | undefined)[] = [];
  readonly #factNumbers = new Numbering();
  readonly #steps = new Map<number, LocalStep>();
  readonly #renamedMemories: number[][];
  readonly #renamedInputs: number[][];

  /** `renamings` are those under which states are taken for the same. */
  constructor(world: World, renamings: readonly Renaming[]) {
    this.#world = world;
    this.#renamings = renamings;
    this.#renamedMemories = renamings.map(() => []);
    this.#renamedInputs = renamings.map(() => []);
  }

  /** How many memories were met, and how many steps the core has taken. */
  get size(): { readonly memories: number; readonly steps: number } {
    return { memories: this.#memories.size, steps: this.#steps.size };
  }

  add(memory: NodeMemory): number {
    return this.#memories.numberOf(textOf(memory));
  }

  addInput(input: LocalInput): number {
    const number = this.#inputs.numberOf(JSON.stringify(input));
    if (number >= inputLimit) throw new RangeError('too many different messages');
    return number;
  }

  memoryOf(node: number): NodeMemory {
    return JSON.parse(this.#memories.textOf(node)) as NodeMemory;
  }

  inputOf(input: number): LocalInput {
    return JSON.parse(this.#inputs.textOf(input)) as LocalInput;
  }

  messageOf(input: number): SmallMessage {
    const arrival = this.inputOf(input);
    if (arrival.kind !== 'receive') throw new TypeError('only a message is received');
    return arrival.message;
  }

  receiverOf(message: number): NodeId {
    let receiver = this.#receivers[message];
    if (receiver === undefined) {
      receiver = this.messageOf(message).to;
      this.#receivers[message] = receiver;
    }
    return receiver;
  }

  factsOf(node: number): NodeFacts {
    let facts = this.#facts[node];
    if (facts === undefined) {
      const gathered = gatherFacts(this.memoryOf(node));
      facts = { ...gathered, number: this.#factNumbers.numberOf(JSON.stringify(gathered)) };
      this.#facts[node] = facts;
    }
    return facts;
  }

  step(node: number, input: number): LocalStep {
    const key = node * inputLimit + input;
    let step = this.#steps.get(key);
    if (step === undefined) {
      step = this.#carryOut(node, input);
      this.#steps.set(key, step);
    }
    return step;
  }

  #carryOut(node: number, input: number): LocalStep {
    try {
      const { memory, sent, events } = stepNode(
        this.#world,
        this.memoryOf(node),
        this.inputOf(input),
      );
      return {
        kind: 'done',
        node: this.add(memory),
        sent: sent.map((message) => this.addInput({ kind: 'receive', message })),
        events,
      };
    } catch (error) {
      const { message, rule } = error as Error & { readonly rule?: string };
      return { kind: 'broken', rule: rule ?? 'the core finds no rule broken', detail: message };
    }
  }

  /** The memory that a node would have under other names. */
  renamed(node: number, renaming: number): number {
    return renamedNumber(this.#renamedMemories, this.#memories, this.#renamings, node, renaming);
  }

  renamedInput(input: number, renaming: number): number {
    return renamedNumber(this.#renamedInputs, this.#inputs, this.#renamings, input, renaming);
  }
}

function renamedNumber(
  tables: readonly number[][],
  numbering: Numbering,
  renamings: readonly Renaming[],
  number: number,
  renaming: number,
): number {
  const table = tables[renaming];
  const map = renamings[renaming];
  if (table === undefined || map === undefined) throw new RangeError('no such renaming');
  let renamed = table[number];
  if (renamed === undefined) {
    const value = canonical(JSON.parse(numbering.textOf(number)), map);
    renamed = numbering.numberOf(JSON.stringify(value));
    table[number] = renamed;
  }
  return renamed;
}

function gatherFacts({ core, disk, writes }: NodeMemory): Omit<NodeFacts, 'number'> {
  const { id, role, currentTerm, commitIndex, log, memberships } = core;
  const inEffect = memberships.at(-1)?.membership;
  return {
    id,
    role: role.kind,
    term: currentTerm,
    votedFor: core.votedFor,
    commitIndex,
    log: logFacts(log.baseIndex, log.entries),
    membership: canonical(inEffect, null) as Membership,
    disk: logFacts((disk.entries[0]?.index ?? 1) - 1, disk.entries),
    diskEnd: lastOnDisk(disk),
    diskTerm: disk.hardState.currentTerm,
    diskVote: disk.hardState.votedFor,
    snapshotIndex: disk.snapshot?.index ?? 0,
    writesInFlight: writes.length,
    isTransferring: role.kind === 'leader' && role.transfer !== null,
    isTakingSnapshot: core.snapshots.taking !== null,
  };
}
