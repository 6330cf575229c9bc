/** What is under the pointer. */

import { densityAt } from './draw-density.ts';
import { sayFault } from './draw-lanes.ts';
import { faultRowHeight, operationRowHeight } from './layout.ts';
import type { Operation } from './model.ts';
import { laneAt, msAt, type Scene, type Selection, xOf } from './scene.ts';
import { duration, moment } from './times.ts';
import { outcomeWords, sayMessage, sayOperation, saySpan, sayValue } from './words.ts';

const reachPixels = 7;

/** The thing at a place on the canvas, and what is to be said of it. */
export interface Hit {
  readonly selection: Selection | null;
  readonly text: string;
}

export function hitAt(scene: Scene, x: number, y: number): Hit | null {
  const { layout } = scene;
  if (x < layout.left) return null;
  if (y < layout.lanesTop - 16) return faultAt(scene, x, y);
  const lane = laneAt(scene, y);
  const band = lane === null ? undefined : layout.lanes[lane];
  if (lane !== null && band !== undefined && y >= band.top && y <= band.bottom) {
    const onBand =
      y <= band.bandBottom + 1 ? bandAt(scene, x, lane) : operationAt(scene, x, y, lane);
    if (onBand !== null) return onBand;
  }
  const message = arrowAt(scene, x, y);
  if (message !== null) {
    return { selection: { kind: 'message', message }, text: tellMessage(scene, message) };
  }
  const above = layout.lanes.findLastIndex(({ bottom }) => bottom < y);
  const text = above < 0 ? null : densityAt(scene, x, above);
  if (text === null) return null;
  return { selection: null, text: `${moment(msAt(scene, x))}\n${text}` };
}

/** The nearest arrow within reach; of those that lie on each other the last drawn. */
function arrowAt(scene: Scene, x: number, y: number): number | null {
  const { drawn, related } = scene;
  let nearest: number | null = null;
  let least = reachPixels;
  for (let at = 0; at < drawn.count; at++) {
    const message = drawn.messages[at] ?? 0;
    const away = distance(drawn.lines, at * 4, x, y);
    // While a chain is lit, its arrows come first.
    const isLit = related?.chain.has(message) === true;
    const weighed = isLit ? away * 0.5 : away;
    if (away > reachPixels || weighed > least) continue;
    least = weighed;
    nearest = message;
  }
  return nearest;
}

function distance(lines: Float32Array, at: number, x: number, y: number): number {
  const x1 = lines[at] ?? 0;
  const y1 = lines[at + 1] ?? 0;
  const dx = (lines[at + 2] ?? 0) - x1;
  const dy = (lines[at + 3] ?? 0) - y1;
  const length = dx * dx + dy * dy || 1;
  const part = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - part * dx, y - y1 - part * dy);
}

function faultAt(scene: Scene, x: number, y: number): Hit | null {
  const { model, layout, faultRows } = scene;
  for (let at = model.faults.length - 1; at >= 0; at--) {
    const fault = model.faults[at];
    if (fault === undefined) continue;
    const top = layout.axisBottom + 2 + (faultRows[at] ?? 0) * faultRowHeight;
    const isThere = y >= top - 1 && y <= top + faultRowHeight - 1;
    const from = xOf(scene, fault.fromMs) - 3;
    if (!isThere || x < from || x > Math.max(xOf(scene, fault.toMs), from + 8)) continue;
    const length = fault.toMs - fault.fromMs;
    const how = length > 0 ? `, for ${duration(length)}` : '';
    const text = `${sayFault(fault)}\nfrom ${moment(fault.fromMs)}${how}`;
    return { selection: { kind: 'fault', fault }, text };
  }
  return null;
}

function bandAt(scene: Scene, x: number, node: number): Hit | null {
  const { model } = scene;
  const near = model.marks.findLast(
    (mark) =>
      mark.node === node && mark.kind !== 'start' && Math.abs(xOf(scene, mark.atMs) - x) < 6,
  );
  if (near !== undefined) {
    const text = `${model.nameOf(node)} ${near.kind}: ${near.text}\n${moment(near.atMs)}`;
    return { selection: { kind: 'mark', mark: near }, text };
  }
  const atMs = msAt(scene, x);
  const span = model.spanAt(node, atMs);
  if (span === null) return null;
  const progress = tellProgress(scene, node, atMs);
  const text = `${model.nameOf(node)}: ${saySpan(span)}\nfrom ${moment(span.fromMs)}, for ${duration(
    span.toMs - span.fromMs,
  )}${progress === '' ? '' : `\nat ${moment(atMs)}: ${progress}`}`;
  return { selection: { kind: 'span', span }, text };
}

