/**
 * Which messages travel during a step, and in which order: those that arrive, those that are lost,
 * and those that have only left. Messages of one wave travel at the same time; what is sent because
 * of them travels in the next.
 */

import type { Message } from '../raft/index.ts';
import type { Event } from '../testbed/scenario/events.ts';
import { formatMessageFields } from '../testbed/scenario/messages.ts';
import type { Command } from '../testbed/scenario/notation.ts';
import type { Frame } from './session.ts';

export interface Flight {
  readonly number: number;
  readonly message: Message<Command>;
  readonly fields: string;
  /** `leaves` ends on the way. */
  readonly fate: 'arrives' | 'lost' | 'leaves';
  readonly wave: number;
}

export function flightsOf({ events, numberOf }: Frame): readonly Flight[] {
  const sentIn = new Map<Message<Command>, number>();
  const flights: Flight[] = [];
  const arrived = new Set<Message<Command>>();
  let latest = 0;
  let tickBegins = 0;

  const add = (message: Message<Command>, fate: Flight['fate'], wave: number): void => {
    flights.push({
      number: numberOf(message),
      message,
      fields: formatMessageFields(message),
      fate,
      wave,
    });
    latest = Math.max(latest, wave + 1);
  };

  const walk = (list: readonly Event[], base: number): void => {
    for (const { what, inside } of list) {
      if (what.kind === 'sent') {
        sentIn.set(what.message, base);
      } else if (what.kind === 'delivered' || what.kind === 'lost') {
        const wave = Math.max(sentIn.get(what.message) ?? 0, tickBegins);
        arrived.add(what.message);
        add(what.message, what.kind === 'lost' ? 'lost' : 'arrives', wave);
        walk(inside, wave + 1);
      } else {
        // Each tick begins when what happened in the one before is over.
        if (what.kind === 'tick') tickBegins = latest;
        walk(inside, what.kind === 'tick' ? latest : base);
      }
    }
  };
  walk(events, 0);
  for (const [message, wave] of sentIn) {
    if (!arrived.has(message)) add(message, 'leaves', wave);
  }
  return flights;
}
