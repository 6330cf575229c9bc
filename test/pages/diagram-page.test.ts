/** The space-time diagram in a real browser, with more messages than anybody could draw at once. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { renderDiagram } from '../../src/pages/diagram.ts';
import { Chromium, type Page, withoutChromium } from '../browser/chromium.ts';
import { repositoryFile } from '../process.ts';
import { generatedEvents, generatedHeader } from './generated-trace.ts';

const messages = 100_000;
const skip = withoutChromium;
const directory = mkdtempSync(join(tmpdir(), 'raftwright-diagram-'));
let browser: Chromium | null = null;
let url = '';
let bytes = 0;

before(() => {
  if (skip !== false) return;
  const html = renderDiagram({
    title: 'A hundred thousand messages',
    header: generatedHeader,
    events: generatedEvents(messages),
    links: [{ label: 'report', href: 'report.html' }],
  });
  bytes = html.length;
  const file = join(directory, 'diagram.html');
  writeFileSync(file, html);
  url = pathToFileURL(file).href;
  browser = Chromium.launch();
});

after(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true, force: true });
});

const desktop = { width: 1280, height: 900, scheme: 'light' } as const;

/** Does something with the page, and sees to it that nothing went wrong on the way. */
async function visit(
  fragment: string,
  viewport: { width: number; height: number; scheme: 'light' | 'dark' },
  act: (page: Page) => Promise<void>,
  address: string = url,
): Promise<void> {
  assert.ok(browser !== null);
  const page = await browser.open(address + fragment, viewport);
  // Nothing glides: what is asked for is seen in the next frame.
  await page.send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-reduced-motion', value: 'reduce' },
      { name: 'prefers-color-scheme', value: viewport.scheme },
    ],
  });
  await page.until('globalThis.diagram !== undefined && diagram.stage.frames > 0');
  await act(page);
  assert.deepEqual(page.errors, []);
  await page.close();
}

const scene = 'diagram.stage.scene';

/** Waits until what was asked for has been drawn. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  })()`);
}

/** How many pixels of the canvas are not as the one in the corner. */
const inkedPixels = `(() => {
  const canvas = document.querySelector('#plot');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const words = new Uint32Array(data.buffer);
  let count = 0;
  for (const word of words) if (word !== words[0]) count++;
  return count / words.length;
})()`;

/** Where an arrow's middle is in the window. */
const middleOf = (message: number): string => `(() => {
  const { drawn } = ${scene};
  const at = drawn.messages.subarray(0, drawn.count).indexOf(${message});
  const { left, top } = document.querySelector('#plot').getBoundingClientRect();
  const [x1, y1, x2, y2] = drawn.lines.subarray(at * 4, at * 4 + 4);
  return at < 0 ? null : { x: left + (x1 + x2) / 2, y: top + y1 + (y2 - y1) * 0.5 };
})()`;

test('a page of 100,000 messages is some megabytes, loads and draws all of them', {
  skip,
}, async () => {
  assert.ok(bytes < 6e6, `${bytes} bytes`);
  await visit('', desktop, async (page) => {
    const { drawnArrows, dense, all } = await page.evaluate<{
      drawnArrows: number;
      dense: number;
      all: number;
    }>(
      `({ drawnArrows: ${scene}.drawn.count, dense: ${scene}.drawn.denseCount,
          all: ${scene}.model.messages.count })`,
    );
    assert.equal(drawnArrows + dense, all, 'each message is an arrow or counted');
    assert.ok(drawnArrows > 0 && drawnArrows < 3000 && dense > 90_000, `${drawnArrows} ${dense}`);
    assert.ok((await page.evaluate<number>(inkedPixels)) > 0.2, 'the canvas is not blank');
    assert.equal(await page.overflow(), 0);
  });
});

test('near enough, each message is an arrow that can be pointed at, clicked and read', {
  skip,
}, async () => {
  await visit('#ms=10000&span=20', desktop, async (page) => {
    await drawn(page);
    assert.equal(await page.evaluate(`${scene}.drawn.denseCount`), 0);
    const message = await page.evaluate<number>(`(() => {
      const { model, drawn } = ${scene};
      return drawn.messages.subarray(0, drawn.count).find((message) =>
        model.typeOf(message) === 'appendRequest' && model.fateOf(message) === 'received' &&
        Math.abs(model.messages.from[message] - model.messages.to[message]) === 1);
    })()`);
    const place = await page.evaluate<{ x: number; y: number }>(middleOf(message));
    await page.mouse('mouseMoved', place.x, place.y);
    const tip = await page.evaluate<string>('document.querySelector(".tip").textContent');
    assert.match(tip, /appendRequest {2}n\d → n\d/);
    assert.match(tip, /term 5, prev \d+\/t5, 1 entries, commit \d+/);
    assert.match(tip, /received after/);
    await page.mouse('mousePressed', place.x, place.y, { button: 'left', clickCount: 1 });
    await page.mouse('mouseReleased', place.x, place.y, { button: 'left', clickCount: 1 });
    assert.equal(await page.evaluate(`${scene}.selection.message`), message);
    const detail = await page.evaluate<string>('document.querySelector("#detail").innerText');
    assert.match(detail, /answered by/);
    assert.match(detail, /"value": "value \d+"/, 'the whole content');
    assert.ok((await page.evaluate<number>(`${scene}.related.chain.size`)) >= 2);
    const { hash } = await page.evaluate<{ hash: string }>('({ hash: location.hash })');
    assert.match(hash, new RegExp(`message=${message}`), 'the address follows');
    await page.until('document.querySelector("#events [aria-current]") !== null');
  });
});

