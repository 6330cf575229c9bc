/** Which errors say something about the register. */

import type { Observation } from './history.ts';

/**
 * What an error tells, by Maelstrom's code or name: 22, precondition-failed, a cas found a value
 * other than the one it expected; 20, key-does-not-exist, there was no value. Any other error tells
 * nothing.
 */
export function observationOf(codeOrName: number | string): Observation | undefined {
  switch (codeOrName) {
    case 22:
    case 'precondition-failed':
      return 'precondition-failed';
    case 20:
    case 'key-does-not-exist':
      return 'key-does-not-exist';
    default:
      return undefined;
  }
}
