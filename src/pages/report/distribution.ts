/**
 * Latency by quantile, one curve for each kind of operation. The axis below is stretched so that
 * each nine more is as wide as the one before: what happens to one operation in a thousand shows.
 */

import { escapeHtml } from '../html.ts';
import type { ReportOperation } from './input.ts';
import { formatMs } from './words.ts';

const width = 1000;
const height = 260;
const margin = { left: 64, right: 16, top: 10, bottom: 28 };
const plotWidth = width - margin.left - margin.right;
const plotHeight = height - margin.top - margin.bottom;

interface Curve {
  readonly f: string;
  /** Ascending. */
  readonly sortedMs: readonly number[];
}

/** Empty when nothing ended ok. */
export function distribution(operations: readonly ReportOperation[]): string {
  const curves = curvesOf(operations);
  if (curves.length === 0) return '';
  const count = Math.max(...curves.map(({ sortedMs }) => sortedMs.length));
  const decades = Math.max(1, Math.ceil(Math.log10(count)));
  const low = Math.min(...curves.map(({ sortedMs }) => sortedMs[0] ?? 0));
  const high = Math.max(...curves.map(({ sortedMs }) => sortedMs.at(-1) ?? 0));
  const powers = { low: powerBelow(low), high: Math.ceil(Math.log10(Math.max(high, 0.1))) };
  if (powers.high <= powers.low) powers.high = powers.low + 1;
  const x = (share: number): number =>
    margin.left + (plotWidth * Math.min(decades, -Math.log10(1 - share))) / decades;
  const y = (ms: number): number => {
    const power = Math.log10(Math.max(ms, 10 ** powers.low));
    return margin.top + plotHeight * (1 - (power - powers.low) / (powers.high - powers.low));
  };
  const parts = [...levels(powers, y), ...ticks(decades, x)];
  for (const [at, curve] of curves.entries()) parts.push(drawCurve(curve, at, decades, x, y));
  const keys = curves.map(
    ({ f, sortedMs }, at) =>
      `<span><i class="kind k${at % kinds}"></i>${escapeHtml(f)} (${sortedMs.length})</span>`,
  );
  return `<h2>Latency by quantile</h2>
<p class="soft">So many of the operations that ended ok took no longer. To the right each step is ten times as rare.</p>
<p class="legend">${keys.join('')}</p>
<div class="scroll"><svg class="quantiles" viewBox="0 0 ${width} ${height}" role="img" aria-label="Latency by quantile, for each kind of operation">
${parts.join('\n')}
</svg></div>`;
}

/** How many kinds have a line of their own look. */
const kinds = 4;

function curvesOf(operations: readonly ReportOperation[]): Curve[] {
  const byKind = new Map<string, number[]>();
  for (const { f, type, durationMs } of operations) {
    if (type !== 'ok') continue;
    const own = byKind.get(f) ?? [];
    byKind.set(f, own);
    own.push(durationMs);
  }
  return Array.from(byKind, ([f, values]) => ({ f, sortedMs: values.sort((a, b) => a - b) })).sort(
    (a, b) => (a.f < b.f ? -1 : 1),
  );
}

/** The smallest value that a share of at least `q` of the values does not exceed. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(1, Math.ceil(q * sorted.length - 1e-9)) - 1] ?? 0;
}

function powerBelow(ms: number): number {
  return Math.max(-2, Math.floor(Math.log10(Math.max(ms, 0.01))));
}

function levels(powers: { low: number; high: number }, y: (ms: number) => number): string[] {
  const lines: string[] = [];
  for (let power = powers.low; power <= powers.high; power++) {
    const at = y(10 ** power).toFixed(1);
    const label = power >= 3 ? `${10 ** (power - 3)} s` : `${Number((10 ** power).toFixed(2))} ms`;
    lines.push(
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/><text class="level" x="${margin.left - 8}" y="${at}">${label}</text>`,
    );
  }
  return lines;
}

function ticks(decades: number, x: (share: number) => number): string[] {
  const shares = [
    0,
    0.5,
    ...Array.from({ length: decades - 1 }, (_, nines) => 1 - 10 ** -(nines + 1)),
  ];
  return shares.map((share) => {
    const at = x(share).toFixed(1);
    const label = `${Number((100 * share).toFixed(6))} %`;
    const bottom = margin.top + plotHeight;
    return `<line class="grid" x1="${at}" x2="${at}" y1="${margin.top}" y2="${bottom}"/><text class="tick" x="${at}" y="${height - 8}">${label}</text>`;
  });
}

function drawCurve(
  { f, sortedMs }: Curve,
  at: number,
  decades: number,
  x: (share: number) => number,
  y: (ms: number) => number,
): string {
  const steps = 40 * decades;
  const points: string[] = [];
  const spots: string[] = [];
  const last = 1 - 1 / sortedMs.length;
  for (let step = 0; step <= steps; step++) {
    const share = Math.min(last, 1 - 10 ** (-(decades * step) / steps));
    const ms = quantile(sortedMs, Math.max(share, 1 / sortedMs.length));
    const [px, py] = [x(share).toFixed(1), y(ms).toFixed(1)];
    points.push(`${px},${py}`);
    if (step % 10 === 0) {
      const tip = `${f}: ${(100 * share).toFixed(3)} % within ${formatMs(ms)}`;
      spots.push(
        `<circle class="spot" cx="${px}" cy="${py}" r="9" data-tip="${escapeHtml(tip)}"/>`,
      );
    }
    if (share === last) break;
  }
  const worst = sortedMs.at(-1) ?? 0;
  points.push(`${x(1 - 10 ** -decades).toFixed(1)},${y(worst).toFixed(1)}`);
  return `<polyline class="quantile k${at % kinds}" points="${points.join(' ')}"/>${spots.join('')}`;
}
