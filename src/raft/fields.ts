/** Reading the fields of a message that came from outside, each checked. */

export type Fields = { readonly [name: string]: unknown };

/** What came from outside is not what it should be; the message names the field. */
export class FieldFault extends Error {
  override readonly name: string = 'FieldFault';
}

export function check(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new FieldFault(fault);
}

export function object(value: unknown, name: string): Fields {
  check(typeof value === 'object' && value !== null, `${name} is not an object`);
  return value as Fields;
}

/** A whole number from 0 on. */
export function count(fields: Fields, name: string): number {
  const value = fields[name];
  check(
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
    `${name} is not a whole number from 0 on`,
  );
  return value;
}

export function flag(fields: Fields, name: string): boolean {
  const value = fields[name];
  check(typeof value === 'boolean', `${name} is neither true nor false`);
  return value;
}
