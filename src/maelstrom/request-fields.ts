/** Fields of requests. Each refuses, with error 12, what the field must not be, and names it. */

import { canonicalJson, ExactNumber, isJsonObject, type Json } from '../machine/json.ts';
import { malformed } from './errors.ts';
import type { Body } from './message.ts';

/**
 * Any JSON, null included.
 *
 * @throws RpcError of code 12 when the request has no such field
 */
export function field(body: Body, name: string): Json {
  const value = body[name];
  if (value === undefined) throw malformed(`${body.type} has no ${name}`);
  return value;
}

/** @throws RpcError of code 12 when there is no such field, or it is no string */
export function textField(body: Body, name: string): string {
  const value = field(body, name);
  if (typeof value !== 'string') throw malformed(`${name} is not a string`);
  return value;
}

export function arrayField(body: Body, name: string): readonly Json[] {
  const value = field(body, name);
  if (!Array.isArray(value)) throw malformed(`${name} is not an array`);
  return value;
}

/** The members of an object; for their order nobody answers. */
export function membersField(body: Body, name: string): readonly (readonly [string, Json])[] {
  const value = field(body, name);
  if (!isJsonObject(value)) throw malformed(`${name} is not an object`);
  return Object.entries(value);
}

/**
 * @throws RpcError of code 12 when there is no such field, or it is no whole number up to 2^53 - 1
 */
export function integerField(body: Body, name: string): number {
  return asInteger(field(body, name), name);
}

/** However it is written: 1.0, 1e0 and -0 are whole numbers. */
export function asInteger(value: Json, name: string): number {
  const number = value instanceof ExactNumber ? asDouble(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw malformed(`${name} is not a whole number up to 2^53 - 1`);
}

export function asString(value: Json, name: string): string {
  if (typeof value === 'string') return value;
  throw malformed(`${name} is not a string`);
}

/** NaN when it is none. There is one zero. */
function asDouble(exact: ExactNumber): number {
  const double = Number(exact.text) + 0;
  return canonicalJson(double) === canonicalJson(exact) ? double : Number.NaN;
}
