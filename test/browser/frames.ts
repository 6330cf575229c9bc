/**
 * Measures how fluent a space-time diagram is, for people: pans and zooms at several distances, and
 * prints how long frames took to draw, how much the page computed for each, and how far they were
 * apart.
 *
 *     node dist/test/browser/frames.js FILE [WIDTH]
 */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Chromium } from './chromium.ts';

const [file = '', width = '1280'] = process.argv.slice(2);
const browser = Chromium.launch();
const beginMs = performance.now();
const page = await browser.open(pathToFileURL(resolve(file)).href, {
  width: Number(width),
  height: 1000,
  scheme: 'light',
});
await page.until('globalThis.diagram !== undefined && diagram.stage.frames > 0');
const openMs = performance.now() - beginMs;
const scriptMs = await page.evaluate<number>(
  'performance.getEntriesByType("navigation")[0].loadEventEnd',
);
console.log(`opened in ${openMs.toFixed(0)} ms; loaded after ${scriptMs.toFixed(0)} ms`);

await page.send('Performance.enable', { timeDomain: 'threadTicks' });

/** What the page's main thread has computed so far, in milliseconds, whoever else uses the machine. */
async function computedMs(): Promise<number> {
  const { metrics } = await page.send('Performance.getMetrics');
  const all = metrics as readonly { readonly name: string; readonly value: number }[];
  return 1000 * (all.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}

/** Moves the view each frame, and notes what each cost. */
const measure = `async (part, move) => {
  const { stage } = diagram;
  const { view, model } = stage.scene;
  const all = model.endMs - model.startMs;
  const middle = model.startMs + all / 2;
  view.set(middle - all * part / 2, middle + all * part / 2);
  const drawMs = [], apartMs = [];
  let arrows = 0, dense = 0;
  let lastMs = await new Promise(requestAnimationFrame);
  for (let frame = 0; frame < 150; frame++) {
    if (move === 'pan') view.pan(view.spanMs * (frame % 100 < 50 ? 0.01 : -0.01));
    else view.zoom(frame % 60 < 30 ? 0.97 : 1 / 0.97, middle);
    const nowMs = await new Promise(requestAnimationFrame);
    drawMs.push(stage.frameMs); apartMs.push(nowMs - lastMs); lastMs = nowMs;
    arrows = Math.max(arrows, stage.scene.drawn.count);
    dense = Math.max(dense, stage.scene.drawn.denseCount);
  }
  const say = (all) => { all.sort((a, b) => a - b);
    return { median: all[all.length >> 1], p95: all[Math.floor(all.length * .95)], worst: all.at(-1) }; };
  return { draw: say(drawMs), apart: say(apartMs), arrows, dense };
}`;

interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

for (const part of [1, 0.3, 0.1, 0.03, 0.01, 0.001]) {
  for (const move of ['pan', 'zoom']) {
    const beforeMs = await computedMs();
    const { draw, apart, arrows, dense } = await page.evaluate<{
      draw: Spread;
      apart: Spread;
      arrows: number;
      dense: number;
    }>(`(${measure})(${part}, '${move}')`);
    const eachMs = ((await computedMs()) - beforeMs) / 150;
    const say = ({ median, p95, worst }: Spread) =>
      `${median.toFixed(1)} / ${p95.toFixed(1)} / ${worst.toFixed(1)}`;
    console.log(
      `${String(part).padEnd(6)} ${move.padEnd(5)} draw ${say(draw)} ms; computed ${eachMs.toFixed(1)} ms each; apart ${say(apart)} ms; ` +
        `up to ${arrows} arrows, ${dense} as amounts`,
    );
  }
}
console.log('median / 95th percentile / worst of 150 frames');
await browser.close();
