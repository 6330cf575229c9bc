/**
 * Judges what the clients of any state machine saw, by the order that the log gives.
 *
 * Linearizability asks for *some* order of all operations that explains every answer and respects
 * real time (Herlihy & Wing 1990). Searching for one is hard; but a replicated log claims to be one,
 * so it is enough to check the claim: each command takes effect at one place, though the log may
 * have it several times; each answer is that of the machine at that place; and whoever was answered
 * before another one asked stands before it. Queries stand between commands; each is given the first
 * place that explains its answer.
 */

import type { StateMachine } from '../../machine/machine.ts';
import type { Recorder } from '../load.ts';
import { type EffectiveCommand, effectiveCommands } from './effective-commands.ts';
import type { LogEntry } from './node-watch.ts';
import type { NumberedCommand, NumberedOperation, OperationEnding } from './numbered-operation.ts';
import { isSameValue } from './same-value.ts';
import { showValue } from './show-value.ts';
import type { Opinion } from './system.ts';

interface Recorded<C, Q, R> {
  readonly number: number;
  readonly operation: NumberedOperation<C, Q>['operation'];
  /** Places among all invocations and completions. */
  readonly invoked: number;
  completed: number;
  ending: OperationEnding<R> | null;
}

type Query<C, Q, R> = Recorded<C, Q, R> & {
  readonly query: Q;
  readonly result: R;
  /** After which commands it can stand, so that its answer is right; ascending. */
  readonly places: number[];
};

class Contradiction extends Error {
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(detail);
    this.rule = rule;
  }
}

