/**
 * Takes pictures of a page, for people: in light and dark, 1280 and 390 pixels wide.
 *
 *     node dist/test/browser/look.js URL-OR-FILE DIRECTORY [EXPRESSION]
 *
 * The expression is evaluated in the page before. Errors of the page are printed.
 */

import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Chromium } from './chromium.ts';

const [where = '', directory = '.', expression] = process.argv.slice(2);
const url = existsSync(where) ? pathToFileURL(resolve(where)).href : where;
mkdirSync(directory, { recursive: true });
const browser = Chromium.launch();
for (const scheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    const page = await browser.open(url, { width, height: 900, scheme });
    if (expression !== undefined) await page.evaluate(expression);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const file = join(directory, `${scheme}-${width}.png`);
    await page.screenshot(file, true);
    console.log(file, `overflow ${await page.overflow()} px`, ...page.errors);
    await page.close();
  }
}
await browser.close();
