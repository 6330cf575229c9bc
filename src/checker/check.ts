/** The verdict on a history. */

import type { Contents, History, KeyHistory, Operation, Outcome } from './history.ts';
import { orderingOf } from './ordering.ts';
import { absentState, type Register, registerOf, type State, type Step } from './register.ts';
import { type Finding, search } from './search.ts';
import { type Schedule, scheduleOf } from './turns.ts';

/**
 * `valid`: linearizable. `invalid`: not linearizable. `unknown`: not decided within the limit,
 * though it could be with a higher one.
 */
export type Verdict = 'valid' | 'invalid' | 'unknown';

/** How strictly to judge, and how long to try. */
export interface CheckOptions {
  /**
   * Whether definite failures must be right as well: a cas that failed with precondition-failed
   * found a value other than the one it expected, and a read or cas that failed with
   * key-does-not-exist found none. Off by default, as in Jepsen's checker.
   */
  readonly strict?: boolean;
  /**
   * How many configurations may be tried for one key, roughly. Each takes a few microseconds, and
   * while it is kept a few hundred bytes.
   */
  readonly maxConfigurations?: number;
}

/**
 * Some seconds. Enough but for proofs that dozens of unanswered operations are still too few to
 * explain a history.
 */
const defaultMaxConfigurations = 4_000_000;

/** The verdict on a history: invalid if any key is, else unknown if any key is. */
export interface CheckResult {
  /** Of the worst key. */
  readonly verdict: Verdict;
  /** As in the options. */
  readonly strict: boolean;
  /** In the order of the history. */
  readonly keys: readonly KeyResult[];
  /** How many operations ended in which way. */
  readonly operations: Readonly<Record<Outcome, number>>;
  /** How many configurations were tried. */
  readonly configurations: number;
}

interface KeyResultBase {
  readonly history: KeyHistory;
  readonly configurations: number;
}

/**
 * The verdict on the operations of one key. Keys are judged one by one: linearizability is local.
 */
export type KeyResult =
  | (KeyResultBase & { readonly verdict: 'valid' })
  | (KeyResultBase & { readonly verdict: 'invalid'; readonly counterexample: Counterexample })
  | (KeyResultBase & {
      readonly verdict: 'unknown';
      /** The operation whose completion could be neither explained nor ruled out. */
      readonly stoppedAt: Operation;
    });

/**
 * Why a key is not linearizable. Of all completions, that of `operation` is the first such that the
 * history up to and including it is not linearizable. (In such a part of the history, operations
 * that have not completed yet may have happened, except those that fail later.)
 */
export interface Counterexample {
  /** What cannot have happened. */
  readonly operation: Operation;
  /** A right order of all that completed before it, and of what else must then have happened. */
  readonly ordering: readonly Placement[];
  /** The register can have held nothing else when the operation completed, whatever the order. */
  readonly possible: readonly Contents[];
  /** The operations, of any outcome, that ran at some time while the operation did. */
  readonly concurrent: readonly Operation[];
  /**
   * Operations that were refused, and so did not happen, but would have brought about what the
   * operation saw.
   */
  readonly refused: readonly Operation[];
}

/** An operation in an order. */
export interface Placement {
  /** What happens at this place. */
  readonly operation: Operation;
  /** What the register holds after it. */
  readonly leaves: Contents;
}

/** Decides whether a history is linearizable, key by key. Deterministic. */
export function checkHistory(history: History, options: CheckOptions = {}): CheckResult {
  const { strict = false, maxConfigurations = defaultMaxConfigurations } = options;
  const keys = history.keys.map((it) => checkKey(it, strict, maxConfigurations));
  const operations = { ok: 0, fail: 0, info: 0, open: 0 };
  for (const key of history.keys) {
    for (const { outcome } of key.operations) operations[outcome] += 1;
  }
  const configurations = keys.reduce((sum, it) => sum + it.configurations, 0);
  return { verdict: overall(keys), strict, keys, operations, configurations };
}

function overall(keys: readonly KeyResult[]): Verdict {
  if (keys.some((it) => it.verdict === 'invalid')) return 'invalid';
  return keys.some((it) => it.verdict === 'unknown') ? 'unknown' : 'valid';
}

function checkKey(history: KeyHistory, strict: boolean, maxConfigurations: number): KeyResult {
  const register = registerOf(history.operations, strict);
  const schedule = scheduleOf(register.steps);
  const finding = search(schedule.turns, maxConfigurations);
  const base = { history, configurations: finding.configurations };
  switch (finding.kind) {
    case 'ordered':
      return { ...base, verdict: 'valid' };
    case 'exhausted':
      return { ...base, verdict: 'unknown', stoppedAt: finding.turn.completes.step.operation };
    case 'contradiction': {
      const counterexample = counterexampleOf(history, register, schedule, finding);
      return { ...base, verdict: 'invalid', counterexample };
    }
  }
}

function counterexampleOf(
  { operations }: KeyHistory,
  { contents }: Register,
  { turns, unseen }: Schedule,
  { turn, before, possible }: Extract<Finding, { kind: 'contradiction' }>,
): Counterexample {
  const { step } = turn.completes;
  const { operation } = step;
  const contentsOf = (state: State): Contents => contents[state] ?? { kind: 'absent' };
  let state = absentState;
  const ordering: Placement[] = [];
  for (const placed of orderingOf(turns.slice(0, turns.indexOf(turn)), before)) {
    if (placed.result !== undefined) state = placed.result;
    ordering.push({ operation: placed.operation, leaves: contentsOf(state) });
  }
  const invoked = unseen.filter((it) => it.invoked < turn.rank);
  const earlier = operations.filter((it) => it.invoked.rank < turn.rank);
  return {
    operation,
    ordering,
    // What the step needs was proved not to be there, even where it is not for want of a step that
    // could bring it.
    possible: withUnseen(possible, invoked)
      .filter((it) => !step.admits(it))
      .map(contentsOf),
    concurrent: earlier.filter((it) => it !== operation && endOf(it) > operation.invoked.rank),
    refused: earlier.filter((it) => wasRefused(it) && bringsAbout(it, operation)),
  };
}

/**
 * What the register can hold, in order, with the pending steps that the search could do without.
 */
function withUnseen(possible: ReadonlySet<State>, unseen: readonly Step[]): readonly State[] {
  const states = new Set(possible);
  for (const { kind, result } of unseen) {
    if (kind === 'write' && result !== undefined) states.add(result);
  }
  for (const state of states) {
    for (const { admits, result } of unseen) {
      if (result !== undefined && admits(state)) states.add(result);
    }
  }
  return [...states].sort((a, b) => a - b);
}

/** The rank at which an operation ends. A client that gives up does not end its operation. */
function endOf({ outcome, completed }: Operation): number {
  const ended = outcome === 'ok' || outcome === 'fail' ? completed?.rank : undefined;
  return ended ?? Number.POSITIVE_INFINITY;
}

/** Whether an operation failed for another reason than what the register held. */
function wasRefused({ outcome, observation }: Operation): boolean {
  return outcome === 'fail' && observation === undefined;
}

/** Whether an operation, if it happens, leaves behind what another one saw. */
function bringsAbout(it: Operation, other: Operation): boolean {
  if (it.f === 'read' || other.f === 'write' || other.outcome !== 'ok') return false;
  const seen = other.f === 'cas' ? other.from : other.value;
  return (it.f === 'cas' ? it.to : it.value) === seen;
}
