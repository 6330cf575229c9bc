/** Child processes of tests: started, spoken to, and gone when the test is over. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A file of the repository, seen from the compiled tests. */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Child {
  readonly process: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  #onOutput: () => void = () => {};

  constructor(file: string, args: readonly string[] = [], env: Record<string, string> = {}) {
    this.process = spawn(file, args, { stdio: 'pipe', env: { ...process.env, ...env } });
    this.process.stdin.on('error', () => {});
    this.process.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
      this.#onOutput();
    });
    this.process.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#onOutput();
    });
    this.ended = new Promise((resolve) => {
      this.process.on('close', (status, signal) => {
        this.#onOutput();
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  write(text: string | Buffer): void {
    this.process.stdin.write(text);
  }

  /** Resolves when `isThere` holds of the output; rejects when the process ends without it. */
  async until(isThere: (child: Child) => boolean): Promise<void> {
    while (!isThere(this)) {
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`the process has ended; it said:\n${this.stdout}\n${this.stderr}`);
      }
      await new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
    }
  }

  /** The complete lines of stdout. */
  get lines(): string[] {
    return this.stdout.split('\n').slice(0, -1);
  }
}

/** Runs a program to its end. */
export function run(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = new Child(file, args, env);
  child.process.stdin.end();
  return child.ended;
}
