/** Reading the fields of a message that came from outside, each checked. */

/** What came from outside, before anything of it is believed: names, and values of any kind. */
export type Fields = { readonly [name: string]: unknown };

/** What came from outside is not what it should be; the message names the field. */
export class FieldFault extends Error {
  override readonly name: string = 'FieldFault';
}

/** @throws FieldFault with this text, unless the condition holds */
export function check(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new FieldFault(fault);
}

/** @throws FieldFault when the value is no object */
export function object(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null) return value as Fields;
  throw new FieldFault(`${name} is not an object`);
}

/**
 * A whole number from 0 on.
 *
 * @throws FieldFault when it is none
 */
export function count(fields: Fields, name: string): number {
  const value = fields[name];
  // The text of a fault is made only when there is one: this is asked for each field that arrives.
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new FieldFault(`${name} is not a whole number from 0 on`);
}

/** @throws FieldFault when it is neither true nor false */
export function flag(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value === 'boolean') return value;
  throw new FieldFault(`${name} is neither true nor false`);
}

/** A word from outside, for a message about it. What is no text may not even become one. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 40) : typeof value;
}
