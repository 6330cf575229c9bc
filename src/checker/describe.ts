/** A verdict in words, for a terminal. */

import type { CheckResult, Counterexample, KeyResult, Placement } from './check.ts';
import type { Contents, Moment, Operation, Value } from './history.ts';

/**
 * How many keys, operations of a list, and values of a set are shown before the rest is only
 * counted.
 */
const maxKeys = 3;
const maxOperations = 12;
const maxValues = 12;

/** Longer values are cut. */
const maxValueCharacters = 40;

/**
 * A verdict and the reason for it, in lines of bounded length and number, without a newline at the
 * end.
 */
export function describeResult(result: CheckResult): string {
  const paragraphs = [[summaryOf(result)]];
  for (const verdict of ['invalid', 'unknown'] as const) {
    const keys = result.keys.filter((it) => it.verdict === verdict);
    for (const key of keys.slice(0, maxKeys)) paragraphs.push(...describeKey(key));
    const more = keys.length - maxKeys;
    if (more > 0)
      paragraphs.push([`${plural(more, 'more key')} ${more === 1 ? 'is' : 'are'} ${verdict}.`]);
  }
  return paragraphs.map((lines) => lines.join('\n')).join('\n\n');
}

function summaryOf({ verdict, strict, keys, operations }: CheckResult): string {
  const count = operations.ok + operations.fail + operations.info + operations.open;
  const affected = keys.filter((it) => it.verdict === verdict).length;
  const every = plural(keys.length, 'key');
  const all = `${plural(count, 'operation')}${strict ? ', and what failed ones saw' : ''}`;
  switch (verdict) {
    case 'valid':
      return `Linearizable: ${every}, ${all}.`;
    case 'invalid':
      return `Not linearizable: ${affected} of ${every}, ${all}.`;
    case 'unknown':
      return `Unknown: gave up on ${affected} of ${every}, ${all}.`;
  }
}

type Paragraph = string[];

function describeKey(result: KeyResult): readonly Paragraph[] {
  const { key } = result.history;
  const name = key === undefined ? 'The register' : `Key ${showValue(key)}`;
  switch (result.verdict) {
    case 'valid':
      return [[`${name} is linearizable.`]];
    case 'unknown': {
      const effort = plural(result.configurations, 'configuration');
      return [
        [`${name}: gave up after ${effort}, at the completion of`],
        table([rowOf(result.stoppedAt)]),
      ];
    }
    case 'invalid':
      return [
        [`${name} is not linearizable. This is impossible:`],
        ...describeCounterexample(result.counterexample),
      ];
  }
}

function describeCounterexample(counterexample: Counterexample): readonly Paragraph[] {
  const { operation, ordering, possible, concurrent, refused } = counterexample;
  const paragraphs = [table([rowOf(operation)]), [whyNot(operation, possible)]];
  if (refused.length > 0) {
    paragraphs.push(['Refused, but would have brought that about:'], latest(refused));
  }
  if (ordering.length > 0) {
    const shown = ordering.slice(-maxOperations);
    const part =
      shown.length < ordering.length ? ` (the last ${shown.length} of ${ordering.length})` : '';
    paragraphs.push(
      [
        'What completed before it can be put in order. One such order, and what the register holds',
        `after each operation${part}:`,
      ],
      table(shown.map(rowOfPlacement)),
    );
  }
  if (concurrent.length > 0) paragraphs.push(['Concurrent with it:'], latest(concurrent));
  return paragraphs;
}

/** The last operations of a list. Those invoked long before are seldom what matters. */
function latest(operations: readonly Operation[]): Paragraph {
  const shown = table(operations.slice(-maxOperations).map(rowOf));
  const more = operations.length - shown.length;
  return more > 0 ? [...shown, `  and ${more} invoked before these`] : shown;
}

/** In a sentence, why an operation is impossible, given all that the register can have held. */
export function whyNot(operation: Operation, possible: readonly Contents[]): string {
  const shown = possible.slice(0, maxValues).map(showContents);
  const more = possible.length - shown.length;
  const held = more > 0 ? `${shown.join(', ')} or ${more} other values` : shown.join(' or ');
  return `${sightOf(operation)}; when it completed, the register can only have held ${held}.`;
}

function sightOf(operation: Operation): string {
  if (operation.f === 'read') {
    return operation.outcome === 'ok'
      ? `It returned ${showValue(operation.value)}`
      : 'It found nothing';
  }
  if (operation.outcome === 'ok') {
    return operation.f === 'cas' ? `It found ${showValue(operation.from)}` : 'It happened';
  }
  if (operation.observation === 'key-does-not-exist') return 'It found nothing';
  return 'It found a value other than the one it expected';
}

type Row = readonly string[];

function rowOf(operation: Operation): Row {
  const { process, invoked, completed } = operation;
  return [
    `process ${process}`,
    showOperation(operation),
    showPlaces(invoked, completed),
    showTimes(invoked, completed),
  ];
}

function rowOfPlacement({ operation, leaves }: Placement): Row {
  return [...rowOf(operation), `→ ${showContents(leaves)}`];
}

/** `read 3`, `write 1 (info)`, `cas 1 to 2 (fail)`. */
export function showOperation(operation: Operation): string {
  const { f, outcome, observation } = operation;
  const ending = outcome === 'ok' ? '' : ` (${observation ?? outcome})`;
  switch (f) {
    case 'read':
      return `read${outcome === 'ok' ? ` ${showValue(operation.value)}` : ''}${ending}`;
    case 'write':
      return `write ${showValue(operation.value)}${ending}`;
    case 'cas':
      return `cas ${showValue(operation.from)} to ${showValue(operation.to)}${ending}`;
  }
}

function showPlaces(from: Moment, to: Moment | undefined): string {
  if (from.index === undefined) return `lines ${from.line}–${to?.line ?? ''}`;
  return `index ${from.index}–${to?.index ?? ''}`;
}

function showTimes({ timeNs }: Moment, to: Moment | undefined): string {
  if (timeNs === undefined) return '';
  const end = to?.timeNs === undefined ? '' : `${seconds(to.timeNs)} `;
  return `${seconds(timeNs)}–${end}s`;
}

function seconds(timeNs: number): string {
  return (timeNs / 1e9).toFixed(3);
}

/** What a register holds, in a word: `nothing`, or the value, cut when it is long. */
export function showContents(contents: Contents): string {
  return contents.kind === 'absent' ? 'nothing' : showValue(contents.value);
}

/** Cut, when it is long. */
export function showValue(value: Value): string {
  const text = value ?? 'null';
  if (text.length <= maxValueCharacters) return text;
  return `${text.slice(0, maxValueCharacters - 1)}…`;
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Rows in columns, indented. */
function table(rows: readonly Row[]): Paragraph {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
