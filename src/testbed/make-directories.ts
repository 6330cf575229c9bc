import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a directory and those above it. `mkdirSync` with `recursive` never returns where a parent
 * exists and yet refuses with ENOENT, as /proc does: it goes up and down for ever.
 *
 * @throws Error of the file system
 */
export function makeDirectories(path: string): void {
  const whole = resolve(path);
  try {
    mkdirSync(whole);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(whole) === whole) {
      if (code !== 'EEXIST') throw error;
      mkdirSync(whole, { recursive: true }); // says whether what exists is a directory
      return;
    }
    makeDirectories(dirname(whole));
    mkdirSync(whole);
  }
}