test('an address selects an operation and brings it into the middle', { skip }, async () => {
  await visit('#ms=20000.5&operation=2000&node=n1', desktop, async (page) => {
    assert.equal(await page.evaluate(`${scene}.selection.operation.id`), 2000);
    const centred = await page.evaluate<boolean>(`(() => {
      const { view, selection } = ${scene};
      return Math.abs(view.centreMs - 20000.5) < view.spanMs / 4 &&
        selection.operation.invokedMs > view.fromMs && selection.operation.invokedMs < view.toMs;
    })()`);
    assert.ok(centred);
    const said = await page.evaluate<string>('document.querySelector("#detail h2").textContent');
    assert.match(said, /operation 2000: write/);
    await page.evaluate('location.hash = "#ms=5000&node=n2"');
    await page.until(`Math.abs(${scene}.view.centreMs - 5000) < 1`);
  });
});

test('what the legend, the terms, the nodes and the search leave out is gone', {
  skip,
}, async () => {
  await visit('', desktop, async (page) => {
    const shown = `${scene}.shown.reduce((sum, { members }) => sum + members.length, 0)`;
    const all = await page.evaluate<number>(shown);
    await page.click('[data-kind=heartbeat]');
    const without = await page.evaluate<number>(shown);
    assert.ok(without < all * 0.6 && without > all * 0.4, `${without} of ${all}`);
    await page.click('[data-kind=heartbeat]');
    assert.equal(await page.evaluate(shown), all);
    await page.click('[data-node=n3]');
    assert.ok((await page.evaluate<number>(shown)) < all * 0.8);
    await page.click('[data-node=n3]');
    await page.click('#lost');
    const lost = await page.evaluate<number>(shown);
    assert.ok(lost > 0 && lost < all / 50, `${lost} lost`);
    await page.click('#lost');
    await page.evaluate(`(() => { const term = document.querySelector('#term');
      term.value = '3'; term.dispatchEvent(new Event('change')); })()`);
    const ofTerm = await page.evaluate<number>(shown);
    assert.ok(ofTerm > 0 && ofTerm < all / 10);
    await page.evaluate(`(() => { const term = document.querySelector('#term');
      term.value = ''; term.dispatchEvent(new Event('change')); })()`);
    await page.evaluate(`(() => { const input = document.querySelector('#search');
      input.value = 'appendRequest "value 1234"'; input.dispatchEvent(new Event('input')); })()`);
    await page.until('document.querySelector("#found").textContent === "4 found"');
    assert.equal(await page.evaluate(shown), 4, 'one for each follower');
  });
});

test('wheel, drag, double click and keys move what is seen', { skip }, async () => {
  await visit('', desktop, async (page) => {
    const span = `${scene}.view.spanMs`;
    const all = await page.evaluate<number>(span);
    const { x, y } = await page.evaluate<{ x: number; y: number }>(`(() => {
      const canvas = document.querySelector('#plot');
      canvas.scrollIntoView({ block: 'center' });
      const { left, top, width, height } = canvas.getBoundingClientRect();
      return { x: left + width / 2, y: top + height - 40 };
    })()`);
    const under = `diagram.probe.msAt(${x} - document.querySelector('#plot').getBoundingClientRect().left)`;
    const before = await page.evaluate<number>(under);
    for (let turn = 0; turn < 8; turn++) {
      await page.mouse('mouseWheel', x, y, { deltaX: 0, deltaY: -240 });
    }
    await page.until(`${span} < ${all / 10}`);
    const now = await page.evaluate<number>(under);
    assert.ok(Math.abs(now - before) < 1, 'what is under the pointer stays there');
    const from = await page.evaluate<number>(`${scene}.view.fromMs`);
    await page.mouse('mousePressed', x, y, { button: 'left', clickCount: 1 });
    await page.mouse('mouseMoved', x - 100, y, { button: 'left', buttons: 1 });
    await page.mouse('mouseReleased', x - 100, y, { button: 'left', clickCount: 1 });
    assert.ok((await page.evaluate<number>(`${scene}.view.fromMs`)) > from);
    assert.equal(await page.evaluate(`${scene}.selection`), null, 'a drag is no click');
    const press = async (key: string): Promise<void> => {
      await page.send('Input.dispatchKeyEvent', {
        type: 'keyDown',
        key,
        text: key.length === 1 ? key : '',
      });
      await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    };
    await page.evaluate('document.querySelector("#plot").focus()');
    const nearer = await page.evaluate<number>(span);
    await press('+');
    assert.ok((await page.evaluate<number>(span)) < nearer);
    await press('Home');
    assert.ok((await page.evaluate<number>(`${scene}.view.fromMs`)) < 1);
    await page.evaluate('document.querySelector("#jump").value = "leader"');
    await press('N');
    assert.match(
      await page.evaluate('document.querySelector("#status").textContent'),
      /n2: leader, term 1/,
    );
    await press('n');
    assert.match(
      await page.evaluate('document.querySelector("#status").textContent'),
      /n3: leader, term 2/,
    );
    await press('p');
    assert.match(
      await page.evaluate('document.querySelector("#status").textContent'),
      /n2: leader, term 1/,
    );
    await press('Escape');
    assert.equal(await page.evaluate('location.hash'), '');
    await press('0');
    assert.ok(Math.abs((await page.evaluate<number>(span)) - all) < 1);
  });
});

