/**
 * EDN, the notation in which Clojure programs such as Jepsen print data
 * (https://github.com/edn-format/edn), read completely and without loss.
 */

import { canonicalDecimal } from './decimal.ts';

/**
 * A form of EDN. `text` of an atom is its canonical text: numbers, characters, and words that are
 * no keyword. `at` is the offset in the text where the form begins.
 */
export type Edn =
  | { readonly kind: 'nil'; readonly at: number }
  | { readonly kind: 'integer'; readonly text: string; readonly at: number }
  | { readonly kind: 'atom'; readonly text: string; readonly at: number }
  | { readonly kind: 'keyword'; readonly name: string; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: 'sequence'; readonly items: readonly Edn[]; readonly at: number }
  | { readonly kind: 'set'; readonly items: readonly Edn[]; readonly at: number }
  | {
      readonly kind: 'map';
      readonly entries: readonly (readonly [Edn, Edn])[];
      readonly at: number;
    }
  | { readonly kind: 'tagged'; readonly tag: string; readonly form: Edn; readonly at: number };

/** What is wrong with a text that is no EDN, and at which offset. */
export class EdnError extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.name = 'EdnError';
    this.at = at;
  }
}

/** Reads all forms of a text. Throws `EdnError`. */
export function readEdn(text: string): readonly Edn[] {
  return new EdnReader(text).all();
}

/**
 * The canonical text of a form. Forms that are equal in Clojure have equal texts: a list equals a
 * vector with the same items, maps and sets do not depend on order, 1 equals 1N but not 1.0.
 */
export function canonicalEdn(form: Edn): string {
  switch (form.kind) {
    case 'nil':
      return 'nil';
    case 'integer':
    case 'atom':
      return form.text;
    case 'keyword':
      return `:${form.name}`;
    case 'string':
      return JSON.stringify(form.value);
    case 'sequence':
      return `[${form.items.map(canonicalEdn).join(' ')}]`;
    case 'set':
      return `#{${form.items.map(canonicalEdn).sort().join(' ')}}`;
    case 'map': {
      const entries = form.entries.map(([key, it]) => `${canonicalEdn(key)} ${canonicalEdn(it)}`);
      return `{${entries.sort().join(', ')}}`;
    }
    case 'tagged':
      return `#${form.tag} ${canonicalEdn(form.form)}`;
  }
}

/** Deeper nesting is refused, before it exhausts the stack. */
const maxDepth = 200;

