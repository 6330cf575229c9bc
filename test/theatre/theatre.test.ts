/** The theatre as people have it: the committed file, opened from disk in a real browser. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { playScenario } from '../../src/testbed/scenario/run.ts';
import { parseScript } from '../../src/testbed/scenario/script.ts';
import { guides } from '../../src/theatre/programme.ts';
import { Chromium, type Page, type Viewport, withoutChromium } from '../browser/chromium.ts';
import { readScenario } from '../scenarios/collection.ts';
import { theatreFile } from './page.ts';

const skip = withoutChromium;
const file = pathToFileURL(theatreFile).href;
const desk: Viewport = { width: 1280, height: 900, scheme: 'light' };
const phone: Viewport = { width: 390, height: 844, scheme: 'dark' };

let browser: Chromium;
before(() => {
  if (skip === false) browser = Chromium.launch();
});
after(async () => {
  if (skip === false) await browser.close();
});

/** Opens the theatre, without movement unless it is wanted, and closes it after the visit. */
async function visit(
  fragment: string,
  act: (page: Page) => Promise<void>,
  { viewport = desk, isMoving = false } = {},
): Promise<void> {
  const page = await browser.open(`${file}#${new URLSearchParams(fragment)}`, viewport);
  if (!isMoving) {
    const features = [{ name: 'prefers-reduced-motion', value: 'reduce' }];
    await page.send('Emulation.setEmulatedMedia', { features });
  }
  await act(page);
  assert.deepEqual(page.errors, []);
  assert.deepEqual(
    page.requests.filter((url) => !url.startsWith('data:') && !url.startsWith(file)),
    [],
    'nothing is asked of the network',
  );
  await page.close();
}

const keys: { readonly [key: string]: { readonly number: number; readonly text?: string } } = {
  ' ': { number: 32, text: ' ' },
  Enter: { number: 13, text: '\r' },
  Escape: { number: 27 },
  End: { number: 35 },
  Home: { number: 36 },
  ArrowLeft: { number: 37 },
  ArrowRight: { number: 39 },
};

const press = async (page: Page, key: string): Promise<void> => {
  const { number, ...text } = keys[key] ?? { number: 0 };
  const common = { key, windowsVirtualKeyCode: number };
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', ...common, ...text });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
};

/** The script with its traces, as the page shows it. */
const shownTrace = (page: Page): Promise<string> =>
  page.evaluate(
    `[...document.querySelectorAll('#script .row')].map((row) => row.textContent + '\\n').join('')`,
  );

/** All that is drawn and said. */
const shownState = (page: Page): Promise<string> =>
  page.evaluate(
    `['#stage', '#logs', '#card', '#script', '#messages', '#judge', '#count']
      .map((part) => document.querySelector(part).outerHTML).join('\\n')`,
  );

const nodeLabel = (page: Page, id: string): Promise<string> =>
  page.evaluate(`document.querySelector('[data-node="${id}"]').getAttribute('aria-label')`);

/** The script that the page hands out. */
async function exported(page: Page): Promise<string> {
  await page.click('#do-share');
  const text = await page.evaluate<string>(`document.querySelector('dialog textarea').value`);
  await press(page, 'Escape');
  await page.until(`!document.querySelector('dialog').open`);
  return text;
}

const buttonOf = (label: string): string => `[data-key="${label}"]`;

test('it opens on the first scenario, and asks to begin', { skip }, () =>
  visit('', async (page) => {
    assert.equal(
      await page.evaluate(`document.querySelector('#card h2').textContent`),
      'An election',
    );
    assert.match(
      await page.evaluate(`document.querySelector('#card').textContent`),
      /Five computers/,
    );
    await page.click(buttonOf('begin'));
    assert.match(await nodeLabel(page, 'n1'), /election timer: 1 of 10 ticks left/);
    assert.equal(await page.overflow(), 0);
  }),
);

