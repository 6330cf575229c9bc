/** What the pointer and the keys do with the plots: point, drag over a time, leave it again. */

import type { Tip } from '../parts/tip.ts';
import { left, right } from './brush.ts';
import type { LatencyPlot } from './latency-plot.ts';
import type { Operations } from './operations.ts';
import type { Plot } from './plot.ts';
import type { View } from './view.ts';

export interface Shown {
  readonly canvas: HTMLCanvasElement;
  readonly plot: Plot;
}

/** A drag that is shorter is a click. */
const leastDragPx = 5;

export class Pointer {
  readonly #plots: HTMLElement;
  readonly #view: View;
  readonly #tip: Tip;
  readonly #shown: readonly Shown[];
  readonly #latency: Shown | undefined;
  readonly #operations: Operations;
  readonly #crosshair: HTMLElement;
  readonly #selection: HTMLElement;
  readonly #halo: HTMLElement;
  #dragFromX: number | null = null;

  constructor(
    plots: HTMLElement,
    view: View,
    tip: Tip,
    shown: readonly Shown[],
    latency: LatencyPlot | null,
    operations: Operations,
  ) {
    this.#plots = plots;
    this.#view = view;
    this.#tip = tip;
    this.#shown = shown;
    this.#latency = shown.find(({ plot }) => plot === latency);
    this.#operations = operations;
    this.#crosshair = this.#add('crosshair');
    this.#selection = this.#add('selection');
    this.#halo = this.#add('halo');
    plots.addEventListener('pointermove', (event) => this.#move(event));
    plots.addEventListener('pointerdown', (event) => this.#press(event));
    plots.addEventListener('pointerup', (event) => this.#release(event));
    plots.addEventListener('pointercancel', () => this.#leave());
    plots.addEventListener('pointerleave', () => this.#leave());
    plots.addEventListener('dblclick', () => view.showWhole());
    plots.addEventListener('keydown', (event) => this.#key(event));
  }

  #add(name: string): HTMLElement {
    const element = document.createElement('div');
    element.className = name;
    element.hidden = true;
    this.#plots.append(element);
    return element;
  }

  #timeAt(x: number): number {
    const { fromMs, toMs } = this.#view;
    const width = this.#plots.clientWidth - left - right;
    const share = Math.min(1, Math.max(0, (x - left) / width));
    return fromMs + share * (toMs - fromMs);
  }

  #move(event: PointerEvent): void {
    const box = this.#plots.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (this.#dragFromX !== null) this.#drag(this.#dragFromX, x);
    const isInside = x >= left && x <= box.width - right;
    const over = this.#shown.find(({ canvas }) => canvas === event.target);
    this.#crosshair.hidden = !isInside || over === undefined;
    this.#crosshair.style.transform = `translateX(${x}px)`;
    this.#point(over, event, x, box.top);
  }

  #point(over: Shown | undefined, event: PointerEvent, x: number, top: number): void {
    this.#halo.hidden = true;
    this.#plots.style.cursor = '';
    if (over === undefined) return this.#tip.hide();
    const canvasTop = over.canvas.getBoundingClientRect().top;
    const y = event.clientY - canvasTop;
    const timeMs = this.#timeAt(x);
    const time = `${(timeMs / 1000).toFixed(3)} s`;
    const said = over.plot.describe(timeMs, y);
    this.#tip.show(said === '' ? time : said, event.clientX, event.clientY);
    if (over !== this.#latency) return;
    const dot = this.#dotAt(x, y);
    if (dot === null) return;
    this.#halo.hidden = false;
    this.#halo.style.transform = `translate(${dot.x}px, ${dot.y + canvasTop - top}px)`;
    const isLink = this.#operations.placeInDiagram(dot.at) !== null;
    over.canvas.style.cursor = isLink ? 'pointer' : '';
  }

  #dotAt(x: number, y: number) {
    const plot = this.#latency?.plot as LatencyPlot | undefined;
    const dot = plot?.nearest(x, y) ?? null;
    const canvas = this.#latency?.canvas;
    if (dot === null && canvas !== undefined) canvas.style.cursor = '';
    return dot;
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || !(event.target instanceof HTMLCanvasElement)) return;
    this.#dragFromX = event.clientX - this.#plots.getBoundingClientRect().left;
    this.#plots.setPointerCapture?.(event.pointerId);
  }

  #drag(fromX: number, toX: number): void {
    const [start, end] = [Math.min(fromX, toX), Math.max(fromX, toX)];
    this.#selection.hidden = end - start < leastDragPx;
    this.#selection.style.transform = `translateX(${Math.max(left, start)}px)`;
    this.#selection.style.width = `${Math.max(0, end - Math.max(left, start))}px`;
  }

  #release(event: PointerEvent): void {
    const fromX = this.#dragFromX;
    this.#leave();
    if (fromX === null) return;
    const box = this.#plots.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (Math.abs(x - fromX) >= leastDragPx) {
      const [start, end] = [Math.min(fromX, x), Math.max(fromX, x)];
      return this.#view.show(this.#timeAt(start), this.#timeAt(end));
    }
    const canvas = this.#latency?.canvas.getBoundingClientRect();
    if (canvas === undefined || event.clientY < canvas.top || event.clientY > canvas.bottom) return;
    const dot = this.#dotAt(x, event.clientY - canvas.top);
    const place = dot === null ? null : this.#operations.placeInDiagram(dot.at);
    if (place !== null) location.assign(place);
  }

  #leave(): void {
    this.#dragFromX = null;
    for (const element of [this.#crosshair, this.#selection, this.#halo]) element.hidden = true;
    this.#tip.hide();
  }

  #key(event: KeyboardEvent): void {
    const actions: { readonly [key: string]: () => void } = {
      ArrowLeft: () => this.#view.pan(-0.25),
      ArrowRight: () => this.#view.pan(0.25),
      '+': () => this.#view.zoom(0.5),
      '=': () => this.#view.zoom(0.5),
      '-': () => this.#view.zoom(2),
      '0': () => this.#view.showWhole(),
      Escape: () => this.#view.showWhole(),
    };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }
}
