/** The time axis, faults, and a lane for each node: what it was, what it was asked, how far it was. */

import { hatch } from './hatch.ts';
import { faultRowHeight, operationRowHeight } from './layout.ts';
import { firstAbove, type Span } from './model.ts';
import { type Scene, xOf } from './scene.ts';
import { ticks } from './times.ts';
import { sayRole } from './words.ts';

const font = '11px system-ui, sans-serif';
const boldFont = '600 11px system-ui, sans-serif';

export function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, view, palette } = scene;
  const { width, left, axisBottom, height } = layout;
  const leastMs = (view.spanMs / (width - left)) * (width < 600 ? 70 : 90);
  const { stepMs, label } = ticks(view.fromMs, view.toMs, leastMs);
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.strokeStyle = palette.of('--line');
  context.lineWidth = 1;
  context.beginPath();
  for (let at = Math.ceil(view.fromMs / stepMs); at * stepMs <= view.toMs; at++) {
    const x = Math.round(xOf(scene, at * stepMs)) + 0.5;
    context.moveTo(x, axisBottom - 4);
    context.lineTo(x, height);
    context.fillStyle = palette.of('--soft');
    const text = label(at * stepMs);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(x, left + half), width - half - 2), 10);
  }
  context.moveTo(left, axisBottom + 0.5);
  context.lineTo(width, axisBottom + 0.5);
  context.stroke();
}

export function drawFaults(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, model, palette, faultRows } = scene;
  const { left, width, axisBottom, height } = layout;
  context.font = font;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  model.faults.forEach((fault, at) => {
    const begin = xOf(scene, fault.fromMs);
    const end = xOf(scene, fault.toMs);
    if (begin > width || end < left) return;
    const x = Math.max(left, begin);
    const wide = Math.min(width, end) - x;
    const y = axisBottom + 2 + (faultRows[at] ?? 0) * faultRowHeight;
    const colour = palette.fault(fault.kind);
    context.fillStyle = colour;
    if (fault.toMs > fault.fromMs) {
      // Of one node, its own lane shows it; what is between nodes concerns all.
      if (fault.kind === 'partition') {
        context.globalAlpha = 0.13;
        context.fillRect(x, axisBottom, wide, height - axisBottom);
      }
      context.globalAlpha = 0.75;
      context.fillRect(x, y, Math.max(2, wide), faultRowHeight - 3);
    } else {
      context.globalAlpha = 0.9;
      context.fillRect(begin - 1, y, 3, faultRowHeight - 3);
    }
    context.globalAlpha = 1;
    const isMoment = fault.toMs === fault.fromMs;
    const room = (isMoment ? roomAfter(scene, at) : wide) - 8;
    const text = fitted(context, sayFault(fault), room);
    context.fillStyle = palette.of('--ink');
    context.fillText(text, x + 4, y + faultRowHeight / 2 - 1);
  });
}

export function sayFault({ kind, text }: { readonly kind: string; readonly text: string }): string {
  return text.startsWith(kind) || text === '' ? text || kind : `${kind}: ${text}`;
}

/** How much room the name of a moment has until the next fault of its row. */
function roomAfter(scene: Scene, at: number): number {
  const { faults } = scene.model;
  const row = scene.faultRows[at];
  const x = xOf(scene, faults[at]?.fromMs ?? 0);
  for (let next = at + 1; next < faults.length; next++) {
    if (scene.faultRows[next] === row) return xOf(scene, faults[next]?.fromMs ?? 0) - x;
  }
  return scene.layout.width - x;
}

/** As much of a text as there is room for; nothing when that would say nothing. */
function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (room < 14) return '';
  if (context.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 0 && context.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return length < 3 ? '' : `${text.slice(0, length)}…`;
}

export function drawLanes(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, model, palette, view } = scene;
  const { left, width } = layout;
  context.textBaseline = 'middle';
  layout.lanes.forEach((lane, node) => {
    context.fillStyle = palette.of('--panel');
    context.fillRect(left, lane.top, width - left, lane.bandBottom - lane.top);
    const spans = model.spans[node] ?? [];
    let at = firstAbove(spans.length, (span) => (spans[span]?.toMs ?? 0) >= view.fromMs);
    // What is narrower than a pixel is seen when it is the rarest thing there.
    let lastX = Number.NEGATIVE_INFINITY;
    for (; at < spans.length; at++) {
      const span = spans[at];
      if (span === undefined || span.fromMs > view.toMs) break;
      const end = xOf(scene, span.toMs);
      const isWorth = span.role !== 'follower' || end - lastX >= 1;
      if (isWorth) drawSpan(context, scene, node, span);
      if (isWorth) lastX = end;
    }
    drawPauses(context, scene, node);
    drawOperations(context, scene, node);
  });
}

