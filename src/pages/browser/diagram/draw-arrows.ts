/** Messages as arrows from who sent them to who received them, and lost ones to a cross. */

import { lineAt, lineOf } from './arrow-lines.ts';
import { type Group, groups } from './groups.ts';
import type { Drawn, Scene } from './scene.ts';
import { inFlightFate, lostFate } from './shown.ts';
import { sayMessage } from './words.ts';

/** No frame has more arrows. */
export const maxArrows = 2600;

/** So many arrows for each pixel of width can be told apart; groups with more are shown as amounts. */
const arrowsPerPixel = 0.7;

/** What goes on all the time takes so many times as much room. */
const routineWeight = 1.5;

/** Of a bundle so many messages have lines of their own. */
const maxBeside = 6;

/** Of arrows whose names would touch, these are named, in this order, and then all others. */
const namedFirst = ['vote', 'order', 'snapshot', 'append', 'preVote'];

/** Fewer than this get the details that take time: strokes, and what they say. */
const maxDashed = 400;
const maxLabelled = 400;

export function emptyDrawn(): Drawn {
  return {
    messages: new Int32Array(maxArrows),
    lines: new Float32Array(maxArrows * 4),
    count: 0,
    dense: [],
    denseCount: 0,
  };
}

/**
 * Chooses what is drawn as arrows: the rarest groups first, so that an election can be seen among
 * thousands of appends. A group stays what it was in the frame before as long as it may.
 */
export function chooseArrows(scene: Scene): void {
  const { view, shown, drawn, model, layout } = scene;
  const wasDense = new Set(drawn.dense);
  const counts = shown.map((index, group) => ({
    group,
    seen: index.countSent(view.fromMs, view.toMs),
  }));
  const weigh = (group: number, seen: number) =>
    seen * (groups[group]?.isRoutine === true ? routineWeight : 1);
  counts.sort((a, b) => weigh(a.group, a.seen) - weigh(b.group, b.seen));
  const readable = Math.min(maxArrows, (layout.width - layout.left) * arrowsPerPixel);
  const dense: number[] = [];
  const chosen: number[] = [];
  let denseCount = 0;
  let weight = 0;
  for (const { group, seen } of counts) {
    const limit = wasDense.has(group) ? readable * 0.8 : readable;
    weight += weigh(group, seen);
    if (weight > limit) {
      dense.push(group);
      denseCount += seen;
    } else {
      shown[group]?.collect(view.fromMs, view.toMs, chosen, maxArrows);
    }
  }
  drawn.count = chosen.length;
  drawn.dense = dense;
  drawn.denseCount = denseCount;
  const { packet } = model.messages;
  chosen.forEach((message, at) => {
    drawn.messages[at] = message;
    const [x1, y1, x2, y2] = lineOf(scene, message);
    // What travelled as one lies side by side.
    let part = 0;
    while (part < maxBeside && packet[message - part - 1] === packet[message]) part++;
    drawn.lines.set([x1 + part * 3, y1, x2 + part * 3, y2], at * 4);
  });
}

export function drawArrows(context: CanvasRenderingContext2D, scene: Scene): void {
  const { drawn, model, related, layout } = scene;
  const { group, isAnswer } = model.messages;
  const isFaint = related !== null && related.chain.size > 0;
  context.save();
  context.beginPath();
  context.rect(layout.left, layout.axisBottom, layout.width - layout.left, layout.height);
  context.clip();
  groups.forEach((style, position) => {
    for (const answers of [0, 1]) {
      const of: number[] = [];
      for (let at = 0; at < drawn.count; at++) {
        const message = drawn.messages[at] ?? 0;
        if (group[message] === position && isAnswer[message] === answers) of.push(at);
      }
      if (of.length === 0) continue;
      context.globalAlpha = isFaint ? 0.16 : drawn.count > maxDashed ? 0.7 : 0.95;
      drawAlike(context, scene, style, of, answers === 1);
    }
  });
  context.globalAlpha = 1;
  if (isFaint) drawRelated(context, scene);
  if (drawn.count <= maxLabelled) drawLabels(context, scene);
  context.restore();
}

/** Arrows that look the same. */
function drawAlike(
  context: CanvasRenderingContext2D,
  scene: Scene,
  style: Group,
  of: readonly number[],
  isAnswer: boolean,
): void {
  const { drawn, model, palette } = scene;
  const colour = palette.of(style.colour);
  context.strokeStyle = colour;
  context.lineWidth = drawn.count > maxDashed ? 1 : style.width;
  context.setLineDash(drawn.count > maxDashed ? [] : [...style.dash]);
  context.beginPath();
  const crosses: number[] = [];
  for (const at of of) {
    const message = drawn.messages[at] ?? 0;
    const [x1, y1, x2, y2] = lineAt(drawn, at);
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    if (model.messages.fate[message] === lostFate) crosses.push(at);
  }
  context.stroke();
  context.setLineDash([]);
  drawOpenEnds(context, scene, of);
  drawHeads(context, scene, style, of, isAnswer);
  if (crosses.length > 0) drawCrosses(context, scene, crosses);
}