for (const { path, title } of guides) {
  test(
    `${title}: plays to its end with the trace of its file, and says what it has shown`,
    { skip },
    () =>
      visit(`scenario=${path}`, async (page) => {
        const { rule, text } = readScenario(path);
        await page.evaluate(`(() => {
        const next = document.querySelector('#do-next');
        for (let steps = 0; steps < 100 && !next.disabled; steps++) next.click();
      })()`);
        await page.until(`document.querySelector('#card .ending')`);
        assert.equal(await shownTrace(page), text);
        const card = await page.evaluate<string>(`document.querySelector('#card').textContent`);
        assert.ok(card.includes(title) && card.includes(rule), card);
        const link = `document.querySelector('#card a[href*="test/scenarios"]').href`;
        assert.ok((await page.evaluate<string>(link)).endsWith(`/test/scenarios/${path}`));
        assert.equal(await page.evaluate(`document.querySelectorAll('.not-met').length`), 0);
      }),
  );
}

test('a step back shows what was before it, and a step on the same again', { skip }, () =>
  visit('scenario=guided/figure-8-d.txt&step=1', async (page) => {
    const seen: string[] = [await shownState(page)];
    for (let step = 1; step < 12; step++) {
      await press(page, 'ArrowRight');
      seen.push(await shownState(page));
    }
    assert.equal(new Set(seen).size, seen.length, 'each step shows something else');
    for (let step = 10; step >= 0; step--) {
      await press(page, 'ArrowLeft');
      assert.equal(await shownState(page), seen[step], `back at step ${step + 1}`);
    }
    await press(page, 'End');
    await press(page, 'Home');
    assert.equal(await shownState(page), seen[0]);
    for (let step = 1; step < 12; step++) await press(page, 'ArrowRight');
    assert.equal(await shownState(page), seen[11], 'and forward once more');
  }),
);

test('messages travel, and who goes on does not wait for them', { skip }, () =>
  visit(
    'scenario=guided/election.txt&step=3',
    async (page) => {
      const flying = await page.evaluate(`(() => {
        document.querySelector('#do-next').click();
        return document.querySelectorAll('.sky .envelope').length;
      })()`);
      assert.equal(flying, 8, 'four questions and their answers');
      await page.until(`document.querySelector('.sky').childElementCount === 0`);
      await page.until(`document.querySelectorAll('#stage .envelope').length === 4`);
      await page.click('#do-next');
      await page.click('#do-next');
      await page.until(`document.querySelector('.sky').childElementCount === 0`);
      assert.match(await nodeLabel(page, 'n3'), /term 1; vote for n1/);
      await press(page, 'ArrowLeft');
      await press(page, 'ArrowRight');
      await page.evaluate(`document.querySelector('[data-node="n2"]').focus()`);
      await press(page, 'Enter');
      const envelopes = `document.querySelectorAll('.envelope').length`;
      assert.equal(await page.evaluate(envelopes), 4, 'whoever looks elsewhere sees the end');
      await page.evaluate('document.activeElement.blur()');
      await press(page, ' ');
      await page.until(
        `document.querySelector('#do-play').getAttribute('aria-pressed') === 'true'`,
      );
      await page.until(`Number.parseInt(document.querySelector('#count').textContent, 10) >= 8`);
      await press(page, ' ');
      await page.until(
        `document.querySelector('#do-play').getAttribute('aria-pressed') === 'false'`,
      );
    },
    { isMoving: true },
  ),
);

