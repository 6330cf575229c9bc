/** A directory with a fake Maelstrom and the programs it calls, and `maelstrom/run` within it. */

import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Ended, repositoryFile } from '../../process.ts';

const fakeMaelstrom = fileURLToPath(new URL('fake-maelstrom.js', import.meta.url));
const java17 = 'openjdk version "17.0.15" 2025-04-15';

export class Stage {
  readonly directory: string;
  readonly #programs: string;

  /** With all that Maelstrom needs. It goes when the test is over. */
  constructor(t: TestContext) {
    this.directory = mkdtempSync(join(tmpdir(), 'maelstrom-presets-'));
    t.after(() => rmSync(this.directory, { recursive: true, force: true }));
    this.#programs = join(this.directory, 'programs');
    mkdirSync(this.#programs);
    symlinkSync(process.execPath, join(this.#programs, 'node'));
    this.program('maelstrom', `exec node ${fakeMaelstrom} "$@"`);
    this.program('java', `echo '${java17}' >&2`);
    this.program('gnuplot', '');
    this.program('dot', '');
  }

  path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  program(name: string, shell: string): void {
    const path = join(this.#programs, name);
    writeFileSync(path, `#!/bin/sh\n${shell}\n`);
    chmodSync(path, 0o755);
  }

  remove(name: string): void {
    rmSync(join(this.#programs, name));
  }

  /** With which arguments Maelstrom was called last. */
  get maelstromArguments(): string {
    return (JSON.parse(readFileSync(this.path('arguments.json'), 'utf8')) as string[]).join(' ');
  }

  /** `maelstrom/run`; `fake` is what the fake Maelstrom does. */
  run(
    args: readonly string[],
    { fake = 'valid', env = {} }: { fake?: string; env?: Record<string, string> } = {},
    onStart: (pid: number) => void = () => {},
  ): Promise<Ended> {
    const child = spawn(process.execPath, [repositoryFile('maelstrom/run'), ...args], {
      cwd: this.directory,
      env: { PATH: this.#programs, FAKE: fake, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    onStart(child.pid ?? 0);
    return new Promise((resolve) => {
      child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
    });
  }
}