function drawHeads(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { head, colour }: Group,
  of: readonly number[],
  isOpen: boolean,
): void {
  const { drawn, palette, model, layout } = scene;
  const size = drawn.count > maxDashed ? 4 : head === 'barb' ? 5 : 7;
  context.beginPath();
  for (const at of of) {
    const message = drawn.messages[at] ?? 0;
    const fate = model.messages.fate[message];
    if (fate === lostFate || fate === inFlightFate) continue;
    const [x1, y1, x2, y2] = lineAt(drawn, at);
    if (x2 < layout.left - 10 || x2 > layout.width + 10) continue;
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const dx = ((x2 - x1) / length) * size;
    const dy = ((y2 - y1) / length) * size;
    if (head === 'diamond') {
      context.moveTo(x2, y2);
      context.lineTo(x2 - dx * 0.7 - dy * 0.5, y2 - dy * 0.7 + dx * 0.5);
      context.lineTo(x2 - dx * 1.4, y2 - dy * 1.4);
      context.lineTo(x2 - dx * 0.7 + dy * 0.5, y2 - dy * 0.7 - dx * 0.5);
      context.closePath();
    } else {
      context.moveTo(x2 - dx - dy * 0.5, y2 - dy + dx * 0.5);
      context.lineTo(x2, y2);
      context.lineTo(x2 - dx + dy * 0.5, y2 - dy - dx * 0.5);
      if (head === 'triangle') context.closePath();
    }
  }
  context.lineWidth = 1.2;
  context.strokeStyle = palette.of(colour);
  context.fillStyle = isOpen ? palette.of('--paper') : palette.of(colour);
  if (head !== 'barb') context.fill();
  context.stroke();
}

/** Nobody knows where it got to. */
function drawOpenEnds(
  context: CanvasRenderingContext2D,
  { drawn, model }: Scene,
  of: readonly number[],
): void {
  context.lineWidth = 1;
  context.beginPath();
  for (const at of of) {
    if (model.messages.fate[drawn.messages[at] ?? 0] !== inFlightFate) continue;
    const [, , x, y] = lineAt(drawn, at);
    context.moveTo(x + 2.5, y);
    context.arc(x, y, 2.5, 0, 2 * Math.PI);
  }
  context.stroke();
}

function drawCrosses(
  context: CanvasRenderingContext2D,
  scene: Scene,
  crosses: readonly number[],
): void {
  context.beginPath();
  for (const at of crosses) {
    const [, , x, y] = lineAt(scene.drawn, at);
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x - 4, y + 4);
    context.lineTo(x + 4, y - 4);
  }
  context.lineWidth = 1.6;
  context.strokeStyle = scene.palette.of('--down');
  context.stroke();
}

/** What is selected, with what led to it and what came of it. */
function drawRelated(context: CanvasRenderingContext2D, scene: Scene): void {
  const { drawn, related, model, palette, selection } = scene;
  const { group, isAnswer } = model.messages;
  for (let at = 0; at < drawn.count; at++) {
    const message = drawn.messages[at] ?? 0;
    if (related?.chain.has(message) !== true) continue;
    const style = groups[group[message] ?? 0];
    if (style === undefined) continue;
    const isIt = selection?.kind === 'message' && selection.message === message;
    if (isIt) {
      const [x1, y1, x2, y2] = lineAt(drawn, at);
      context.strokeStyle = palette.of('--mark');
      context.lineWidth = 9;
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
    }
    const thick = { ...style, width: isIt ? style.width + 1.5 : style.width + 0.5 };
    drawAlike(context, scene, thick, [at], isAnswer[message] === 1);
  }
}

/** Each arrow says what it is, where there is room. */
function drawLabels(context: CanvasRenderingContext2D, scene: Scene): void {
  const { drawn, model, palette, layout, related } = scene;
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  const taken: { readonly x: number; readonly y: number; readonly half: number }[] = [];
  const order = Array.from({ length: drawn.count }, (_, at) => at);
  const ranks = groups.map(({ name }) => {
    const rank = namedFirst.indexOf(name);
    return rank < 0 ? namedFirst.length : rank;
  });
  const rank = (at: number) => ranks[model.messages.group[drawn.messages[at] ?? 0] ?? 0] ?? 0;
  order.sort((a, b) => rank(a) - rank(b));
  for (const at of order) {
    const message = drawn.messages[at] ?? 0;
    if (related !== null && related.chain.size > 0 && !related.chain.has(message)) continue;
    const [x1, y1, x2, y2] = lineAt(drawn, at);
    const text = sayMessage(model, message);
    const half = context.measureText(text).width / 2;
    // On a steep arrow a text could not be read, and would lie over its neighbours.
    const [dx, dy] = [x2 - x1, y2 - y1];
    const length = Math.hypot(dx, dy);
    const isSteep = dx < 0.22 * Math.abs(dy);
    if (isSteep || length < half * 2 + 24) continue;
    // In the gap beside the sender's lane, since what crosses other lanes is behind them.
    const part = Math.min(0.42, (layout.gap * 0.5) / Math.abs(dy || 1));
    if (half * (Math.abs(dy) / length) > layout.gap * 0.45) continue;
    const [x, y] = [x1 + dx * part, y1 + dy * part];
    if (x < layout.left + 8 || x > layout.width - 8) continue;
    if (taken.some((other) => isNear(other, x, y, half))) continue;
    taken.push({ x, y, half });
    context.save();
    context.translate(x, y);
    context.rotate(Math.atan2(dy, dx));
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeStyle = palette.of('--paper');
    context.strokeText(text, 0, -3);
    context.fillStyle = palette.of(groups[model.messages.group[message] ?? 0]?.colour ?? '--ink');
    context.fillText(text, 0, -3);
    context.restore();
  }
}

function isNear(
  other: { readonly x: number; readonly y: number; readonly half: number },
  x: number,
  y: number,
  half: number,
): boolean {
  // A turned text is at most this high and this wide; nearer ones might touch.
  const reach = Math.min(other.half + half, 42);
  return Math.abs(other.x - x) < reach && Math.abs(other.y - y) < 15;
}
