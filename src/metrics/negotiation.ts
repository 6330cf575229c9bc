/**
 * Which of several formats a client wants, by its `Accept` header. (RFC 9110, sections 12.4.2 and
 * 12.5.1)
 *
 * Of the ranges that match a format the most specific one decides how much it is wanted. The format
 * that is wanted most is chosen, and of equals the one that is named more exactly, then the one that
 * is named first, then the one that is offered first. When the header is missing or broken, or
 * wants nothing that is offered, the first that is offered is sent all the same: somebody who looks
 * at metrics with a browser is better served by some text than by an error.
 */

import type { Encoding } from './family.ts';

/** One of the things that a client says it accepts. */
interface Range {
  /** `text/plain`, `text/*` or anything, in lower case. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** How much it is wanted: from 0, not at all, to 1. */
  readonly quality: number;
}

/** How exactly a range names a format: not, by any type, by its family, by its type, to the version. */
type Exactness = 0 | 1 | 2 | 3 | 4;

/** What the header says of one format. */
interface Verdict {
  readonly quality: number;
  readonly exactness: Exactness;
  /** The range's place in the header. */
  readonly place: number;
}

const unwanted: Verdict = { quality: 0, exactness: 0, place: Number.POSITIVE_INFINITY };

export function negotiate(
  accept: string | undefined,
  offers: readonly [Encoding, ...Encoding[]],
): Encoding {
  const ranges = parseAccept(accept ?? '');
  let [chosen] = offers;
  let best = unwanted;
  for (const offer of offers) {
    const verdict = verdictOn(offer, ranges);
    if (!isBetter(verdict, best)) continue;
    chosen = offer;
    best = verdict;
  }
  return chosen;
}

function isBetter(one: Verdict, other: Verdict): boolean {
  if (one.quality !== other.quality) return one.quality > other.quality;
  if (one.exactness !== other.exactness) return one.exactness > other.exactness;
  return one.place < other.place;
}

function verdictOn(offer: Encoding, ranges: readonly Range[]): Verdict {
  let verdict = unwanted;
  for (const [place, range] of ranges.entries()) {
    const exactness = exactnessOf(range, offer);
    if (exactness > verdict.exactness) verdict = { quality: range.quality, exactness, place };
  }
  return verdict;
}

function exactnessOf({ type, parameters }: Range, { mediaType, version }: Encoding): Exactness {
  // Other parameters, such as how names are escaped, ask for nothing that would not be so here.
  const charset = parameters.get('charset')?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-8') return 0;
  if (type === '*/*') return 1;
  if (type === `${mediaType.split('/')[0]}/*`) return 2;
  if (type !== mediaType) return 0;
  const wanted = parameters.get('version');
  if (wanted === undefined) return 3;
  return wanted === version ? 4 : 0;
}

/** What can be understood of the header; what cannot is as if it were not there. */
function parseAccept(accept: string): Range[] {
  return splitOutsideQuotes(accept, ',').flatMap((element) => parseRange(element) ?? []);
}

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const quality = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/;

function parseRange(element: string): Range | undefined {
  const [type = '', ...rest] = splitOutsideQuotes(element, ';').map((part) => part.trim());
  const names = type.toLowerCase().split('/');
  if (names.length !== 2 || !names.every((name) => token.test(name))) return undefined;
  if (names[0] === '*' && names[1] !== '*') return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    if (part === '') continue; // a stray semicolon
    const equals = part.indexOf('=');
    const name = part.slice(0, equals).trim().toLowerCase();
    if (equals < 0 || !token.test(name)) return undefined;
    parameters.set(name, unquote(part.slice(equals + 1).trim()));
  }
  const wanted = parameters.get('q') ?? '1';
  if (!quality.test(wanted)) return undefined;
  return { type: names.join('/'), parameters, quality: Number(wanted) };
}

function unquote(value: string): string {
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

/** The parts of a text between separators; one inside double quotes does not separate. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && isQuoted) at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
