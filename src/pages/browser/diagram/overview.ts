/** The whole run in a strip: roles of all nodes, how much was sent, faults, and what is seen of it. */

import { noNode } from '../../diagram/format.ts';
import { hatch } from './hatch.ts';
import type { Scene } from './scene.ts';
import { sizeCanvas } from './size-canvas.ts';

const trackHeight = 22;

/** Of all lanes together, at most; and of one. */
const lanesHeight = 60;
const mostLaneHeight = 6;

function overviewHeight(nodes: number): number {
  return trackHeight + Math.min(nodes * mostLaneHeight, lanesHeight) + 6;
}

export class Overview {
  readonly canvas: HTMLCanvasElement;
  readonly #scene: Scene;
  /** Everything but the window, which alone moves. */
  readonly #still = document.createElement('canvas');

  constructor(canvas: HTMLCanvasElement, scene: Scene) {
    this.canvas = canvas;
    this.#scene = scene;
  }

  get #width(): number {
    return this.canvas.clientWidth;
  }

  xOf(ms: number): number {
    const { startMs, endMs } = this.#scene.model;
    return ((ms - startMs) / (endMs - startMs)) * this.#width;
  }

  msAt(x: number): number {
    const { startMs, endMs } = this.#scene.model;
    return startMs + (x / Math.max(1, this.#width)) * (endMs - startMs);
  }

  /** Draws the run anew: another size, other colours, or another filter. */
  renew(): void {
    const height = overviewHeight(this.#scene.model.nodes.length);
    sizeCanvas(this.canvas, this.#width, height);
    const pen = sizeCanvas(this.#still, this.#width, height);
    if (pen === null) return;
    pen.clearRect(0, 0, this.#width, height);
    this.#drawFaults(pen, height);
    this.#drawAmounts(pen);
    this.#drawRoles(pen);
    this.#drawMoments(pen, height);
    this.draw();
  }

  draw(): void {
    const { view, palette } = this.#scene;
    const context = this.canvas.getContext('2d');
    if (context === null || this.#still.width === 0) return;
    const { width, height } = this.canvas;
    const ratio = width / Math.max(1, this.#width);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.drawImage(this.#still, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const from = Math.max(0, this.xOf(view.fromMs));
    const to = Math.min(this.#width, this.xOf(view.toMs));
    const high = height / ratio;
    context.fillStyle = palette.of('--paper');
    context.globalAlpha = 0.62;
    context.fillRect(0, 0, from, high);
    context.fillRect(to, 0, this.#width - to, high);
    context.globalAlpha = 1;
    context.strokeStyle = palette.of('--accent');
    context.lineWidth = 2;
    const wide = Math.max(4, to - from);
    context.strokeRect(Math.min(from, this.#width - wide) + 1, 1, wide - 2, high - 2);
  }

  #drawFaults(pen: CanvasRenderingContext2D, height: number): void {
    const { model, palette } = this.#scene;
    for (const { kind, fromMs, toMs } of model.faults) {
      // What hits single nodes is seen at them.
      if (kind === 'kill' || kind === 'pause') continue;
      pen.fillStyle = palette.fault(kind);
      pen.globalAlpha = 0.3;
      const x = this.xOf(fromMs);
      if (toMs > fromMs) pen.fillRect(x, 0, Math.max(1, this.xOf(toMs) - x), height);
    }
    pen.globalAlpha = 1;
  }

  #drawAmounts(pen: CanvasRenderingContext2D): void {
    const { shown, model, palette } = this.#scene;
    const columns = Math.max(1, Math.ceil(this.#width));
    const counts = new Uint32Array(columns);
    const { sentMs } = model.messages;
    const scale = columns / (model.endMs - model.startMs);
    for (const { members } of shown) {
      for (const message of members) {
        const at = Math.floor(((sentMs[message] ?? 0) - model.startMs) * scale);
        const column = Math.min(columns - 1, at);
        counts[column] = (counts[column] ?? 0) + 1;
      }
    }
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    pen.fillStyle = palette.of('--soft');
    pen.globalAlpha = 0.75;
    counts.forEach((count, x) => {
      const high = Math.sqrt(count / most) * (trackHeight - 3);
      pen.fillRect(x, trackHeight - high, 1, high);
    });
    pen.globalAlpha = 1;
  }

  #drawRoles(pen: CanvasRenderingContext2D): void {
    const { model, palette } = this.#scene;
    const laneHeight = Math.min(mostLaneHeight, lanesHeight / model.nodes.length);
    model.spans.forEach((spans, node) => {
      const y = trackHeight + 3 + node * laneHeight;
      for (const { role, fromMs, toMs } of spans) {
        const x = this.xOf(fromMs);
        const wide = this.xOf(toMs) - x;
        const isQuiet = role === 'follower' || role === 'unknown';
        pen.fillStyle =
          role === 'down' ? hatch(pen, palette.of('--down'), null) : palette.role(role);
        pen.globalAlpha = isQuiet ? 0.3 : 1;
        pen.fillRect(x, y, Math.max(isQuiet ? 0.2 : 1, wide), laneHeight * 0.75);
      }
    });
    pen.globalAlpha = 1;
  }

  #drawMoments(pen: CanvasRenderingContext2D, height: number): void {
    const { model, palette } = this.#scene;
    pen.fillStyle = palette.of('--down');
    for (const { atMs, kind, node } of model.marks) {
      if (kind !== 'broken' && kind !== 'halt' && node !== noNode) continue;
      pen.fillRect(this.xOf(atMs) - 1, 0, 2.5, height);
    }
  }
}
