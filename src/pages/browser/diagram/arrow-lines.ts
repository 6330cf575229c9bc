/** Where on the canvas an arrow lies. */

import type { Layout } from './layout.ts';
import { type Drawn, type Scene, xOf } from './scene.ts';

/** x and y of where it begins and where it ends, in CSS pixels. */
export type Line = readonly [x1: number, y1: number, x2: number, y2: number];

/** How far the stub of an arrow goes whose other end nobody knows, in pixels. */
const stubWidth = 12;
const stubHeight = 22;

/**
 * From sender to receiver. A lost message does not get there; of one whose end, or beginning, is not
 * in the trace a stub is shown.
 */
export function lineOf(scene: Scene, message: number): Line {
  const { model, layout } = scene;
  const { sentMs, endMs, from, to } = model.messages;
  const x1 = xOf(scene, sentMs[message] ?? 0);
  const x2 = xOf(scene, endMs[message] ?? 0);
  const [y1, y2] = ends(layout, from[message] ?? 0, to[message] ?? 0);
  const down = y2 > y1 ? 1 : -1;
  switch (model.fateOf(message)) {
    case 'received':
    case 'receivedAgain':
      return cut(layout, [x1, y1, x2, y2]);
    case 'sentUnseen':
      return [x2 - stubWidth, y2 - down * stubHeight, x2, y2];
    case 'inFlight':
      return [x1, y1, x1 + stubWidth, y1 + down * stubHeight];
    case 'lost': {
      if (x2 - x1 < 3) return [x1, y1, x1 + 9, y1 + down * 14];
      const part = Math.max(0.55, 1 - 14 / Math.hypot(x2 - x1, y2 - y1));
      return cut(layout, [x1, y1, x1 + (x2 - x1) * part, y1 + (y2 - y1) * part]);
    }
  }
}

/** The line of the arrow that stands at this position of what was drawn. */
export function lineAt({ lines }: Drawn, at: number): Line {
  const first = at * 4;
  return [lines[first] ?? 0, lines[first + 1] ?? 0, lines[first + 2] ?? 0, lines[first + 3] ?? 0];
}

/** An arrow leaves a lane on the side where the other lane is. */
function ends({ lanes }: Layout, from: number, to: number): readonly [number, number] {
  const sender = lanes[from];
  const receiver = lanes[to];
  if (sender === undefined || receiver === undefined) return [0, 0];
  return from < to ? [sender.bottom, receiver.top] : [sender.top, receiver.bottom];
}

/** Far outside of what is seen a line ends early, and keeps its slope: a canvas has its limits. */
function cut({ width }: Layout, [x1, y1, x2, y2]: Line): Line {
  const slope = x2 === x1 ? 0 : (y2 - y1) / (x2 - x1);
  const begin = Math.max(x1, Math.min(-200, x2));
  const end = Math.min(x2, Math.max(width + 200, x1));
  return [begin, y1 + slope * (begin - x1), end, y2 - slope * (x2 - end)];
}
