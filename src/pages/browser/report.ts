/**
 * The report's script: draws the plots, which share one axis of time, and says what is under the
 * pointer. Whatever has a `data-tip` says that.
 */

import type { ReportData } from '../report/data.ts';
import { element, readData } from './parts/data.ts';
import { showTips, Tip } from './parts/tip.ts';
import { Brush, left, right } from './report/brush.ts';
import { availabilityPlot, messagesPlot, ratePlot } from './report/curves.ts';
import { LanesPlot } from './report/lanes-plot.ts';
import { LatencyPlot } from './report/latency-plot.ts';
import { Operations } from './report/operations.ts';
import type { Plot } from './report/plot.ts';
import { Pointer, type Shown } from './report/pointer.ts';
import { View } from './report/view.ts';

const tip = new Tip();
showTips(tip, document.getElementById('plots'));

const data = readData<ReportData>();
if (document.getElementById('plots') !== null) showPlots();

function showPlots(): void {
  const { durationMs, faults, lanes } = data;
  const operations = new Operations(data);
  const latency = new LatencyPlot(operations, faults, innerWidth < 600 ? 240 : 300);
  const plots: { readonly [name: string]: Plot } = {
    lanes: new LanesPlot(lanes, faults),
    latency,
    rate: ratePlot(data),
    availability: availabilityPlot(data),
    messages: messagesPlot(data),
  };
  const canvases = document.querySelectorAll<HTMLCanvasElement>('canvas[data-plot]');
  const shown = Array.from(canvases, (canvas): Shown => {
    const plot = plots[canvas.dataset['plot'] ?? ''];
    if (plot === undefined) throw new Error(`no plot is called ${canvas.dataset['plot']}`);
    return { canvas, plot };
  });
  const box = element('#plots');
  const moment = document.createElement('div');
  moment.className = 'moment';
  moment.hidden = true;
  box.append(moment);

  let isDue = false;
  const draw = (): void => {
    isDue = false;
    for (const { canvas, plot } of shown) plot.draw(new Brush(canvas, plot.heightPx, view));
    sayRange(view);
    showMoment();
  };
  const drawSoon = (): void => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  };
  const view = new View(durationMs, drawSoon);

  /** `#ms=1234.5` marks a moment, and shows what is around it. */
  let momentMs: number | null = null;
  const showMoment = (): void => {
    const [first] = shown;
    moment.hidden = momentMs === null || first === undefined;
    if (momentMs === null || first === undefined) return;
    const { fromMs, toMs } = view;
    const width = box.clientWidth - left - right;
    const x = left + (width * (momentMs - fromMs)) / (toMs - fromMs);
    moment.hidden = momentMs < fromMs || momentMs > toMs;
    moment.style.transform = `translateX(${x}px)`;
  };
  const goTo = (): void => {
    const text = new URLSearchParams(location.hash.slice(1)).get('ms');
    const ms = text === null ? Number.NaN : Number(text);
    momentMs = Number.isFinite(ms) ? ms : null;
    if (momentMs === null) return drawSoon();
    const around = Math.min(durationMs / 2, Math.max(250, durationMs / 20));
    view.show(momentMs - around, momentMs + around);
  };

  new Pointer(box, view, tip, shown, latency, operations);
  element('#bar').hidden = false;
  element('#whole').addEventListener('click', () => view.showWhole());
  addEventListener('resize', drawSoon);
  addEventListener('hashchange', goTo);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawSoon);
  draw();
  goTo();
}

function sayRange(view: View): void {
  const seconds = (ms: number): string => (ms / 1000).toFixed(view.isWhole ? 0 : 3);
  element('#range').textContent = `${seconds(view.fromMs)} – ${seconds(view.toMs)} s`;
  element<HTMLButtonElement>('#whole').disabled = view.isWhole;
}
