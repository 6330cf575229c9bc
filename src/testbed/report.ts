/**
 * The report of a run: one HTML file that needs nothing else. Latency and rate over time, with the
 * faults shaded behind them.
 */

import { type AvailabilityBound, isMissed, type JudgedOperation } from './availability-bound.ts';
import { type FaultBand, faultBands } from './fault-bands.ts';
import type { HistoryEvent } from './history.ts';
import { type FaultKind, faultKinds } from './nemesis.ts';
import type { Statistics } from './statistics.ts';

export interface ReportInput {
  readonly title: string;
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  /** What the verdict means, in a line or a few. */
  readonly reasons: readonly string[];
  /** What the run was: flags and their values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly statistics: Statistics;
  readonly bound: AvailabilityBound;
  readonly operations: readonly JudgedOperation[];
  readonly events: readonly HistoryEvent[];
  readonly durationMs: number;
}

const width = 1000;
const height = 300;
const laneHeight = 6;
const margin = { left: 72, right: 16, top: 12, bottom: 34 };
const plotWidth = width - margin.left - margin.right;
const plotHeight = height - margin.top - margin.bottom;

export function renderReport(input: ReportInput): string {
  const { operations, bound, statistics } = input;
  const bands = faultBands(input.events, input.durationMs);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(input.title)}: ${input.verdict}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(input.title)} <span class="verdict ${input.verdict}">${verdictWords[input.verdict]}</span></h1>
${input.reasons.map((reason) => `<pre class="reason">${escapeHtml(reason)}</pre>`).join('\n')}
${tiles(statistics, bound)}
${statisticsTable(statistics)}
${boundText(bound)}
<h2>Latency</h2>
${legend(bands, bound)}
${latencyPlot(operations, bands, input.durationMs)}
<h2>Rate</h2>
${ratePlot(operations, bands, input.durationMs)}
${faultTable(bands)}
${missedTable(bound)}
<h2>The run</h2>
<table class="facts">${input.facts
    .map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`)
    .join('')}</table>
</body>
</html>
`;
}

const verdictWords = {
  valid: 'linearizable',
  invalid: 'invalid',
  unknown: 'unknown',
} as const;

const outcomes = ['ok', 'fail', 'info'] as const;
const outcomeWords = {
  ok: 'ok',
  fail: 'fail: did not happen',
  info: 'info: may have happened',
} as const;

const faultWords: { readonly [Kind in FaultKind]: string } = {
  partition: 'partition',
  kill: 'killed',
  pause: 'paused',
};

function statisticsTable(statistics: Statistics): string {
  const { all, byFunction, availability, longestWithoutOkMs, messages, faults } = statistics;
  const rows = Object.entries({ ...byFunction, all }).map(([name, row]) => {
    const latency = row.latencyMs;
    const cells = [row.invoked, row.ok, row.fail, row.info];
    const times = latency === null ? ['', '', ''] : [latency.median, latency.p99, latency.max];
    return `<tr><th>${name}</th>${[...cells, ...times.map(formatMs)]
      .map((cell) => `<td>${cell}</td>`)
      .join('')}</tr>`;
  });
  return `<div class="scroll"><table class="figures">
<tr><th></th><th>invoked</th><th>ok</th><th>fail</th><th>info</th><th>median</th><th>p99</th><th>max</th></tr>
${rows.join('\n')}
</table></div>
<p>${percent(availability)} of the operations ended ok (a compare-and-set that finds another value does not). ${
    messages.serverMessagesPerOperation
  } messages between servers for each operation, ${messages.lost} lost to faults. The longest time without an operation that ended ok: ${formatMs(longestWithoutOkMs)}.${restarts(faults)}</p>`;
}

/** The figures that one looks for first. */
function tiles(
  { availability, longestWithoutOkMs, messages }: Statistics,
  { attainable, attainedShare }: AvailabilityBound,
): string {
  const shown: [figure: string, what: string][] = [
    [percent(availability), 'of all operations ended ok'],
    [formatMs(longestWithoutOkMs), 'the longest time without one'],
    [String(messages.serverMessagesPerOperation), 'messages between servers for each'],
  ];
  if (attainable > 0) {
    shown.unshift([percent(attainedShare), 'answered of what could be answered']);
  }
  const items = shown.map(([figure, what]) => `<div><strong>${figure}</strong>${what}</div>`);
  return `<div class="tiles">${items.join('')}</div>`;
}

function boundText({ attainable, attained, unattainable, uncertain }: AvailabilityBound): string {
  const wrong =
    unattainable.answered === 0
      ? ''
      : ` <strong>${unattainable.answered} that no protocol could answer were answered all the same</strong>: reads by lease, or a fault of the bench.`;
  return `<p>${attained} of the ${attainable} requests that could be answered were: those whose node could make two round trips to a majority in time, over relays if need be, given the faults. ${unattainable.invoked} could not; of ${uncertain.invoked} neither is certain, and ${uncertain.answered} of these were answered.${wrong}</p>`;
}

/** Cut, not rounded: what is not everything does not read as 100 %. */
function percent(share: number): string {
  return `${(Math.floor(1000 * share) / 10).toFixed(1)} %`;
}

function missedTable({ missed }: AvailabilityBound): string {
  if (missed.length === 0) return '';
  const rows = missed.map(
    ({ node, fromMs, toMs, requests }) =>
      `<tr><th>${escapeHtml(node)}</th><td>${(fromMs / 1000).toFixed(2)}</td><td>${(toMs / 1000).toFixed(2)}</td><td>${requests}</td></tr>`,
  );
  return `<h2>Missed: could have been answered</h2>
<div class="scroll tall" tabindex="0"><table>
<tr><th>node</th><th>invoked from</th><th>to (s)</th><th>requests</th></tr>
${rows.join('\n')}
</table></div>`;
}

function restarts({ kills, pauses, restarts, restartMs }: Statistics['faults']): string {
  const counted = kills + pauses > 0 ? ` Nodes killed: ${kills}, paused: ${pauses}.` : '';
  if (restartMs === null) return counted;
  const { median, max } = restartMs;
  return `${counted} Started again: ${restarts}; until <code>init</code> was answered: median ${formatMs(median)}, longest ${formatMs(max)}.`;
}

function formatMs(ms: number | string): string {
  return typeof ms === 'string' ? ms : `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}

function legend(bands: readonly FaultBand[], bound: AvailabilityBound): string {
  const items = outcomes.map(
    (type) => `<span class="key"><i class="dot ${type}"></i>${outcomeWords[type]}</span>`,
  );
  if (bound.missed.length > 0) {
    items.push('<span class="key"><i class="ring"></i>missed: could have been answered</span>');
  }
  for (const kind of kindsIn(bands)) {
    items.push(`<span class="key"><i class="swatch ${kind}"></i>${faultWords[kind]}</span>`);
  }
  return `<p class="legend">${items.join(' ')}</p>`;
}

/** Each operation is a dot, at the time of its invocation; the scale of latency is logarithmic. */
function latencyPlot(
  operations: readonly JudgedOperation[],
  bands: readonly FaultBand[],
  durationMs: number,
): string {
  const [low, high] = [
    -1,
    Math.ceil(
      Math.log10(
        maximum(
          operations.map((o) => o.durationMs),
          1,
        ),
      ),
    ),
  ];
  const x = scale(0, durationMs, margin.left, plotWidth);
  const y = (ms: number): number => {
    const share = (Math.log10(Math.max(ms, 10 ** low)) - low) / (high - low);
    return margin.top + plotHeight * (1 - share);
  };
  const lines: string[] = [];
  for (let power = low; power <= high; power++) {
    lines.push(gridLine(y(10 ** power), `${10 ** power} ms`));
  }
  const dots = outcomes.map((type) => {
    const path = operations
      .filter((operation) => operation.type === type)
      .map(({ startMs, durationMs: ms }) => `M${x(startMs).toFixed(1)} ${y(ms).toFixed(1)}h0`)
      .join('');
    return `<path class="dots ${type}" d="${path}"/>`;
  });
  const rings = operations
    .filter(isMissed)
    .map(({ startMs, durationMs: ms }) => ring(x(startMs), y(ms)))
    .join('');
  if (rings !== '') dots.push(`<path class="rings" d="${rings}"/>`);
  return plot('Latency of each operation over time', bands, x, durationMs, [...lines, ...dots]);
}

function ring(x: number, y: number): string {
  return `M${(x - 4).toFixed(1)} ${y.toFixed(1)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0`;
}

/** How many operations ended in each second, by outcome. */
function ratePlot(
  operations: readonly JudgedOperation[],
  bands: readonly FaultBand[],
  durationMs: number,
): string {
  const seconds = Math.max(1, Math.ceil(durationMs / 1000));
  const x = scale(0, durationMs, margin.left, plotWidth);
  const series = outcomes.map((type) => {
    const counts = new Array<number>(seconds).fill(0);
    for (const { type: own, startMs, durationMs: ms } of operations) {
      const second = Math.min(seconds - 1, Math.floor((startMs + ms) / 1000));
      if (own === type) counts[second] = (counts[second] ?? 0) + 1;
    }
    return { type, counts };
  });
  const most = niceCeiling(
    maximum(
      series.flatMap(({ counts }) => counts),
      1,
    ),
  );
  const y = (count: number): number => margin.top + plotHeight * (1 - count / most);
  const lines = [0, most / 2, most].map((count) => gridLine(y(count), `${count}/s`));
  const curves = series.map(({ type, counts }) => {
    const path = counts.map((count, second) => {
      const centre = Math.min(durationMs, second * 1000 + 500);
      return `${second === 0 ? 'M' : 'L'}${x(centre).toFixed(1)} ${y(count).toFixed(1)}`;
    });
    return `<path class="curve ${type}" d="${path.join('')}"/>`;
  });
  return plot('Operations ended in each second', bands, x, durationMs, [...lines, ...curves]);
}

function plot(
  label: string,
  bands: readonly FaultBand[],
  x: Scale,
  durationMs: number,
  content: readonly string[],
): string {
  const shades = kindsIn(bands).flatMap((kind, lane) =>
    bands.filter((band) => band.kind === kind).map((band) => shade(band, lane, x)),
  );
  const stepSeconds = niceCeiling(durationMs / 1000 / 10);
  const ticks: string[] = [];
  for (let second = 0; second * 1000 <= durationMs; second += stepSeconds) {
    const at = x(second * 1000).toFixed(1);
    ticks.push(`<text class="tick" x="${at}" y="${height - 12}">${second} s</text>`);
  }
  return `<div class="scroll">
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}">
${[...shades, ...ticks, ...content].join('\n')}
</svg>
</div>`;
}

/** The whole height is tinted; a strip on top, one lane a kind, tells faults apart that overlap. */
function shade({ kind, fromMs, toMs, who }: FaultBand, lane: number, x: Scale): string {
  const left = x(fromMs);
  const across = `x="${left.toFixed(1)}" width="${(x(toMs) - left).toFixed(1)}"`;
  const strip = `y="${margin.top + lane * laneHeight}" height="${laneHeight - 1}"`;
  return `<g class="fault ${kind}"><title>${faultWords[kind]}: ${escapeHtml(who)}</title><rect class="tint" ${across} y="${margin.top}" height="${plotHeight}"/><rect ${across} ${strip}/></g>`;
}

function kindsIn(bands: readonly FaultBand[]): FaultKind[] {
  return faultKinds.filter((kind) => bands.some((band) => band.kind === kind));
}

function faultTable(bands: readonly FaultBand[]): string {
  if (bands.length === 0) return '';
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const rows = bands.map(
    ({ kind, fromMs, toMs, who }) =>
      `<tr><th><i class="swatch ${kind}"></i>${faultWords[kind]}</th><td>${seconds(fromMs)}</td><td>${seconds(toMs)}</td><td>${escapeHtml(who)}</td></tr>`,
  );
  return `<h2>Faults</h2>
<div class="scroll tall" tabindex="0"><table class="faults">
<tr><th></th><th>from</th><th>to (s)</th><th>who</th></tr>
${rows.join('\n')}
</table></div>`;
}

function gridLine(y: number, label: string): string {
  const at = y.toFixed(1);
  return `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/><text class="level" x="${margin.left - 8}" y="${at}">${label}</text>`;
}

type Scale = (value: number) => number;

function scale(from: number, to: number, start: number, length: number): Scale {
  return (value) => start + (length * (value - from)) / Math.max(1, to - from);
}

function maximum(values: readonly number[], atLeast: number): number {
  return values.reduce((most, value) => Math.max(most, value), atLeast);
}

/** The least of 1, 2, 5, 10, 20, 50, … that is not below `value`. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((nice) => nice >= value) ?? value;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const style = `
:root { color-scheme: light dark; --ink: #1c2128; --soft: #6b7480; --paper: #fff; --line: #e3e7ec;
  --ok: #2f7d4f; --fail: #c98a1b; --info: #c23b3b; --missed: #7a3bc2;
  --partition: #d9b23a; --kill: #d0607a; --pause: #6f8fd8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #98a2af; --paper: #14181d;
  --line: #2b323b; --ok: #58b883; --fail: #e0b04c; --info: #ec6f6f; --missed: #c79bff;
  --partition: #a8892f; --kill: #b04d66; --pause: #5876bd; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .3rem; }
.verdict { padding: .1em .6em; border-radius: .4em; color: var(--paper); font-size: .8em; }
.verdict.valid { background: var(--ok); } .verdict.invalid { background: var(--info); }
.verdict.unknown { background: var(--fail); }
.reason { white-space: pre-wrap; border-left: 3px solid var(--line); padding-left: .8em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2em .9em .2em 0; text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; } tr > :first-child { text-align: left; }
.facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
svg { width: 100%; min-width: 40rem; height: auto; font: 12px system-ui, sans-serif; }
.grid { stroke: var(--line); } .level { text-anchor: end; dominant-baseline: middle; }
.tick { text-anchor: middle; } .level, .tick { fill: var(--soft); }
.fault.partition, .swatch.partition { fill: var(--partition); background: var(--partition); }
.fault.kill, .swatch.kill { fill: var(--kill); background: var(--kill); }
.fault.pause, .swatch.pause { fill: var(--pause); background: var(--pause); }
.tint { opacity: .22; }
.tall { max-height: 22rem; overflow-y: auto; } .faults td:last-child { text-align: left;
  white-space: normal; min-width: 9rem; }
.faults tr:first-child th:last-child { text-align: left; }
.dots { stroke-width: 4; stroke-linecap: round; stroke-opacity: .55; fill: none; }
.curve { stroke-width: 2; fill: none; }
.dots.ok, .curve.ok { stroke: var(--ok); } .dots.fail, .curve.fail { stroke: var(--fail); }
.dots.info, .curve.info { stroke: var(--info); }
.rings { stroke: var(--missed); stroke-width: 1.4; fill: none; }
.ring { display: inline-block; width: .55em; height: .55em; margin-right: .4em;
  border: 1.5px solid var(--missed); border-radius: 50%; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem;
  margin: 1rem 0; line-height: 1.35; }
.tiles div { border: 1px solid var(--line); border-radius: .4em; padding: .5em .9em;
  color: var(--soft); } .tiles strong { display: block; color: var(--ink); font-size: 1.4rem; }
.legend { color: var(--soft); margin: 0; } .key { margin-right: 1.2em; white-space: nowrap; }
.dot, .swatch { display: inline-block; width: .7em; height: .7em; margin-right: .4em; }
.dot { border-radius: 50%; } .dot.ok { background: var(--ok); } .dot.fail { background: var(--fail); }
.dot.info { background: var(--info); }
`;
