/**
 * The states of a world and the steps between them.
 *
 * A state is a row of numbers: each node's memory, the history, what is left of the budgets, and
 * the messages in flight, as a sorted bag. What the numbers stand for, the automaton knows.
 */

import type { Membership, NodeId } from '../../raft/index.ts';
import { Automaton, type NodeFacts } from './automaton.ts';
import { canonical, Numbering, renamingsOf } from './canonical.ts';
import type { LocalAction, LocalInput } from './local-input.ts';
import { startNode } from './node.ts';
import { BrokenRule } from './promises.ts';
import { advance, emptyHistory, type History } from './rules.ts';
import {
  type BudgetName,
  budgetNames,
  firstRequests,
  type PreludeStep,
  type World,
} from './world.ts';

export type Row = readonly number[];

/** Something that may happen next: an input of one node. */
export interface Action {
  /** The node's place in the row. */
  readonly place: number;
  readonly input: number;
  readonly kind: LocalInput['kind'];
  readonly spends: BudgetName | null;
  /** The request of a read. */
  readonly asked: number | null;
}

export type Step =
  | { readonly kind: 'to'; readonly row: Row }
  /** More messages would be in flight than the world allows. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'broken'; readonly rule: string; readonly detail: string };

/** Three bits for each budget. */
const budgetBits = 3;
const budgetMask = (1 << budgetBits) - 1;

export class Space {
  readonly world: World;
  readonly automaton: Automaton;
  readonly initial: Row;
  readonly #ids: readonly NodeId[];
  readonly #histories = new Numbering();
  readonly #historyValues: History[] = [];
  readonly #renamedHistories: number[][];
  readonly #renamings: ReturnType<typeof renamingsOf>;
  /** Renamings, other than the one that changes nothing, under which the world stays the same. */
  readonly symmetries: readonly number[];
  /** `#placeUnder[renaming][place]`: where the node that gets this place's name stands. */
  readonly #placeUnder: readonly (readonly number[])[];
  readonly #historySteps = new Map<string, number>();
  readonly #firstMembership: Membership;

  constructor(world: World) {
    this.world = world;
    this.#ids = world.nodes.map(({ id }) => id);
    this.#renamings = renamingsOf(this.#ids);
    this.#renamedHistories = this.#renamings.map(() => []);
    this.#placeUnder = this.#renamings.map((map) =>
      this.#ids.map((name) => this.#ids.findIndex((id) => map.get(id) === name)),
    );
    this.automaton = new Automaton(world, this.#renamings);
    const { voters, learners } = world;
    this.#firstMembership = canonical({ voters, outgoing: [], learners }, null) as Membership;
    this.initial = this.#begin();
    this.symmetries = this.#findSymmetries();
  }

  #begin(): Row {
    const { world } = this;
    const nodes = world.nodes.map((start) => this.automaton.add(startNode(world, start)));
    const budgets = budgetNames.reduce((sum, name, i) => {
      if (world.budgets[name] > budgetMask) throw new RangeError(`${name}: at most ${budgetMask}`);
      return sum + (world.budgets[name] << (i * budgetBits));
    }, 0);
    let row: Row = [...nodes, this.#numberOfHistory(emptyHistory), budgets];
    for (const step of world.prelude) {
      if (step.kind === 'lose') row = row.slice(0, this.#ids.length + 2);
      if (step.kind === 'act') row = this.#insist(row, this.#free(step.node, step.action));
      if (step.kind === 'settle') row = this.#settle(row, step);
    }
    return row;
  }

  #free(node: NodeId, action: LocalAction): Action {
    const input = this.automaton.addInput(action);
    const place = this.#ids.indexOf(node);
    return { place, input, kind: action.kind, spends: null, asked: null };
  }

