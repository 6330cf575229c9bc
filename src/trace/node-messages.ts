/** Which messages of cores leave and arrive with an event inside a node. */

import type { Message } from '../raft/index.ts';
import { jsonOf } from './encode.ts';
import type { TraceEvent } from './format.ts';

/**
 * What its core hands over to be sent: at once, or when the write is durable that it goes with. When
 * exactly that was, the trace of a node does not say.
 */
export function messagesSent(event: TraceEvent): readonly Message<unknown>[] {
  if (event.kind !== 'drain') return [];
  return event.effects.flatMap((effect) => {
    if (effect.kind === 'send') return [effect.message];
    return effect.kind === 'persist' ? effect.messages : [];
  });
}

export function messageTakenIn(event: TraceEvent): Message<unknown> | null {
  if (event.kind !== 'step' || event.input.kind !== 'receive') return null;
  return event.input.message;
}

/** The same for a message as it was sent and as it has arrived: entries are named by their places. */
export function likenessOf(message: Message<unknown>): string {
  switch (message.kind) {
    case 'appendRequest': {
      const { entries, ...rest } = message;
      return jsonOf([sorted(rest), entries.map(({ index, term }) => [index, term])]);
    }
    case 'snapshotRequest': {
      const { data, snapshot, ...rest } = message;
      return jsonOf([sorted(rest), snapshot.index, snapshot.term, data.length]);
    }
    case 'appendResponse':
    case 'snapshotResponse': {
      const { result, ...rest } = message;
      return jsonOf([sorted(rest), sorted(result)]);
    }
    default:
      return jsonOf(sorted(message));
  }
}

/** Who has parsed a message may have put its fields in another order. */
function sorted(fields: object): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
}
