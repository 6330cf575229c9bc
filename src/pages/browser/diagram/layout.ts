/** Where on the canvas things stand, in CSS pixels. */

import type { Model, Operation } from './model.ts';

export interface Lane {
  /** The band that shows role and term. */
  readonly top: number;
  readonly bandBottom: number;
  /** Below the band, what clients have asked this node. */
  readonly bottom: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Names of nodes stand left of this. */
  readonly left: number;
  readonly axisBottom: number;
  readonly faultRows: number;
  readonly lanesTop: number;
  readonly lanes: readonly Lane[];
  /** Between two lanes, and below the last. */
  readonly gap: number;
}

export const bandHeight = 19;
export const faultRowHeight = 15;
export const operationRowHeight = 5;
export const maxOperationRows = 3;

export function layOut(
  model: Model,
  width: number,
  windowHeight: number,
  rows: { readonly faults: number; readonly operations: number },
): Layout {
  const isNarrow = width < 600;
  const axisBottom = 24;
  const lanesTop = axisBottom + rows.faults * faultRowHeight + 18;
  const strip = rows.operations === 0 ? 0 : rows.operations * operationRowHeight + 2;
  const block = bandHeight + strip;
  const count = Math.max(1, model.nodes.length);
  const wanted = Math.max(360, Math.min(windowHeight * (isNarrow ? 0.6 : 0.66), 760));
  // Whole pixels: what lies between two of them is blurred, and takes longer to draw.
  const room = Math.floor((wanted - lanesTop) / count - block);
  const gap = Math.min(130, Math.max(isNarrow ? 30 : 38, room));
  const lanes = Array.from({ length: count }, (_, at) => {
    const top = lanesTop + at * (block + gap);
    return { top, bandBottom: top + bandHeight, bottom: top + block };
  });
  const longest = model.nodes.reduce((most, name) => Math.max(most, name.length), 2);
  const height = (lanes.at(-1)?.bottom ?? lanesTop) + gap;
  return {
    width,
    height,
    left: Math.min(isNarrow ? 64 : 110, 18 + 8 * longest),
    axisBottom,
    faultRows: rows.faults,
    lanesTop,
    lanes,
    gap,
  };
}

/** For each thing the lowest row in which nothing else is at the time; the last takes the rest. */
export function rowsOf(
  things: readonly { readonly fromMs: number; readonly toMs: number }[],
  maxRows: number,
): Uint8Array {
  const freeMs: number[] = [];
  return Uint8Array.from(things, ({ fromMs, toMs }) => {
    let row = freeMs.findIndex((free) => free <= fromMs);
    if (row < 0) row = Math.min(freeMs.length, maxRows - 1);
    freeMs[row] = Math.max(freeMs[row] ?? Number.NEGATIVE_INFINITY, toMs);
    return row;
  });
}

/** What clients have asked one node, in the order of time. */
export interface OperationLane {
  readonly operations: readonly Operation[];
  readonly rows: Uint8Array;
  /** For each the latest end of it and all before it. */
  readonly latestEndMs: Float64Array;
}

export function operationLanes(model: Model): readonly OperationLane[] {
  const lanes: Operation[][] = model.nodes.map(() => []);
  for (const operation of model.operations) lanes[operation.node]?.push(operation);
  return lanes.map((operations) => {
    const latestEndMs = new Float64Array(operations.length);
    let latest = Number.NEGATIVE_INFINITY;
    operations.forEach(({ completedMs }, at) => {
      latest = Math.max(latest, completedMs);
      latestEndMs[at] = latest;
    });
    const stretches = operations.map(({ invokedMs, completedMs }) => ({
      fromMs: invokedMs,
      toMs: completedMs,
    }));
    return { operations, rows: rowsOf(stretches, maxOperationRows), latestEndMs };
  });
}
