/**
 * Messages that are too many to be drawn one by one: below each lane, how many its node sent, column
 * by column, the groups on top of each other.
 */

import { groups } from './groups.ts';
import { type Scene, xOf } from './scene.ts';
import { lostFate } from './shown.ts';

/** The width of a column, in pixels. */
const columnWidth = 3;

/** Beside the groups there are lost messages, of any group. */
const kinds = groups.length + 1;
const lostKind = groups.length;

export interface Density {
  readonly columns: number;
  /** How many a node sent of a kind: `[(node * columns + column) * kinds + kind]`. */
  readonly counts: Uint32Array;
  /** The most that a node sent within a column. */
  readonly most: number;
}

let buffer = new Uint32Array();

/** Counts what the groups that are not drawn as arrows have sent in the time that is seen. */
export function countDensity(scene: Scene): Density {
  const { layout, view, model, shown, drawn } = scene;
  const columns = Math.max(1, Math.ceil((layout.width - layout.left) / columnWidth));
  const size = columns * model.nodes.length * kinds;
  if (buffer.length < size) buffer = new Uint32Array(size);
  const counts = buffer.subarray(0, size).fill(0);
  const { sentMs, from, fate } = model.messages;
  const scale = columns / view.spanMs;
  for (const group of drawn.dense) {
    const index = shown[group];
    if (index === undefined) continue;
    const { members } = index;
    const end = index.firstSent(view.toMs);
    for (let at = index.firstSent(view.fromMs); at < end; at++) {
      const message = members[at] ?? 0;
      const column = Math.floor(((sentMs[message] ?? 0) - view.fromMs) * scale);
      const kind = fate[message] === lostFate ? lostKind : group;
      const place = ((from[message] ?? 0) * columns + column) * kinds + kind;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  let most = 0;
  for (let place = 0; place < size; place += kinds) {
    let sum = 0;
    for (let kind = 0; kind < kinds; kind++) sum += counts[place + kind] ?? 0;
    if (sum > most) most = sum;
  }
  return { columns, counts, most };
}

export function drawDensity(context: CanvasRenderingContext2D, scene: Scene): void {
  if (scene.drawn.dense.length === 0) return;
  const { layout, palette } = scene;
  const { columns, counts, most } = countDensity(scene);
  if (most === 0) return;
  const height = Math.min(layout.gap - 10, 90);
  // The root of a count: a busy leader does not flatten everybody else.
  const scale = height / Math.sqrt(most);
  context.save();
  context.globalAlpha = scene.related === null ? 0.8 : 0.35;
  layout.lanes.forEach(({ bottom }, node) => {
    const tops = new Float32Array(columns);
    const sums = new Uint32Array(columns);
    for (let column = 0; column < columns; column++) {
      const base = (node * columns + column) * kinds;
      let sum = 0;
      for (let kind = 0; kind < kinds; kind++) sum += counts[base + kind] ?? 0;
      sums[column] = sum;
    }
    for (let kind = 0; kind < kinds; kind++) {
      context.fillStyle = palette.of(groups[kind]?.colour ?? '--down');
      for (let column = 0; column < columns; column++) {
        const base = (node * columns + column) * kinds;
        const count = counts[base + kind] ?? 0;
        if (count === 0) continue;
        const sum = sums[column] ?? 1;
        const part = Math.max(1, Math.round((count / sum) * Math.sqrt(sum) * scale));
        const top = tops[column] ?? 0;
        const x = layout.left + column * columnWidth;
        context.fillRect(x, bottom + 2 + top, columnWidth, part);
        tops[column] = top + part;
      }
    }
  });
  context.restore();
}

/** What is counted at a place, in words; null where nothing is. */
export function densityAt(scene: Scene, x: number, node: number): string | null {
  if (scene.drawn.dense.length === 0) return null;
  const { layout, view, model } = scene;
  const { columns, counts } = countDensity(scene);
  const column = Math.floor((x - layout.left) / columnWidth);
  if (column < 0 || column >= columns) return null;
  const lines: string[] = [];
  // A few columns around the pointer: nobody hits one of two pixels.
  for (let kind = 0; kind < kinds; kind++) {
    let count = 0;
    for (let near = Math.max(0, column - 1); near <= Math.min(columns - 1, column + 1); near++) {
      count += counts[(node * columns + near) * kinds + kind] ?? 0;
    }
    if (count > 0) lines.push(`${count} ${groups[kind]?.label ?? 'lost'}`);
  }
  if (lines.length === 0) return null;
  const spanMs = (3 * columnWidth * view.spanMs) / (layout.width - layout.left);
  return `${model.nameOf(node)} sent within ${Math.max(1, Math.round(spanMs))} ms:\n${lines.join('\n')}\nzoom in to see each`;
}

/** Where the run's time lies that messages were left out of, on the canvas. */
export function drawLeftOut(context: CanvasRenderingContext2D, scene: Scene): void {
  const { model, layout, palette } = scene;
  context.fillStyle = palette.of('--line');
  for (const { fromUs, toUs } of model.leftOut.spans) {
    const x = Math.max(layout.left, xOf(scene, fromUs / 1000));
    const end = Math.min(layout.width, xOf(scene, toUs / 1000));
    if (end <= x) continue;
    context.globalAlpha = 0.5;
    context.fillRect(x, layout.axisBottom, end - x, layout.height - layout.axisBottom);
    context.globalAlpha = 1;
    if (end - x < 150) continue;
    context.fillStyle = palette.of('--soft');
    context.textAlign = 'center';
    context.font = '11px system-ui, sans-serif';
    context.fillText('messages left out here', (x + end) / 2, layout.height - 6);
    context.fillStyle = palette.of('--line');
  }
}
