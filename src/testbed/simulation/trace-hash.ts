/** Tells runs apart. */

import type { Input, RaftView } from '../../raft/index.ts';

/**
 * A number for a whole run: two runs that differ anywhere have different ones, but for chance. Two
 * lanes of 32 bits, mixed as MurmurHash3 mixes; not for secrets.
 */
export class TraceHash {
  #a = 0x2545f491;
  #b = 0x6c078965;

  /** Whole numbers are told apart by their lower 32 bits. */
  add(value: number): void {
    this.#a = mix(this.#a, value, 0xcc9e2d51);
    this.#b = mix(this.#b, value ^ 0x5bd1e995, 0x1b873593);
  }

  addText(text: string): void {
    this.add(text.length);
    for (let at = 0; at < text.length; at++) this.add(text.charCodeAt(at));
  }

  /** Any plain value; numbers with their fractions by their texts. */
  addValue(value: unknown): void {
    if (typeof value === 'number' && Number.isInteger(value)) this.add(value);
    else if (typeof value !== 'object' || value === null) this.addText(String(value));
    else for (const member of Object.values(value)) this.addValue(member);
  }

  /** 16 hexadecimal digits. */
  get digest(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

function mix(lane: number, value: number, factor: number): number {
  let bits = Math.imul(value | 0, factor);
  bits = (bits << 15) | (bits >>> 17);
  bits = lane ^ Math.imul(bits, 0x85ebca6b);
  bits = (bits << 13) | (bits >>> 19);
  return (Math.imul(bits, 5) + 0xe6546b64) | 0;
}

/** A node has taken in what happened; `core` is its memory afterwards. */
export function hashStep(
  hash: TraceHash,
  timeMs: number,
  position: number,
  input: Input<unknown>,
  core: RaftView,
): void {
  const kind = input.kind === 'receive' ? input.message.kind : input.kind;
  hash.add(Math.round(timeMs * 1000));
  hash.add(position + 16 * kind.length + 1024 * kind.charCodeAt(kind.length - 5));
  hash.add(core.commitIndex + 4096 * core.log.entries.length + 65_536 * core.currentTerm);
}
