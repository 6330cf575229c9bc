/** How a message on its way is put into words. */

import { membersOf } from '../maelstrom/message.ts';
import type { Envelope } from './network.ts';

/**
 * The message as members of a JSON object that may have others before them, and its end:
 * `"src":…,"dest":…,"body":…}`. It is logged twice and delivered, and put into words once.
 */
export function textOf(envelope: Envelope): string {
  if (envelope.text === '') envelope.text = membersOf(envelope.message);
  return envelope.text;
}
