/** What the other modules put down for the next drain. */

import type { DropReason, Refusal } from './contract.ts';
import type { Message } from './messages.ts';
import type { RaftState } from './state.ts';
import type { RequestId } from './types.ts';

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
