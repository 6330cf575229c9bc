/** What the report's script draws, in columns, so that 100,000 operations stay small and quick. */

import { type Bins, binsOf } from './bins.ts';
import type { NodeLane, OutcomeType, ReportFault, ReportInput, ReportOperation } from './input.ts';

/** One entry for each operation, in the order of their invocations. */
export interface OperationColumns {
  readonly id: readonly number[];
  /** Microseconds since the invocation before; the first, since the run began. */
  readonly sinceUs: readonly number[];
  readonly durationUs: readonly number[];
  /** Which of `types`. */
  readonly type: readonly number[];
  /** Which of the page's texts. */
  readonly process: readonly number[];
  readonly node: readonly number[];
  readonly f: readonly number[];
  readonly key: readonly number[];
  readonly value: readonly number[];
  /** -1 for none. */
  readonly error: readonly number[];
  /** 1: it could have been answered, and was not. 0 otherwise. */
  readonly missed: readonly number[];
}

export interface ReportData {
  readonly durationMs: number;
  readonly texts: readonly string[];
  readonly operations: OperationColumns;
  readonly bins: Bins;
  readonly faults: readonly ReportFault[];
  readonly lanes: readonly NodeLane[];
  readonly diagram: string | null;
}

export const types: readonly OutcomeType[] = ['ok', 'fail', 'info'];

/** More dots than this are not drawn: a page must open quickly. */
export const maxOperations = 200_000;

/** Longer texts are cut: a value may be as large as a client likes. */
const maxTextCharacters = 120;

export function isMissed({ attainability, isAnswered }: ReportOperation): boolean {
  return attainability === 'attainable' && !isAnswered;
}

export function reportData(input: ReportInput, shown: readonly ReportOperation[]): ReportData {
  const { durationMs, faults, lanes, diagram } = input;
  const texts = new Texts();
  const operations = columnsOf(shown, texts);
  const bins = binsOf(input);
  return { durationMs, texts: texts.all, operations, bins, faults, lanes, diagram };
}

/**
 * The operations whose dots are drawn: all, or if there are too many, all that were not answered or
 * took long, and an even choice of the others.
 */
export function drawn(
  operations: readonly ReportOperation[],
  most: number = maxOperations,
): readonly ReportOperation[] {
  if (operations.length <= most) return operations;
  const durations = operations.map(({ durationMs }) => durationMs).sort((a, b) => b - a);
  const isLongMs = durations[Math.floor(most / 4)] ?? 0;
  const isTelling = (it: ReportOperation): boolean => !it.isAnswered || it.durationMs > isLongMs;
  const others = operations.filter((it) => !isTelling(it)).length;
  const telling = operations.length - others;
  const share = Math.max(0, most - telling) / Math.max(1, others);
  const tellingShare = Math.min(1, most / Math.max(1, telling));
  const due = { telling: 0, other: 0 };
  return operations.filter((it) => {
    const kind = isTelling(it) ? 'telling' : 'other';
    due[kind] += kind === 'telling' ? tellingShare : share;
    if (due[kind] < 1) return false;
    due[kind] -= 1;
    return true;
  });
}

function columnsOf(operations: readonly ReportOperation[], texts: Texts): OperationColumns {
  let beforeUs = 0;
  const sinceUs = operations.map(({ startMs }) => {
    const startUs = Math.round(startMs * 1000);
    const since = startUs - beforeUs;
    beforeUs = startUs;
    return since;
  });
  const inTexts = (text: (it: ReportOperation) => string): number[] =>
    operations.map((it) => texts.add(text(it)));
  return {
    id: operations.map(({ id }) => id),
    sinceUs,
    durationUs: operations.map(({ durationMs }) => Math.round(durationMs * 1000)),
    type: operations.map(({ type }) => types.indexOf(type)),
    process: inTexts(({ process }) => process),
    node: inTexts(({ node }) => node),
    f: inTexts(({ f }) => f),
    key: inTexts(({ key }) => key),
    value: inTexts(({ value }) => value),
    error: operations.map(({ error }) => (error === null ? -1 : texts.add(error))),
    missed: operations.map((it) => (isMissed(it) ? 1 : 0)),
  };
}

/** Each text once. */
class Texts {
  readonly all: string[] = [];
  readonly #places = new Map<string, number>();

  add(text: string): number {
    const short = cut(text);
    let place = this.#places.get(short);
    if (place === undefined) {
      place = this.all.push(short) - 1;
      this.#places.set(short, place);
    }
    return place;
  }
}

export function cut(text: string, most: number = maxTextCharacters): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
