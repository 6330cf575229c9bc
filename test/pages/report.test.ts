/** The report: what it says is what the run's figures are, and in a browser it shows the details. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { binsOf } from '../../src/pages/report/bins.ts';
import { drawn, reportData } from '../../src/pages/report/data.ts';
import type { ReportInput, ReportOperation } from '../../src/pages/report/input.ts';
import { renderReport } from '../../src/pages/report/report.ts';
import { Chromium, type Page, withoutChromium } from '../browser/chromium.ts';
import { largeReport, manyOperations, reportOf, someLanes } from './report-inputs.ts';

const browser = withoutChromium === false ? Chromium.launch() : null;
const directory = mkdtempSync(join(tmpdir(), 'raftwright-report-'));
after(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

/** The text of a page, without its script and data. */
function textOf(html: string): string {
  return html
    .replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/[ \n]+/g, ' ');
}

function operation(parts: Partial<ReportOperation>): ReportOperation {
  return {
    id: 0,
    process: '0',
    node: 'n0',
    f: 'read',
    key: '0',
    value: '3',
    type: 'ok',
    isAnswered: true,
    attainability: 'attainable',
    error: null,
    startMs: 0,
    durationMs: 5,
    ...parts,
  };
}

const figures: ReportInput['figures'] = {
  all: {
    invoked: 12_345,
    ok: 9000,
    fail: 3300,
    info: 45,
    latencyMs: { median: 5.25, p95: 70, p99: 250.4, max: 1234 },
  },
  byFunction: {
    read: { invoked: 7, ok: 6, fail: 1, info: 0, latencyMs: null },
  },
  availability: 0.72999,
  longestWithoutOkMs: 777,
  messages: { servers: 54_321, lost: 99, serverMessagesPerOperation: 4.4 },
  faults: { kills: 3, pauses: 2, restarts: 3, restartMs: { median: 100, max: 412 } },
};

test('the figures of a run stand in its report as they are; shares are cut, not rounded', () => {
  const html = renderReport(
    reportOf({
      figures,
      bound: {
        attainable: 10_000,
        attained: 9999,
        attainedShare: 0.9999,
        unattainable: { invoked: 20, answered: 1 },
        uncertain: { invoked: 5, answered: 4 },
        missed: [{ node: 'n3', fromMs: 1500, toMs: 2500, requests: 17 }],
      },
      operations: [operation({})],
    }),
  );
  const text = textOf(html);
  for (const figure of [
    '99.9 % answered of what could be answered',
    '72.9 % ended ok, of 12\u202f345 operations',
    '5.25 ms median latency; p99 250 ms',
    '777 ms longest time without an ok',
    '4.4 messages between servers for each operation',
    'read 7 6 1 0',
    'all 12\u202f345 9\u202f000 3\u202f300 45 5.25 ms 70 ms 250 ms 1234 ms',
    'Messages between servers: 54\u202f321, 99 lost to faults.',
    'Nodes killed: 3, paused: 2. Started again: 3;',
    '20 could not be answered. Of 5 it is not certain; 4 of these were answered.',
    '1 that no protocol could answer was answered all the same',
    'n3 1.50 2.50 17',
  ]) {
    assert.ok(text.includes(figure), `${figure}\n${text.slice(0, 1500)}`);
  }
});

test('what did not happen is not talked about', () => {
  const none = { invoked: 0, answered: 0 };
  const bound = {
    ...{ attainable: 8, attained: 8, attainedShare: 1, missed: [] },
    ...{ unattainable: none, uncertain: none },
  };
  const quiet = { ...figures, messages: { servers: 16, lost: 0, serverMessagesPerOperation: 2 } };
  const text = textOf(renderReport(reportOf({ figures: quiet, bound })));
  assert.match(text, /Messages between servers: 16\./);
  assert.match(text, /8 of the 8 requests that could be answered were: .* the faults\. Whole run/);
});

