/** Single moments on the lanes: elections won, crashes, snapshots, how far logs have come. */

import { noNode } from '../../diagram/format.ts';
import type { Stretch } from './draw-lanes.ts';
import { firstAbove } from './model.ts';
import { type Scene, xOf } from './scene.ts';

/** More steps of a log than this within what is seen are not marked one by one. */
const maxSteps = 160;

/** @param names where names stand on each lane: nothing is written over them */
export function drawMarks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  names: readonly (readonly Stretch[])[],
): void {
  const { model, layout, palette, view } = scene;
  context.font = '600 11px system-ui, sans-serif';
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  model.spans.forEach((spans, node) => {
    const lane = layout.lanes[node];
    let freeFrom = Number.NEGATIVE_INFINITY;
    const begin = firstAbove(spans.length, (at) => (spans[at]?.fromMs ?? 0) >= view.fromMs);
    for (let at = begin; at < spans.length; at++) {
      const { role = '', term = 0, fromMs = 0, reason = null } = spans[at] ?? {};
      if (fromMs > view.toMs) break;
      if (role !== 'leader') continue;
      const x = xOf(scene, fromMs);
      if (lane === undefined || x < freeFrom || reason === null) continue;
      context.fillStyle = palette.of('--leader');
      context.beginPath();
      context.moveTo(x, lane.top);
      context.lineTo(x, lane.top - 13);
      context.lineTo(x + 9, lane.top - 9.5);
      context.lineTo(x + 1.5, lane.top - 6);
      context.lineTo(x + 1.5, lane.top);
      context.fill();
      const text = `t${term}`;
      const wide = context.measureText(text).width;
      const isAtEdge = x + 11 + wide > layout.width;
      if (!isAtEdge) outlined(context, scene, text, x + 11, lane.top - 4);
      else if (x - wide - 3 > freeFrom) outlined(context, scene, text, x - wide - 3, lane.top - 4);
      freeFrom = x + 14 + wide;
    }
    drawSteps(context, scene, node, names[node] ?? []);
  });
  drawSingle(context, scene);
}

/** Snapshots only where they can be told apart: some clusters take one after every few entries. */
function drawSingle(context: CanvasRenderingContext2D, scene: Scene): void {
  const { model, view } = scene;
  const { marks } = model;
  const begin = firstAbove(marks.length, (at) => (marks[at]?.atMs ?? 0) >= view.fromMs);
  const end = firstAbove(marks.length, (at) => (marks[at]?.atMs ?? 0) > view.toMs);
  const hasSnapshots = end - begin < maxSteps;
  const lastX = new Map<number, number>();
  for (let at = begin; at < end; at++) {
    const mark = marks[at];
    if (mark === undefined || mark.kind === 'start') continue;
    if (mark.kind === 'snapshot' && !hasSnapshots) continue;
    // Crosses that lie on each other are one.
    const x = xOf(scene, mark.atMs);
    if (x - (lastX.get(mark.node) ?? Number.NEGATIVE_INFINITY) < 2) continue;
    lastX.set(mark.node, x);
    drawMark(context, scene, x, mark.node, mark.kind);
  }
}

function drawMark(
  context: CanvasRenderingContext2D,
  scene: Scene,
  x: number,
  node: number,
  kind: string,
): void {
  const { layout, palette } = scene;
  const lane = layout.lanes[node];
  context.strokeStyle = palette.of(kind === 'snapshot' ? '--m-snapshot' : '--down');
  context.fillStyle = context.strokeStyle;
  if (kind === 'broken' || lane === undefined) {
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x, layout.axisBottom);
    context.lineTo(x, layout.height);
    context.stroke();
    if (node === noNode || lane === undefined) return;
  }
  const middle = (lane.top + lane.bandBottom) / 2;
  if (kind === 'snapshot') {
    context.fillRect(x - 3, lane.bandBottom - 6, 6, 6);
    return;
  }
  context.lineWidth = 2.4;
  context.beginPath();
  context.moveTo(x - 5, middle - 6);
  context.lineTo(x + 5, middle + 6);
  context.moveTo(x - 5, middle + 6);
  context.lineTo(x + 5, middle - 6);
  context.stroke();
}