export class OperationRecord<C, Q, R>
  implements Recorder<NumberedOperation<C, Q>, OperationEnding<R>>
{
  readonly #createMachine: () => StateMachine<C, Q, R, unknown>;
  readonly #operations = new Map<number, Recorded<C, Q, R>>();
  #events = 0;

  constructor(createMachine: () => StateMachine<C, Q, R, unknown>) {
    this.#createMachine = createMachine;
  }

  invoke(_timeMs: number, _process: number, { number, operation }: NumberedOperation<C, Q>): void {
    const invoked = this.#events++;
    const completed = Number.POSITIVE_INFINITY;
    this.#operations.set(number, { number, operation, invoked, completed, ending: null });
  }

  complete(
    _timeMs: number,
    _process: number,
    { number }: NumberedOperation<C, Q>,
    ending: OperationEnding<R>,
  ): void {
    const operation = this.#operations.get(number);
    if (operation === undefined) throw new Error(`operation ${number} was never invoked`);
    operation.completed = this.#events++;
    operation.ending = ending;
  }

  /** @param committed the whole log, from index 1 */
  judge(committed: readonly LogEntry[]): Opinion {
    try {
      const effective = effectiveCommands<NumberedCommand<C>>(committed);
      const places = this.#placeCommands(effective);
      const queries = this.#queries();
      this.#replay(committed.length, effective, places, queries);
      this.#checkRealTime(places, queries);
      return { verdict: 'valid' };
    } catch (error) {
      if (!(error instanceof Contradiction)) throw error;
      return { verdict: 'invalid', rule: error.rule, detail: error.message };
    }
  }

  /** The index of each command, by the number of its operation. */
  #placeCommands(effective: readonly EffectiveCommand<NumberedCommand<C>>[]): Map<number, number> {
    const places = new Map<number, number>();
    for (const { index, command } of effective) {
      const { operation } = command;
      if (places.has(operation)) {
        const detail = `operation ${operation} takes effect at ${places.get(operation)} and ${index}`;
        throw new Contradiction('a command takes effect once', detail);
      }
      places.set(operation, index);
    }
    for (const { number, operation, ending } of this.#operations.values()) {
      if (operation.kind !== 'command' || ending === null) continue;
      const place = places.get(number);
      if (ending.type === 'fail' && place !== undefined) {
        const detail = `operation ${number} was refused, and takes effect at ${place}`;
        throw new Contradiction('what was refused never takes effect', detail);
      }
      if (ending.outcome?.kind !== 'done') continue;
      // Whoever tried again was told the place of the repetition.
      if (place === undefined || ending.outcome.index < place) {
        const detail = `operation ${number} was said to be at ${ending.outcome.index}, and is at ${place}`;
        throw new Contradiction('what was answered is committed', detail);
      }
    }
    return places;
  }

  /** The queries that were answered, in order of invocation. */
  #queries(): Query<C, Q, R>[] {
    return [...this.#operations.values()].flatMap((recorded) => {
      const { operation, ending } = recorded;
      if (operation.kind !== 'query' || ending?.outcome?.kind !== 'done') return [];
      return [{ ...recorded, query: operation.query, result: ending.outcome.result, places: [] }];
    });
  }

  /** Carries out the log on a machine of its own, and compares all answers. */
  #replay(
    last: number,
    effective: readonly EffectiveCommand<NumberedCommand<C>>[],
    places: ReadonlyMap<number, number>,
    queries: readonly Query<C, Q, R>[],
  ): void {
    const machine = this.#createMachine();
    const bounds = this.#bounds(queries, places);
    // Floors rise from query to query, so that those which may stand here are found by sweeping.
    const open = new Set<number>();
    let next = 0;
    let done = 0;
    for (let index = 0; index <= last; index++) {
      const entry = effective[done];
      if (entry?.index === index) {
        this.#compare(machine, entry);
        done++;
      }
      for (; (bounds[next]?.from ?? Number.POSITIVE_INFINITY) <= index; next++) open.add(next);
      for (const at of open) {
        const query = queries[at];
        if (query === undefined || (bounds[at]?.to ?? -1) < index) open.delete(at);
        else if (isSameValue(machine.query(query.query), query.result)) query.places.push(index);
      }
    }
  }

  #compare(
    machine: StateMachine<C, Q, R, unknown>,
    { index, command: { operation, command } }: EffectiveCommand<NumberedCommand<C>>,
  ): void {
    const result = machine.apply(command);
    const outcome = this.#operations.get(operation)?.ending?.outcome;
    if (outcome?.kind !== 'done' || isSameValue(outcome.result, result)) return;
    const detail = `operation ${operation} at ${index}: ${showValue(outcome.result)}, not ${showValue(result)}`;
    throw new Contradiction('answers are those of the machine', detail);
  }

  /**
   * Between which commands real time lets each query stand: after all that were answered before it
   * was asked, and before all that were asked for after it was answered.
   */
  #bounds(
    queries: readonly Query<C, Q, R>[],
    places: ReadonlyMap<number, number>,
  ): { readonly from: number; readonly to: number }[] {
    const commands = [...this.#operations.values()].flatMap((recorded) => {
      const place = places.get(recorded.number);
      return place === undefined ? [] : [{ ...recorded, place }];
    });
    const answered = commands.filter(({ ending }) => ending?.type === 'ok');
    answered.sort((a, b) => a.completed - b.completed);
    let from = 0;
    let next = 0;
    const floors = queries.map(({ invoked }) => {
      for (; (answered[next]?.completed ?? Number.POSITIVE_INFINITY) < invoked; next++) {
        from = Math.max(from, answered[next]?.place ?? 0);
      }
      return from;
    });
    // Backwards: the queries by when they were answered, the commands by when they were asked for.
    const ceilings = new Map<number, number>();
    let to = Number.POSITIVE_INFINITY;
    let last = commands.length - 1;
    for (const { number, completed } of [...queries].sort((a, b) => b.completed - a.completed)) {
      for (; (commands[last]?.invoked ?? -1) > completed; last--) {
        to = Math.min(to, (commands[last]?.place ?? to) - 1);
      }
      ceilings.set(number, to);
    }
    return queries.map(({ number }, at) => ({
      from: floors[at] ?? 0,
      to: ceilings.get(number) ?? 0,
    }));
  }

  /** Whoever was answered before another asked stands before it. */
  #checkRealTime(places: ReadonlyMap<number, number>, queries: readonly Query<C, Q, R>[]): void {
    const byNumber = new Map(queries.map((query) => [query.number, query]));
    const ok = [...this.#operations.values()].filter(({ ending }) => ending?.type === 'ok');
    const completions = [...ok].sort((a, b) => a.completed - b.completed);
    const chosen = new Map<number, number>();
    let floor = 0;
    let next = 0;
    // Invocations are in order; a completion counts for all that are invoked after it.
    for (const recorded of this.#operations.values()) {
      for (
        ;
        (completions[next]?.completed ?? Number.POSITIVE_INFINITY) < recorded.invoked;
        next++
      ) {
        const { number } = completions[next] ?? recorded;
        floor = Math.max(floor, places.get(number) ?? chosen.get(number) ?? 0);
      }
      const query = byNumber.get(recorded.number);
      if (query !== undefined) {
        const place = query.places.find((candidate) => candidate >= floor);
        if (place === undefined) {
          const detail = `query ${showValue(query.query)} of operation ${query.number} was answered ${showValue(query.result)}; no state from ${floor} on explains it`;
          throw new Contradiction('what clients saw is linearizable', detail);
        }
        chosen.set(recorded.number, place);
        continue;
      }
      const place = places.get(recorded.number);
      if (place === undefined || place > floor) continue;
      const detail = `operation ${recorded.number} stands at ${place}, and was asked for when ${floor} was known`;
      throw new Contradiction('what clients saw is linearizable', detail);
    }
  }
}
