/**
 * Commands and results as they stand in logs and messages: texts. So nobody shares an object with a
 * log, every copy is its own, and what a command weighs is known.
 *
 * The first letter says how the rest is to be read: `u`, the bytes are UTF-8 and this is it; `b`,
 * they are in base64; `e`, it is no value, but why a result could not be written.
 */

import { isUtf8 } from 'node:buffer';
import type { SnapshotFormat } from '../machine/encoded-snapshots.ts';

declare const brand: unique symbol;

/** Bytes as a text, of which the first letter says how it is to be read. */
export type Text = string & { readonly [brand]: 'Text' };

export function asText(bytes: Uint8Array): Text {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (isUtf8(buffer) ? `u${buffer.toString()}` : `b${buffer.toString('base64')}`) as Text;
}

export function bytesOf(text: Text): Uint8Array {
  return Buffer.from(text.slice(1), text.startsWith('u') ? 'utf8' : 'base64');
}

/** In place of a result that cannot be written. */
export function faultText(fault: string): Text {
  return `e${fault}` as Text;
}

/** Why there is no result; null when there is one. */
export function faultOf(text: Text): string | null {
  return text.startsWith('e') ? text.slice(1) : null;
}

/** The text itself as bytes, and again. */
export const textFormat: SnapshotFormat<Text> = {
  encode: (text) => Buffer.from(text),
  decode: ({ buffer, byteOffset, byteLength }) =>
    parseText(Buffer.from(buffer, byteOffset, byteLength).toString()),
};

/** @throws TypeError when a value from outside is none */
export function parseText(value: unknown): Text {
  if (typeof value === 'string' && /^[ube]/.test(value)) return value as Text;
  throw new TypeError('this is no text of a command or result');
}

export function textBytes(text: Text): number {
  return Buffer.byteLength(text);
}

/** The beginning of a text, for people. */
export function shownText(text: Text): string {
  return text.length <= 200 ? text.slice(1) : `${text.slice(1, 200)}…`;
}