test('each verdict has its word, warnings and reasons are escaped, other pages are linked', () => {
  const html = renderReport(
    reportOf({
      title: 'lin-kv <b>',
      verdict: 'invalid',
      reasons: ['key "3" & <more>'],
      warnings: ['the two <differ>'],
      facts: [['node program', '/bin/<script>']],
      links: [{ label: 'counterexample', href: 'counterexample.html' }],
      operations: [operation({ key: '</script><b>', error: '<i>', type: 'fail' })],
    }),
  );
  assert.match(html, /<span class="verdict invalid">invalid<\/span>/);
  assert.match(html, /key &quot;3&quot; &amp; &lt;more&gt;/);
  assert.match(html, /<p class="warning">the two &lt;differ&gt;/);
  assert.match(html, /<a href="counterexample.html">counterexample<\/a>/);
  assert.match(html, /<p class="lead"><a href="counterexample.html">Why it is not linearizable/);
  assert.doesNotMatch(html, /<b>|<i>|<more>|<differ>|https?:\/\/(?!www\.w3)|src=|@import/);
  assert.match(renderReport(reportOf({ verdict: 'valid' })), />linearizable<\/span>/);
  assert.match(renderReport(reportOf({ verdict: 'unknown' })), />unknown<\/span>/);
});

test('what is counted in stretches of time adds up to what there is', () => {
  const input = reportOf({
    durationMs: 60_000,
    operations: manyOperations(5000, 60_000),
    bound: {
      attainable: 1,
      attained: 1,
      attainedShare: 1,
      unattainable: { invoked: 0, answered: 0 },
      uncertain: { invoked: 0, answered: 0 },
      missed: [],
    },
    sends: { timesMs: [-5, 0, 59_999, 70_000], byType: [['vote', 4]] },
  });
  const bins = binsOf(input);
  const sum = (counts: readonly number[] | null): number =>
    (counts ?? []).reduce((total, count) => total + count, 0);
  const count = (is: (it: ReportOperation) => boolean): number =>
    input.operations.filter(is).length;
  assert.equal(bins.widthMs, 1000);
  assert.equal(bins.ok.length, 60);
  for (const type of ['ok', 'fail', 'info'] as const) {
    assert.equal(
      sum(bins[type]),
      count((it) => it.type === type),
    );
  }
  assert.equal(sum(bins.invoked), 5000);
  assert.equal(
    sum(bins.answered),
    count((it) => it.isAnswered),
  );
  assert.equal(
    sum(bins.attainable),
    count((it) => it.attainability === 'attainable'),
  );
  assert.equal(sum(bins.conceivable), 5000);
  assert.equal(sum(bins.sent), 3, 'what was sent before the run is not of the run');
});

test('of too many operations those that tell most have a dot, and the page says so', () => {
  const operations = manyOperations(5000, 60_000);
  const shown = drawn(operations, 1000);
  assert.ok(shown.length <= 1000 && shown.length > 950, `${shown.length}`);
  const unanswered = (those: readonly ReportOperation[]): number =>
    those.filter(({ isAnswered }) => !isAnswered).length;
  assert.equal(unanswered(shown), unanswered(operations));
  const slowest = Math.max(...operations.map(({ durationMs }) => durationMs));
  assert.ok(shown.some(({ durationMs }) => durationMs === slowest));
  assert.equal(drawn(operations, 5000), operations);
  assert.ok(drawn(operations, 10).length <= 10, 'even where all tell something');

  const input = reportOf({ operations, durationMs: 60_000 });
  const { operations: columns, texts } = reportData(input, shown);
  assert.equal(columns.id.length, shown.length);
  assert.ok(texts.length < 500, 'each text once');
  let atUs = 0;
  const lastUs = columns.sinceUs.map((us) => {
    atUs += us;
    return atUs;
  });
  assert.equal(lastUs.at(-1), Math.round((shown.at(-1)?.startMs ?? 0) * 1000));
});