function drawSpan(context: CanvasRenderingContext2D, scene: Scene, node: number, span: Span): void {
  const { layout, palette } = scene;
  const lane = layout.lanes[node];
  if (lane === undefined) return;
  const begin = xOf(scene, span.fromMs);
  const x = Math.max(layout.left, begin);
  const end = Math.min(layout.width, xOf(scene, span.toMs));
  const wide = Math.max(span.role === 'follower' ? 0.5 : 1.5, end - x);
  if (x > layout.width || end < layout.left) return;
  const high = lane.bandBottom - lane.top;
  const colour = palette.role(span.role);
  if (span.role === 'down') {
    context.fillStyle = hatch(context, colour, palette.of('--panel'));
    context.fillRect(x, lane.top, wide, high);
  } else {
    context.fillStyle = colour;
    context.globalAlpha = span.role === 'follower' || span.role === 'unknown' ? 0.33 : 1;
    context.fillRect(x, lane.top, wide, high);
    context.globalAlpha = 1;
  }
  if (begin >= layout.left && wide > 2) {
    context.fillStyle = palette.of('--paper');
    context.fillRect(begin - 0.5, lane.top, 1, high);
  }
  if (wide < 18) return;
  const isPale = ['follower', 'unknown', 'down'].includes(span.role);
  context.font = isPale ? font : boldFont;
  context.textAlign = 'left';
  // A crash has a cross where a node goes down.
  const indent = span.role === 'down' ? 10 : wide < 70 ? 3 : 5;
  const text = widestFitting(context, namesOf(span), wide - 2 * indent);
  if (text === '') return;
  if (span.role === 'down') {
    context.fillStyle = palette.of('--panel');
    context.fillRect(x + indent - 2, lane.top + 3, context.measureText(text).width + 4, high - 6);
  }
  context.fillStyle = isPale ? palette.of('--ink') : palette.of('--paper');
  context.fillText(text, x + indent, lane.top + high / 2 + 0.5);
}

/** From long to short. */
function namesOf({ role, term }: Span): readonly string[] {
  if (role === 'unknown') return ['up'];
  if (role === 'down') return ['down'];
  return [`${sayRole(role)} · term ${term}`, `term ${term}`, `t${term}`];
}

function widestFitting(
  context: CanvasRenderingContext2D,
  texts: readonly string[],
  room: number,
): string {
  return texts.find((text) => context.measureText(text).width <= room) ?? '';
}

/** A node that stands still is hatched over what it was. */
function drawPauses(context: CanvasRenderingContext2D, scene: Scene, node: number): void {
  const { model, layout, palette } = scene;
  const lane = layout.lanes[node];
  if (lane === undefined) return;
  for (const { kind, fromMs, toMs, nodes } of model.faults) {
    if (kind !== 'pause' || !nodes.includes(node)) continue;
    const x = Math.max(layout.left, xOf(scene, fromMs));
    const wide = Math.min(layout.width, xOf(scene, toMs)) - x;
    if (wide <= 0) continue;
    context.fillStyle = hatch(context, palette.fault('pause'), null);
    context.fillRect(x, lane.top, wide, lane.bandBottom - lane.top);
  }
}

function drawOperations(context: CanvasRenderingContext2D, scene: Scene, node: number): void {
  const { layout, palette, view } = scene;
  const lane = layout.lanes[node];
  const its = scene.operations[node];
  if (lane === undefined || its === undefined) return;
  const { operations, rows, latestEndMs } = its;
  const begin = firstAbove(operations.length, (at) => (latestEndMs[at] ?? 0) >= view.fromMs);
  const end = firstAbove(operations.length, (at) => (operations[at]?.invokedMs ?? 0) > view.toMs);
  // The end of what is drawn already in each row, so that each pixel is drawn about once.
  const drawnTo = { ok: new Map<number, number>(), other: new Map<number, number>() };
  for (const isOk of [true, false]) {
    for (let at = begin; at < end; at++) {
      const operation = operations[at];
      if (operation === undefined || (operation.outcome === 'ok') !== isOk) continue;
      const row = rows[at] ?? 0;
      const x = Math.max(layout.left, xOf(scene, operation.invokedMs));
      const endX = Math.min(layout.width, xOf(scene, operation.completedMs));
      const done = isOk ? drawnTo.ok : drawnTo.other;
      if (endX < layout.left || endX <= (done.get(row) ?? Number.NEGATIVE_INFINITY)) continue;
      const isIt = scene.selection?.kind === 'operation' && scene.selection.operation === operation;
      const y = lane.bandBottom + 2 + row * operationRowHeight;
      context.fillStyle = palette.outcome(operation.outcome);
      context.globalAlpha =
        operation.outcome === 'info' || operation.outcome === 'open' ? 0.95 : 0.5;
      context.fillRect(x, y, Math.max(1, endX - x - 0.5), operationRowHeight - 1.5);
      context.globalAlpha = 1;
      if (isIt) {
        context.strokeStyle = palette.of('--ink');
        context.lineWidth = 2;
        context.strokeRect(x - 1, y - 1.5, Math.max(4, endX - x + 2), operationRowHeight + 1);
      }
      done.set(row, Math.max(endX, x + 1));
    }
  }
}

/** Names stand still at the left, over whatever comes there. */
export function drawNames(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, model, palette } = scene;
  context.fillStyle = palette.of('--paper');
  context.fillRect(0, 0, layout.left, layout.height);
  context.font = '600 13px system-ui, sans-serif';
  context.textAlign = 'right';
  context.fillStyle = palette.of('--ink');
  layout.lanes.forEach(({ top, bandBottom }, node) => {
    context.fillText(model.nameOf(node), layout.left - 8, (top + bandBottom) / 2 + 1);
  });
}
