/** A stroke across the stage cuts the links that it crosses. */

import { svg } from './dom.ts';
import { cutBy, type Point } from './geometry.ts';
import type { Stage } from './stage.ts';

/** What is shorter was a click. */
const strokeMin = 24;

export type OnCut = (links: readonly (readonly [string, string])[], isSplit: boolean) => void;

export class Scissors {
  readonly #stage: Stage;
  readonly #line = svg('line', { class: 'stroke', visibility: 'hidden' });
  readonly #onCut: OnCut;
  #start: Point | null = null;
  #isReady = false;

  constructor(stage: Stage, onCut: OnCut) {
    this.#stage = stage;
    this.#onCut = onCut;
    const root = stage.svg;
    root.append(this.#line);
    root.addEventListener('pointerdown', (event) => this.#begin(event));
    root.addEventListener('pointermove', (event) => this.#go(event));
    root.addEventListener('pointerup', (event) => this.#end(event));
    root.addEventListener('pointercancel', () => this.#stop());
  }

  /** A finger scrolls the page, unless the scissors were taken up. */
  get isReady(): boolean {
    return this.#isReady;
  }

  set isReady(isReady: boolean) {
    this.#isReady = isReady;
    this.#stage.svg.classList.toggle('cutting', isReady);
  }

  #begin(event: PointerEvent): void {
    const isFree =
      event.target instanceof Element && event.target.closest('.node, .envelope') === null;
    if (event.button !== 0 || (!this.#isReady && (event.pointerType === 'touch' || !isFree)))
      return;
    this.#start = this.#stage.pointOf(event);
  }

  #go(event: PointerEvent): void {
    if (this.#start === null) return;
    const { x, y } = this.#stage.pointOf(event);
    // Not before that: a click has to reach what was clicked.
    if (Math.hypot(x - this.#start.x, y - this.#start.y) < strokeMin / 3) return;
    this.#stage.svg.setPointerCapture(event.pointerId);
    const { links } = cutBy(this.#stage.geometry, this.#start, { x, y });
    this.#line.setAttribute('x1', String(this.#start.x));
    this.#line.setAttribute('y1', String(this.#start.y));
    this.#line.setAttribute('x2', String(x));
    this.#line.setAttribute('y2', String(y));
    this.#line.setAttribute('visibility', 'visible');
    this.#mark(links);
  }

  #mark(links: readonly (readonly [string, string])[]): void {
    const names = links.map((link) => link.join(' '));
    for (const link of this.#stage.svg.querySelectorAll('[data-link]')) {
      link.classList.toggle('doomed', names.includes(link.getAttribute('data-link') ?? ''));
    }
  }

  #end(event: PointerEvent): void {
    const start = this.#start;
    if (start === null) return;
    const end = this.#stage.pointOf(event);
    this.#stop();
    if (Math.hypot(end.x - start.x, end.y - start.y) < strokeMin) return;
    const { links, isSplit } = cutBy(this.#stage.geometry, start, end);
    if (links.length > 0) this.#onCut(links, isSplit);
  }

  #stop(): void {
    this.#start = null;
    this.#line.setAttribute('visibility', 'hidden');
    this.#mark([]);
  }
}
