/** Rates and latencies of the last minutes, as small plots. What a node does not tell has none. */

import { element } from '../parts/data.ts';
import { draw, type Shape, shape } from '../parts/shapes.ts';
import { Line, type Point, type Source } from './figures.ts';
import type { Scrape } from './prometheus-text.ts';
import { amount, clock, duration, type Unit } from './words.ts';

interface LineOf {
  readonly name: string;
  readonly source: Source;
  readonly colour: string;
}

interface PlotOf {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly LineOf[];
}

const first = 'var(--accent)';
const second = 'var(--candidate)';

/** A request that was carried out, or definitely answered: compare-and-sets mostly find another value. */
const isAnswered = ({ code }: { readonly [name: string]: string }): boolean =>
  code === 'ok' || code === '20' || code === '22';

const rate = (name: string, family: string, colour: string = first): LineOf => ({
  name,
  source: { kind: 'rate', family },
  colour,
});

const value = (name: string, family: string, colour: string = first): LineOf => ({
  name,
  source: { kind: 'value', family },
  colour,
});

const latency = (title: string, family: string): PlotOf => ({
  title,
  unit: 'seconds',
  lines: [
    { name: 'median', source: { kind: 'quantile', family, quantile: 0.5 }, colour: first },
    { name: 'p99', source: { kind: 'quantile', family, quantile: 0.99 }, colour: second },
  ],
});

const requests = 'kv_requests_total';

const plots: readonly PlotOf[] = [
  {
    title: 'Requests of clients',
    unit: 'perSecond',
    lines: [
      {
        name: 'answered',
        source: { kind: 'rate', family: requests, where: isAnswered },
        colour: first,
      },
      {
        name: 'failed',
        source: { kind: 'rate', family: requests, where: (labels) => !isAnswered(labels) },
        colour: 'var(--down)',
      },
    ],
  },
  latency('Until a request is answered', 'kv_request_duration_seconds'),
  {
    title: 'Proposals',
    unit: 'perSecond',
    lines: [
      rate('made', 'raft_proposals_total'),
      rate('failed', 'raft_proposals_failed_total', 'var(--down)'),
    ],
  },
  latency('Until an entry is committed', 'raft_commit_duration_seconds'),
  latency('Until it is applied', 'raft_apply_duration_seconds'),
  latency('Sync of the log', 'raft_wal_fsync_duration_seconds'),
  {
    title: 'Messages between nodes',
    unit: 'perSecond',
    lines: [
      rate('sent', 'raft_messages_sent_total'),
      rate('received', 'raft_messages_received_total', second),
    ],
  },
  {
    title: 'Bytes between nodes',
    unit: 'bytesPerSecond',
    lines: [
      rate('sent', 'raft_peer_sent_bytes_total'),
      rate('received', 'raft_peer_received_bytes_total', second),
    ],
  },
  {
    title: 'Written to the log',
    unit: 'bytesPerSecond',
    lines: [rate('bytes', 'raft_wal_written_bytes_total')],
  },
  {
    title: 'Open',
    unit: 'count',
    lines: [
      value('requests', 'kv_requests_inflight'),
      value('proposals', 'raft_proposals_pending', second),
    ],
  },
  {
    title: 'Processor time, of one processor',
    unit: 'percent',
    lines: [rate('used', 'process_cpu_seconds_total')],
  },
  {
    title: 'Memory',
    unit: 'bytes',
    lines: [
      value('resident', 'process_resident_memory_bytes'),
      value('heap', 'nodejs_heap_size_used_bytes', second),
    ],
  },
];

const plotHeight = 72;
const foot = 14;
/** How much time a plot shows: what there is, within these. */
const shownMs = { least: 60_000, most: 300_000 };

