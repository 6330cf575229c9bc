/** Latency: a dot for each operation, at the time of its invocation, on a logarithmic scale. */

import type { ReportFault } from '../../report/input.ts';
import { type Brush, left } from './brush.ts';
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
  /** How far up each operation is. */
  readonly #shares: Float64Array;
  /** Which operations ended in which way, in order; and which were missed. */
  readonly #byType: { readonly [type in 'ok' | 'fail' | 'info']: Int32Array };
  readonly #missed: Int32Array;
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
    this.#shares = operations.durationMs.map((ms) => this.#share(ms));
    const where = (is: (at: number) => boolean): Int32Array =>
      Int32Array.from(operations.startMs.keys()).filter(is);
    this.#byType = {
      ok: where((at) => operations.typeOf(at) === 'ok'),
      fail: where((at) => operations.typeOf(at) === 'fail'),
      info: where((at) => operations.typeOf(at) === 'info'),
    };
    this.#missed = where((at) => operations.isMissed(at));
  }

  draw(brush: Brush): void {
    this.#brush = brush;
    brush.inside(() => brush.faults(this.#faults));
    for (const ms of this.#levels()) brush.level(this.#share(ms), nameOf(ms));
    brush.inside(() => {
      this.#dots(brush);
      this.#rings(brush);
    });
    brush.time();
  }

  /**
   * Dots are put into an image, pixel by pixel: of 100,000 that takes a tenth of the time that as
   * many rectangles take.
   */
  #dots(brush: Brush): void {
    const { context, plotWidth, plotHeight } = brush;
    const scale = devicePixelRatio;
    const image = new ImageData(Math.ceil(plotWidth * scale), Math.ceil(plotHeight * scale));
    const pixels = new Uint32Array(image.data.buffer);
    // What went wrong lies on top.
    for (const type of ['ok', 'fail', 'info'] as const) {
      const colour = pixelOf(brush.colour(type));
      const size = Math.max(1, Math.round(sizes[type] * scale));
      this.#places(brush, this.#byType[type], (x, y) => {
        const fromX = Math.round((x - left) * scale - size / 2);
        const fromY = Math.round((y - brush.top) * scale - size / 2);
        const toX = Math.min(image.width, fromX + size);
        const toY = Math.min(image.height, fromY + size);
        for (let row = Math.max(0, fromY); row < toY; row++) {
          pixels.fill(colour, row * image.width + Math.max(0, fromX), row * image.width + toX);
        }
      });
    }
    const layer = document.createElement('canvas');
    layer.width = image.width;
    layer.height = image.height;
    layer.getContext('2d')?.putImageData(image, 0, 0);
    context.drawImage(layer, left, brush.top, image.width / scale, image.height / scale);
  }

  #rings(brush: Brush): void {
    const { context } = brush;
    context.strokeStyle = brush.colour('missed');
    context.lineWidth = 1.5;
    this.#places(brush, this.#missed, (x, y) => {
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.stroke();
    });
  }

  /** Calls `put` for each place where some of these operations are, once. */
  #places(brush: Brush, those: Int32Array, put: (x: number, y: number) => void): void {
    const { startMs } = this.#operations;
    const columns = Math.ceil(brush.width) + 1;
    const taken = new Uint8Array(columns * (Math.ceil(brush.height) + 1));
    const [fromMs, toMs] = [brush.timeAt(left), brush.timeAt(brush.width)];
    const scale = brush.x(fromMs + 1) - left;
    const [top, height] = [brush.y(1), brush.plotHeight];
    for (let nth = firstFrom(those, startMs, fromMs); nth < those.length; nth++) {
      const at = those[nth] ?? 0;
      const timeMs = startMs[at] ?? 0;
      if (timeMs > toMs) return;
      const x = Math.round(left + (timeMs - fromMs) * scale);
      const y = Math.round(top + height * (1 - (this.#shares[at] ?? 0)));
      const place = y * columns + x;
      if (taken[place] === 1) continue;
      taken[place] = 1;
      put(x, y);
    }
  }

  #y(brush: Brush, at: number): number {
    return brush.y(this.#shares[at] ?? 0);
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

/** A colour of the theme, `#rrggbb`, as four bytes of an image in their order in memory. */
function pixelOf(colour: string): number {
  const rgb = Number.parseInt(colour.trim().slice(1), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}

/** The first of some operations, in order, that was invoked at a time or later. */
function firstFrom(those: Int32Array, startMs: Float64Array, timeMs: number): number {
  let [low, high] = [0, those.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((startMs[those[middle] ?? 0] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nameOf(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;
}
