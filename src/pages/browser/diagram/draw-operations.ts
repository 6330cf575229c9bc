/** Operations of clients, as bars below the lane of the node that was asked. */

import { maxOperationRows, operationRowHeight } from './layout.ts';
import { firstAbove, type Operation } from './model.ts';
import { type Scene, xOf } from './scene.ts';

/** Operations of a lane within what is seen are drawn one by one up to this number. */
const maxSingle = 300;

/** Of more, what matters most in each so many pixels is drawn. */
const cell = 2;

/** From what matters least to what matters most: later ones are drawn over earlier ones. */
const byWeight = ['ok', 'fail', 'open', 'info'];

/** What clients have asked a node. */
export function drawOperations(
  context: CanvasRenderingContext2D,
  scene: Scene,
  node: number,
): void {
  const { layout, palette, view } = scene;
  const lane = layout.lanes[node];
  const its = scene.operations[node];
  if (lane === undefined || its === undefined) return;
  const { operations, rows, latestEndMs } = its;
  const begin = firstAbove(operations.length, (at) => (latestEndMs[at] ?? 0) >= view.fromMs);
  const end = firstAbove(operations.length, (at) => (operations[at]?.invokedMs ?? 0) > view.toMs);
  const isSingle = end - begin <= maxSingle;
  const columns = Math.ceil(layout.width / cell) + 1;
  /** For each cell of each row the heaviest outcome there, as its position above plus 1. */
  const painted = new Uint8Array(isSingle ? 0 : columns * maxOperationRows);
  const bar = (outcome: string, row: number, x: number, endX: number): void => {
    context.fillStyle = palette.outcome(outcome);
    context.globalAlpha = outcome === 'info' || outcome === 'open' ? 0.95 : 0.5;
    const y = lane.bandBottom + 2 + row * operationRowHeight;
    context.fillRect(x, y, endX - x, operationRowHeight - 1);
  };
  for (let at = begin; at < end; at++) {
    const operation = operations[at];
    if (operation === undefined) continue;
    const row = rows[at] ?? 0;
    const x = Math.max(layout.left, xOf(scene, operation.invokedMs));
    const endX = Math.min(layout.width, xOf(scene, operation.completedMs));
    if (endX < layout.left) continue;
    if (isSingle) {
      bar(operation.outcome, row, x, Math.max(x + 1, endX - 0.5));
    } else {
      const weight = byWeight.indexOf(operation.outcome) + 1;
      const last = row * columns + Math.floor(endX / cell);
      for (let place = row * columns + Math.floor(x / cell); place <= last; place++) {
        if ((painted[place] ?? 0) < weight) painted[place] = weight;
      }
    }
  }
  if (!isSingle) {
    for (let row = 0; row < maxOperationRows; row++) {
      drawRuns(painted.subarray(row * columns, (row + 1) * columns), (weight, x, endX) =>
        bar(byWeight[weight - 1] ?? 'ok', row, x * cell, endX * cell),
      );
    }
  }
  context.globalAlpha = 1;
  if (scene.selection?.kind === 'operation' && scene.selection.operation.node === node) {
    frameOperation(context, scene, scene.selection.operation, rows);
  }
}

/** Neighbours that are the same are drawn at once. */
function drawRuns(
  cells: Uint8Array,
  draw: (weight: number, x: number, endX: number) => void,
): void {
  let begin = 0;
  for (let x = 1; x <= cells.length; x++) {
    const weight = cells[begin] ?? 0;
    if (cells[x] === weight) continue;
    if (weight > 0) draw(weight, begin, x);
    begin = x;
  }
}

function frameOperation(
  context: CanvasRenderingContext2D,
  scene: Scene,
  operation: Operation,
  rows: Uint8Array,
): void {
  const { layout, palette, operations } = scene;
  const lane = layout.lanes[operation.node];
  const at = operations[operation.node]?.operations.indexOf(operation) ?? -1;
  if (lane === undefined || at < 0) return;
  const x = Math.max(layout.left - 4, xOf(scene, operation.invokedMs));
  const endX = Math.min(layout.width + 4, xOf(scene, operation.completedMs));
  const y = lane.bandBottom + 2 + (rows[at] ?? 0) * operationRowHeight;
  context.fillStyle = palette.outcome(operation.outcome);
  context.fillRect(x, y - 1, Math.max(2, endX - x), operationRowHeight + 1);
  context.strokeStyle = palette.of('--ink');
  context.lineWidth = 2;
  context.strokeRect(x - 1, y - 1.5, Math.max(4, endX - x + 2), operationRowHeight + 1);
}
