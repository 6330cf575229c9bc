/** What the other modules put down for the next drain. */

import type { DropReason, Effect, Refusal } from './contract.ts';
import type { Message } from './messages.ts';
import type { RaftState } from './state.ts';
import type { RequestId } from './types.ts';

/** Hands over the effects that were put down. */
export function takeEffects<Command>({ outbox }: RaftState<Command>): Effect<Command>[] {
  const { effects } = outbox;
  if (effects.length === 0) return shortList();
  outbox.effects = shortList();
  return effects;
}

/** Hands over the messages that go with the next write. */
export function takeGated<Command>({ outbox }: RaftState<Command>): readonly Message<Command>[] {
  const { gated } = outbox;
  if (gated.length === 0) return [];
  outbox.gated = shortList();
  return gated;
}

/** A list with room for a few. The first to be put into `[]` makes room for seventeen. */
function shortList<T>(): T[] {
  // biome-ignore lint/style/useArrayLiterals: this is about the room that it has
  return new Array<T>();
}

/** Sends a message that may leave at once. Most must not: see `sendWhenDurable`. */
export function send<Command>(state: RaftState<Command>, message: Message<Command>): void {
  state.outbox.effects.push({ kind: 'send', message });
}

export function refuse(state: RaftState<unknown>, requestId: RequestId, refusal: Refusal): void {
  state.outbox.effects.push({ kind: 'refuse', requestId, refusal });
}

/** Says that a message is not acted on. */
export function drop(
  state: RaftState<unknown>,
  message: Message<unknown>,
  reason: DropReason,
): void {
  state.outbox.effects.push({ kind: 'drop', from: message.from, message: message.kind, reason });
}
