/**
 * Takes the picture of a run that the README shows, in light and dark, from the run's report: the
 * lanes of its nodes, and the latency of its operations.
 *
 *     node dist/test/browser/readme-picture.js store/latest/report.html
 */

import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryFile } from '../process.ts';
import { Chromium, type Clip } from './chromium.ts';

/** From the heading of the one section to that of another, with some space around. */
const part = `(() => {
  const topOf = (name) => [...document.querySelectorAll('h2')]
    .find((heading) => heading.textContent.trim() === name)
    .getBoundingClientRect().top + window.scrollY;
  const [top, bottom] = [topOf('Nodes') - 12, topOf('Rate') - 12];
  return { x: 0, y: top, width: document.documentElement.clientWidth, height: bottom - top };
})()`;

const [report = 'store/latest/report.html'] = process.argv.slice(2);
mkdirSync(repositoryFile('docs/images'), { recursive: true });
const browser = Chromium.launch();
for (const scheme of ['light', 'dark'] as const) {
  const url = pathToFileURL(resolve(report)).href;
  const page = await browser.open(url, { width: 1040, height: 900, scheme });
  const clip = (await page.evaluate(part)) as Clip;
  await page.screenshot(repositoryFile(`docs/images/run-${scheme}.png`), true, clip);
  await page.close();
}
await browser.close();
