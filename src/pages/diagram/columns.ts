/**
 * Columns of integers as text: each number's difference from the one before, in base 64. The lowest
 * bit of a difference is its sign; then five bits go into each character, the lowest first, and the
 * sixth says that more follow. Small differences, as most are, take one character.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const digitOf = new Int8Array(128).fill(-1);
for (let digit = 0; digit < alphabet.length; digit++) {
  digitOf[alphabet.charCodeAt(digit)] = digit;
}

/** The greatest magnitude that a column may hold. */
export const maxInColumn: number = 2 ** 50;

/** @throws RangeError for what is no integer, or too large */
export function encodeColumn(values: Iterable<number>): string {
  const parts: string[] = [];
  let previous = 0;
  for (const value of values) {
    if (!Number.isInteger(value) || Math.abs(value) > maxInColumn) {
      throw new RangeError(`not for a column: ${value}`);
    }
    const difference = value - previous;
    previous = value;
    let rest = difference < 0 ? -2 * difference - 1 : 2 * difference;
    // Arithmetic, not bits: times outgrow 32 of them.
    while (rest >= 32) {
      parts.push(alphabet.charAt((rest % 32) + 32));
      rest = Math.floor(rest / 32);
    }
    parts.push(alphabet.charAt(rest));
  }
  return parts.join('');
}

/** Like `encodeColumn`, for numbers that others have written: what is out of range becomes its end. */
export function encodeBounded(values: readonly number[]): string {
  return encodeColumn(
    values.map((value) => Math.max(-maxInColumn, Math.min(maxInColumn, Math.round(value) || 0))),
  );
}

/** The numbers of a column, which has exactly so many. @throws RangeError when it has not */
export function decodeColumn(text: string, count: number): Float64Array {
  const values = new Float64Array(count);
  let at = 0;
  let value = 0;
  for (let row = 0; row < count; row++) {
    let encoded = 0;
    let scale = 1;
    let digit = 32;
    while (digit >= 32) {
      digit = digitOf[text.charCodeAt(at++)] ?? -1;
      if (digit < 0) throw new RangeError(`a column of ${count} ends or errs at ${at}`);
      encoded += (digit % 32) * scale;
      scale *= 32;
    }
    value += encoded % 2 === 0 ? encoded / 2 : -(encoded + 1) / 2;
    values[row] = value;
  }
  if (at !== text.length) throw new RangeError(`a column of ${count} goes on after ${at}`);
  return values;
}

/** How many numbers a column has. */
export function countColumn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if ((digitOf[text.charCodeAt(at)] ?? 0) < 32) count++;
  return count;
}