export class Plots {
  readonly #plots = plots.map((plot) => ({
    plot,
    lines: plot.lines.map((line) => ({ ...line, line: new Line(line.source) })),
  }));
  #pointer: { readonly title: string; readonly share: number } | null = null;

  constructor() {
    const box = element('#plots');
    box.addEventListener('pointermove', ({ target, clientX }) => {
      const svg = target instanceof Element ? target.closest<SVGElement>('svg') : null;
      const title = svg?.getAttribute('data-plot') ?? null;
      if (svg === null || title === null) return this.#point(null);
      const { left, width } = svg.getBoundingClientRect();
      this.#point({ title, share: (clientX - left) / width });
    });
    box.addEventListener('pointerleave', () => this.#point(null));
  }

  #nowMs = 0;
  #shownMs = shownMs.least;
  /** Of all cards, so that one unit of a drawing is one pixel. */
  #width = 240;

  /** An empty scrape is none: it breaks the lines. */
  add(scrape: Scrape, atMs: number): void {
    for (const { lines } of this.#plots) for (const { line } of lines) line.add(scrape, atMs);
  }

  draw(nowMs: number): void {
    this.#nowMs = nowMs;
    const firstMs = this.#plots[0]?.lines[0]?.line.points[0]?.atMs ?? nowMs;
    this.#shownMs = Math.min(shownMs.most, Math.max(shownMs.least, nowMs - firstMs));
    const card = document.querySelector('#plots svg');
    if (card !== null) this.#width = Math.round(card.getBoundingClientRect().width);
    const seen = this.#plots.filter(({ lines }) =>
      lines.some(({ line }) => line.points.some((point) => point.value !== null)),
    );
    draw(
      element('#plots'),
      seen.map(({ plot, lines }) => this.#card(plot, lines)),
    );
  }

  #point(pointer: { readonly title: string; readonly share: number } | null): void {
    if (pointer === null && this.#pointer === null) return;
    this.#pointer = pointer;
    this.draw(this.#nowMs);
  }

  #card({ title, unit }: PlotOf, lines: readonly (LineOf & { readonly line: Line })[]): Shape {
    const { title: pointedTitle, share } = this.#pointer ?? { title: '', share: 1 };
    const isPointed = pointedTitle === title;
    const atMs = this.#nowMs - this.#shownMs * (isPointed ? 1 - share : 0);
    const factor = unit === 'percent' ? 100 : 1;
    const values = lines.map(({ name, colour, line }) => {
      const said = valueAt(line.points, atMs, isPointed);
      return shape('span', {}, [
        shape('i', { style: `background:${colour}` }),
        shape('span', {}, `${name} `),
        shape('strong', {}, said === null ? '–' : amount(said * factor, unit)),
      ]);
    });
    return shape('div', { class: 'plot' }, [
      shape('h3', {}, isPointed ? `${title}, ${clock(atMs)}` : title),
      shape('p', {}, values),
      this.#picture(title, unit, factor, lines, isPointed ? share : null),
    ]);
  }

  #picture(
    title: string,
    unit: Unit,
    factor: number,
    lines: readonly (LineOf & { readonly line: Line })[],
    share: number | null,
  ): Shape {
    const width = this.#width;
    const fromMs = this.#nowMs - this.#shownMs;
    const all = lines.flatMap(({ line }) => line.points.map((point) => point.value ?? 0));
    const top = roundUp(Math.max(...all) * factor);
    const x = (ms: number): number => ((ms - fromMs) / this.#shownMs) * width;
    const y = (value: number): number =>
      plotHeight - foot - ((value * factor) / top) * (plotHeight - foot - 12);
    const ground = y(0);
    return shape(
      'svg',
      {
        'data-plot': title,
        viewBox: `0 0 ${width} ${plotHeight}`,
        role: 'img',
        'aria-label': title,
      },
      [
        shape('line', { x1: 0, x2: width, y1: ground, y2: ground, stroke: 'var(--line)' }),
        shape('line', { x1: 0, x2: width, y1: 12, y2: 12, stroke: 'var(--line)' }),
        shape('text', { class: 'soft', x: 0, y: 9 }, amount(top, unit)),
        ...lines.map(({ colour, line }) =>
          shape('path', {
            d: pathOf(
              line.points.filter(({ atMs }) => atMs >= fromMs),
              x,
              y,
            ),
            fill: 'none',
            stroke: colour,
            'stroke-width': 1.5,
            'stroke-linejoin': 'round',
          }),
        ),
        shape('text', { class: 'soft', x: 0, y: plotHeight - 2 }, `−${duration(this.#shownMs)}`),
        shape('text', { class: 'soft', x: width, y: plotHeight - 2, 'text-anchor': 'end' }, 'now'),
        shape('line', {
          x1: (share ?? 0) * width,
          x2: (share ?? 0) * width,
          y1: 8,
          y2: ground,
          stroke: share === null ? 'none' : 'var(--soft)',
        }),
      ],
    );
  }
}

/** What the line was at that time: the latest point, or, of the past, one at most 2 s from it. */
function valueAt(points: readonly Point[], atMs: number, isPast: boolean): number | null {
  if (!isPast) return points.at(-1)?.value ?? null;
  const [nearest] = points.toSorted((a, b) => Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs));
  return nearest !== undefined && Math.abs(nearest.atMs - atMs) < 2000 ? nearest.value : null;
}

/** A line is broken where there is no value. */
function pathOf(
  points: readonly Point[],
  x: (ms: number) => number,
  y: (value: number) => number,
): string {
  let isOn = false;
  const parts: string[] = [];
  for (const { atMs, value } of points) {
    if (value !== null) {
      parts.push(`${isOn ? 'L' : 'M'}${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`);
      if (!isOn) parts.push('h.5'); // a point alone is seen, too
    }
    isOn = value !== null;
  }
  return parts.join('');
}

function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10);
}
