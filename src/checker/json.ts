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
 * One token: punctuation, a string, a number, or a word. A string is matched in stretches: a choice
 * for each of its characters would exhaust the pattern's stack after some millions of them.
 */
const tokenPattern =
  /[ \t\r\n]*(?:([{}[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)\b|$)/y;

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

class JsonReader {
  private readonly text: string;
  private at = 0;
  private start = 0;

  constructor(text: string) {
    this.text = text;
  }

  end(): void {
    if (this.token()[0].trim() !== '') throw this.fault('more text after the value');
  }

  value(depth: number): Json {
    if (depth > maxDepth) throw this.fault(`nested deeper than ${maxDepth}`);
    const [, punctuation, string, number, word] = this.token();
    if (string !== undefined) return { kind: 'string', value: this.unquoted(string) };
    if (number !== undefined) return { kind: 'number', text: canonicalDecimal(number) };
    if (word === 'null') return { kind: 'null' };
    if (word !== undefined) return { kind: 'boolean', value: word === 'true' };
    if (punctuation === '[') return { kind: 'array', items: this.items(depth) };
    if (punctuation === '{') return { kind: 'object', members: this.members(depth) };
    throw this.fault('a value is missing');
  }

  private items(depth: number): readonly Json[] {
    const items: Json[] = [];
    if (this.skip(']')) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      const [, punctuation] = this.token();
      if (punctuation === ']') return items;
      if (punctuation !== ',') throw this.fault('"," or "]" is missing');
    }
  }

  private members(depth: number): ReadonlyMap<string, Json> {
    const members = new Map<string, Json>();
    if (this.skip('}')) return members;
    for (;;) {
      const [, , quoted] = this.token();
      if (quoted === undefined) throw this.fault('the name of a member is missing');
      const name = this.unquoted(quoted);
      if (members.has(name)) throw this.fault(`member ${quoted} appears twice`);
      if (this.token()[1] !== ':') throw this.fault('":" is missing');
      members.set(name, this.value(depth + 1));
      const [, punctuation] = this.token();
      if (punctuation === '}') return members;
      if (punctuation !== ',') throw this.fault('"," or "}" is missing');
    }
  }

  /** Takes the next token if it is this bracket. */
  private skip(bracket: string): boolean {
    const before = this.at;
    if (this.token()[1] === bracket) return true;
    this.at = before;
    return false;
  }

  private token(): RegExpExecArray {
    tokenPattern.lastIndex = this.at;
    const match = tokenPattern.exec(this.text);
    this.start = this.at;
    if (match === null) throw this.fault('not JSON');
    this.at = tokenPattern.lastIndex;
    this.start = match.index + match[0].search(/[^ \t\r\n]|$/);
    return match;
  }

  private unquoted(quoted: string): string {
    try {
      return String(JSON.parse(quoted));
    } catch {
      throw this.fault('a string with a bad escape or control character');
    }
  }

  private fault(problem: string): SyntaxError {
    return new SyntaxError(`${problem}, at column ${this.start + 1}`);
  }
}
