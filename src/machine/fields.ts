/** What commands, results and snapshots that come from outside are made of, each checked by name. */

import { isJsonObject, type Json, stringifyJson } from './json.ts';

export type Fields = { readonly [member: string]: Json };

/** @throws TypeError when `value` is not an object; `name` says what it should have been */
export function objectOf(value: unknown, name: string): Fields {
  if (!isJsonObject(value)) throw new TypeError(`${name} is not an object`);
  return value;
}

/** @throws TypeError when `value` is not an array */
export function arrayOf(value: unknown, name: string): readonly Json[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} is not an array`);
  return value;
}

/** @throws TypeError when `value` is not text */
export function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} is not text`);
  return value;
}

/** @throws TypeError when `value` is not a whole number that a double holds exactly */
export function integerOf(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new TypeError(`${name} is not a whole number up to 2^53 - 1`);
  }
  return value;
}

/** @throws TypeError when `value` is not a whole number from 0 */
export function countOf(value: unknown, name: string): number {
  if (integerOf(value, name) < 0) throw new TypeError(`${name} is below 0`);
  return value as number;
}

/** @throws TypeError when the member is missing; null is a value */
export function required(fields: Fields, name: string): Json {
  const value = fields[name];
  if (value === undefined) throw new TypeError(`${name} is missing`);
  return value;
}

/** @throws TypeError when `value` is no pair */
export function pairOf(value: unknown, name: string): readonly [Json, Json] {
  const [first, second, ...more] = arrayOf(value, name);
  if (first === undefined || second === undefined || more.length > 0) {
    throw new TypeError(`${name} is not a pair`);
  }
  return [first, second];
}

/** About how many bytes a value has as JSON; no less than half of them. Short ones need no look. */
export function weightOf(value: Json): number {
  if (typeof value === 'string') return 2 * value.length;
  return typeof value === 'object' && value !== null ? 2 * stringifyJson(value).length : 8;
}