test('quantiles of each kind are drawn, and the slowest and the unanswered are listed as links', () => {
  const operations = [
    ...Array.from({ length: 100 }, (_, at) =>
      operation({ id: at, startMs: at * 10, durationMs: at + 1 }),
    ),
    operation({ id: 100, startMs: 1200, type: 'info', isAnswered: false, error: 'net-timeout' }),
    operation({ id: 101, startMs: 1300, f: 'cas', type: 'fail', error: '22 the value is 4' }),
  ];
  const html = renderReport(reportOf({ operations, diagram: 'diagram.html', durationMs: 2000 }));
  assert.match(html, /data-tip="read: 90.000 % within 90 ms"/);
  const links = [...html.matchAll(/href="diagram\.html#ms=([\d.]+)&amp;operation=(\d+)"/g)];
  assert.deepEqual(links[0]?.slice(1), ['990.0', '99'], 'the slowest');
  assert.deepEqual(links.at(-1)?.slice(1), ['1200.0', '100'], 'what was not answered');
  assert.equal(links.length, 21);
  assert.match(textOf(html), /fail 1 cas 22 the value is …/);
  const alone = renderReport(reportOf({ operations, durationMs: 2000 }));
  assert.doesNotMatch(alone, /diagram\.html/, 'no diagram, no links to it');
});

