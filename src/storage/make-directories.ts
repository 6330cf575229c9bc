/** Creating directories. */

import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a directory and those above it, and returns the uppermost that it had to create; null when
 * all were there.
 *
 * `mkdirSync` with `recursive` never returns where a parent exists and yet refuses with ENOENT, as
 * /proc does: it goes up and down for ever. Nor does its sister with a promise.
 *
 * @throws Error of the file system
 */
export function makeDirectories(path: string): string | null {
  const whole = resolve(path);
  try {
    return makeDirectory(whole) ? whole : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(whole) === whole) throw error;
    const first = makeDirectories(dirname(whole));
    return makeDirectory(whole) ? (first ?? whole) : first;
  }
}

/** False when it is there: another process may have made it meanwhile. */
function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    mkdirSync(path, { recursive: true }); // refuses what is there and is no directory
    return false;
  }
}
