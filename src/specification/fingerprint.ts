/**
 * Fingerprints: one small number for the content of an entry or a message, so that what arrives can
 * be held against all that was ever sent without keeping it.
 *
 * Two contents may by chance have one fingerprint, with a probability of 2^-32 a pair. Then a
 * forgery goes unnoticed; nobody is accused wrongly.
 */

import type { MessageView } from './message-view.ts';
import type { EntryView, MembershipView, SnapshotView } from './view.ts';

class Mixer {
  #hash = 0;

  /** Takes in 32 bits, as MurmurHash3 does. */
  #mix(word: number): void {
    const scrambled = Math.imul(word, 0xcc9e2d51);
    const spread = Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
    const mixed = this.#hash ^ spread;
    this.#hash = (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
  }

  /** A whole number, or any other. */
  number(value: number): void {
    this.#mix(value | 0);
    if (value > 0x7fffffff || value < 0 || value !== Math.floor(value)) {
      this.#mix(Math.floor(value / 0x100000000) | 0);
      this.#mix(((value % 1) * 0x40000000) | 0);
    }
  }

  text(value: string): void {
    this.#mix(value.length);
    for (let i = 0; i < value.length; i++) this.#mix(value.charCodeAt(i));
  }

  bytes(data: Uint8Array): void {
    this.#mix(data.length);
    for (const byte of data) this.#mix(byte);
  }

  /** Anything that JSON can carry, and bytes. The order of an object's keys does not count. */
  value(value: unknown): void {
    if (typeof value === 'string') {
      this.#mix(1);
      this.text(value);
    } else if (typeof value === 'number') {
      this.#mix(2);
      this.number(value);
    } else if (value === null || value === undefined) {
      this.#mix(3);
    } else if (typeof value === 'boolean') {
      this.#mix(value ? 4 : 5);
    } else if (value instanceof Uint8Array) {
      this.bytes(value);
    } else if (Array.isArray(value)) {
      this.#mix(6);
      this.#mix(value.length);
      for (const item of value) this.value(item);
    } else if (typeof value === 'object') {
      const pairs = Object.entries(value).filter(([, field]) => field !== undefined);
      if (pairs.length > 1) pairs.sort(([a], [b]) => (a < b ? -1 : 1));
      this.#mix(7);
      this.#mix(pairs.length);
      for (const [key, field] of pairs) {
        this.text(key);
        this.value(field);
      }
    }
  }

  names(names: readonly string[]): void {
    this.#mix(names.length);
    for (const name of names) this.text(name);
  }

  membership({ voters, outgoing, learners }: MembershipView): void {
    this.names(voters);
    this.names(outgoing);
    this.names(learners);
  }

  snapshot({ index, term, membership }: SnapshotView): void {
    this.number(index);
    this.number(term);
    this.number(membership.index);
    this.membership(membership.membership);
  }

  /** 32 bits. */
  get digest(): number {
    const folded = Math.imul(this.#hash ^ (this.#hash >>> 16), 0x85ebca6b);
    return folded ^ (folded >>> 13);
  }
}

export function fingerprintOfEntry(entry: EntryView): number {
  const mixer = new Mixer();
  mixer.text(entry.kind);
  mixer.number(entry.index);
  mixer.number(entry.term);
  if (entry.kind === 'membership') mixer.membership(entry.membership);
  if (entry.kind === 'command') {
    mixer.value(entry.command);
    mixer.number(entry.bytes);
  }
  return mixer.digest;
}

export function fingerprintOfCommand(command: unknown): number {
  const mixer = new Mixer();
  mixer.value(command);
  return mixer.digest;
}

export function fingerprintOfData(data: Uint8Array): number {
  const mixer = new Mixer();
  mixer.bytes(data);
  return mixer.digest;
}

/**
 * Of the entries in a message only index and term are taken: what content those stand for is looked
 * up where they arrive. (history.ts)
 */
export function fingerprintOfMessage(message: MessageView): number {
  const mixer = new Mixer();
  mixer.text(message.kind);
  mixer.text(message.from);
  mixer.text(message.to);
  mixer.number(message.term);
  mixContent(mixer, message);
  return mixer.digest;
}

function mixContent(mixer: Mixer, message: MessageView): void {
  switch (message.kind) {
    case 'voteRequest':
      mixer.value(message.isTransfer);
      mixer.number(message.lastLogIndex);
      return mixer.number(message.lastLogTerm);
    case 'preVoteRequest':
      mixer.number(message.round);
      mixer.number(message.lastLogIndex);
      return mixer.number(message.lastLogTerm);
    case 'preVoteResponse':
      mixer.number(message.round);
      return mixer.value(message.granted);
    case 'voteResponse':
      mixer.value(message.granted);
      mixer.number(message.lastLogIndex);
      return mixer.number(message.lastLogTerm);
    case 'appendRequest':
      for (const { index, term } of message.entries) {
        mixer.number(index);
        mixer.number(term);
      }
      mixer.number(message.prevIndex);
      mixer.number(message.prevTerm);
      mixer.number(message.commitIndex);
      mixer.number(message.round);
      return mixer.number(message.electionTicks);
    case 'heartbeatRequest':
      mixer.number(message.commitIndex);
      mixer.number(message.round);
      return mixer.number(message.electionTicks);
    case 'heartbeatResponse':
      mixer.number(message.round);
      mixer.number(message.matchIndex);
      return mixer.number(message.priority);
    case 'commitHint':
      mixer.number(message.commitIndex);
      return mixer.number(message.electionTicks);
    case 'snapshotRequest':
      mixer.number(message.round);
      mixer.snapshot(message.snapshot);
      mixer.number(message.offset);
      mixer.bytes(message.data);
      return mixer.value(message.isLast);
    case 'readIndexRequest':
      return mixer.number(message.sequence);
    case 'readIndexResponse':
      mixer.number(message.sequence);
      return mixer.value(message.index);
    case 'appendResponse':
      mixer.number(message.round);
      return mixer.value(message.result);
    case 'snapshotResponse':
      mixer.number(message.round);
      mixer.number(message.snapshotIndex);
      mixer.number(message.offset);
      return mixer.value(message.result);
    case 'newerTerm':
    case 'timeoutNow':
      return;
  }
}
