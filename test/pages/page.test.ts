/** What all pages have in common, in a real browser. */

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { embeddedJson, escapeHtml } from '../../src/pages/html.ts';
import { renderPage } from '../../src/pages/page.ts';
import { Chromium, withoutChromium } from '../browser/chromium.ts';

const browser = withoutChromium === false ? Chromium.launch() : null;
after(() => browser?.close());

test('text and data cannot end what they stand in', () => {
  assert.equal(escapeHtml('<b a="1">&'), '&lt;b a=&quot;1&quot;&gt;&amp;');
  const value = { text: '</script><script>alert(1)</script>' };
  assert.doesNotMatch(embeddedJson(value), /</);
  assert.deepEqual(JSON.parse(embeddedJson(value)), value);
});

test('a page is one file, and asks the network for nothing', {
  skip: withoutChromium,
}, async () => {
  const title = 'A <page> & "its" title';
  const html = renderPage({
    title,
    body: `<h1>${escapeHtml(title)}</h1>`,
    data: { a: '</script>' },
  });
  const file = join(mkdtempSync(join(tmpdir(), 'raftwright-page-')), 'page.html');
  writeFileSync(file, html);
  for (const scheme of ['light', 'dark'] as const) {
    const page = await browser?.open(pathToFileURL(file).href, { width: 390, height: 800, scheme });
    assert.ok(page);
    assert.equal(await page.evaluate('document.title'), title);
    assert.equal(await page.evaluate('document.querySelector("h1").textContent'), title);
    assert.deepEqual(page.errors, []);
    assert.deepEqual(
      page.requests.slice(1).filter((url) => !url.startsWith('data:')),
      [],
    );
    const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    assert.equal(paper, scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 22, 27)');
    // What is not in the file is refused by its policy.
    await assert.rejects(page.evaluate('fetch("http://127.0.0.1:9/")'));
    await page.close();
  }
});
