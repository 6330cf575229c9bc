/** The time axis, faults, and a lane for each node: what it was, what it was asked, how far it was. */

import { drawOperations } from './draw-operations.ts';
import { hatch } from './hatch.ts';
import { bandHeight, faultRowHeight, type Lane } from './layout.ts';
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
  const lastX = new Float64Array(8).fill(Number.NEGATIVE_INFINITY);
  model.faults.forEach((fault, at) => {
    const begin = xOf(scene, fault.fromMs);
    const end = xOf(scene, fault.toMs);
    const row = faultRows[at] ?? 0;
    if (begin > width || end < left || end - (lastX[row] ?? 0) < 0.7) return;
    lastX[row] = end;
    const x = Math.max(left, begin);
    const wide = Math.min(width, end) - x;
    const y = axisBottom + 2 + row * faultRowHeight;
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

/** A stretch of a lane, in pixels. */
export interface Stretch {
  readonly x: number;
  readonly endX: number;
}

/** Returns for each lane where names stand. */
export function drawLanes(
  context: CanvasRenderingContext2D,
  scene: Scene,
): readonly (readonly Stretch[])[] {
  const { layout, palette } = scene;
  const { left, width } = layout;
  context.textBaseline = 'middle';
  return layout.lanes.map((lane, node) => {
    context.fillStyle = palette.of('--panel');
    context.fillRect(left, lane.top, width - left, lane.bandBottom - lane.top);
    const spans = spansSeen(scene, node);
    for (const span of spans) drawSpan(context, scene, lane, span);
    const pauses = drawPauses(context, scene, lane, node);
    const names = spans.flatMap((span) => drawSpanName(context, scene, lane, span, pauses) ?? []);
    drawOperations(context, scene, node);
    return names;
  });
}

/** Spans that are worth drawing: of many within a pixel, one of each role. */
function spansSeen(scene: Scene, node: number): readonly Span[] {
  const { model, view } = scene;
  const spans = model.spans[node] ?? [];
  const begin = firstAbove(spans.length, (at) => (spans[at]?.toMs ?? 0) >= view.fromMs);
  const seen: Span[] = [];
  const lastX = new Map<string, number>();
  for (let at = begin; at < spans.length; at++) {
    const span = spans[at];
    if (span === undefined || span.fromMs > view.toMs) break;
    const end = xOf(scene, span.toMs);
    if (end - (lastX.get(span.role) ?? Number.NEGATIVE_INFINITY) < 1) continue;
    seen.push(span);
    lastX.set(span.role, end);
  }
  return seen;
}

const isPale = (role: string): boolean => ['follower', 'unknown', 'down'].includes(role);

function drawSpan(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, span: Span): void {
  const { layout, palette } = scene;
  const begin = xOf(scene, span.fromMs);
  const x = Math.max(layout.left, begin);
  const end = Math.min(layout.width, xOf(scene, span.toMs));
  const wide = Math.max(span.role === 'follower' ? 0.5 : 1.5, end - x);
  const high = lane.bandBottom - lane.top;
  const colour = palette.role(span.role);
  if (x > layout.width || end < layout.left) return;
  if (span.role === 'down') {
    context.fillStyle = hatch(context, colour, palette.of('--panel'));
    context.fillRect(x, lane.top, wide, high);
  } else {
    context.fillStyle = colour;
    context.globalAlpha = isPale(span.role) ? 0.33 : 1;
    context.fillRect(x, lane.top, wide, high);
    context.globalAlpha = 1;
  }
  if (begin < layout.left || wide <= 2) return;
  context.fillStyle = palette.of('--paper');
  context.fillRect(begin - 0.5, lane.top, 1, high);
}

/** Role and term; on what is hatched the text gets a ground of its own. */
function drawSpanName(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lane: Lane,
  span: Span,
  pauses: readonly Stretch[],
): Stretch | null {
  const { layout, palette } = scene;
  const x = Math.max(layout.left, xOf(scene, span.fromMs));
  const wide = Math.min(layout.width, xOf(scene, span.toMs)) - x;
  if (wide < 18) return null;
  context.font = isPale(span.role) ? font : boldFont;
  context.textAlign = 'left';
  // A crash has a cross where a node goes down.
  const indent = span.role === 'down' ? 10 : wide < 70 ? 3 : 5;
  const text = widestFitting(context, namesOf(span), wide - 2 * indent);
  if (text === '') return null;
  const textEnd = x + indent + context.measureText(text).width;
  const isPaused = pauses.some((pause) => pause.x < textEnd && pause.endX > x);
  if (span.role === 'down' || isPaused) {
    context.fillStyle = palette.of('--panel');
    if (!isPale(span.role)) context.fillStyle = palette.role(span.role);
    context.fillRect(x + indent - 2, lane.top + 2, textEnd - x - indent + 4, bandHeight - 4);
  }
  const isBright = span.role === 'candidate' || span.role === 'preCandidate';
  context.fillStyle = isBright ? palette.dark : palette.of(isPale(span.role) ? '--ink' : '--paper');
  context.fillText(text, x + indent, (lane.top + lane.bandBottom) / 2 + 0.5);
  return { x, endX: textEnd };
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

/** A node that stands still is hatched over what it was; returns where. */
function drawPauses(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lane: Lane,
  node: number,
): readonly Stretch[] {
  const { model, layout, palette } = scene;
  const seen: Stretch[] = [];
  for (const { fromMs, toMs } of model.pausesOf(node)) {
    const x = Math.max(layout.left, xOf(scene, fromMs));
    const endX = Math.min(layout.width, xOf(scene, toMs));
    if (endX <= x) continue;
    context.fillStyle = hatch(context, palette.fault('pause'), null);
    context.fillRect(x, lane.top, endX - x, lane.bandBottom - lane.top);
    seen.push({ x, endX });
  }
  return seen;
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
