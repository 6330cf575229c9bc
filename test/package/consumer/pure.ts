/** A program that uses what is pure: it compiles without the types of Node.js. */

import { checkHistory, describeResult, readJsonlHistory } from 'raftwright/checker';
import { KeyValueMachine, parseJson, type StateMachine, stringifyJson } from 'raftwright/machine';
import {
  asLogIndex,
  asNodeId,
  asRequestId,
  type Effect,
  type Entry,
  type LogIndex,
  membershipOf,
  Raft,
} from 'raftwright/raft';
import type { Clock, Observer, Outcome, Transport } from 'raftwright/replica';

/** A cluster of one, whose disk is done at once. */
export function commitOne(command: string): readonly string[] {
  const id = asNodeId('n1');
  const core = Raft.create<string>({ id, membership: membershipOf([id]), seed: 1 });
  const applied: string[] = [];
  const settle = (): void => {
    let effects: readonly Effect<string>[] = core.drain();
    while (effects.length > 0) {
      for (const effect of effects) carryOut(core, effect, applied);
      effects = core.drain();
    }
  };
  for (let tick = 0; tick < 100 && core.status().role !== 'leader'; tick++) {
    core.step({ kind: 'tick' });
    settle();
  }
  const requestId = asRequestId(1);
  core.step({ kind: 'propose', requestId, command, bytes: command.length });
  settle();
  return applied;
}

function carryOut(core: Raft<string>, effect: Effect<string>, applied: string[]): void {
  if (effect.kind === 'persist') core.step({ kind: 'persisted', token: effect.token });
  if (effect.kind !== 'apply') return;
  let last: LogIndex = asLogIndex(0);
  effect.entries.forEach((entry: Entry<string>) => {
    if (entry.kind === 'command') applied.push(entry.command);
    last = entry.index;
  });
  core.step({ kind: 'applied', index: last });
}

export class Counter implements StateMachine<number, 'total', number, number> {
  #total = 0;
  apply(amount: number): number {
    this.#total += amount;
    return this.#total;
  }
  query(): number {
    return this.#total;
  }
  snapshot(): number {
    return this.#total;
  }
  restore(snapshot: number): void {
    this.#total = snapshot;
  }
}

export function keepValue(): string {
  const machine = new KeyValueMachine();
  machine.apply({ kind: 'write', key: 'a', value: parseJson('9007199254740993') });
  const result = machine.query({ kind: 'read', key: 'a' });
  return result.kind === 'value' ? stringifyJson(result.value) : result.kind;
}

export function judge(): string {
  const history = readJsonlHistory([
    '{"process":0,"type":"invoke","f":"write","key":"x","value":1}',
    '{"process":0,"type":"ok","f":"write","key":"x","value":1}',
  ]);
  return describeResult(checkHistory(history));
}

/** What others hand in can be written without Node.js, too. */
export interface Surroundings<Command, Result> {
  readonly transport: Transport<Command, Result>;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly tell: (outcome: Outcome<Result>) => void;
}
