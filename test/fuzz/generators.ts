/** Building blocks of inputs: chance, and values at which parsers break. */

import { nextFraction, nextInteger, type Random } from '../../src/raft/index.ts';

/** Whether something with this chance happens. */
export function happens(random: Random, chance: number): boolean {
  return nextFraction(random) < chance;
}

export function pick<T>(random: Random, ...choices: readonly T[]): T {
  return choices[nextInteger(random, 0, choices.length)] as T;
}

/** Any number of things, few more often than many. */
export function several<T>(random: Random, most: number, make: () => T): T[] {
  const length = nextInteger(random, 0, nextInteger(random, 0, most + 1) + 1);
  return Array.from({ length }, make);
}

/** Numerals at the limits of doubles, and other spellings of them. All are JSON. */
export const oddNumerals: readonly string[] = [
  ...['0', '-0', '-0.0', '0e5', '1', '-1', '1.0', '10e-1', '1.5', '1e2', '1E+2', '100', '-1e-2'],
  ...['2147483648', '4294967296', '999999999999999', '9007199254740991', '-9007199254740991'],
  ...['9007199254740992', '9007199254740993', '9007199254740993.0', '18446744073709551616'],
  ...[
    '1e15',
    '1e16',
    '1e21',
    '1e22',
    '123456789012345678901234567890',
    '0.1',
    '0.30000000000000004',
  ],
  ...['1e308', '1e400', '-1e400', '5e-324', '1e-400', '1e999999999', '1e1000000000000'],
];

/** What looks like a number and is none. */
export const falseNumerals: readonly string[] = [
  ...['NaN', '-NaN', 'Infinity', '-Infinity', '01', '+1', '.5', '1.', '1e', '0x10', '1_000'],
  ...['--1', '1n', '１', '1e1000000000001', '1e99999999999999999999'],
];

/** Names that mean something to JavaScript, or to what is being parsed. */
export const oddNames: readonly string[] = [
  ...['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then'],
  ...['length', 'prototype', '', ' ', 'null', 'kind', 'type', 'number:', 'number:1', '7number:'],
];

const oddCharacters: readonly string[] = [
  ...['\u0000', '\u0007', '\n', '\r', '\r\n', '\t', '\u000b', '\u001b', '\u007f', '\u0085'],
  ...['\u00a0', '\u2028', '\u2029', '\u200b', '\ufeff', '\ufffd', '\uffff', '\ud800', '\udc00'],
  ...['\udc00\ud800', '😀', 'é', 'e\u0301', 'ß', 'İ', '\u202e', '"', "'", '\\', '\\u006e', '/'],
];

/** Text: mostly short words, now and then what no editor would type, seldom very long. */
export function someText(random: Random): string {
  const kind = nextFraction(random);
  if (kind < 0.3) return pick(random, 'a', 'b', 'x', 'abc', '', '0', 'n1', 'true');
  if (kind < 0.5) return pick(random, ...oddNames);
  if (kind < 0.55) return pick(random, ...oddNumerals, ...falseNumerals);
  if (kind < 0.998) {
    return several(random, 6, () =>
      happens(random, 0.5) ? pick(random, ...oddCharacters) : pick(random, 'a', 'bc', '1', ' '),
    ).join('');
  }
  return pick(random, ...oddCharacters, 'a', '\u0000').repeat(nextInteger(random, 1, 100_000));
}

/** A number in the grammar of JSON: mostly small, often at a limit, seldom very long. */
export function someNumeral(random: Random): string {
  const kind = nextFraction(random);
  if (kind < 0.5) return String(nextInteger(random, -3, 10));
  if (kind < 0.9) return pick(random, ...oddNumerals);
  const digits = (most: number): string =>
    Array.from({ length: nextInteger(random, 1, most) }, () => nextInteger(random, 0, 10)).join('');
  if (kind < 0.98) {
    const fraction = pick(random, '', `.${digits(20)}`);
    const exponent = pick(random, '', `e${pick(random, '', '+', '-')}${digits(3)}`);
    return `${pick(random, '', '-')}${pick(random, '0', `${pick(random, 1, 9)}${digits(20)}`)}${fraction}${exponent}`;
  }
  const zeros = '0'.repeat(pick(random, 10, 1000, 100_000));
  return pick(
    random,
    `1${zeros}`,
    `1${zeros}1`,
    `0.${zeros}1`,
    `1.${zeros}1${zeros}`,
    `7${zeros}e3`,
  );
}

/** A JSON text, by its grammar. `depth` bounds nesting. */
export function jsonText(random: Random, depth = 4): string {
  const kind = nextFraction(random);
  if (kind < 0.1) return pick(random, 'null', 'true', 'false');
  if (kind < 0.35) return someNumeral(random);
  if (kind < 0.6 || depth === 0) return quoted(random, someText(random));
  const parts = several(random, 5, () => jsonText(random, depth - 1));
  if (kind < 0.8) return `[${spaced(random, parts)}]`;
  const members = parts.map(
    (part) => `${quoted(random, someText(random))}${blank(random)}:${part}`,
  );
  return `{${spaced(random, members)}}`;
}

/** Brackets, far more than any reader needs, or just as many as are still allowed. */
export function deepText(random: Random, limits: readonly number[]): string {
  const levels = pick(random, ...limits.flatMap((limit) => [limit - 1, limit, limit + 1]), 100_000);
  const [open, close] = pick(random, ['[', ']'], ['{"a":', '}']);
  const inside = open === '[' ? pick(random, '', '1.0', '"x"') : pick(random, '1', '1.0', '[]');
  return `${open.repeat(levels)}${inside}${close.repeat(levels)}`;
}

/** A string as JSON may spell it: any character may be escaped. */
export function quoted(random: Random, text: string): string {
  if (happens(random, 0.6)) return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, at) => {
    const unit = text.charCodeAt(at);
    const escaped = `\\u${unit.toString(16).padStart(4, '0')}`;
    const plain = JSON.stringify(text.charAt(at)).slice(1, -1);
    return happens(random, 0.3) ? pick(random, escaped, escaped.replace(/[a-f]/g, upper)) : plain;
  });
  return `"${units.join('')}"`;
}

const upper = (letter: string): string => letter.toUpperCase();

function blank(random: Random): string {
  return happens(random, 0.8) ? '' : pick(random, ' ', '\t', '\r', '  ');
}

function spaced(random: Random, parts: readonly string[]): string {
  return parts.map((part) => `${blank(random)}${part}${blank(random)}`).join(',');
}

/** A JSON value as JavaScript has it; what a double cannot hold is rounded, or null. */
export function jsonValue(random: Random, depth = 3): unknown {
  return JSON.parse(JSON.stringify(JSON.parse(jsonText(random, depth))));
}
