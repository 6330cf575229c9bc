/** Latency: a dot for each operation, at the time of its invocation, on a logarithmic scale. */

import type { ReportFault } from '../../report/input.ts';
import type { Brush } from './brush.ts';
import type { Operations } from './operations.ts';
import type { Plot } from './plot.ts';

/** How far the pointer may be from a dot, in pixels. */
const reachPx = 14;

const sizes = { ok: 3, fail: 4, info: 4 } as const;

export interface Dot {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

export class LatencyPlot implements Plot {
  readonly heightPx: number;
  readonly #operations: Operations;
  readonly #faults: readonly ReportFault[];
  readonly #low: number;
  readonly #high: number;
  #brush: Brush | null = null;

  constructor(operations: Operations, faults: readonly ReportFault[], heightPx: number) {
    this.heightPx = heightPx;
    this.#operations = operations;
    this.#faults = faults;
    let [least, most] = [Number.POSITIVE_INFINITY, 1];
    for (const ms of operations.durationMs) {
      if (ms > 0 && ms < least) least = ms;
      if (ms > most) most = ms;
    }
    // A little room, so that no dot is cut off; and at least a decade.
    this.#low = Math.max(-2, Math.min(Math.log10(least), Math.log10(most) - 0.8) - 0.1);
    this.#high = Math.log10(most) + 0.12;
  }

  draw(brush: Brush): void {
    this.#brush = brush;
    brush.inside(() => brush.faults(this.#faults));
    for (const ms of this.#levels()) brush.level(this.#share(ms), nameOf(ms));
    brush.inside(() => {
      // What went wrong lies on top.
      for (const type of ['ok', 'fail', 'info'] as const) this.#dots(brush, type);
      this.#rings(brush);
    });
    brush.time();
  }

  /** A dot on top of another is not drawn again: of 100,000 most are. */
  #dots(brush: Brush, type: 'ok' | 'fail' | 'info'): void {
    const { context, width, height } = brush;
    const operations = this.#operations;
    const taken = new Uint8Array(Math.ceil(width) * Math.ceil(height));
    const size = sizes[type];
    context.fillStyle = brush.colour(type);
    for (const at of this.#visible(brush)) {
      if (operations.typeOf(at) !== type) continue;
      const x = Math.round(brush.x(operations.startMs[at] ?? 0));
      const y = Math.round(this.#y(brush, at));
      const place = y * Math.ceil(width) + x;
      if (taken[place] === 1) continue;
      taken[place] = 1;
      context.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  #rings(brush: Brush): void {
    const { context } = brush;
    const operations = this.#operations;
    context.strokeStyle = brush.colour('missed');
    context.lineWidth = 1.5;
    const taken = new Set<number>();
    for (const at of this.#visible(brush)) {
      if (!operations.isMissed(at)) continue;
      const x = Math.round(brush.x(operations.startMs[at] ?? 0));
      const y = Math.round(this.#y(brush, at));
      const place = y * 10_000 + x;
      if (taken.has(place)) continue;
      taken.add(place);
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  *#visible(brush: Brush): Generator<number> {
    const operations = this.#operations;
    const end = brush.width + 5;
    const first = operations.firstFrom(brush.timeAt(0));
    for (let at = first; at < operations.count; at++) {
      if (brush.x(operations.startMs[at] ?? 0) > end) return;
      yield at;
    }
  }

  #y(brush: Brush, at: number): number {
    return brush.y(this.#share(this.#operations.durationMs[at] ?? 0));
  }

  /** How far up a latency is. */
  #share(ms: number): number {
    const power = Math.log10(Math.max(10 ** this.#low, ms));
    return (power - this.#low) / (this.#high - this.#low);
  }

  /** Powers of ten, and what is between them when there are few. */
  #levels(): number[] {
    const factors = this.#high - this.#low < 2 ? [1, 2, 5] : [1];
    const levels: number[] = [];
    for (let power = Math.floor(this.#low); power <= this.#high; power++) {
      levels.push(...factors.map((factor) => factor * 10 ** power));
    }
    return levels.filter((ms) => ms >= 10 ** this.#low && ms <= 10 ** this.#high);
  }

  /** The operation whose dot is nearest to a point, within reach. */
  nearest(x: number, y: number): Dot | null {
    const brush = this.#brush;
    if (brush === null) return null;
    const operations = this.#operations;
    let found: Dot | null = null;
    let nearest = reachPx ** 2;
    for (let at = operations.firstFrom(brush.timeAt(x - reachPx)); at < operations.count; at++) {
      const dotX = brush.x(operations.startMs[at] ?? 0);
      if (dotX > x + reachPx) break;
      const dotY = this.#y(brush, at);
      const distance = (dotX - x) ** 2 + (dotY - y) ** 2;
      if (distance > nearest) continue;
      nearest = distance;
      found = { at, x: dotX, y: dotY };
    }
    return found;
  }

  describe(timeMs: number, y: number): string {
    const dot = this.nearest(this.#brush?.x(timeMs) ?? 0, y);
    return dot === null ? '' : this.#operations.describe(dot.at);
  }
}

function nameOf(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;
}
