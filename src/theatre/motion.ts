/** Messages that travel while a step is played. Whoever goes on meanwhile does not wait for them. */

import { svg } from './dom.ts';
import { type Flight, flightsOf } from './flights.ts';
import { onLane, type Point } from './geometry.ts';
import type { Picture } from './picture.ts';
import type { Frame } from './session.ts';
import { drawEnvelope, restPlace, type Stage } from './stage.ts';

/** However many waves there are, all of them take about so many times as long as one. */
const wavesAtFullLength = 4;
/** What takes longer than so many waves is not shown on its way. */
const wavesMax = 14;

export class Motion {
  readonly #stage: Stage;
  #animations: readonly Animation[] = [];
  #turn = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Whether messages are travelling. */
  get isOn(): boolean {
    return this.#animations.length > 0;
  }

  stop(): void {
    this.#turn++;
    for (const animation of this.#animations) animation.cancel();
    this.#animations = [];
    this.#stage.sky.replaceChildren();
  }

  /** Resolves when all have arrived; with false when something else came in between. */
  async play(before: Picture, frame: Frame, fullWaveMs: number): Promise<boolean> {
    this.stop();
    const turn = this.#turn;
    const flights = flightsOf(frame).filter(({ message: { from, to } }) => this.#isHere(from, to));
    const waves = Math.max(0, ...flights.map(({ wave }) => wave + 1));
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden;
    if (waves === 0 || waves > wavesMax || isStill) return true;
    const waveMs = fullWaveMs * Math.min(1, wavesAtFullLength / waves);
    this.#stage.hideMessages(new Set(flights.map(({ number }) => number)));
    this.#animations = flights.map((flight) => this.#fly(flight, before, frame.picture, waveMs));
    await Promise.allSettled(this.#animations.map(({ finished }) => finished));
    if (turn !== this.#turn) return false;
    this.stop();
    return true;
  }

  #isHere(...ids: readonly string[]): boolean {
    return ids.every((id) => this.#stage.geometry.places.has(id));
  }

  #fly(flight: Flight, before: Picture, after: Picture, waveMs: number): Animation {
    const { geometry, sky } = this.#stage;
    const { message, number, fields, fate, wave } = flight;
    const { kind, from, to, term } = message;
    const along = (share: number) => onLane(geometry, from, to, share);
    const waiting = restPlace(geometry, before.messages, number);
    const start = waiting ?? along(0);
    const resting = restPlace(geometry, after.messages, number) ?? along(0.42);
    const end = fate === 'leaves' ? resting : along(fate === 'lost' ? 0.8 : 1);
    const envelope = drawEnvelope(
      geometry,
      { number, kind, from, to, term, fields },
      { x: 0, y: 0 },
    );
    envelope.removeAttribute('transform');
    if (fate === 'lost')
      envelope.append(svg('path', { class: 'loss', d: 'M-9,-9 l18,18 m0,-18 l-18,18' }));
    sky.append(envelope);
    const move = ({ x, y }: Point) => `translate(${x}px, ${y}px)`;
    // What was there already is seen while it waits for its turn.
    const isSeen = waiting === null ? 0 : 1;
    envelope.style.opacity = String(isSeen);
    envelope.style.transform = move(start);
    const frames: Keyframe[] = [
      { transform: move(start), opacity: 1 },
      { transform: move(end), opacity: 1, offset: 0.88 },
      { transform: move(end), opacity: fate === 'leaves' ? 1 : 0 },
    ];
    return envelope.animate(frames, {
      duration: waveMs,
      delay: wave * waveMs,
      easing: 'ease-in-out',
      fill: 'forwards',
    });
  }
}