test('faults have rows and a legend by kind; leaders are listed with their terms', () => {
  const html = renderReport(
    reportOf({
      nodes: ['n0', 'n1', 'n2'],
      lanes: someLanes(['n0', 'n1', 'n2'], 3000),
      durationMs: 3000,
      operations: [operation({})],
      faults: [
        { kind: 'partition', fromMs: 0, toMs: 1000, text: 'n0 | n1 n2' },
        { kind: 'kill', fromMs: 500, toMs: 600, text: 'n1' },
        { kind: 'pause', fromMs: 700, toMs: 800, text: 'n2' },
        { kind: 'rot', fromMs: 900, toMs: 900, text: 'n2' },
      ],
    }),
  );
  const text = textOf(html);
  for (const row of [
    'partition 0.00 1.00 n0 | n1 n2',
    'killed 0.50 0.60 n1',
    'rotten disk 0.90 n2',
  ]) {
    assert.ok(text.includes(row), row);
  }
  assert.ok(text.includes('n0 1 0.00 1.00 n1 2 1.00 2.00 n2 3 2.00 3.00'), 'leaders');
  for (const kind of ['partition', 'kill', 'pause', 'other-fault']) {
    assert.equal(html.match(new RegExp(`class="swatch ${kind}"`, 'g'))?.length, 2, kind);
  }
  const calm = renderReport(reportOf({ operations: [operation({})] }));
  assert.doesNotMatch(calm, /<h2>Faults|<i class="swatch|<h2>Missed|<h2>Leaders/);
});

test('where roles are not known, the page says why', () => {
  const html = renderReport(
    reportOf({
      nodes: ['n0'],
      lanes: [{ node: 'n0', roles: [], conditions: [] }],
      whyNoRoles: 'They have written no trace.',
    }),
  );
  assert.match(html, /They have written no trace\./);
});

function write(name: string, input: ReportInput): string {
  const file = join(directory, name);
  writeFileSync(file, renderReport(input));
  return pathToFileURL(file).href;
}

async function open(url: string, width = 1280, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
  assert.ok(browser !== null);
  return await browser.open(url, { width, height: 900, scheme });
}

/** Where a latency and a moment are in the window; the plot is brought there. */
async function placeOf(page: Page, plot: string, share: number): Promise<{ x: number; y: number }> {
  return await page.evaluate(`(() => {
    const canvas = document.querySelector('[data-plot=${plot}]');
    canvas.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: left + 62 + (width - 70) * ${share}, y: top + height / 2 };
  })()`);
}

const tip = 'document.querySelector(".tip").textContent';

/** Moves over a plot until something is said that matches. */
async function seek(page: Page, plot: string, share: number, pattern: RegExp) {
  const { x } = await placeOf(page, plot, share);
  const { top, bottom } = await page.evaluate<{ top: number; bottom: number }>(
    `(({ top, bottom }) => ({ top, bottom }))(document.querySelector('[data-plot=${plot}]').getBoundingClientRect())`,
  );
  for (let y = top + 3; y < bottom; y += 8) {
    await page.mouse('mouseMoved', x, y);
    const said = await page.evaluate<string>(tip);
    if (pattern.test(said)) return { x, y, said };
  }
  return assert.fail(`nothing in the plot ${plot} says ${pattern}`);
}

/** Three operations and a partition, in two seconds. */
const few = reportOf({
  title: 'a few',
  diagram: 'diagram.html',
  links: [{ label: 'space-time diagram', href: 'diagram.html' }],
  durationMs: 2000,
  nodes: ['n0', 'n1'],
  lanes: someLanes(['n0', 'n1'], 2000),
  figures,
  faults: [{ kind: 'partition', fromMs: 500, toMs: 1500, text: 'n0 | n1' }],
  sends: { timesMs: [10, 20, 1000], byType: [['vote', 3]] },
  operations: [
    operation({ id: 41, startMs: 100, durationMs: 4 }),
    operation({ id: 42, startMs: 1000, durationMs: 40, f: 'write', node: 'n1', process: '7' }),
    operation({ id: 43, startMs: 1900, durationMs: 90, type: 'fail', error: '11 no leader' }),
  ],
});

test('under the pointer: an operation, a node, a stretch of time, and a line through all plots', {
  skip: withoutChromium,
}, async () => {
  const page = await open(write('few.html', few));
  assert.match(await page.evaluate('document.body.textContent'), /a few linearizable/);
  const { said } = await seek(page, 'latency', 0.5, /write key 0/);
  assert.equal(said, 'write key 0: 3\nok after 40.00 ms\nprocess 7 asks n1 at 1.000 s');
  assert.equal(await page.evaluate('document.querySelector(".crosshair").hidden'), false);
  await seek(page, 'latency', 0.95, /11 no leader/);
  await seek(page, 'lanes', 0.4, /^n1: leader in term 2/);
  await seek(page, 'lanes', 0.4, /partition: n0 \| n1/);
  await seek(page, 'rate', 0.5, /ok: /);
  await seek(page, 'availability', 0.5, /answered: 100 %/);
  await seek(page, 'messages', 0.5, /1 messages, 1 operations/);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a drag over a time comes closer, keys do too, and a double click shows the whole run', {
  skip: withoutChromium,
}, async () => {
  const page = await open(write('few.html', few));
  const range = 'document.querySelector("#range").textContent';
  assert.equal(await page.evaluate(range), '0 – 2 s');
  const { x, y } = await placeOf(page, 'rate', 0.25);
  const { x: toX } = await placeOf(page, 'rate', 0.75);
  await page.mouse('mousePressed', x, y, { button: 'left', clickCount: 1 });
  await page.mouse('mouseMoved', toX, y, { button: 'left' });
  assert.equal(await page.evaluate('document.querySelector(".selection").hidden'), false);
  await page.mouse('mouseReleased', toX, y, { button: 'left', clickCount: 1 });
  await page.until(`${range} === '0.500 – 1.500 s'`);
  // What was in the middle still is; what was at the edges is gone.
  await seek(page, 'latency', 0.5, /write key 0/);
  for (const clickCount of [1, 2]) {
    await page.mouse('mousePressed', x, y, { button: 'left', clickCount });
    await page.mouse('mouseReleased', x, y, { button: 'left', clickCount });
  }
  await page.until(`${range} === '0 – 2 s'`);
  await page.evaluate('document.querySelector("#plots").focus()');
  for (const key of ['+', 'ArrowLeft']) {
    await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key.at(1) ? '' : key });
  }
  await page.until(`${range} === '0.250 – 1.250 s'`);
  await page.click('#whole');
  await page.until(`${range} === '0 – 2 s'`);
  await page.evaluate('location.hash = "#ms=1000"');
  await page.until(`${range} === '0.750 – 1.250 s'`);
  assert.equal(await page.evaluate('document.querySelector(".moment").hidden'), false);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('a click on a dot leads to its moment in the diagram', {
  skip: withoutChromium,
}, async () => {
  writeFileSync(join(directory, 'diagram.html'), '<!doctype html><title>diagram</title>');
  const page = await open(write('few.html', few));
  const { x, y } = await seek(page, 'latency', 0.5, /write key 0/);
  await page.mouse('mousePressed', x, y, { button: 'left', clickCount: 1 });
  await page.mouse('mouseReleased', x, y, { button: 'left', clickCount: 1 });
  await page.until('location.href.endsWith("/diagram.html#ms=1000.0&operation=42")');
  await page.close();
});

test('100,000 operations: all have a dot, and what is under the pointer is said', {
  skip: withoutChromium,
}, async () => {
  const page = await open(write('large.html', largeReport(100_000)));
  const count = 'JSON.parse(document.getElementById("data").textContent).operations.id.length';
  assert.equal(await page.evaluate(count), 100_000);
  // Not one element each.
  assert.ok((await page.evaluate<number>('document.querySelectorAll("*").length')) < 3000);
  await seek(page, 'latency', 0.5, /process \d+ asks n\d at \d+\.\d+ s/);
  const ink = await page.evaluate<number>(`(() => {
    const canvas = document.querySelector('[data-plot=latency]');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const ok = [0x2a, 0x7d, 0x4b];
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (ok.every((part, index) => data[at + index] === part)) count++;
    }
    return count;
  })()`);
  assert.ok(ink > 10_000, `${ink} pixels have the colour of ok`);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('on a telephone and in the dark: nothing sticks out, and colours follow the theme', {
  skip: withoutChromium,
}, async () => {
  const url = write('large.html', largeReport(2000));
  for (const scheme of ['light', 'dark'] as const) {
    const page = await open(url, 390, scheme);
    assert.equal(await page.overflow(), 0);
    const panel = await page.evaluate<number[]>(`(() => {
      const canvas = document.querySelector('[data-plot=lanes]');
      return [...canvas.getContext('2d').getImageData(120, 18, 1, 1).data.slice(0, 3)];
    })()`);
    // n0 leads in the beginning.
    assert.deepEqual(panel, scheme === 'light' ? [0x2a, 0x7d, 0x4b] : [0x58, 0xb8, 0x83]);
    assert.deepEqual(page.errors, []);
    await page.close();
  }
});

test('without script the page still has verdict, figures and tables, and says what is missing', {
  skip: withoutChromium,
}, async () => {
  const page = await open('about:blank');
  await page.send('Emulation.setScriptExecutionDisabled', { value: true });
  const loaded = page.hear('Page.loadEventFired');
  await page.send('Page.navigate', { url: write('few.html', few) });
  await loaded;
  const { root } = (await page.send('DOM.getDocument', { depth: 0 })) as {
    root: { nodeId: number };
  };
  const find = async (selector: string): Promise<number> => {
    const { nodeId } = await page.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    return Number(nodeId);
  };
  for (const selector of [
    'noscript p',
    '.verdict.valid',
    'table.figures',
    '.tiles',
    'a[href^="diagram.html#ms="]',
  ]) {
    assert.notEqual(await find(selector), 0, selector);
  }
  assert.notEqual(await find('#bar[hidden]'), 0, 'what needs the script is hidden');
  await page.close();
});

test('of a workload without keys: no column for them, its own word, and what its checker counted', () => {
  const slow = operation({ f: 'read (final)', key: '', value: '[1,2]' });
  const html = renderReport(
    reportOf({
      title: 'g-set',
      validWord: 'valid',
      answersAlone: true,
      findings: [['lost', '0']],
      operations: [slow],
      bound: {
        ...{ attainable: 1, attained: 1, attainedShare: 1, missed: [] },
        ...{ unattainable: { invoked: 0, answered: 0 }, uncertain: { invoked: 0, answered: 0 } },
      },
    }),
  );
  assert.match(html, /<span class="verdict valid">valid<\/span>/);
  assert.match(textOf(html), /What the checker counted lost 0/);
  assert.doesNotMatch(html, /<th class="text">key<\/th>/);
  assert.match(html, /read \(final\)/);
  assert.doesNotMatch(textOf(html), /compare-and-set|majority/i);
  assert.match(textOf(html), /whose node ran in time/);
  const keyed = renderReport(reportOf({ operations: [slow, operation({ key: '3' })] }));
  assert.match(keyed, /<th class="text">key<\/th>/);
});
