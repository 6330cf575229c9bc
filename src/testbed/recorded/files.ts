/** Reads the files of a run's directory. */

import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { RunFault } from './run-fault.ts';

/** Text that is longer than this is no string of this engine's. */
const maxBytes = 512 * 1024 * 1024;

export class RunFiles {
  readonly directory: string;

  /** @throws RunFault when there is no such directory */
  constructor(directory: string) {
    this.directory = directory;
    let isDirectory: boolean;
    try {
      isDirectory = statSync(directory).isDirectory();
    } catch {
      throw new RunFault(`${directory}: there is no such directory`);
    }
    if (!isDirectory) throw new RunFault(`${directory} is not a directory`);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /**
   * Null when there is no such file.
   *
   * @throws RunFault when it cannot be read
   */
  text(name: string): string | null {
    const path = this.path(name);
    if (!existsSync(path)) return null;
    try {
      const { size } = statSync(path);
      if (size > maxBytes)
        throw new Error(`it has ${size} bytes, and at most ${maxBytes} are read`);
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new RunFault(`${path} cannot be read: ${(error as Error).message}`);
    }
  }

  /** The first so many bytes of a file; empty when there is none. */
  beginning(name: string, bytes: number): string {
    const path = this.path(name);
    if (!existsSync(path)) return '';
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(bytes);
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, bytes, 0));
    } catch (error) {
      throw new RunFault(`${path} cannot be read: ${(error as Error).message}`);
    } finally {
      closeSync(file);
    }
  }

  /** The names of what is in a subdirectory and ends so, without the ending; n2 before n10. */
  names(subdirectory: string, ending: string): string[] {
    const path = this.path(subdirectory);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((name) => name.endsWith(ending))
      .map((name) => basename(name, ending))
      .sort(byNumber);
  }
}

/** n2 before n10. */
export function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
