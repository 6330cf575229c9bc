/**
 * JSON values that come back as they came.
 *
 * `JSON.parse` turns 9007199254740993 into 9007199254740992 and 1e400 into infinity. Here a number
 * that does not survive as a double is kept as its text, and everything else is a plain JavaScript
 * value.
 */

/** A number as it was written, because a double would change it. */
export class ExactNumber {
  readonly text: string;

  /** `text` is a number in JSON's grammar. */
  constructor(text: string) {
    this.text = text;
  }

  /**
   * `JSON.stringify` would lose what this class keeps. Use `stringifyJson`.
   *
   * @throws Error always
   */
  toJSON(): never {
    throw new NeedsExactWriter();
  }
}

/** A JSON value. A number that a double would change is an `ExactNumber`. */
export type Json =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | readonly Json[]
  | { readonly [member: string]: Json };

/** How deeply arrays and objects may be nested. Beyond it, walking them could exhaust the stack. */
export const maxJsonDepth = 500;

class NeedsExactWriter extends Error {}

/** Each level takes two characters: a shorter text cannot be nested too deeply. */
const deepTextLength = 2 * (maxJsonDepth + 1);

/** What many JSON texts, such as the lines that came at once, need not each be asked. */
export class JsonTexts {
  readonly #text: string;
  #hasUnusualNumber: boolean | null = null;

  /** `text` has all the texts in it. */
  constructor(text: string) {
    this.#text = text;
  }

  /** Whether one of the texts may have a number that a double would change. */
  get hasUnusualNumber(): boolean {
    this.#hasUnusualNumber ??= hasUnusualNumber(this.#text);
    return this.#hasUnusualNumber;
  }
}

/**
 * Reads a JSON text; numbers that a double would change come as `ExactNumber`.
 *
 * @param among the texts of which this is one, if it came with others
 * @throws SyntaxError when `text` is not JSON, or is nested more deeply than `maxJsonDepth`
 */
export function parseJson(text: string, among: JsonTexts | null = null): Json {
  const isSuspicious = among?.hasUnusualNumber !== false && hasUnusualNumber(text);
  if (isSuspicious && hasInexactNumber(text)) return parseExactly(text);
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!isSuspicious) throw error;
    // What is not JSON may hide numbers from a quick look.
    return parseExactly(text);
  }
  if (text.length >= deepTextLength && isDeeperThan(maxJsonDepth, value)) throw tooDeep();
  return value;
}

/**
 * Whether there is a number that is no short integer, or what looks like one in a string. Three
 * searches take less time than one for all three.
 */
function hasUnusualNumber(text: string): boolean {
  return /[0-9][.eE]/.test(text) || text.includes('-0') || hasSixteenDigits(text);
}

/** Whether so many digits stand in a row: then every sixteenth character meets one of them. */
function hasSixteenDigits(text: string): boolean {
  for (let at = 15; at < text.length; at += 16) {
    if (!isDigitAt(text, at)) continue;
    let start = at;
    while (isDigitAt(text, start - 1)) start--;
    let end = at + 1;
    while (isDigitAt(text, end)) end++;
    if (end - start >= 16) return true;
  }
  return false;
}

/** False also before the beginning and after the end. */
function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** False only when no number of a text that is JSON would be changed by a double. */
function hasInexactNumber(text: string): boolean {
  const numbers = text.match(/(?<![0-9.eE+-])(?:-0|-?[0-9]{16}|-?[0-9]+[.eE])[0-9.eE+-]*/g);
  return numbers?.some((number) => String(Number(number)) !== number) ?? false;
}

function parseExactly(text: string): Json {
  const exact = markInexactNumbers(text);
  const value: Json =
    exact === null
      ? JSON.parse(text)
      : JSON.parse(exact.text, (_member, part) =>
          typeof part === 'string' && part.startsWith(exact.mark)
            ? new ExactNumber(part.slice(exact.mark.length))
            : part,
        );
  if (isDeeperThan(maxJsonDepth, value)) throw tooDeep();
  return value;
}

