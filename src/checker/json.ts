/**
 * JSON read without loss. `JSON.parse` rounds numbers to doubles and lets a repeated member win
 * silently; a checker that compares values may do neither.
 */

import { canonicalDecimal } from './decimal.ts';

/** A JSON text's value. `members` are in the order of the text. */
export type Json =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Json> };

/** Deeper nesting is refused, before it exhausts the stack. */
const maxDepth = 200;

/**
 * A string is matched in stretches: a choice for each of its characters would exhaust the pattern's
 * stack after some millions of them.
 */
const stringPattern = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordPattern = /(?:true|false|null)\b/y;

/** A numeral of no more digits than this is not worth a pattern. */
const plainDigitsMax = 15;

/** Reads one JSON text. Throws `SyntaxError` saying what is wrong and at which column. */
export function parseJson(text: string): Json {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/**
 * The canonical text of a JSON value: equal values have equal texts, whatever the order of members.
 */
export function canonicalJson(json: Json): string {
  switch (json.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(json.value);
    case 'number':
      return json.text;
    case 'string':
      return JSON.stringify(json.value);
    case 'array':
      return `[${json.items.map(canonicalJson).join(',')}]`;
    case 'object': {
      const names = [...json.members].sort(([a], [b]) => (a < b ? -1 : 1));
      const members = names.map(([name, it]) => `${JSON.stringify(name)}:${canonicalJson(it)}`);
      return `{${members.join(',')}}`;
    }
  }
}

/** UTF-16 code units; `charCodeAt` has NaN for the end of a text. */
const code = {
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  largeE: 0x45,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  smallE: 0x65,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/**
 * Goes from character to character, and has patterns only for what is unusual: reading a long
 * history takes about as long as judging it, and was most of the wait when each token was matched.
 */
class JsonReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  end(): void {
    this.next();
    if (this.at < this.text.length) throw this.fault('more text after the value');
  }

  value(depth: number): Json {
    if (depth > maxDepth) throw this.fault(`nested deeper than ${maxDepth}`);
    const first = this.next();
    switch (first) {
      case code.quote:
        return { kind: 'string', value: this.string() };
      case code.openBrace:
        return { kind: 'object', members: this.members(depth) };
      case code.openBracket:
        return { kind: 'array', items: this.items(depth) };
      default:
        if (first === code.minus || isDigit(first)) return { kind: 'number', text: this.number() };
        return this.word();
    }
  }

  private items(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.at += 1;
    if (this.skip(code.closeBracket)) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.skip(code.closeBracket)) return items;
      if (!this.skip(code.comma)) throw this.fault('"," or "]" is missing');
    }
  }

  private members(depth: number): ReadonlyMap<string, Json> {
    const members = new Map<string, Json>();
    this.at += 1;
    if (this.skip(code.closeBrace)) return members;
    for (;;) {
      if (this.next() !== code.quote) throw this.fault('the name of a member is missing');
      const start = this.at;
      const name = this.string();
      if (members.has(name)) {
        const quoted = this.text.slice(start, this.at);
        this.at = start;
        throw this.fault(`member ${quoted} appears twice`);
      }
      if (!this.skip(code.colon)) throw this.fault('":" is missing');
      members.set(name, this.value(depth + 1));
      if (this.skip(code.closeBrace)) return members;
      if (!this.skip(code.comma)) throw this.fault('"," or "}" is missing');
    }
  }

  /** Goes to the next token, and tells what it begins with. */
  private next(): number {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      const isBlank =
        unit === code.space || unit === code.tab || unit === code.newline || unit === code.return;
      if (!isBlank) return unit;
      this.at += 1;
    }
  }

  /** Takes the next token if it is this punctuation. */
  private skip(punctuation: number): boolean {
    if (this.next() !== punctuation) return false;
    this.at += 1;
    return true;
  }

  private string(): string {
    const start = this.at + 1;
    for (let end = start; ; end += 1) {
      const unit = this.text.charCodeAt(end);
      if (unit === code.quote) {
        this.at = end + 1;
        return this.text.slice(start, end);
      }
      // Escapes, and what may not stand in a string.
      if (!(unit >= code.space) || unit === code.backslash) return this.unquoted();
    }
  }

  private unquoted(): string {
    const start = this.at;
    const quoted = this.match(stringPattern);
    try {
      return String(JSON.parse(quoted));
    } catch {
      this.at = start;
      throw this.fault('a string with a bad escape or control character');
    }
  }

  private number(): string {
    const start = this.at;
    let end = start;
    while (isDigit(this.text.charCodeAt(end))) end += 1;
    const isPlain =
      end > start &&
      end - start <= plainDigitsMax &&
      (this.text.charCodeAt(start) !== code.zero || end === start + 1) &&
      !goesOnNumber(this.text.charCodeAt(end));
    if (!isPlain) return canonicalDecimal(this.match(numberPattern));
    this.at = end;
    return this.text.slice(start, end);
  }

  private word(): Json {
    const isThere = this.at < this.text.length && !']},:'.includes(this.text.charAt(this.at));
    if (!isThere) throw this.fault('a value is missing');
    const word = this.match(wordPattern);
    return word === 'null' ? { kind: 'null' } : { kind: 'boolean', value: word === 'true' };
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) throw this.fault('not JSON');
    this.at = pattern.lastIndex;
    return match[0];
  }

  private fault(problem: string): SyntaxError {
    return new SyntaxError(`${problem}, at column ${this.at + 1}`);
  }
}

function isDigit(unit: number): boolean {
  return unit >= code.zero && unit <= code.nine;
}

/** Whether a number that has digits so far has a fraction or an exponent as well. */
function goesOnNumber(unit: number): boolean {
  return unit === code.point || unit === code.smallE || unit === code.largeE;
}
