/** What is drawn: the run, the stretch of it that is seen, and what the reader has chosen. */

import type { Cone } from './causes.ts';
import type { Layout, OperationLane } from './layout.ts';
import type { Fault, Mark, Model, Operation, Span } from './model.ts';
import type { Palette } from './palette.ts';
import type { TimeIndex } from './shown.ts';
import type { View } from './view.ts';

export type Selection =
  | { readonly kind: 'message'; readonly message: number }
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'span'; readonly span: Span }
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'moment'; readonly atMs: number; readonly node: number | null };

/** Messages that have to do with the one that is selected. */
export interface Related {
  /** What led to it, and what came of it, itself included. */
  readonly chain: ReadonlySet<number>;
  readonly cone: Cone | null;
}

export interface Scene {
  readonly model: Model;
  readonly view: View;
  readonly palette: Palette;
  readonly operations: readonly OperationLane[];
  readonly faultRows: Uint8Array;
  layout: Layout;
  /** By group. */
  shown: readonly TimeIndex[];
  selection: Selection | null;
  related: Related | null;
  isConeShown: boolean;
  /** What the last frame has drawn, for finding what is under the pointer. */
  drawn: Drawn;
}

/** Arrows of a frame, as lines in CSS pixels. */
export interface Drawn {
  readonly messages: Int32Array;
  /** x1, y1, x2, y2 of each. */
  readonly lines: Float32Array;
  count: number;
  /** Groups that were too many to be drawn as arrows, and how many of their messages were seen. */
  dense: readonly number[];
  denseCount: number;
}

export function xOf(scene: Scene, ms: number): number {
  const { layout, view } = scene;
  return layout.left + ((ms - view.fromMs) / view.spanMs) * (layout.width - layout.left);
}

export function msAt(scene: Scene, x: number): number {
  const { layout, view } = scene;
  return view.fromMs + ((x - layout.left) / (layout.width - layout.left)) * view.spanMs;
}

/** The lane at a height on the canvas; null between lanes. */
export function laneAt(scene: Scene, y: number): number | null {
  const at = scene.layout.lanes.findIndex(({ top, bottom }) => y >= top - 2 && y <= bottom + 2);
  return at < 0 ? null : at;
}
