/** Commands of the shell, as a reader types them at the root of the repository, and what they print. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFile } from '../process.ts';

const timeoutMs = 60_000;

/** A directory that looks like the repository's; what is written to it is gone when it is closed. */
export class Shell {
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'guide-'));

  constructor() {
    const names = readdirSync(repositoryFile('.')).filter((name) => name !== 'store');
    for (const name of names) symlinkSync(repositoryFile(name), join(this.#directory, name));
  }

  /** Lines of `$ COMMAND`, each with what it prints, to stderr as well. */
  run(block: readonly string[]): readonly string[] {
    const commands = block.filter((line) => line.startsWith('$ '));
    if (commands.length === 0) throw new Error('no line begins with "$ "');
    return commands.flatMap((line) => [line, ...this.#outputOf(line.slice(2))]);
  }

  #outputOf(command: string): readonly string[] {
    const script = `exec 2>&1\n${command}\ntrue`;
    const output = execFileSync('sh', ['-c', script], {
      cwd: this.#directory,
      timeout: timeoutMs,
      encoding: 'utf8',
    }).replace(/\n$/, '');
    return output === '' ? [] : output.split('\n').map((line) => line.trimEnd());
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
