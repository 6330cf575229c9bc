/**
 * Operations as bars, a row for each process. From left to right is the order of events, one step
 * for each, for real time would squeeze what matters into a few pixels; when each was stands in its
 * tip.
 */

import { escapeHtml } from '../html.ts';
import { formatTime } from '../report/words.ts';
import type { BadKey, ShownOperation } from './input.ts';

const left = 142;
const rowHeight = 62;
const barHeight = 16;
/** Of a step: labels must fit, and few steps fill the page. */
const leastStep = 84;
const mostStep = 150;
const fullWidth = 905;
const registerHeight = 58;
const top = 10;

/** Where each event stands, in steps. */
interface Places {
  readonly of: ReadonlyMap<number, number>;
  readonly count: number;
  readonly stepWidth: number;
}

export function timeline(bad: BadKey, diagram: string | null): string {
  const { operations } = bad;
  const rows = [...new Set(operations.map(({ process }) => process))];
  const places = placesOf(operations);
  const width = left + places.stepWidth * (places.count + 0.5);
  const registerY = top + rows.length * rowHeight;
  const height = registerY + registerHeight;
  const points = pointsOf(operations, places);
  const parts = rows.map((process, row) => {
    const y = top + row * rowHeight;
    const node = operations.find((it) => it.process === process)?.node ?? '';
    const asked = node === '' ? '' : `<tspan class="soft"> asks ${escapeHtml(node)}</tspan>`;
    return `<line class="lane" x1="${left - 8}" x2="${width}" y1="${y + 40}" y2="${y + 40}"/><text class="who" x="0" y="${y + 40}">process ${escapeHtml(process)}${asked}</text>`;
  });
  for (const [at, operation] of operations.entries()) {
    const y = top + rows.indexOf(operation.process) * rowHeight;
    parts.push(bar(operation, places, y, width, diagram));
    const x = points.get(at);
    if (x !== undefined) parts.push(point(operation, x, y + 40, registerY + 14));
  }
  parts.push(register(bad, points, registerY, width));
  return `<div class="scroll timeline" tabindex="0" role="group" aria-label="Timeline of the operations">
<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Operations of each process from invocation to completion, and what the register holds">
<defs><pattern id="hatch" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="impossible-back"/><line x1="0" y1="0" x2="0" y2="6" class="impossible-line"/></pattern></defs>
${parts.join('\n')}
</svg></div>`;
}

function placesOf(operations: readonly ShownOperation[]): Places {
  const ranks = operations.flatMap(({ invokedRank, completedRank }) =>
    completedRank === null ? [invokedRank] : [invokedRank, completedRank],
  );
  ranks.sort((a, b) => a - b);
  const count = ranks.length;
  const stepWidth = Math.min(mostStep, Math.max(leastStep, Math.floor(fullWidth / (count + 0.5))));
  return { of: new Map(ranks.map((rank, place) => [rank, place])), count, stepWidth };
}

function xOf(places: Places, rank: number): number {
  return left + places.stepWidth * ((places.of.get(rank) ?? 0) + 0.25);
}

/**
 * Where, between its invocation and its completion, each operation takes effect, so that they do so
 * in their order: as early as that allows.
 */
function pointsOf(operations: readonly ShownOperation[], places: Places): Map<number, number> {
  const ordered = [...operations.entries()]
    .filter(([, { place }]) => place !== null)
    .sort(([, a], [, b]) => (a.place ?? 0) - (b.place ?? 0));
  const gaps = new Map<number, number[]>();
  let gap = -1;
  for (const [at, { invokedRank }] of ordered) {
    gap = Math.max(gap, places.of.get(invokedRank) ?? 0);
    gaps.set(gap, [...(gaps.get(gap) ?? []), at]);
  }
  const points = new Map<number, number>();
  for (const [place, those] of gaps) {
    for (const [nth, at] of those.entries()) {
      const share = (nth + 1) / (those.length + 1);
      points.set(at, left + places.stepWidth * (place + 0.25 + share));
    }
  }
  return points;
}

