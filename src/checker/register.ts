/**
 * The register's rules, and the operations on one key as steps under those rules.
 *
 * A register starts absent. A read returns what it holds; null stands for absent as well, as in
 * Jepsen's model. A write sets it. A cas that succeeded found `from` and set `to`. An operation
 * that failed did not happen, though in strict checking its error still says what it found. One
 * that never answered may happen at any time after its invocation, or never.
 */

import type { Contents, Operation, Value } from './history.ts';

/** What the register holds, as a small integer. */
export type State = number;

export const absentState: State = 0;
const nullState: State = 1;

/**
 * An operation as the search sees it. An observation finds the register in a state that it admits
 * and leaves it so; a write or cas sets it to `result`.
 */
export interface Step {
  readonly operation: Operation;
  readonly kind: 'observation' | 'write' | 'cas';
  readonly admits: (state: State) => boolean;
  /**
   * The states that are seen when the step happens: none by a write, `any` by a cas that found the
   * wrong value.
   */
  readonly sees: readonly State[] | 'any';
  /** Undefined for an observation. */
  readonly result: State | undefined;
  /** Steps of one group have the same effect; -1 for an observation. */
  readonly group: number;
  /** Rank of the invocation. */
  readonly invoked: number;
  /** Rank of the completion; Infinity for a pending step, which need not happen at all. */
  readonly completed: number;
}

/** The operations on one key as steps, in order of invocation, and what each state stands for. */
export interface Register {
  readonly steps: readonly Step[];
  readonly contents: readonly Contents[];
}

export function isPending(step: Step): boolean {
  return step.completed === Number.POSITIVE_INFINITY;
}

/**
 * Turns the operations on one key into steps, leaving out what neither happened nor tells anything.
 */
export function registerOf(operations: readonly Operation[], strict: boolean): Register {
  const states = new States();
  const steps: Step[] = [];
  for (const operation of operations) {
    const step = stepOf(operation, states, strict);
    if (step !== undefined) steps.push(step);
  }
  return { steps, contents: states.contents };
}

/** What a read that returns a value, or a cas from it, finds. */
type Sight = Pick<Step, 'sees' | 'admits'>;

/** What a write finds does not matter. */
const anything: Sight = { sees: [], admits: () => true };

/** Numbers the values of one register, and the effects on it. */
class States {
  readonly contents: Contents[] = [{ kind: 'absent' }, { kind: 'value', value: null }];
  private readonly states = new Map<Value, State>([[null, nullState]]);
  private readonly sights = new Map<Value, Sight>();
  private readonly groups = new Map<string, number>();

  of(value: Value): State {
    let state = this.states.get(value);
    if (state === undefined) {
      state = this.contents.length;
      this.states.set(value, state);
      this.contents.push({ kind: 'value', value });
    }
    return state;
  }

  /** The states in which a read returns this value, or a cas from it succeeds. */
  sightOf(value: Value): Sight {
    let sight = this.sights.get(value);
    if (sight === undefined) {
      sight = sightOf(value === null ? [absentState, nullState] : [this.of(value)]);
      this.sights.set(value, sight);
    }
    return sight;
  }

  group(from: State | undefined, to: State): number {
    const effect = `${from}>${to}`;
    const group = this.groups.get(effect) ?? this.groups.size;
    this.groups.set(effect, group);
    return group;
  }
}

function sightOf(sees: readonly State[]): Sight {
  return { sees, admits: (state) => sees.includes(state) };
}

function stepOf(operation: Operation, states: States, strict: boolean): Step | undefined {
  const { outcome } = operation;
  if (outcome === 'fail') return strict ? failureOf(operation, states) : undefined;
  switch (operation.f) {
    case 'read':
      // A read whose answer nobody heard changes nothing and tells nothing.
      if (outcome !== 'ok') return undefined;
      return observationOf(operation, states.sightOf(operation.value));
    case 'write': {
      const result = states.of(operation.value);
      const group = states.group(undefined, result);
      return toStep(operation, 'write', anything, result, group);
    }
    case 'cas': {
      const sight = states.sightOf(operation.from);
      // A cas from a value to itself only looks; from null to null it may turn absent into null.
      if (operation.from === operation.to && operation.from !== null) {
        return outcome === 'ok' ? observationOf(operation, sight) : undefined;
      }
      const result = states.of(operation.to);
      const group = states.group(states.of(operation.from), result);
      return toStep(operation, 'cas', sight, result, group);
    }
  }
}

/** What a failed operation found, if its error tells. */
function failureOf(operation: Operation, states: States): Step | undefined {
  if (operation.f === 'write') return undefined;
  if (operation.observation === 'key-does-not-exist')
    return observationOf(operation, sightOf([absentState]));
  if (operation.observation !== 'precondition-failed' || operation.f !== 'cas') return undefined;
  const expected = states.sightOf(operation.from);
  const admits = (state: State): boolean => state !== absentState && !expected.admits(state);
  return observationOf(operation, { sees: 'any', admits });
}

function observationOf(operation: Operation, sight: Sight): Step {
  return toStep(operation, 'observation', sight, undefined, -1);
}

function toStep(
  operation: Operation,
  kind: Step['kind'],
  { sees, admits }: Sight,
  result: State | undefined,
  group: number,
): Step {
  const invoked = operation.invoked.rank;
  const isOver = operation.outcome === 'ok' || operation.outcome === 'fail';
  const ended = isOver ? operation.completed?.rank : undefined;
  const completed = ended ?? Number.POSITIVE_INFINITY;
  return { operation, kind, admits, sees, result, group, invoked, completed };
}
