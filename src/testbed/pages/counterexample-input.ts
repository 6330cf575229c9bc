/** What the checker found of a history, as the page of the counterexample takes it. */

import {
  type CheckResult,
  type Counterexample,
  type DeadEnd,
  deadEndsOf,
  describeResult,
  type KeyResult,
  type MinimalPart,
  minimize,
  type Operation,
  showContents,
  showOperation,
  showValue,
  whyNot,
} from '../../checker/index.ts';
import type {
  BadKey,
  CounterexampleInput,
  ShownDeadEnd,
  ShownOperation,
} from '../../pages/counterexample/input.ts';
import type { Link } from '../../pages/report/input.ts';
import type { HistoryEvent } from '../history.ts';
import { nodeAskedBy } from './report-input.ts';

/** So many keys are shown; the others are counted. */
const maxKeys = 10;

/** So many operations of a part are shown: the last ones, if it cannot be made small. */
const maxShown = 40;

export interface CounterexampleSource {
  readonly title: string;
  readonly nodes: readonly string[];
  readonly events: readonly HistoryEvent[];
  readonly checked: CheckResult;
}

type InvalidKey = Extract<KeyResult, { verdict: 'invalid' }>;

/** Null when the history is not known to be wrong. */
export function counterexampleInput(
  { title, nodes, events, checked }: CounterexampleSource,
  links: readonly Link[],
  diagram: string | null,
): CounterexampleInput | null {
  const bad = checked.keys.filter((it): it is InvalidKey => it.verdict === 'invalid');
  if (bad.length === 0) return null;
  const numbers = invocationNumbers(events);
  const [summary = ''] = describeResult(checked).split('\n');
  const keys = bad.slice(0, maxKeys).map((it) => badKey(it, checked.strict, { numbers, nodes }));
  return { title, links, diagram, summary, keys, moreKeys: bad.length - keys.length };
}

interface Names {
  /** The numbers of invocations, by their ranks. */
  readonly numbers: ReadonlyMap<number, number>;
  readonly nodes: readonly string[];
}

function invocationNumbers(events: readonly HistoryEvent[]): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  let rank = 0;
  for (const event of events) {
    if (event.process === 'nemesis') continue;
    if (event.type === 'invoke') numbers.set(rank, numbers.size);
    rank++;
  }
  return numbers;
}

function badKey({ history, counterexample }: InvalidKey, strict: boolean, names: Names): BadKey {
  const part = minimize(history, counterexample, { strict });
  const { operation, possible } = part.counterexample;
  const { shown, hidden } = shownOf(part);
  const deadEnds = hidden === 0 ? deadEndsOf(shown, strict) : null;
  const { key } = history;
  return {
    key: key === undefined ? null : showValue(key),
    why: whyNot(operation, possible),
    operations: shown.map((it) => showPart(it, part, names)),
    possible: possible.map(showContents),
    leftOut: [
      ...describePart(part, counterexample),
      ...describeLeftOut(part, counterexample, hidden),
    ],
    deadEnds: deadEnds?.map((it) => showDeadEnd(it, shown)) ?? null,
  };
}

/** What is shown of a part: all of it, or the impossible operation and what was shortly before. */
function shownOf({ history, counterexample }: MinimalPart): {
  readonly shown: readonly Operation[];
  readonly hidden: number;
} {
  const { operations } = history;
  if (operations.length <= maxShown) return { shown: operations, hidden: 0 };
  const { operation } = counterexample;
  const last = operations.slice(-maxShown);
  const shown = last.some(({ id }) => id === operation.id) ? last : [operation, ...last.slice(1)];
  return { shown, hidden: operations.length - shown.length };
}

function showPart(
  operation: Operation,
  { counterexample, loosened, history }: MinimalPart,
  { numbers, nodes }: Names,
): ShownOperation {
  const { id, process, outcome, invoked, completed } = operation;
  const place = counterexample.ordering.findIndex((it) => it.operation.id === id);
  const placement = counterexample.ordering[place];
  const isOpen = outcome === 'info' || outcome === 'open';
  const isLoosened = [...loosened].some((it) => it.id === id);
  const answered = history.operations.find((it) => it.id === id)?.completed ?? completed;
  return {
    id: numbers.get(invoked.rank) ?? 0,
    process: String(process),
    node: nodeAskedBy(process, nodes),
    label: showOperation(isLoosened ? { ...operation, outcome: 'ok' } : operation),
    outcome,
    invokedRank: invoked.rank,
    completedRank: isOpen ? null : (completed?.rank ?? null),
    invokedMs: toMs(invoked.timeNs),
    completedMs: isOpen && !isLoosened ? null : toMs(answered?.timeNs),
    place: placement === undefined ? null : place + 1,
    leaves: placement === undefined ? null : showContents(placement.leaves),
    isImpossible: id === counterexample.operation.id,
    isLoosened,
  };
}

function toMs(timeNs: number | undefined): number | null {
  return timeNs === undefined ? null : timeNs / 1e6;
}

function showDeadEnd({ order, holds, stuck }: DeadEnd, shown: readonly Operation[]): ShownDeadEnd {
  const placeOf = ({ id }: Operation): number => shown.findIndex((it) => it.id === id);
  return { order: order.map(placeOf), holds: showContents(holds), stuck: stuck.map(placeOf) };
}

/** What is left out may have changed what the register held; never to what was found. */
function describePart(
  { counterexample: { possible } }: MinimalPart,
  whole: Counterexample,
): string[] {
  const shown = new Set(possible.map(showContents));
  const all = whole.possible.map(showContents);
  if (all.length === shown.size && all.every((it) => shown.has(it))) return [];
  const held = all.length <= 8 ? all.join(' or ') : `one of ${all.length} values`;
  return [
    `That is by what is shown here. By all operations on this key the register can only have held ${held}, and that is not it either.`,
  ];
}

function describeLeftOut(
  { leftOut, overwrites, loosened, isMinimal, history }: MinimalPart,
  { refused }: Counterexample,
  hidden: number,
): string[] {
  const lines: string[] = [];
  const all = leftOut + history.operations.length;
  if (leftOut > 0) {
    lines.push(
      `${leftOut} of ${all} operations on this key are left out: what came later, failed, only looked, or was seen by nobody. What is shown contradicts itself, whatever they did.`,
    );
  }
  if (overwrites !== null) {
    lines.push(
      `So is what was done before ${showOperation(overwrites)} of process ${overwrites.process}: that write ended ok, and overwrote it.`,
    );
  }
  if (loosened.size > 0) {
    const what = loosened.size === 1 ? 'One operation' : `${loosened.size} operations`;
    lines.push(
      `${what} that ended ok while others ran ${loosened.size === 1 ? 'counts' : 'count'} here only as one that may have happened: that is less than is known, and enough.`,
    );
  }
  if (hidden > 0) lines.push(`${hidden} more operations of this part are not shown.`);
  if (!isMinimal && hidden === 0 && leftOut > 0) {
    lines.push('It may be that still more could be left out: the search for it was cut short.');
  }
  if (refused.length > 0) {
    const some = refused.slice(0, 3).map((it) => `${showOperation(it)} of process ${it.process}`);
    const more = refused.length > some.length ? `, and ${refused.length - some.length} more` : '';
    lines.push(
      `Refused, and so not shown, but it would have brought about what was seen: ${some.join(', ')}${more}.`,
    );
  }
  return lines;
}
