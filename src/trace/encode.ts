/** A header or an event as a line of JSON. Bytes are base64; times have three decimals at most. */

import type { TraceEvent, TraceHeader } from './format.ts';

/** A microsecond is precise enough, and short. */
export function roundMs(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}

/** Without a line break. */
export function encodeHeader(header: TraceHeader): string {
  return JSON.stringify(header);
}

/** Without a line break. */
export function encodeEvent({ timeMs, ...event }: TraceEvent): string {
  return jsonOf({ timeMs: roundMs(timeMs), ...event });
}

/** Any value of an event. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, bytesAsBase64);
  } catch {
    // Commands of somebody's own machine may be what JSON has no words for.
    return JSON.stringify(asPlain(value, 0));
  }
}

/** `value` is what `toJSON` has made of it: bytes themselves are still in their owner. */
function bytesAsBase64(this: unknown, name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const original = (this as { readonly [name: string]: unknown })[name];
  return original instanceof Uint8Array ? base64(original) : value;
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

const maxDepth = 600;

function asPlain(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return base64(value);
  if (depth > maxDepth) return '…';
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) {
    return Array.from(value as Iterable<unknown>, (item) => asPlain(item, depth + 1));
  }
  const members = Object.entries(value).map(([name, member]) => [name, asPlain(member, depth + 1)]);
  return Object.fromEntries(members);
}
