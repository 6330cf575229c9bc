/** A core with a planted bug, for as long as something runs. */

import { type Effect, Raft } from '../../../src/raft/index.ts';

/**
 * What has to wait for a write leaves before it: votes and acknowledgements rest on nothing. (The
 * bug museum's 29 and 35)
 */
export async function withHastyCore<T>(run: () => T | Promise<T>): Promise<T> {
  const { drain } = Raft.prototype;
  Raft.prototype.drain = function (this: Raft<unknown>) {
    return drain.call(this).flatMap(hasten);
  };
  try {
    return await run();
  } finally {
    Raft.prototype.drain = drain;
  }
}

function hasten(effect: Effect<unknown>): readonly Effect<unknown>[] {
  if (effect.kind !== 'persist') return [effect];
  const sends = effect.messages.map((message) => ({ kind: 'send', message }) as const);
  return [...sends, { ...effect, messages: [] }];
}