test('free play: a leader by ticking, a crash, another leader, a log repaired', { skip }, () =>
  visit('script=cluster n1 n2 n3 seed=2', async (page) => {
    const elect = async () => {
      for (let round = 0; round < 30; round++) {
        const free = await page.evaluate(`!document.querySelector('#do-settle').disabled`);
        await page.click(free ? '#do-settle' : '#do-wait');
        if (await page.evaluate(`document.querySelector('.node.leader') !== null`)) break;
      }
      return page.evaluate<string>(
        `document.querySelector('.node.leader').getAttribute('data-node')`,
      );
    };
    const choose = (id: string) => page.click(`[data-node="${id}"]`);
    const first = await elect();
    await page.click('#do-settle');
    await choose(first);
    await page.evaluate(`document.querySelector('${buttonOf('command')}').value = 'hello world'`);
    await page.click(buttonOf('propose'));
    await page.until(
      `document.querySelector('[data-log="${first}"]').textContent.includes('hello-world')`,
    );
    await page.click('#tab-node');
    await page.click(buttonOf('Crash'));
    assert.match(await nodeLabel(page, first), /, down, /);
    const second = await elect();
    assert.notEqual(second, first);
    await choose(second);
    await page.click(buttonOf('propose'));
    await page.click('#do-settle');
    await choose(first);
    await page.click(buttonOf('restart'));
    const isRepaired = `new Set([...document.querySelectorAll('[data-log]')].map((row) =>
      [...row.querySelectorAll('.cell')].map((cell) => cell.textContent).join())).size === 1`;
    for (let round = 0; round < 40 && !(await page.evaluate(isRepaired)); round++) {
      const free = await page.evaluate(`!document.querySelector('#do-settle').disabled`);
      await page.click(free ? '#do-settle' : '#do-wait');
    }
    assert.ok(await page.evaluate(isRepaired), 'all logs are the same');
    assert.equal(await page.evaluate(`document.querySelector('#judge').className`), 'holds');

    const trace = await shownTrace(page);
    const script = await exported(page);
    assert.match(script, /^crash n\d$/m);
    const byEngine = playScenario(parseScript('it', script));
    assert.equal(byEngine.text, trace, 'the script that is handed out gives the same trace');
  }),
);

test('a stroke with the mouse splits the network', { skip }, () =>
  visit('script=cluster n1 n2 n3 n4 n5', async (page) => {
    const { left, right, y } = await page.evaluate<{
      left: number;
      right: number;
      y: number;
    }>(`(() => {
      const box = document.querySelector('#stage').getBoundingClientRect();
      const [n2, n3] = ['n2', 'n3'].map((id) =>
        document.querySelector('[data-node="' + id + '"] .disc').getBoundingClientRect());
      return { left: box.left + 8, right: box.right - 8, y: (n2.bottom + n3.top) / 2 };
    })()`);
    await page.mouse('mousePressed', left, y, { button: 'left', clickCount: 1 });
    for (const share of [0.3, 0.6, 1]) {
      await page.mouse('mouseMoved', left + (right - left) * share, y, {
        button: 'left',
        buttons: 1,
      });
    }
    assert.equal(await page.evaluate(`document.querySelectorAll('.link.doomed').length`), 6);
    await page.mouse('mouseReleased', right, y, { button: 'left', clickCount: 1 });
    assert.equal(await page.evaluate(`document.querySelectorAll('.link.cut').length`), 6);
    assert.match(await exported(page), /^partition n1 n2 n5 \| n3 n4$/m);
    await press(page, 'ArrowLeft');
    assert.equal(await page.evaluate(`document.querySelectorAll('.link.cut').length`), 0);
  }),
);

test('a finger cuts with the scissors, and scrolls without them', { skip }, () =>
  visit(
    'script=cluster n1 n2 n3',
    async (page) => {
      const stroke = async (type: string, ...at: { x: number; y: number }[]) => {
        await page.send('Input.dispatchTouchEvent', { type, touchPoints: at });
      };
      const { left, right, y } = await page.evaluate<
        Record<'left' | 'right' | 'y', number>
      >(`(() => {
        const box = document.querySelector('#stage').getBoundingClientRect();
        return { left: box.left + 4, right: box.right - 4, y: box.top + box.height / 2 };
      })()`);
      const across = async () => {
        await stroke('touchStart', { x: left, y });
        for (const share of [0.2, 0.5, 1]) {
          await stroke('touchMove', { x: left + (right - left) * share, y });
        }
        await stroke('touchEnd');
      };
      await across();
      assert.equal(await page.evaluate(`document.querySelectorAll('.link.cut').length`), 0);
      await page.click('#do-scissors');
      await page.evaluate('scrollTo(0, 0)');
      await across();
      await page.until(`document.querySelectorAll('.link.cut').length === 2`);
      assert.match(await exported(page), /^partition n1 \| n2 n3$/m);
    },
    { viewport: phone },
  ),
);

test('a click on an entry says why it is not committed', { skip }, () =>
  visit('scenario=guided/figure-8-d.txt&step=10', async (page) => {
    await page.click('[data-log="n1"] [data-index="2"]');
    const said = await page.evaluate<string>(`document.querySelector('.menu').textContent`);
    assert.match(said, /of an older term than 4, so it is committed only together with index 3/);
    await press(page, 'Escape');
    await page.until(`document.querySelector('.menu').hidden`);
  }),
);