/**
 * The same value as `JSON.stringify` would write it, and exact numbers as they were written.
 *
 * @throws TypeError as `JSON.stringify` does: for circles, and for what JSON cannot carry
 */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof NeedsExactWriter) return writeExactly(value);
    throw error;
  }
}

/**
 * A text that is the same for equal values and different for others: members are sorted, and
 * numbers are written in one way (1, 1.0 and 10e-1 are equal).
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number') {
    // Without zeros at its end, a whole number is written in the one way already.
    const isPlain = Number.isSafeInteger(value) && (value % 10 !== 0 || value === 0);
    return isPlain ? String(value) : canonicalNumber(String(value));
  }
  if (value instanceof ExactNumber) return canonicalNumber(value.text);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** Whether a value is a JSON object: neither null, nor an array, nor an exact number. */
export function isJsonObject(value: unknown): value is { readonly [member: string]: Json } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Replaces each number that a double would change by a string: a mark that no string of the text
 * contains, and the number. Null when there is none.
 */
function markInexactNumbers(text: string): { text: string; mark: string } | null {
  let mark = 'number:';
  // A string may spell the mark with escapes; it must not pass for a number.
  const unescaped = text.replace(/\\u00([0-9a-fA-F]{2})/g, (_escape, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  while (unescaped.includes(mark)) mark = `${mark.length}${mark}`;
  const parts: string[] = [];
  let copied = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === '[' || char === '{') {
      // A reviver walks the whole value, before its depth can be checked.
      if (++depth > maxJsonDepth) throw tooDeep();
    } else if (char === ']' || char === '}') {
      depth--;
    } else if (char === '-' || isDigit(char)) {
      const end = endOfNumber(text, at);
      const token = text.slice(at, end);
      if (isJsonNumber(token) && String(Number(token)) !== token) {
        checkExponent(token);
        parts.push(text.slice(copied, at), `"${mark}${token}"`);
        copied = end;
      }
      at = end - 1;
    }
  }
  return copied === 0 ? null : { text: parts.join('') + text.slice(copied), mark };
}

/** The position of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && /[0-9.eE+-]/.test(text[at] ?? '')) at++;
  return at;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

function isJsonNumber(token: string): boolean {
  return /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(token);
}

/** An exponent that is itself beyond exact arithmetic could not be compared. */
function checkExponent(token: string): void {
  const exponent = Number(token.toLowerCase().split('e')[1] ?? 0);
  if (Math.abs(exponent) > 1e12) throw new SyntaxError(`exponent out of range: ${exponent}`);
}

/** The sign, digits and exponent of a decimal number, without zeros that mean nothing. */
function canonicalNumber(text: string): string {
  const [mantissa = '', exponentText = '0'] = text.toLowerCase().split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutFinalZeros(digits);
  if (significant === '') return '0';
  const zeros = digits.length - significant.length;
  const exponent = Number(exponentText) + zeros - fraction.length;
  return exponent === 0 ? sign + significant : `${sign}${significant}e${exponent}`;
}

/** In one pass: a pattern such as /0+$/ begins anew at each zero, quadratic in their number. */
function withoutFinalZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

/** Whether arrays and objects are nested in more levels than these; a plain value has none. */
export function isDeeperThan(levels: number, value: Json): boolean {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return false;
  if (levels === 0) return true;
  if (isArray(value)) {
    for (const part of value) if (isDeeperThan(levels - 1, part)) return true;
    return false;
  }
  // No list of the members is made: this is asked of every long message.
  for (const name in value) if (isDeeperThan(levels - 1, value[name] ?? null)) return true;
  return false;
}

function tooDeep(): SyntaxError {
  return new SyntaxError(`nested more than ${maxJsonDepth} levels deep`);
}

function writeExactly(value: unknown): string {
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map((part) => writeExactly(part ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members: string[] = [];
  for (const [name, part] of Object.entries(value)) {
    if (part !== undefined) members.push(`${JSON.stringify(name)}:${writeExactly(part)}`);
  }
  return `{${members.join(',')}}`;
}
