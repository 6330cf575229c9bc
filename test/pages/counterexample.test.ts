/** The counterexample's page, made from histories that are not linearizable. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { checkHistory } from '../../src/checker/index.ts';
import { renderCounterexample } from '../../src/pages/counterexample/counterexample.ts';
import type { CounterexampleInput } from '../../src/pages/counterexample/input.ts';
import { asCheckerHistory } from '../../src/testbed/checker-history.ts';
import type { HistoryEvent } from '../../src/testbed/history.ts';
import { counterexampleInput } from '../../src/testbed/pages/counterexample-input.ts';
import { Chromium, withoutChromium } from '../browser/chromium.ts';

const browser = withoutChromium === false ? Chromium.launch() : null;
const directory = mkdtempSync(join(tmpdir(), 'raftwright-counterexample-'));
after(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

type Told = readonly [
  process: number,
  type: 'invoke' | 'ok' | 'info',
  f: 'read' | 'write',
  key: number,
  value: number | null,
];

/** Events, a millisecond apart; a fault is among them. */
function historyOf(told: readonly Told[]): HistoryEvent[] {
  const events: HistoryEvent[] = told.map(([process, type, f, key, value], at) => ({
    time: (at + 1) * 1e6,
    process,
    type,
    f,
    key,
    value,
  }));
  const fault: HistoryEvent = {
    time: 0,
    process: 'nemesis',
    type: 'info',
    f: 'stop-partition',
    value: null,
  };
  return [fault, ...events];
}

/** Keys 0 and 1 have a stale read each; key 2 is fine. A write is never answered. */
const events = historyOf([
  [0, 'invoke', 'write', 0, 1],
  [0, 'ok', 'write', 0, 1],
  [0, 'invoke', 'write', 0, 2],
  [0, 'ok', 'write', 0, 2],
  [1, 'invoke', 'write', 0, 4],
  [2, 'invoke', 'read', 0, null],
  [2, 'ok', 'read', 0, 4],
  [2, 'invoke', 'read', 0, null],
  [2, 'ok', 'read', 0, 1],
  [4, 'invoke', 'write', 1, 1],
  [4, 'ok', 'write', 1, 1],
  [4, 'invoke', 'read', 1, null],
  [4, 'ok', 'read', 1, 3],
  [3, 'invoke', 'write', 2, 0],
  [3, 'ok', 'write', 2, 0],
  [1, 'info', 'write', 0, 4],
]);

function inputOf(those: readonly HistoryEvent[] = events): CounterexampleInput {
  const input = counterexampleInput(
    {
      title: 'lin-kv <1>',
      nodes: ['n0', 'n1', 'n2'],
      events: those,
      checked: checkHistory(asCheckerHistory(those)),
    },
    [{ label: 'report', href: 'report.html' }],
    'diagram.html',
  );
  assert.ok(input !== null);
  return input;
}

test('the part of a bad key: an order of what can be explained, and what cannot follow', () => {
  const { keys, summary, moreKeys } = inputOf();
  assert.equal(summary, 'Not linearizable: 2 of 3 keys, 8 operations.');
  assert.deepEqual([keys.map(({ key }) => key), moreKeys], [['0', '1'], 0]);
  const [first] = keys;
  assert.deepEqual(
    first?.operations.map(({ id, label, node, place, leaves, isImpossible }) => ({
      ...{ id, label, node, place, leaves, isImpossible },
    })),
    [
      { id: 0, label: 'write 1', node: 'n0', place: 1, leaves: '1', isImpossible: false },
      { id: 1, label: 'write 2', node: 'n0', place: 2, leaves: '2', isImpossible: false },
      { id: 4, label: 'read 1', node: 'n2', place: null, leaves: null, isImpossible: true },
    ],
  );
  assert.equal(first?.why, 'It returned 1; when it completed, the register can only have held 2.');
  assert.match(first?.leftOut.join(' ') ?? '', /2 of 5 operations on this key are left out/);
  assert.match(
    first?.leftOut.join(' ') ?? '',
    /By all operations on this key the register can only have held 4, and that is not it either/,
  );
  assert.match(first?.leftOut.join(' ') ?? '', /before write 2 of process 0/);
});

test('a good history has none, and a bad one has at most ten keys', () => {
  const fine = historyOf([
    [0, 'invoke', 'write', 0, 1],
    [0, 'ok', 'write', 0, 1],
  ]);
  const checked = checkHistory(asCheckerHistory(fine));
  const source = { title: '', nodes: [], events: fine, checked };
  assert.equal(counterexampleInput(source, [], null), null);
  const bad = historyOf(
    Array.from({ length: 15 }, (_, key): Told[] => [
      [0, 'invoke', 'read', key, null],
      [0, 'ok', 'read', key, 1],
    ]).flat(),
  );
  const { keys, moreKeys } = inputOf(bad);
  assert.deepEqual([keys.length, moreKeys], [10, 5]);
  assert.match(renderCounterexample(inputOf(bad)), /5 more keys not linearizable/);
});

test('the page says why in words, numbers the order, and leads to the diagram', () => {
  const html = renderCounterexample(inputOf());
  assert.match(html, /lin-kv &lt;1&gt;/);
  assert.match(html, /It returned 1; when it completed, the register can only have held 2\./);
  assert.match(html, /id="key=0"[\s\S]*id="key=1"/);
  assert.match(html, /href="diagram\.html#ms=8\.0&amp;operation=4"/);
  assert.match(
    html,
    /After <b>write 1<\/b>, <b>write 2<\/b> the register holds 2; next would have to be <b>read 1<\/b>/,
  );
  assert.match(html, /<a href="report.html">report<\/a>/);
});

test('in a browser: bars with tips and links, the fragment leads to a key, nothing sticks out', {
  skip: withoutChromium,
}, async () => {
  const file = join(directory, 'counterexample.html');
  writeFileSync(file, renderCounterexample(inputOf()));
  for (const [width, scheme] of [
    [1280, 'light'],
    [390, 'dark'],
  ] as const) {
    const url = `${pathToFileURL(file).href}#key=1`;
    const page = await browser?.open(url, { width, height: 500, scheme });
    assert.ok(page !== undefined);
    assert.equal(await page.overflow(), 0);
    await page.until(
      'Math.abs(document.getElementById("key=1").getBoundingClientRect().top) < 400',
    );
    assert.ok((await page.evaluate<number>('scrollY')) > 0, 'the key is shown');
    const box = await page.evaluate<{ x: number; y: number }>(`(() => {
      const bar = document.querySelector('.bar.impossible');
      bar.scrollIntoView({ block: 'center', inline: 'center' });
      const { left, top, width, height } = bar.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`);
    await page.mouse('mouseMoved', box.x, box.y);
    const tip = await page.evaluate<string>('document.querySelector(".tip").textContent');
    assert.match(tip, /^process 2 asks n2: read 1\nfrom 0.008 s to 0.009 s\ncannot have happened$/);
    assert.equal(await page.evaluate('document.querySelectorAll(".bar.impossible").length'), 2);
    assert.equal(await page.evaluate('document.querySelectorAll("section .place").length'), 3);
    assert.deepEqual(page.errors, []);
    await page.close();
  }
});
