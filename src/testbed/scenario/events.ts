/** What happens in a world, in order: what a trace is printed from. */

import type { Effect, Message, NodeId, PersistEffect } from '../../raft/index.ts';
import type { Command } from './notation.ts';

export type Happening =
  /** A message has left its sender. Not printed where its arrival stands in the same trace. */
  | { readonly kind: 'sent'; readonly message: Message<Command> }
  /** A message has arrived; what it led to stands inside. */
  | { readonly kind: 'delivered'; readonly message: Message<Command> }
  | { readonly kind: 'lost'; readonly message: Message<Command>; readonly why: string }
  | {
      readonly kind: 'duplicated';
      readonly message: Message<Command>;
      readonly copy: Message<Command>;
    }
  /** A write was handed to a disk: to one that is slow, or to one that has it at once. */
  | {
      readonly kind: 'write';
      readonly node: NodeId;
      readonly write: PersistEffect<Command>;
      readonly isDurable: boolean;
    }
  /** A slow disk has completed a write. */
  | { readonly kind: 'synced'; readonly node: NodeId; readonly write: PersistEffect<Command> }
  /** Whatever else the core has said. */
  | { readonly kind: 'effect'; readonly node: NodeId; readonly effect: Effect<Command> }
  /** One of several ticks of a command; what happened in it stands inside. */
  | { readonly kind: 'tick'; readonly number: number }
  /** What the script has done to the world, in words. */
  | { readonly kind: 'note'; readonly topic: string; readonly text: string };

export interface Event {
  readonly what: Happening;
  readonly inside: readonly Event[];
}

/** Takes down events while commands run. */
export class Journal {
  readonly #onHappening: (what: Happening) => void;
  #events: Event[] = [];

  /** @param onHappening is told of each event as it happens, and before what happens inside it */
  constructor(onHappening: (what: Happening) => void = () => {}) {
    this.#onHappening = onHappening;
  }

  record(what: Happening): void {
    this.#events.push({ what, inside: [] });
    this.#onHappening(what);
  }

  note(topic: string, text: string): void {
    this.record({ kind: 'note', topic, text });
  }

  /** Records an event with all that happens during `act` inside it. */
  enclose(what: Happening, act: () => void): void {
    const outside = this.#events;
    const inside: Event[] = [];
    outside.push({ what, inside });
    this.#onHappening(what);
    this.#events = inside;
    try {
      act();
    } finally {
      this.#events = outside;
    }
  }

  /** Hands over what was taken down since the last call. */
  take(): readonly Event[] {
    return this.#events.splice(0);
  }
}