test('without a mouse: a message is dropped, a link cut, and the network split', { skip }, () =>
  visit('script=cluster n1 n2 n3\ntimeout n1', async (page) => {
    await page.evaluate(`document.querySelector('.envelope').focus()`);
    await press(page, 'Enter');
    await page.until(`document.activeElement.textContent === 'Deliver'`);
    await press(page, 'Escape');
    assert.match(
      await page.evaluate(`document.activeElement.getAttribute('data-key')`),
      /^message /,
    );
    await press(page, 'Enter');
    await page.evaluate(
      `[...document.querySelectorAll('.menu button')].find((it) => it.textContent === 'Drop').focus()`,
    );
    await press(page, 'Enter');
    await page.until(`document.querySelectorAll('#stage .envelope').length === 1`);
    await page.click('#do-split');
    await page.evaluate(`[...document.querySelectorAll('dialog button')].at(-1).focus()`);
    await press(page, 'Enter');
    await page.until(`document.querySelectorAll('.link.cut').length === 2`);
    await page.evaluate(`document.querySelector('[data-node="n2"]').focus()`);
    await press(page, 'Enter');
    await page.click(buttonOf('link n1'));
    assert.match(await exported(page), /drop .*\npartition n1 n2 \| n3\ncut n2 n1\n$/);
  }),
);

test('a pasted script with a fault says which line, and plays up to it', { skip }, () =>
  visit('', async (page) => {
    await page.click('#do-share');
    const script = ['cluster n1 n2 n3', 'tick 3', 'deliver nonsense', 'tick', ''].join('\n');
    await page.evaluate(
      `document.querySelector('dialog textarea').value = ${JSON.stringify(script)}`,
    );
    await page.click(buttonOf('play-script'));
    const note = await page.evaluate<string>(`document.querySelector('dialog .note').textContent`);
    assert.match(note, /^Line 3, "deliver nonsense": no message "nonsense"; known: /);
    assert.equal(await page.evaluate(`document.querySelector('#count').textContent`), '2 / 4');
    await press(page, 'Escape');
  }),
);

test('a link carries a situation; what one does there can be taken back', { skip }, () =>
  visit('scenario=guided/partition.txt&step=5', async (page) => {
    assert.equal(await page.evaluate(`document.querySelector('#count').textContent`), '5 / 14');
    await page.click('#do-tick');
    assert.match(await page.evaluate(`document.querySelector('#card').textContent`), /taken over/);
    await page.click(buttonOf('back'));
    assert.equal(await page.evaluate(`document.querySelector('#count').textContent`), '5 / 14');
  }),
);

test('any scenario of the collection is found by its words', { skip }, () =>
  visit('', async (page) => {
    await page.click('#do-choose');
    await page.evaluate(`(() => {
      const search = document.querySelector('dialog input[type=search]');
      search.value = 'bridge loyal';
      search.dispatchEvent(new Event('input'));
    })()`);
    await page.click('dialog .rule');
    await page.until(`!document.querySelector('dialog').open`);
    const title = await page.evaluate(`document.querySelector('#card h2').textContent`);
    assert.equal(title, readScenario('prevote/bridge-is-not-kept-loyal.txt').rule);
  }),
);

test('on a phone nothing is cut off, in any scenario', { skip }, () =>
  visit(
    '',
    async (page) => {
      for (const { path } of guides) {
        await page.evaluate(`location.hash = ${JSON.stringify(`#scenario=${path}`)}`);
        const { rule } = readScenario(path);
        await page.until(
          `document.querySelector('#script').textContent.includes(${JSON.stringify(rule.slice(0, 30))})`,
        );
        for (let isMore = true; isMore; ) {
          assert.ok((await page.overflow()) <= 0, path);
          isMore = await page.evaluate(`(() => {
            const next = document.querySelector('#do-next');
            const isMore = !next.disabled;
            next.click();
            return isMore;
          })()`);
        }
      }
    },
    { viewport: phone },
  ),
);