// In stretches: a choice for each character would exhaust the patterns' stack after some millions.
const blankPattern = /[\s,]*(?:;[^\n]*[\s,]*)*/y;
const stringPattern = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
/** A character is a backslash, any one character, and whatever word that begins. */
const characterPattern = /\\[\s\S](?:[^\s,;"()[\]{}\\]*)/y;
const wordPattern = /[^\s,;"()[\]{}\\@^`~]+/y;

const integerPattern = /^([+-]?(?:0|[1-9]\d*))N?$/;
const hexadecimalPattern = /^([+-]?)(0[xX][0-9a-fA-F]+)N?$/;
const ratioPattern = /^([+-]?\d+)\/(\d+)$/;
const decimalPattern = /^([+-]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?)(M?)$/;
const symbolPattern = /^(?:\/|(?:[^\d/:#'][^/]*\/)?[^\d/:#'][^/]*)$/;
const keywordPattern = /^:((?:[^/:][^/]*\/)?[^/:][^/]*|\/)$/;

const characterNames: ReadonlyMap<string, string> = new Map([
  ['newline', '\n'],
  ['return', '\r'],
  ['space', ' '],
  ['tab', '\t'],
  ['backspace', '\b'],
  ['formfeed', '\f'],
]);

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['"', '"'],
  ['\\', '\\'],
]);

class EdnReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  all(): readonly Edn[] {
    return this.forms('', 0);
  }

  /**
   * Reads forms up to the bracket that closes them, or to the end of the text if that is the empty
   * string.
   */
  private forms(close: string, depth: number): readonly Edn[] {
    const opened = this.at;
    if (depth > maxDepth) throw new EdnError(opened, `nested deeper than ${maxDepth}`);
    const forms: Edn[] = [];
    for (;;) {
      this.match(blankPattern);
      const next = this.text.charAt(this.at);
      if (next === close) {
        this.at += close.length;
        return forms;
      }
      if (next === '') throw new EdnError(opened, `"${close}" is missing`);
      const form = this.form(depth);
      if (form !== undefined) forms.push(form);
    }
  }

  /** Reads what stands here; undefined if that is a discarded form. */
  private form(depth: number): Edn | undefined {
    const { at } = this;
    const first = this.text.charAt(at);
    switch (first) {
      case '(':
      case '[':
        this.at += 1;
        return { kind: 'sequence', items: this.forms(first === '(' ? ')' : ']', depth + 1), at };
      case '{':
        this.at += 1;
        return this.map(undefined, at, depth);
      case '"':
        return { kind: 'string', value: this.string(), at };
      case '\\':
        return { kind: 'atom', text: this.character(), at };
      case '#':
        return this.dispatch(depth);
      default:
        return this.word();
    }
  }

  /** Reads what stands here or after discarded forms. */
  private required(what: string, at: number, depth: number): Edn {
    if (depth > maxDepth) throw new EdnError(at, `nested deeper than ${maxDepth}`);
    for (;;) {
      this.match(blankPattern);
      const next = this.text.charAt(this.at);
      if (next === '' || ')]}'.includes(next)) throw new EdnError(at, `${what} is missing`);
      const form = this.form(depth);
      if (form !== undefined) return form;
    }
  }

  private dispatch(depth: number): Edn | undefined {
    const { at } = this;
    this.at += 1;
    const second = this.text.charAt(this.at);
    if (second === '{') {
      this.at += 1;
      const items = this.forms('}', depth + 1);
      requireDistinct(items, 'item', at);
      return { kind: 'set', items, at };
    }
    if (second === '_') {
      this.at += 1;
      this.required('a form to discard', at, depth + 1);
      return undefined;
    }
    if (second === '#') {
      this.at += 1;
      const word = this.match(wordPattern);
      if (word !== 'NaN' && word !== 'Inf' && word !== '-Inf') {
        throw new EdnError(at, `not a number: ##${word}`);
      }
      return { kind: 'atom', text: `##${word}`, at };
    }
    if (second === ':') return this.namespacedMap(at, depth);
    const tag = this.match(wordPattern);
    if (!/^\p{L}/u.test(tag) || !symbolPattern.test(tag))
      throw new EdnError(at, `not a tag: #${tag}`);
    return { kind: 'tagged', tag, form: this.required(`the form of #${tag}`, at, depth + 1), at };
  }

  /** `#:a{:b 1, :_/c 2}` is `{:a/b 1, :c 2}`. */
  private namespacedMap(at: number, depth: number): Edn {
    const name = keywordPattern.exec(this.match(wordPattern))?.[1];
    this.match(blankPattern);
    if (name === undefined || name.includes('/') || this.text.charAt(this.at) !== '{') {
      throw new EdnError(at, 'not a map with a namespace');
    }
    this.at += 1;
    return this.map(name, at, depth);
  }

  /** Reads a map whose opening brace has been read. */
  private map(namespace: string | undefined, at: number, depth: number): Edn {
    const forms = this.forms('}', depth + 1);
    if (forms.length % 2 !== 0) throw new EdnError(at, 'a map with a key that has no value');
    const entries: (readonly [Edn, Edn])[] = [];
    let key: Edn | undefined;
    for (const form of forms) {
      if (key === undefined) {
        key = namespace === undefined ? form : qualified(form, namespace);
      } else {
        entries.push([key, form]);
        key = undefined;
      }
    }
    requireDistinct(
      entries.map(([it]) => it),
      'key',
      at,
    );
    return { kind: 'map', entries, at };
  }

  private string(): string {
    const { at } = this;
    const quoted = this.match(stringPattern);
    if (quoted === '') throw new EdnError(at, 'a string without end');
    return quoted
      .slice(1, -1)
      .replace(/\\(u[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2}|[\s\S])/g, (_, code: string) => {
        const plain = escapes.get(code) ?? codedCharacter(code.replace(/^(?=\d)/, 'o'));
        if (plain === undefined) throw new EdnError(at, `a string with the bad escape \\${code}`);
        return plain;
      });
  }

  private character(): string {
    const { at } = this;
    const name = this.match(characterPattern).slice(1);
    const plain =
      [...name].length === 1 ? name : (characterNames.get(name) ?? codedCharacter(name));
    if (plain === undefined) throw new EdnError(at, `not a character: \\${name}`);
    return `\\${plain}`;
  }

  private word(): Edn {
    const { at } = this;
    const word = this.match(wordPattern);
    if (word === '') throw new EdnError(at, `unexpected "${this.text.charAt(at)}"`);
    if (word === 'nil') return { kind: 'nil', at };
    const keyword = keywordPattern.exec(word)?.[1];
    if (keyword !== undefined) return { kind: 'keyword', name: keyword, at };
    if (/^[+-]?\.?\d/.test(word)) return numberOf(word, at);
    if (symbolPattern.test(word)) return { kind: 'atom', text: word, at };
    throw new EdnError(at, `neither a keyword, a number nor a symbol: ${word}`);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}

function requireDistinct(forms: readonly Edn[], what: string, at: number): void {
  const seen = new Set<string>();
  for (const form of forms) {
    const text = canonicalEdn(form);
    if (seen.has(text)) throw new EdnError(at, `the ${what} ${text} appears twice`);
    seen.add(text);
  }
}

function qualified(key: Edn, namespace: string): Edn {
  if (key.kind !== 'keyword') return key;
  if (key.name.startsWith('_/')) return { ...key, name: key.name.slice(2) };
  return key.name.includes('/') ? key : { ...key, name: `${namespace}/${key.name}` };
}

/** The character of `u` and four hexadecimal digits, or `o` and up to three octal ones. */
function codedCharacter(code: string): string | undefined {
  if (/^u[0-9a-fA-F]{4}$/.test(code))
    return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  if (/^o[0-3]?[0-7]{1,2}$/.test(code))
    return String.fromCharCode(Number.parseInt(code.slice(1), 8));
  return undefined;
}

/**
 * In Clojure integers, ratios, doubles and big decimals are never equal to one another, so each
 * looks different.
 */
function numberOf(word: string, at: number): Edn {
  const integer = integerPattern.exec(word)?.[1];
  if (integer !== undefined) return { kind: 'integer', text: String(BigInt(integer)), at };
  const [, sign, hexadecimal] = hexadecimalPattern.exec(word) ?? [];
  if (hexadecimal !== undefined) {
    const magnitude = BigInt(hexadecimal);
    return { kind: 'integer', text: String(sign === '-' ? -magnitude : magnitude), at };
  }
  const [, above, below] = ratioPattern.exec(word) ?? [];
  if (above !== undefined && below !== undefined) return ratioOf(BigInt(above), BigInt(below), at);
  const [, decimal, big] = decimalPattern.exec(word) ?? [];
  if (decimal === undefined) throw new EdnError(at, `not a number: ${word}`);
  const text = canonicalDecimal(decimal);
  return {
    kind: 'atom',
    text: big === 'M' ? `${text}M` : /[.e]/.test(text) ? text : `${text}.0`,
    at,
  };
}

function ratioOf(above: bigint, below: bigint, at: number): Edn {
  if (below === 0n) throw new EdnError(at, 'a ratio with denominator zero');
  let [divisor, rest] = [above < 0n ? -above : above, below];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  const [numerator, denominator] = [above / divisor, below / divisor];
  if (denominator === 1n) return { kind: 'integer', text: String(numerator), at };
  return { kind: 'atom', text: `${numerator}/${denominator}`, at };
}