/** Where the commit index has moved, and to which. */
function drawSteps(
  context: CanvasRenderingContext2D,
  scene: Scene,
  node: number,
  names: readonly Stretch[],
): void {
  const { model, layout, palette, view } = scene;
  const lane = layout.lanes[node];
  const progress = model.progress[node];
  if (lane === undefined || progress === undefined) return;
  const { atMs, commitIndex } = progress;
  const begin = firstAbove(atMs.length, (at) => (atMs[at] ?? 0) >= view.fromMs);
  const end = firstAbove(atMs.length, (at) => (atMs[at] ?? 0) > view.toMs);
  if (end - begin > maxSteps) return;
  context.fillStyle = palette.of('--accent');
  context.font = '10px system-ui, sans-serif';
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (let at = Math.max(1, begin); at < end; at++) {
    const commit = commitIndex[at] ?? 0;
    if (commit <= (commitIndex[at - 1] ?? 0)) continue;
    const x = xOf(scene, atMs[at] ?? 0);
    context.fillStyle = palette.of('--accent');
    context.beginPath();
    context.moveTo(x - 3.5, lane.bandBottom - 5);
    context.lineTo(x + 3.5, lane.bandBottom - 5);
    context.lineTo(x, lane.bandBottom);
    context.fill();
    const text = `c${commit}`;
    const endX = x + 7 + context.measureText(text).width;
    if (x < freeFrom || names.some((name) => name.x < endX && name.endX > x)) continue;
    outlined(context, scene, text, x + 5, lane.bandBottom - 2);
    freeFrom = endX + 2;
  }
}

function outlined(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  text: string,
  x: number,
  y: number,
): void {
  context.strokeStyle = palette.of('--paper');
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

/** When each node had an entry of the log: appended, durable, committed, applied. */
export function drawIndex(context: CanvasRenderingContext2D, scene: Scene, index: number): void {
  const { layout, palette } = scene;
  const moments = indexMoments(scene, index);
  context.font = '600 10px system-ui, sans-serif';
  context.textAlign = 'left';
  moments.forEach((its, node) => {
    const lane = layout.lanes[node];
    if (lane === undefined) return;
    its.forEach(({ atMs, name }, row) => {
      if (atMs === null) return;
      const x = xOf(scene, atMs);
      if (x < layout.left || x > layout.width) return;
      context.fillStyle = palette.of('--missed');
      context.fillRect(x - 1, lane.top - 4, 2.5, lane.bandBottom - lane.top + 8);
      outlined(context, scene, name, x + 4, lane.top - 6 - (row % 2) * 11);
    });
  });
}

/** Where what is selected begins; an arrow or an operation is seen itself. */
export function drawMoment(context: CanvasRenderingContext2D, scene: Scene): void {
  const { selection, layout, palette } = scene;
  if (selection === null) return;
  let atMs: number;
  switch (selection.kind) {
    case 'span':
      atMs = selection.span.fromMs;
      break;
    case 'mark':
      atMs = selection.mark.atMs;
      break;
    case 'fault':
      atMs = selection.fault.fromMs;
      break;
    case 'moment':
      atMs = selection.atMs;
      break;
    default:
      return;
  }
  const x = Math.round(xOf(scene, atMs)) + 0.5;
  context.strokeStyle = palette.of('--accent');
  context.lineWidth = 1.5;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x, layout.axisBottom);
  context.lineTo(x, layout.height);
  context.stroke();
  context.setLineDash([]);
}

export interface IndexMoment {
  readonly name: 'appended' | 'durable' | 'committed' | 'applied';
  readonly atMs: number | null;
}

export function indexMoments(
  { model }: Pick<Scene, 'model'>,
  index: number,
): readonly (readonly IndexMoment[])[] {
  return model.progress.map(({ atMs, lastIndex, durableIndex, commitIndex, appliedIndex }) => {
    const first = (marks: Float64Array): number | null => {
      const at = marks.findIndex((mark) => mark >= index);
      return at < 0 ? null : (atMs[at] ?? null);
    };
    return [
      { name: 'appended', atMs: first(lastIndex) },
      { name: 'durable', atMs: first(durableIndex) },
      { name: 'committed', atMs: first(commitIndex) },
      { name: 'applied', atMs: first(appliedIndex) },
    ];
  });
}

/** What may have led to the selection, and what it may have led to: see causes.ts. */
export function drawCone(context: CanvasRenderingContext2D, scene: Scene): void {
  const { related, layout, palette, isConeShown } = scene;
  const cone = related?.cone;
  if (cone === undefined || cone === null || !isConeShown) return;
  const { left, width, gap } = layout;
  context.globalAlpha = 0.1;
  layout.lanes.forEach(({ top, bottom }, node) => {
    const high = bottom - top + gap;
    const past = Math.min(width, xOf(scene, cone.pastMs[node] ?? 0));
    context.fillStyle = palette.of('--learner');
    if (past > left) context.fillRect(left, top - gap / 2, past - left, high);
    const future = Math.max(left, xOf(scene, cone.futureMs[node] ?? 0));
    context.fillStyle = palette.of('--accent');
    if (future < width) context.fillRect(future, top - gap / 2, width - future, high);
  });
  context.globalAlpha = 1;
}
