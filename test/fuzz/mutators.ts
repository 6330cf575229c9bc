/** Changes to what was valid: of values, of text, of bytes. */

import { nextInteger, type Random } from '../../src/raft/index.ts';
import {
  falseNumerals,
  happens,
  oddNames,
  oddNumerals,
  pick,
  someNumeral,
  someText,
} from './generators.ts';

/** A value of any type, at a limit of it. */
export function oddValue(random: Random): unknown {
  const numbers = [
    0,
    -1,
    1,
    0.5,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 53 - 1,
    1e300,
    Infinity,
    -Infinity,
  ];
  const type = nextInteger(random, 0, 6);
  if (type === 0) return pick(random, ...numbers, Number.NaN);
  if (type === 1) return someText(random).slice(0, 1000);
  if (type === 2) return pick<unknown>(random, null, undefined, true, false);
  if (type === 3) return pick<unknown>(random, [], [null], ['n1', 'n1'], [[]], [{}], [0, 1, 2]);
  if (type === 4) return { [pick(random, ...oddNames)]: pick<unknown>(random, 1, null, {}, 'x') };
  return pick<unknown>(random, {}, { kind: { toString: 1, valueOf: 1 } }, { kind: 'constructor' });
}

/**
 * A copy with one part changed: a member or an item is replaced, left out, said twice, renamed,
 * wrapped, or changed a little.
 */
export function mutateValue(random: Random, value: unknown): unknown {
  const isInside = typeof value === 'object' && value !== null && happens(random, 0.8);
  if (!isInside) return replacement(random, value);
  if (Array.isArray(value)) {
    const at = nextInteger(random, 0, value.length + 1);
    if (at === value.length) return [...value, oddValue(random)];
    const kind = nextInteger(random, 0, 6);
    if (kind === 0) return value.toSpliced(at, 1);
    if (kind === 1) return value.toSpliced(at, 0, value[at]);
    if (kind === 2) return value.toReversed();
    return value.with(at, mutateValue(random, value[at]));
  }
  const members: [string, unknown][] = Object.entries(value);
  const at = nextInteger(random, 0, members.length + 1);
  const [name, part] = members[at] ?? [pick(random, ...oddNames), null];
  const kind = nextInteger(random, 0, 8);
  if (at === members.length) members.push([name, oddValue(random)]);
  else if (kind === 0) members.splice(at, 1);
  else if (kind === 1) members[at] = [pick(random, ...oddNames), part];
  else members[at] = [name, mutateValue(random, part)];
  return Object.fromEntries(members);
}

/** The same of a part that may lie anywhere in it, however deeply. */
export function mutateAnywhere(random: Random, value: unknown): unknown {
  const paths: (readonly string[])[] = [];
  const walk = (part: unknown, path: readonly string[]): void => {
    paths.push(path);
    if (typeof part !== 'object' || part === null) return;
    for (const [name, inside] of Object.entries(part)) walk(inside, [...path, name]);
  };
  walk(value, []);
  return changedAt(value, pick(random, ...paths), (part) => mutateValue(random, part));
}

function changedAt(
  value: unknown,
  [name, ...rest]: readonly string[],
  change: (part: unknown) => unknown,
): unknown {
  if (name === undefined) return change(value);
  const inside = (value as { readonly [name: string]: unknown })[name];
  const changed = changedAt(inside, rest, change);
  if (Array.isArray(value)) return value.with(Number(name), changed);
  const members = Object.entries(value as object);
  return Object.fromEntries(members.map(([it, part]) => [it, it === name ? changed : part]));
}

function replacement(random: Random, value: unknown): unknown {
  if (typeof value === 'number' && happens(random, 0.6)) {
    return pick<unknown>(
      random,
      value + 1,
      value - 1,
      0 - value,
      value + 0.5,
      value * 2 ** 53,
      `${value}`,
    );
  }
  if (typeof value === 'string' && happens(random, 0.4)) {
    return pick(random, `${value} `, value.slice(1), value.toUpperCase(), `\ufeff${value}`);
  }
  return happens(random, 0.15) ? [value] : oddValue(random);
}

/** Text with one stretch changed. `words` are what the text's language is made of. */
export function mutateText(random: Random, text: string, words: readonly string[] = []): string {
  const numerals = words.filter((word) => /^\d/.test(word));
  const from = nextInteger(random, 0, text.length + 1);
  const to = Math.min(text.length, from + nextInteger(random, 0, pick(random, 2, 8, 40)));
  const [before, middle, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  switch (nextInteger(random, 0, 9)) {
    case 0:
      return before + after;
    case 1:
      return before + middle + middle + after;
    case 2:
      return before;
    case 3:
      return before + someText(random) + after;
    case 4: {
      const brackets = ['"', ',', ':', '[', ']', '{', '}', '\n', '\r\n', ' ', '\ufeff', '\u0000'];
      return before + pick(random, ...words, ...brackets) + after;
    }
    case 5:
      return text + pick(random, '', '\n', ' ') + text.slice(from);
    case 6:
      return replaceOne(random, text, /-?\d+(\.\d+)?/g, () =>
        pick(random, someNumeral(random), ...oddNumerals, ...falseNumerals, ...numerals),
      );
    case 7:
      return replaceOne(random, text, /[A-Za-z_]+/g, () => pick(random, ...oddNames, ...words));
    // A member said twice.
    default:
      return replaceOne(random, text, /"[^"]*":[^,{}[\]]*,/g, (member) => member + member);
  }
}

function replaceOne(
  random: Random,
  text: string,
  pattern: RegExp,
  replace: (found: string) => string,
): string {
  const found = [...text.matchAll(pattern)];
  const match = found[nextInteger(random, 0, found.length)];
  if (match === undefined) return text;
  const [word] = match;
  return text.slice(0, match.index) + replace(word) + text.slice(match.index + word.length);
}

/** Bytes with a few of them changed, missing, inserted or cut off. */
export function mutateBytes(random: Random, bytes: Uint8Array): Buffer {
  const from = nextInteger(random, 0, bytes.length + 1);
  const to = Math.min(bytes.length, from + nextInteger(random, 1, pick(random, 2, 10, 100)));
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(to)];
  const any = Array.from({ length: nextInteger(random, 1, 6) }, () =>
    pick(random, 0, 0x0a, 0x0d, 0x7f, 0x80, 0xc0, 0xed, 0xf5, 0xff, nextInteger(random, 0, 256)),
  );
  switch (nextInteger(random, 0, 5)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, Buffer.from(any), after]);
    case 2:
      return Buffer.concat([before, Buffer.from(any), bytes.subarray(from)]);
    case 3:
      return Buffer.from(before);
    default:
      return Buffer.concat([bytes, bytes.subarray(from, to)]);
  }
}

/** Cuts bytes at any places, often into single ones. */
export function splitBytes(random: Random, bytes: Uint8Array): Buffer[] {
  const parts: Buffer[] = [];
  const most = pick(random, 2, 3, 10, 100, 5000);
  for (let from = 0; from < bytes.length; ) {
    const to = from + nextInteger(random, 1, most);
    parts.push(Buffer.from(bytes.subarray(from, to)));
    from = to;
  }
  return parts;
}
