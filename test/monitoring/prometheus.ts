/** A real Prometheus on the loopback interface, with monitoring/prometheus.yml in a hurry. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { repositoryFile } from '../process.ts';

export interface Series {
  readonly metric: { readonly [label: string]: string };
  readonly value: number;
}

const patienceMs = 30_000;

export class Prometheus {
  readonly #process: ChildProcess;
  readonly #directory: string;
  readonly #base: string;
  #said = '';

  private constructor(process: ChildProcess, directory: string, port: number) {
    this.#process = process;
    this.#directory = directory;
    this.#base = `http://127.0.0.1:${port}/api/v1/`;
    process.stderr?.on('data', (chunk: Buffer) => {
      this.#said += chunk.toString();
    });
  }

  /** Resolves when it answers. */
  static async start(): Promise<Prometheus> {
    const directory = mkdtempSync(join(tmpdir(), 'raftwright-prometheus-'));
    mkdirSync(join(directory, 'targets'));
    const config = readFileSync(repositoryFile('monitoring/prometheus.yml'), 'utf8');
    const hasty = config.replace(/(scrape|evaluation)_interval: 5s/g, '$1_interval: 250ms');
    assert.notEqual(hasty, config);
    writeFileSync(join(directory, 'prometheus.yml'), hasty);
    copyFileSync(repositoryFile('monitoring/alerts.yml'), join(directory, 'alerts.yml'));
    const port = await freePort();
    const flags = [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ];
    const child = spawn('prometheus', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
    const prometheus = new Prometheus(child, directory, port);
    await prometheus.until('it answers', () =>
      prometheus.get('status/buildinfo').catch(() => null),
    );
    return prometheus;
  }

  /** Where nodes write that they are there. */
  get targets(): string {
    return join(this.#directory, 'targets');
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The `data` of an answer of the HTTP API. */
  async get(path: string): Promise<unknown> {
    const response = await fetch(this.#base + path, { signal: AbortSignal.timeout(10_000) });
    const { status, data, error } = (await response.json()) as {
      readonly status: string;
      readonly data: unknown;
      readonly error?: string;
    };
    assert.equal(status, 'success', `${path}: ${error}`);
    return data;
  }

  async query(expression: string): Promise<readonly Series[]> {
    const data = await this.get(`query?query=${encodeURIComponent(expression)}`);
    const { result } = data as {
      readonly result: readonly {
        readonly metric: Series['metric'];
        readonly value: readonly [number, string];
      }[];
    };
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** The one value of an expression; undefined when there is none. */
  async value(expression: string): Promise<number | undefined> {
    const [series] = await this.query(expression);
    return series?.value;
  }

  /** Resolves with what `ask` finds, as soon as that is something. */
  async until<Found>(
    what: string,
    ask: () => Promise<Found | null | undefined | false>,
  ): Promise<Found> {
    const endMs = performance.now() + patienceMs;
    for (;;) {
      const found = await ask();
      if (found !== null && found !== undefined && found !== false) return found;
      const isOver = performance.now() > endMs || this.#process.exitCode !== null;
      assert.ok(!isOver, `not in ${patienceMs} ms: ${what}\n${this.#said}`);
      await wait(50);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
