import { accessSync, constants } from 'node:fs';
import { makeDirectories } from '../storage/make-directories.ts';
import { UsageError } from './exit-status.ts';

/**
 * Makes the directory of `--store`, before a run begins that could not leave anything in it.
 *
 * @throws UsageError when it cannot be made or written
 */
export function demandStore(path: string): void {
  try {
    makeDirectories(path);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UsageError(`--store cannot be written: ${(error as Error).message}`);
  }
}
