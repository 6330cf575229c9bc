/** Draws on one canvas: its frame, the axis of time, faults behind, and colours of the theme. */

import type { ReportFault } from '../../report/input.ts';
import type { View } from './view.ts';

export const left = 62;
export const right = 8;
const top = 6;
const bottom = 20;
/** Faults have a strip of this height on top, one lane a kind. */
const strip = 5;

export class Brush {
  readonly context: CanvasRenderingContext2D;
  /** All in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly top: number = top;
  readonly plotWidth: number;
  readonly plotHeight: number;
  readonly #view: View;
  readonly #style: CSSStyleDeclaration;

  constructor(canvas: HTMLCanvasElement, height: number, view: View) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('there is no canvas here');
    this.context = context;
    this.width = canvas.clientWidth;
    this.height = height;
    this.plotWidth = Math.max(1, this.width - left - right);
    this.plotHeight = height - top - bottom;
    this.#view = view;
    this.#style = getComputedStyle(document.documentElement);
    const scale = devicePixelRatio;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(this.width * scale);
    canvas.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = '12px system-ui, sans-serif';
    context.textBaseline = 'middle';
  }

  colour(name: string): string {
    return this.#style.getPropertyValue(`--${name}`) || this.#style.getPropertyValue('--soft');
  }

  x(timeMs: number): number {
    const { fromMs, toMs } = this.#view;
    return left + (this.plotWidth * (timeMs - fromMs)) / (toMs - fromMs);
  }

  /** The time at a place, in pixels from the canvas's left; the inverse of `x`. */
  timeAt(x: number): number {
    const { fromMs, toMs } = this.#view;
    return fromMs + ((x - left) / this.plotWidth) * (toMs - fromMs);
  }

  /** @param share from 0, at the bottom, to 1 */
  y(share: number): number {
    return top + this.plotHeight * (1 - share);
  }

  /** Calls `draw` with everything outside the plot cut off. */
  inside(draw: () => void): void {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(left, 0, this.plotWidth, top + this.plotHeight + 1);
    context.clip();
    draw();
    context.restore();
  }

  level(share: number, label: string): void {
    const { context } = this;
    const y = Math.round(this.y(share)) + 0.5;
    context.strokeStyle = this.colour('line');
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(left + this.plotWidth, y);
    context.stroke();
    this.label(label, y);
  }

  /** Beside the plot. */
  label(text: string, y: number): void {
    const { context } = this;
    context.fillStyle = this.colour('soft');
    context.textAlign = 'right';
    context.fillText(text, left - 7, y, left - 8);
  }

  time(): void {
    const { context } = this;
    const { fromMs, toMs } = this.#view;
    const most = Math.max(2, Math.floor(this.plotWidth / 90));
    const step = niceStep((toMs - fromMs) / most);
    const digits = Math.max(0, -Math.floor(Math.log10(step / 1000) + 1e-9));
    const y = top + this.plotHeight;
    context.fillStyle = this.colour('soft');
    context.strokeStyle = this.colour('line');
    context.lineWidth = 1;
    context.textAlign = 'center';
    context.beginPath();
    context.moveTo(left, y + 0.5);
    context.lineTo(left + this.plotWidth, y + 0.5);
    for (let tick = Math.ceil(fromMs / step); tick * step <= toMs; tick++) {
      const x = Math.round(this.x(tick * step)) + 0.5;
      context.moveTo(x, y);
      context.lineTo(x, y + 4);
      const text = `${((tick * step) / 1000).toFixed(digits)} s`;
      // The first and the last must not be cut off.
      const half = context.measureText(text).width / 2;
      context.fillText(text, Math.min(this.width - half, x), y + 12);
    }
    context.stroke();
  }

  /**
   * The whole height is tinted; a strip on top, one lane a kind, tells apart what overlaps.
   *
   * @param tint 0 for the strips alone
   */
  faults(faults: readonly ReportFault[], tint: number = 0.16): void {
    const { context } = this;
    const kinds = [...new Set(faults.map(({ kind }) => kind))];
    for (const [lane, kind] of kinds.entries()) {
      context.fillStyle = this.colour(colourOf(kind));
      for (const { fromMs, toMs } of united(faults.filter((it) => it.kind === kind))) {
        const x = Math.max(left - 1, this.x(fromMs));
        const width = Math.max(1, Math.min(this.width, this.x(toMs)) - x);
        if (x > this.width || this.x(toMs) < left) continue;
        context.globalAlpha = tint;
        context.fillRect(x, top, width, this.plotHeight);
        context.globalAlpha = 1;
        context.fillRect(x, top + strip * lane, width, strip - 1);
      }
    }
  }

  /** Hatched, so that what lies below shows. */
  hatch(colour: string, x: number, y: number, width: number, height: number, gap: number): void {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.strokeStyle = this.colour(colour);
    context.lineWidth = 1.4;
    context.beginPath();
    const first = Math.max(x, left) - height;
    for (let at = first - (first % gap); at < Math.min(x + width, this.width); at += gap) {
      context.moveTo(at, y + height);
      context.lineTo(at + height, y);
    }
    context.stroke();
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    context.restore();
  }
}

export function colourOf(kind: string): string {
  return ['partition', 'kill', 'pause'].includes(kind) ? kind : 'other-fault';
}

/** Faults of one kind that overlap are one stretch: the tint says that there are some. */
function united(faults: readonly ReportFault[]): { fromMs: number; toMs: number }[] {
  const stretches: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of faults) {
    const last = stretches.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else stretches.push({ fromMs, toMs });
  }
  return stretches;
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1e-6, least)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}