function bar(
  operation: ShownOperation,
  places: Places,
  y: number,
  width: number,
  diagram: string | null,
): string {
  const { id, label, outcome, invokedRank, completedRank, invokedMs, isImpossible } = operation;
  const x = xOf(places, invokedRank);
  const end = completedRank === null ? width - 6 : xOf(places, completedRank);
  const kind = isImpossible ? 'impossible' : completedRank === null ? 'open' : outcome;
  const [barTop, middle] = [y + 32, y + 40];
  // What nobody knows the end of stays open to the right.
  const shape =
    completedRank === null
      ? `<path class="bar ${kind}" d="M${end} ${barTop}H${x}V${barTop + barHeight}H${end}"/><path class="arrow" d="M${end - 5} ${middle - 4}l5 4l-5 4"/>`
      : `<rect class="bar ${kind}" x="${x}" y="${barTop}" width="${end - x}" height="${barHeight}" rx="3"/>`;
  const mark = isImpossible ? '✗ ' : '';
  const content = `<g data-tip="${escapeHtml(tipOf(operation))}"><rect class="catch" x="${x}" y="${y + 8}" width="${end - x}" height="${barHeight + 28}"/>${shape}<text class="label${isImpossible ? ' impossible' : ''}" x="${x}" y="${y + 20}">${mark}${escapeHtml(label)}</text></g>`;
  if (diagram === null || invokedMs === null) return content;
  return `<a aria-label="${escapeHtml(label)} in the diagram" href="${escapeHtml(diagram)}#ms=${invokedMs.toFixed(1)}&amp;operation=${id}">${content}</a>`;
}

function tipOf(operation: ShownOperation): string {
  const { label, process, node, invokedMs, completedMs, outcome, place, leaves } = operation;
  const lines = [`process ${process}${node === '' ? '' : ` asks ${node}`}: ${label}`];
  if (invokedMs !== null) {
    const to = completedMs === null ? 'never answered' : `to ${formatTime(completedMs)}`;
    lines.push(`from ${formatTime(invokedMs)} ${to}`);
  }
  if (outcome === 'info' && !operation.isLoosened) lines.push('may have happened, then or later');
  if (operation.isLoosened) {
    lines.push('was answered; here it counts only that it may have happened');
  }
  if (place !== null) lines.push(`number ${place} in the order: leaves ${leaves ?? ''}`);
  if (operation.isImpossible) lines.push('cannot have happened');
  return lines.join('\n');
}

function point(operation: ShownOperation, x: number, y: number, toY: number): string {
  const { place } = operation;
  return `<g data-tip="${escapeHtml(tipOf(operation))}"><line class="effect" x1="${x}" x2="${x}" y1="${y + 9}" y2="${toY}"/><circle class="point" cx="${x}" cy="${y}" r="10"/><text class="place" x="${x}" y="${y + 0.5}">${place}</text></g>`;
}

/** What the register holds, after each operation of the order. */
function register(
  { operations, possible }: BadKey,
  points: ReadonlyMap<number, number>,
  y: number,
  width: number,
): string {
  const steps = [...points]
    .map(([at, x]) => ({ x, leaves: operations[at]?.leaves ?? '' }))
    .sort((a, b) => a.x - b.x);
  const impossible = operations.findIndex(({ isImpossible }) => isImpossible);
  const parts = [`<text class="who" x="0" y="${y + 26}">register</text>`];
  let [fromX, holds] = [left - 8, 'nothing'];
  for (const { x, leaves } of [...steps, { x: width - 6, leaves: '' }]) {
    if (leaves === holds) continue;
    const middle = (fromX + x) / 2;
    parts.push(
      `<rect class="holds" x="${fromX}" y="${y + 14}" width="${Math.max(2, x - fromX)}" height="24" rx="3"/><text class="held" x="${middle}" y="${y + 26.5}">${escapeHtml(short(holds))}</text>`,
    );
    [fromX, holds] = [x, leaves];
  }
  const can = `can hold ${possible.join(' or ')}, when operation ${impossible + 1} completes`;
  return `<g data-tip="${escapeHtml(can)}">${parts.join('')}</g>`;
}

function short(text: string): string {
  return text.length <= 9 ? text : `${text.slice(0, 8)}…`;
}
