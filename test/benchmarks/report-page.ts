/**
 * How long the report of a large run takes, by hand: to write it, to open it in chromium, to redraw
 * it, and to say what is under the pointer.
 *
 *     node dist/test/benchmarks/report-page.js [OPERATIONS]
 */

import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderReport } from '../../src/pages/report/report.ts';
import { Chromium } from '../browser/chromium.ts';
import { largeReport } from '../pages/report-inputs.ts';

const count = Number(process.argv[2] ?? 100_000);
const input = largeReport(count);
const began = performance.now();
const html = renderReport(input);
const file = join(mkdtempSync(join(tmpdir(), 'raftwright-report-')), 'report.html');
writeFileSync(file, html);
const took = (performance.now() - began).toFixed(0);
console.log(`${count} operations: written in ${took} ms, ${statSync(file).size} bytes`);

const browser = Chromium.launch();
try {
  const opening = performance.now();
  const page = await browser.open(pathToFileURL(file).href);
  console.log(`opened in ${(performance.now() - opening).toFixed(0)} ms`);
  /** The work of the page itself, in milliseconds: the median and the longest of some tries. */
  const measure = async (what: string, action: string): Promise<void> => {
    const times = await page.evaluate<number[]>(`(async () => {
      const plots = document.querySelector('#plots');
      const canvas = document.querySelector('[data-plot=latency]');
      const frame = () => new Promise(requestAnimationFrame);
      const times = [];
      for (let turn = 0; turn < 30; turn++) {
        await frame();
        const began = performance.now();
        ${action}
        await frame();
        // The drawing is done in a frame; what the canvas puts off is asked for here.
        canvas.getContext('2d').getImageData(0, 0, 1, 1);
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b);
    })()`);
    const [median, longest] = [times[times.length >> 1] ?? 0, times.at(-1) ?? 0];
    console.log(`${what}: median ${median.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`);
  };
  await measure('an empty frame', '');
  const key = (name: string): string =>
    `plots.dispatchEvent(new KeyboardEvent('keydown', { key: '${name}' }));`;
  await measure('all redrawn', key('0'));
  await measure(
    'under the pointer',
    `const box = canvas.getBoundingClientRect();
     canvas.dispatchEvent(new PointerEvent('pointermove', { bubbles: true,
       clientX: box.left + 100 + 30 * turn, clientY: box.top + 150 + turn }));`,
  );
  await measure(
    'closer and back',
    `plots.dispatchEvent(new KeyboardEvent('keydown', { key: turn % 2 === 0 ? '+' : '-' }));`,
  );
  if (page.errors.length > 0) console.log(...page.errors);
} finally {
  await browser.close();
}
