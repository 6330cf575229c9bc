/** Curves over stretches of time: rates, shares, messages for each operation. */

import type { Bins } from '../../report/bins.ts';
import type { ReportFault } from '../../report/input.ts';
import type { Brush } from './brush.ts';
import type { Plot } from './plot.ts';

/** One value for each stretch; null where there is nothing to count. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

/** What lies between two curves. */
export interface Area {
  readonly colour: string;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

export interface BinsPlotOptions {
  readonly heightPx: number;
  readonly bins: Bins;
  readonly faults: readonly ReportFault[];
  readonly curves: readonly Curve[];
  readonly areas?: readonly Area[];
  /** The value at the top; without it, one that is round and not below any. */
  readonly most?: number;
  readonly label: (value: number) => string;
  /** What else is to be said of a stretch. */
  readonly more?: (at: number) => readonly string[];
}

export class BinsPlot implements Plot {
  readonly heightPx: number;
  readonly #options: BinsPlotOptions;
  readonly #most: number;

  constructor(options: BinsPlotOptions) {
    this.heightPx = options.heightPx;
    this.#options = options;
    const values = options.curves.flatMap((curve) => curve.values.map((value) => value ?? 0));
    this.#most = options.most ?? roundUp(values.reduce((most, value) => Math.max(most, value), 0));
  }

  draw(brush: Brush): void {
    const { faults, curves, areas = [], label } = this.#options;
    // Tints below areas would mix with their colour.
    brush.inside(() => brush.faults(faults, areas.length > 0 ? 0 : undefined));
    for (const share of [0, 0.5, 1]) brush.level(share, label(share * this.#most));
    brush.inside(() => {
      for (const area of areas) this.#area(brush, area);
      for (const curve of curves) this.#curve(brush, curve);
    });
    brush.time();
  }

  /** Steps, for a value is that of its whole stretch. */
  #curve(brush: Brush, { colour, values }: Curve): void {
    const { context } = brush;
    const { widthMs } = this.#options.bins;
    context.strokeStyle = brush.colour(colour);
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.beginPath();
    let isDown = false;
    for (const [at, value] of values.entries()) {
      if (value === null) {
        isDown = false;
        continue;
      }
      const y = brush.y(value / this.#most);
      const [from, to] = [brush.x(at * widthMs), brush.x((at + 1) * widthMs)];
      if (isDown) context.lineTo(from, y);
      else context.moveTo(from, y);
      context.lineTo(to, y);
      isDown = true;
    }
    context.stroke();
  }

  #area(brush: Brush, { colour, low, high }: Area): void {
    const { context } = brush;
    const { widthMs } = this.#options.bins;
    context.fillStyle = brush.colour(colour);
    context.globalAlpha = 0.16;
    for (const [at, value] of high.entries()) {
      const from = low[at] ?? null;
      if (value === null || from === null) continue;
      const [x, y] = [brush.x(at * widthMs), brush.y(value / this.#most)];
      context.fillRect(x, y, brush.x((at + 1) * widthMs) - x, brush.y(from / this.#most) - y);
    }
    context.globalAlpha = 1;
  }

  describe(timeMs: number): string {
    const { bins, curves, label, more } = this.#options;
    const at = Math.floor(timeMs / bins.widthMs);
    const known = curves.filter((curve) => (curve.values[at] ?? null) !== null);
    if (known.length === 0) return '';
    const seconds = (ms: number): string => String(Number((ms / 1000).toFixed(3)));
    const { widthMs } = bins;
    return [
      `${seconds(at * widthMs)} to ${seconds((at + 1) * widthMs)} s`,
      ...known.map(({ name, values }) => `${name}: ${label(values[at] ?? 0)}`),
      ...(more?.(at) ?? []),
    ].join('\n');
  }
}

function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10);
}
