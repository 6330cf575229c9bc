/** What JSON would silently change: found before it is written, instead of missed after it is read. */

import { ExactNumber, maxJsonDepth } from './json.ts';

/**
 * Says what in `value` would not come back from JSON as it went in, where it is, and what to do; null
 * when all of it would. `JSON.stringify` leaves out members that are undefined, writes NaN as null, a
 * Map as {} and a Date as a text.
 *
 * Two changes are let pass: -0 comes back as 0, and an object without a prototype as one with.
 */
export function jsonFault(value: unknown): string | null {
  return faultAt(value, '', 0);
}

function faultAt(value: unknown, path: string, depth: number): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : said(path, `${value}`, 'JSON has no such number');
    case 'object':
      return value === null || value instanceof ExactNumber ? null : faultOf(value, path, depth);
    case 'undefined':
      return said(path, 'undefined', path === '' ? 'use null' : 'leave it out, or use null');
    case 'bigint':
      return said(path, 'a bigint', 'make it a text: String(value)');
    default:
      return said(path, `a ${typeof value}`, 'only data can be carried');
  }
}

function faultOf(value: object, path: string, depth: number): string | null {
  if (depth >= maxJsonDepth) {
    return said(path.slice(0, 60), `nested more than ${maxJsonDepth} levels deep`, 'a circle?');
  }
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const fault = faultAt(value[at], `${path}[${at}]`, depth + 1);
      if (fault !== null) return fault;
    }
    return null;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return said(path, ...instance(value));
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    return said(path, 'an object with a toJSON', 'give what it returns instead');
  }
  if (Object.getOwnPropertySymbols(value).length > 0) {
    return said(path, 'an object with a symbol for a name', 'names are texts in JSON');
  }
  for (const [name, member] of Object.entries(value)) {
    const fault = faultAt(member, `${path}.${name}`, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** What it is, and what can be done about it. */
function instance(value: object): [what: string, advice: string] {
  const name = value.constructor?.name || 'a class without a name';
  switch (name) {
    case 'Map':
      return ['a Map', 'use [...map], and new Map(pairs) to read it'];
    case 'Set':
      return ['a Set', 'use [...set], and new Set(values) to read it'];
    case 'Date':
      return ['a Date', 'use date.getTime()'];
    case 'Promise':
      return ['a Promise', 'machines and formats are synchronous'];
    default:
      return [
        `an instance of ${name}`,
        ArrayBuffer.isView(value) ? 'use base64, or bytesFormat for bytes alone' : 'use plain data',
      ];
  }
}

function said(path: string, what: string, advice: string): string {
  return `${path === '' ? 'it' : path} is ${what}: ${advice}`;
}
