/**
 * Debian's Chromium without a window, driven by its own debugging protocol over a pipe: opens pages
 * as people would, and hears every error that they raise.
 * (https://chromedevtools.github.io/devtools-protocol/)
 */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

interface Reply {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

/** A part of a page, in pixels from its upper left corner. */
export interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
];

/** Why tests that need it are skipped; false when it is there. For the option `skip` of a test. */
export const withoutChromium: string | false =
  spawnSync('chromium', ['--version']).status === 0
    ? false
    : 'chromium is not installed: make tools';

export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #pages = new Map<string, Page>();
  #nextId = 1;
  #received = '';

  private constructor(process: ChildProcess, profile: string) {
    this.#process = process;
    this.#profile = profile;
    const output = process.stdio[4] as Readable;
    output.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  static launch(): Chromium {
    const profile = mkdtempSync(join(tmpdir(), 'raftwright-chromium-'));
    const child = spawn('chromium', [...flags, `--user-data-dir=${profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    return new Chromium(child, profile);
  }

  /** Opens a page and waits until it is loaded. */
  async open(
    url: string,
    { width, height, scheme }: Viewport = { width: 1280, height: 900, scheme: 'light' },
  ): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(sessionId), String(targetId));
    this.#pages.set(String(sessionId), page);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    await page.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await page.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    const loaded = page.hear('Page.loadEventFired');
    await page.send('Page.navigate', { url });
    await loaded;
    return page;
  }

  /** Sends a command of the protocol, and resolves with its result. */
  send(
    method: string,
    params: Record<string, unknown> = {},
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    const id = this.#nextId++;
    const input = this.#process.stdio[3] as Writable;
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  #take(text: string): void {
    const messages = (this.#received + text).split('\0');
    this.#received = messages.pop() ?? '';
    for (const message of messages) {
      const reply = JSON.parse(message) as Reply;
      if (reply.id === undefined) {
        this.#pages.get(reply.sessionId ?? '')?.note(reply.method ?? '', reply.params ?? {});
      } else {
        this.#waiting.get(reply.id)?.(reply);
        this.#waiting.delete(reply.id);
      }
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    await removeProfile(this.#profile);
  }
}

/** Processes of the browser outlive it for a moment, and write into its profile. */
async function removeProfile(profile: string): Promise<void> {
  for (let tries = 50; ; tries--) {
    try {
      return rmSync(profile, { recursive: true, force: true });
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export class Page {
  readonly #browser: Chromium;
  readonly #session: string;
  readonly #target: string;
  readonly #listeners = new Map<string, (() => void)[]>();
  /** What the console calls an error, exceptions, and whatever could not be loaded. */
  readonly errors: string[] = [];
  /** Whatever the page asked the network for, itself included. */
  readonly requests: string[] = [];

  constructor(browser: Chromium, session: string, target: string) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
  }

  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#browser.send(method, params, this.#session);
  }

  /** Resolves when the protocol says this next. */
  hear(method: string): Promise<void> {
    return new Promise((resolve) => {
      this.#listeners.set(method, [...(this.#listeners.get(method) ?? []), resolve]);
    });
  }

  note(method: string, params: Record<string, unknown>): void {
    if (method === 'Runtime.exceptionThrown') this.errors.push(JSON.stringify(params));
    if (method === 'Runtime.consoleAPICalled' && params['type'] === 'error') {
      this.errors.push(JSON.stringify(params['args']));
    }
    if (method === 'Log.entryAdded') {
      const entry = params['entry'] as { level: string; text: string; url?: string };
      if (entry.level === 'error') this.errors.push(`${entry.text} ${entry.url ?? ''}`);
    }
    if (method === 'Network.requestWillBeSent') {
      this.requests.push((params['request'] as { url: string }).url);
    }
    for (const resolve of this.#listeners.get(method)?.splice(0) ?? []) resolve();
  }

  /** The value of an expression in the page; promises are waited for. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    })) as { result: { value: T }; exceptionDetails?: { exception?: { description?: string } } };
    const thrown = exceptionDetails?.exception?.description;
    assert.equal(exceptionDetails, undefined, `${expression}: ${thrown}`);
    return result.value;
  }

  /** Waits until an expression is true. */
  async until(expression: string, patienceMs = 20_000): Promise<void> {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 20) {
      if (await this.evaluate<boolean>(`Boolean(${expression})`)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail(`not within ${patienceMs} ms: ${expression}`);
  }

  /** Presses and releases the mouse in the middle of the first element that matches. */
  async click(selector: string): Promise<void> {
    const { x, y } = await this.evaluate<{ x: number; y: number }>(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: 'center' });
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`);
    await this.mouse('mousePressed', x, y, { button: 'left', clickCount: 1 });
    await this.mouse('mouseReleased', x, y, { button: 'left', clickCount: 1 });
  }

  /** `type`: mousePressed, mouseReleased, mouseMoved or mouseWheel, of Input.dispatchMouseEvent. */
  async mouse(
    type: string,
    x: number,
    y: number,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    await this.send('Input.dispatchMouseEvent', { type, x, y, ...more });
  }

  /** Writes what is seen now, or the whole page, as a PNG file. */
  async screenshot(file: string, isWholePage = false, clip: Clip | null = null): Promise<void> {
    const { data } = await this.send('Page.captureScreenshot', {
      captureBeyondViewport: isWholePage,
      ...(clip === null ? {} : { clip: { ...clip, scale: 1 } }),
    });
    writeFileSync(file, Buffer.from(String(data), 'base64'));
  }

  /** How far the page is wider than its window, in pixels: 0 when nothing has to be scrolled. */
  async overflow(): Promise<number> {
    return this.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
  }

  async close(): Promise<void> {
    await this.#browser.send('Target.closeTarget', { targetId: this.#target });
  }
}