/** How far a node's log was, in words. */
export function tellProgress({ model }: Pick<Scene, 'model'>, node: number, atMs: number): string {
  const row = model.progressAt(node, atMs);
  const progress = model.progress[node];
  if (row < 0 || progress === undefined) return '';
  const { lastIndex, durableIndex, commitIndex, appliedIndex } = progress;
  return (
    `log ends at ${lastIndex[row]}, durable ${durableIndex[row]}, ` +
    `committed ${commitIndex[row]}, applied ${appliedIndex[row]}`
  );
}

function operationAt(scene: Scene, x: number, y: number, node: number): Hit | null {
  const { layout } = scene;
  const its = scene.operations[node];
  const lane = layout.lanes[node];
  if (its === undefined || lane === undefined) return null;
  const row = Math.floor((y - lane.bandBottom - 2) / operationRowHeight);
  let found: Operation | null = null;
  its.operations.forEach((operation, at) => {
    if ((its.rows[at] ?? 0) !== row) return;
    const from = xOf(scene, operation.invokedMs) - 2;
    if (x < from || x > Math.max(xOf(scene, operation.completedMs) + 1, from + 5)) return;
    // What failed is drawn over what did not.
    if (found === null || operation.outcome !== 'ok') found = operation;
  });
  if (found === null) return null;
  const operation: Operation = found;
  return { selection: { kind: 'operation', operation }, text: tellOperation(scene, operation) };
}

export function tellOperation({ model }: Pick<Scene, 'model'>, operation: Operation): string {
  const { id, outcome, invokedMs, completedMs, node, result, error } = operation;
  const said = [outcome === 'ok' ? result : null, error]
    .filter((value) => value !== null)
    .map(sayValue);
  return [
    `operation ${id}: ${sayOperation(operation)}, asked of ${model.nameOf(node)}`,
    `${moment(invokedMs)}, ${duration(completedMs - invokedMs)}`,
    `${outcome}: ${outcomeWords[outcome] ?? ''}`,
    ...said,
  ].join('\n');
}

/** What became of a message, in words. */
export function tellFate({ model }: Pick<Scene, 'model'>, message: number): string {
  const took = (model.messages.endMs[message] ?? 0) - (model.messages.sentMs[message] ?? 0);
  switch (model.fateOf(message)) {
    case 'received':
      return `received after ${duration(took)}`;
    case 'receivedAgain':
      return `received once more, ${duration(took)} after it was sent`;
    case 'lost':
      return took === 0 ? 'lost at once' : `lost, ${duration(took)} after it was sent`;
    case 'inFlight':
      return 'the trace does not say that it was received, or lost';
    case 'sentUnseen':
      return 'received; the trace does not say when it was sent';
  }
}

export function tellMessage(scene: Scene, message: number): string {
  const { model } = scene;
  const { messages } = model;
  const from = messages.from[message] ?? 0;
  const origin = messages.origin[message] ?? from;
  const field = (...path: string[]): unknown => model.field(message, ...path);
  const by = origin === from ? '' : ` (for ${model.nameOf(origin)})`;
  const lines = [
    `${model.typeOf(message)}  ${model.nameOf(from)} → ${model.nameOf(messages.to[message] ?? 0)}${by}`,
    sayMessage(model, message),
    `sent ${moment(messages.sentMs[message] ?? 0)}, ${tellFate(scene, message)}`,
  ];
  const facts: string[] = [];
  if ((messages.term[message] ?? -1) >= 0) facts.push(`term ${messages.term[message]}`);
  if (field('prevIndex') !== undefined) {
    facts.push(`prev ${field('prevIndex')}/t${field('prevTerm')}`);
  }
  const entries = field('entries');
  if (Array.isArray(entries)) facts.push(`${entries.length} entries`);
  if (field('commitIndex') !== undefined) facts.push(`commit ${field('commitIndex')}`);
  if (field('lastLogIndex') !== undefined) {
    facts.push(`log ends ${field('lastLogIndex')}/t${field('lastLogTerm')}`);
  }
  if (facts.length > 0) lines.push(facts.join(', '));
  return lines.join('\n');
}
