/** Runs Maelstrom, or the bench, as a child process, and reads what it prints. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Command } from './command.ts';
import { type LogFindings, LogReader } from './log-warnings.ts';

/** The last lines, for when it breaks off. */
const tailLines = 40;

export interface ChildResult {
  /** Null when it was ended by a signal, or could not be started. */
  readonly status: number | null;
  readonly tail: readonly string[];
  readonly findings: LogFindings;
}

/**
 * Ctrl-C, told to the run that is under way, once; a second one ends it at once. The child has a
 * process group of its own, so that it does not hear it twice.
 */
export class Interrupt {
  #child: ChildProcess | null = null;
  #times = 0;

  get isRaised(): boolean {
    return this.#times > 0;
  }

  raise(): void {
    this.#times++;
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      // The child alone the first time: it may have its nodes to end. Then all that is left.
      if (this.#times === 1) process.kill(pid, 'SIGINT');
      else process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  watch(child: ChildProcess | null): void {
    this.#child = child;
  }
}

export function runChild(
  command: Command,
  interrupt: Interrupt,
  onLine: (line: string) => void,
): Promise<ChildResult> {
  const child = spawn(command.file, command.args, {
    env: command.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  interrupt.watch(child);
  const tail: string[] = [];
  const stdout = new LogReader();
  const stderr = new LogReader();
  const read = (stream: Readable, log: LogReader): void => {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      log.push(line);
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      onLine(line);
    });
  };
  read(child.stdout, stdout);
  read(child.stderr, stderr);
  return new Promise((resolve) => {
    const end = (status: number | null): void => {
      interrupt.watch(null);
      const [out, err] = [stdout.findings(), stderr.findings()];
      resolve({
        status,
        tail,
        findings: {
          ofNodes: [...out.ofNodes, ...err.ofNodes],
          others: [...out.others, ...err.others],
        },
      });
    };
    child.once('error', (error) => {
      tail.push(`${command.file} could not be started: ${error.message}`);
      end(null);
    });
    child.once('close', end);
  });
}
