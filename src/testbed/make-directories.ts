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
    makeDirectory(whole);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(whole) === whole) throw error;
    makeDirectories(dirname(whole));
    makeDirectory(whole);
  }
}

/** Another process may have made it meanwhile. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    mkdirSync(path, { recursive: true }); // refuses what is there and is no directory
  }
}