test('the window on the overview is dragged', { skip }, async () => {
  await visit('#ms=1000&span=1000', desktop, async (page) => {
    await page.evaluate('document.querySelector("#overview").scrollIntoView()');
    const box = await page.evaluate<{ x: number; y: number; width: number }>(`(() => {
      const { left, top, width, height } = document.querySelector('#overview').getBoundingClientRect();
      return { x: left, y: top + height / 2, width };
    })()`);
    const middle = box.x + box.width / 2;
    await page.mouse('mousePressed', middle, box.y, { button: 'left', clickCount: 1 });
    await page.mouse('mouseMoved', middle + 50, box.y, { button: 'left', buttons: 1 });
    await page.mouse('mouseReleased', middle + 50, box.y, { button: 'left', clickCount: 1 });
    const part = await page.evaluate<number>(
      `${scene}.view.centreMs / ${scene}.model.endMs - 0.5 - 50 / ${box.width}`,
    );
    assert.ok(Math.abs(part) < 0.01, `${part} off`);
    assert.ok(Math.abs((await page.evaluate<number>(`${scene}.view.spanMs`)) - 1000) < 1);
  });
});

test('fingers pan and pinch on a telephone, and nothing sticks out', { skip }, async () => {
  for (const scheme of ['light', 'dark'] as const) {
    await visit('#ms=10000&span=100', { width: 390, height: 844, scheme }, async (page) => {
      assert.equal(await page.overflow(), 0);
      assert.ok((await page.evaluate<number>(inkedPixels)) > 0.1);
      const { x, y } = await page.evaluate<{ x: number; y: number }>(`(() => {
        const canvas = document.querySelector('#plot');
        canvas.scrollIntoView({ block: 'center' });
        const { left, top, width, height } = canvas.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      })()`);
      const touch = (type: string, points: readonly number[]) =>
        page.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: points.map((at, id) => ({ x: x + at, y, id })),
        });
      await page.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
      await touch('touchStart', [-30, 30]);
      for (const apart of [40, 60, 80, 100]) await touch('touchMove', [-apart, apart]);
      await touch('touchEnd', []);
      const span = await page.evaluate<number>(`${scene}.view.spanMs`);
      assert.ok(span < 60, `a pinch comes closer: ${span}`);
    });
  }
});

test('in a simulated run, one walks from campaign to campaign, and to an entry of the log', {
  skip,
}, async () => {
  const [trace, file] = [join(directory, 'run.jsonl'), join(directory, 'run.html')];
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [repositoryFile('bin/raftwright'), ...args]);
  run('simulate', '--seed', '17', '--trace', trace);
  assert.equal(run('diagram', trace, '--output', file).status, 0);
  await visit(
    '',
    desktop,
    async (page) => {
      const said = () => page.evaluate<string>('document.querySelector("#detail").innerText');
      await page.evaluate('document.querySelector("#jump").value = "election"');
      await page.click('#first');
      assert.match(await said(), /n\d: pre-candidate, term 0; .*no leader was heard/s);
      await page.click('#next');
      assert.match(await said(), /n\d: (pre-)?candidate, term [01]/);
      await page.evaluate(`document.querySelector('#go-kind').value = 'index';
      document.querySelector('#go-value').value = '20'`);
      await page.click('#go button');
      assert.match(await said(), /entry 20 of the log.*n1.*appended.*durable.*committed.*applied/s);
      assert.match(await page.evaluate('location.hash'), /index=20/);
    },
    pathToFileURL(file).href,
  );
});

test('the picture is drawn anew when the scheme changes', { skip }, async () => {
  await visit('', desktop, async (page) => {
    const corner = `[...document.querySelector('#plot').getContext('2d').getImageData(2, 2, 1, 1).data]`;
    assert.deepEqual(await page.evaluate(corner), [255, 255, 255, 255]);
    await page.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: 'dark' }],
    });
    await drawn(page);
    assert.deepEqual(await page.evaluate(corner), [18, 22, 27, 255]);
  });
});