  #insist(row: Row, action: Action): Row {
    const step = this.take(row, action);
    if (step.kind === 'to') return step.row;
    if (step.kind === 'broken') throw new BrokenRule(step.rule, step.detail);
    throw new Error(`the prelude of ${this.world.name} has no room for its messages`);
  }

  #settle(row: Row, { among, only }: Extract<PreludeStep, { kind: 'settle' }>): Row {
    let settled = row;
    for (;;) {
      const next = this.actionsOf(settled).find(({ kind, place, input }) => {
        const id = this.#ids[place];
        if (id === undefined || !among.includes(id)) return false;
        if (kind !== 'receive') return kind === 'sync' || kind === 'saveSnapshot';
        const message = this.automaton.messageOf(input);
        return among.includes(message.from) && (only?.includes(message.kind) ?? true);
      });
      if (next === undefined) return settled;
      settled = this.#insist(settled, next);
    }
  }

  #findSymmetries(): readonly number[] {
    const { mayTimeOut, mayCrash, mayRead, slowDisks, transferTargets, voters, learners } =
      this.world;
    const groups = [mayTimeOut, mayCrash, mayRead, slowDisks, transferTargets, voters, learners];
    const changes = JSON.stringify(canonical(this.world.changes, null));
    return this.#renamings.flatMap((map, renaming) => {
      const isKept =
        renaming > 0 &&
        groups.every((ids) => ids.every((id) => ids.includes(map.get(id) as NodeId))) &&
        JSON.stringify(canonical(this.world.changes, map)) === changes &&
        this.#renamed(this.initial, renaming).every((n, i) => n === this.initial[i]);
      return isKept ? [renaming] : [];
    });
  }

  factsOf(row: Row): NodeFacts[] {
    return this.#ids.map((_, place) => this.automaton.factsOf(row[place] ?? 0));
  }

  historyOf(row: Row): History {
    const history = this.#historyValues[row[this.#ids.length] ?? 0];
    if (history === undefined) throw new RangeError('no such history');
    return history;
  }

  /** All that may happen next. */
  actionsOf(row: Row): Action[] {
    const actions: Action[] = [];
    const left = this.#budgetsOf(row);
    let previous = -1;
    for (let i = this.#ids.length + 2; i < row.length; i++) {
      const input = row[i] ?? 0;
      if (input === previous) continue;
      previous = input;
      const place = this.#ids.indexOf(this.automaton.receiverOf(input));
      actions.push({ place, input, kind: 'receive', spends: null, asked: null });
      if (left('duplicates') === 0) continue;
      actions.push({ place, input, kind: 'receive', spends: 'duplicates', asked: null });
    }
    this.#ids.forEach((id, place) => {
      const facts = this.automaton.factsOf(row[place] ?? 0);
      const add = (action: LocalAction, spends: BudgetName | null, asked: number | null = null) => {
        if (spends !== null && left(spends) === 0) return;
        const input = this.automaton.addInput(action);
        actions.push({ place, input, kind: action.kind, spends, asked });
      };
      const next = (name: keyof typeof firstRequests): number =>
        firstRequests[name] + this.world.budgets[name] - left(name);
      this.#addActionsOf(id, facts, add, next);
    });
    return actions;
  }

  #addActionsOf(
    id: NodeId,
    facts: NodeFacts,
    add: (action: LocalAction, spends: BudgetName | null, asked?: number) => void,
    next: (name: keyof typeof firstRequests) => number,
  ): void {
    const { world } = this;
    const { role, writesInFlight, isTransferring, isTakingSnapshot } = facts;
    if (writesInFlight > 0) add({ kind: 'sync' }, null);
    if (isTakingSnapshot) add({ kind: 'saveSnapshot' }, null);
    if (world.mayTimeOut.includes(id)) add({ kind: 'timeout' }, 'timeouts');
    if (world.mayCrash.includes(id)) add({ kind: 'crash' }, 'crashes');
    if (world.mayRead.includes(id) && (role === 'leader' || role === 'follower')) {
      const request = next('reads');
      add({ kind: 'read', request }, 'reads', request);
    }
    if (role !== 'leader') return;
    add({ kind: 'heartbeat' }, 'heartbeats');
    if (isTransferring) add({ kind: 'abandon' }, 'heartbeats');
    add({ kind: 'resend' }, 'resends');
    add({ kind: 'propose', request: next('proposals') }, 'proposals');
    for (const target of world.transferTargets) {
      if (target === id) continue;
      add({ kind: 'transfer', request: next('transfers'), target }, 'transfers');
    }
    for (const change of world.changes) {
      add({ kind: 'change', request: next('changes'), ...change }, 'changes');
    }
  }

  #budgetsOf(row: Row): (name: BudgetName) => number {
    const packed = row[this.#ids.length + 1] ?? 0;
    return (name) => (packed >> (budgetNames.indexOf(name) * budgetBits)) & budgetMask;
  }

  /** The state after an action, as its names are; see `representative`. */
  take(row: Row, action: Action): Step {
    const { place, input, kind, spends } = action;
    const count = this.#ids.length;
    const before = row[place] ?? 0;
    const local = this.automaton.step(before, input);
    if (local.kind === 'broken') return local;
    const next = row.slice(0, count + 2);
    next[place] = local.node;
    if (spends !== null) {
      next[count + 1] = (row[count + 1] ?? 0) - (1 << (budgetNames.indexOf(spends) * budgetBits));
    }
    const messages = row.slice(count + 2);
    if (kind === 'receive' && spends === null) messages.splice(messages.indexOf(input), 1);
    if (local.sent.length > 0) {
      messages.push(...local.sent);
      if (messages.length > this.world.maxInFlight) return { kind: 'cut' };
      messages.sort((x, y) => x - y);
    }
    try {
      next[count] = this.#nextHistory(row, next, action, local.events);
    } catch (error) {
      if (!(error instanceof BrokenRule)) throw error;
      return { kind: 'broken', rule: error.rule, detail: error.message };
    }
    for (const message of messages) next.push(message);
    return { kind: 'to', row: next };
  }

  #nextHistory(
    row: Row,
    next: readonly number[],
    { place, kind, asked }: Action,
    events: Parameters<typeof advance>[1]['events'],
  ): number {
    const { automaton } = this;
    const history = row[this.#ids.length] ?? 0;
    const before = automaton.factsOf(row[place] ?? 0);
    const changed = automaton.factsOf(next[place] ?? 0);
    const isQuiet = events.length === 0 && asked === null && kind !== 'crash';
    if (isQuiet && before.number === changed.number) return history;
    const nodes = this.factsOf(next);
    // With equal facts the answer is the same; it is often asked for.
    const key = isQuiet
      ? `${history}/${place}/${before.number}/${nodes.map((it) => it.number).join()}`
      : '';
    const known = isQuiet ? this.#historySteps.get(key) : undefined;
    if (known !== undefined) return known;
    const hasCrashed = kind === 'crash';
    const number = this.#numberOfHistory(
      advance(this.historyOf(row), {
        nodes,
        changed,
        before,
        events,
        asked,
        hasCrashed,
        firstMembership: this.#firstMembership,
      }),
    );
    if (isQuiet) this.#historySteps.set(key, number);
    return number;
  }

  #numberOfHistory(history: History): number {
    const number = this.#histories.numberOf(JSON.stringify(history));
    this.#historyValues[number] ??= history;
    return number;
  }

  /** Of all states that are the same but for the names of the nodes, one. */
  representative(row: Row): Row {
    let least = row;
    for (const renaming of this.symmetries) {
      if (!this.#mayBeLess(row, renaming, least)) continue;
      const renamed = this.#renamed(row, renaming);
      if (isLess(renamed, least)) least = renamed;
    }
    return least;
  }

  /** Looks at the nodes only; renaming the rest costs more. */
  #mayBeLess(row: Row, renaming: number, least: Row): boolean {
    for (let place = 0; place < this.#ids.length; place++) {
      const node = this.#renamedNode(row, renaming, place);
      const other = least[place] ?? 0;
      if (node !== other) return node < other;
    }
    return true;
  }

  #renamedNode(row: Row, renaming: number, place: number): number {
    return this.automaton.renamed(row[this.#placeUnder[renaming]?.[place] ?? 0] ?? 0, renaming);
  }

  #renamed(row: Row, renaming: number): Row {
    const count = this.#ids.length;
    const renamed: number[] = [];
    for (let place = 0; place < count; place++) {
      renamed.push(this.#renamedNode(row, renaming, place));
    }
    renamed.push(this.#renamedHistory(row[count] ?? 0, renaming), row[count + 1] ?? 0);
    const messages: number[] = [];
    for (let i = count + 2; i < row.length; i++) {
      messages.push(this.automaton.renamedInput(row[i] ?? 0, renaming));
    }
    for (const message of messages.sort((x, y) => x - y)) renamed.push(message);
    return renamed;
  }

  #renamedHistory(history: number, renaming: number): number {
    const table = this.#renamedHistories[renaming];
    const map = this.#renamings[renaming];
    if (table === undefined || map === undefined) throw new RangeError('no such renaming');
    let renamed = table[history];
    if (renamed === undefined) {
      const value = canonical(JSON.parse(this.#histories.textOf(history)), map) as History;
      renamed = this.#numberOfHistory(value);
      table[history] = renamed;
    }
    return renamed;
  }
}

function isLess(x: Row, y: Row): boolean {
  for (let i = 0; i < x.length; i++) {
    const left = x[i] ?? 0;
    const right = y[i] ?? 0;
    if (left !== right) return left < right;
  }
  return false;
}
