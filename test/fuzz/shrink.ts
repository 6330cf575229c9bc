/** Makes a failing input smaller, by leaving out parts of it while it still fails. */

import { inspect } from 'node:util';

/** How many smaller inputs are tried, and for how long. */
const maxAttempts = 2000;
const maxMs = 20_000;

/** @param isFailing whether a smaller input fails in the same way */
export async function shrink<Input>(
  input: Input,
  isFailing: (candidate: Input) => Promise<boolean>,
): Promise<Input> {
  const endMs = performance.now() + maxMs;
  let attempts = 0;
  let small = input;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const candidate of smaller(small)) {
      if (++attempts > maxAttempts || performance.now() > endMs) return small;
      if (!(await isFailing(candidate as Input))) continue;
      small = candidate as Input;
      isSmaller = true;
      break;
    }
  }
  return small;
}

/** The same with a part left out: large parts first, then smaller ones, then parts of parts. */
export function* smaller(value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield* without(value.length, (a, b) => cut(value, a, b));
  else if (value instanceof Uint8Array) {
    yield* without(value.length, (a, b) =>
      Buffer.concat([value.subarray(0, a), value.subarray(b)]),
    );
  } else if (Array.isArray(value)) {
    yield* without(value.length, (a, b) => value.toSpliced(a, b - a));
    for (const [at, part] of value.entries()) {
      for (const less of smaller(part)) yield value.with(at, less);
    }
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    yield* without(members.length, (a, b) => asObject(members.toSpliced(a, b - a)));
    for (const [at, [name, part]] of members.entries()) {
      for (const less of smaller(part)) yield asObject(members.with(at, [name, less]));
    }
  }
}

/** All ways to leave out a stretch of so many: of the whole, of halves, of quarters and so on. */
function* without(length: number, leaveOut: (from: number, to: number) => unknown) {
  for (let size = length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < length; from += size) {
      yield leaveOut(from, Math.min(length, from + size));
    }
  }
}

function cut(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(to);
}

/** Like `Object.fromEntries`, which also keeps a member `__proto__` for what it is. */
const asObject = (members: readonly (readonly [string, unknown])[]): unknown =>
  Object.fromEntries(members);

/** An input as it can be read, and if it is not too long, pasted. */
export function describe(input: unknown): string {
  const text = inspect(readable(input), { depth: 30, maxArrayLength: 200, maxStringLength: 2000 });
  return text.length <= 6000 ? text : `${text.slice(0, 6000)}…`;
}

/** Bytes as text, one character for each. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { latin1: Buffer.from(value).toString('latin1') };
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return asObject(Object.entries(value).map(([name, part]) => [name, readable(part)]));
}
