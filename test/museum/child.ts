/** Programs of a build, in processes of their own. */

import { type ChildProcess, execFile } from 'node:child_process';
import type { Build } from './net.ts';

export interface Ended {
  readonly isSuccess: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it has not ended by itself with an exit status, or null. */
  readonly end: string | null;
}

export interface ChildOptions {
  readonly env?: { readonly [name: string]: string };
  readonly timeoutMs: number;
}

/** A program in which a defect has made something grow without end must not take the machine. */
const heapMiB = 1024;

const running = new Set<ChildProcess>();

/** Whoever ends this process ends what it has started, too: that may run for ever. */
function endWithThisProcess(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
}
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a file of the build with Node.js. */
export function runNode(
  { directory }: Build,
  args: readonly string[],
  { env = {}, timeoutMs }: ChildOptions,
): Promise<Ended> {
  // What runs this is perhaps a test itself; what it runs is not a part of that.
  const { NODE_TEST_CONTEXT: _context, ...inherited } = process.env;
  const options = {
    cwd: directory,
    env: { ...inherited, ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
  } as const;
  const all = [`--max-old-space-size=${heapMiB}`, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, all, options, (error, stdout, stderr) => {
      resolve({ isSuccess: error === null, stdout, stderr, end: endOf(error, timeoutMs) });
    });
    endWithThisProcess(child);
  });
}

interface Failure {
  readonly killed?: boolean | undefined;
  readonly signal?: string | null | undefined;
  readonly message: string;
}

function endOf(error: Failure | null, timeoutMs: number): string | null {
  if (error?.killed === true) return `no end within ${timeoutMs / 1000} s`;
  if (typeof error?.signal === 'string') return `ended by ${error.signal}`;
  return null;
}
