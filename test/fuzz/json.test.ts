/**
 * JSON against two references: the language's own, which rounds, and the checker's reader, which
 * was written apart from it and is exact.
 */

import assert from 'node:assert/strict';
import { canonicalJson as checkerText, parseJson as readExactly } from '../../src/checker/json.ts';
import {
  canonicalJson,
  ExactNumber,
  type Json,
  JsonTexts,
  maxJsonDepth,
  parseJson,
  stringifyJson,
} from '../../src/machine/json.ts';
import { deepText, happens, jsonText, pick } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateText } from './mutators.ts';

const words = ['null', 'true', 'false', '[1.0]', '1.0', '"number:1"', '"\\u006eumber:1"', '{}'];

fuzz<string>({
  name: 'JSON is read as the language reads it, but exactly',
  file: import.meta.url,
  seeds: 2500,
  generate(random) {
    if (happens(random, 0.02)) return deepText(random, [maxJsonDepth]);
    const text = jsonText(random);
    return happens(random, 0.4) ? mutateText(random, text, words) : text;
  },
  check(text) {
    const reference = outcomeOf(() => JSON.parse(text));
    const read = outcomeOf(() => parseJson(text));
    const among = new JsonTexts(`${text}\n${text}`);
    const readAmong = outcomeOf(() => parseJson(text, among));
    assert.deepEqual(readAmong, read, 'read in another way among others');
    if (!reference.ok) return assert.ok(!read.ok, `accepted though it is no JSON: "${text}"`);
    if (!read.ok) {
      const isTooDeep = /nested/.test(read.fault) && depthOf(text) > maxJsonDepth;
      const isTooLarge = /exponent/.test(read.fault) && /[eE][+-]?\d{13}/.test(text);
      return assert.ok(isTooDeep || isTooLarge, `refused though it is JSON: ${read.fault}`);
    }
    const value = read.value as Json;
    assert.ok(nestingOf(value) <= maxJsonDepth, 'read though it is nested too deeply');
    compare(value, reference.value);

    const written = stringifyJson(value);
    assert.doesNotMatch(written, /[\n\r]/, 'written in several lines');
    const rounded = JSON.stringify(reference.value);
    assert.equal(JSON.stringify(JSON.parse(written)), rounded, 'written as another value');
    assert.deepEqual(parseJson(written), value, 'read again as another value');
  },
});

interface Pair {
  readonly one: string;
  readonly other: string;
}

fuzz<Pair>({
  name: 'equal JSON values have equal canonical texts, different ones different texts',
  file: import.meta.url,
  seeds: 2000,
  generate(random) {
    const one = jsonText(random, 2);
    const spelledAgain = (): string => respelled(one);
    const changed = (): string => mutateText(random, one, words);
    const reordered = (): string => JSON.stringify(withMembersReversed(JSON.parse(one)));
    return {
      one,
      other: pick(random, spelledAgain, reordered, changed, () => jsonText(random, 0))(),
    };
  },
  check({ one, other }) {
    const [a, b] = [one, other].map((text) => outcomeOf(() => canonicalJson(parseJson(text))));
    // What it refuses, such as a member said twice, it cannot compare.
    const [c, d] = [one, other].map((text) => outcomeOf(() => checkerText(readExactly(text))));
    if (!a?.ok || !b?.ok || !c?.ok || !d?.ok) return;
    assert.equal(a.value === b.value, c.value === d.value, 'the two disagree on what is equal');
    const again = canonicalJson(parseJson(String(a.value)));
    assert.equal(again, a.value, 'a canonical text is not its own');
  },
});

type Attempt =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: string };

/** A reader that refuses throws a SyntaxError, and nothing else. */
function outcomeOf(read: () => unknown): Attempt {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, fault: error.message };
  }
}

/** The same but for numbers, of which a double is the nearest to what was kept. */
function compare(read: Json, reference: unknown): void {
  if (read instanceof ExactNumber) {
    assert.equal(typeof reference, 'number', 'a number is read where none is');
    assert.ok(Object.is(Number(read.text), reference), 'another number is read');
    const exponent = Number(read.text.split(/e/i)[1] ?? 0);
    assert.ok(Math.abs(exponent) <= 1e12, 'read though its exponent cannot be compared');
    assert.notEqual(String(reference), read.text, 'kept as text though a double holds it');
  } else if (typeof read === 'object' && read !== null) {
    assert.equal(Array.isArray(read), Array.isArray(reference), 'an array is no object');
    const [ours, theirs] = [Object.entries(read), Object.entries(reference as object)];
    assert.deepEqual(names(ours), names(theirs), 'other members are read');
    for (const [at, [, part]] of ours.entries()) compare(part as Json, theirs[at]?.[1]);
  } else {
    assert.ok(Object.is(read, reference), 'another value is read');
  }
}

const names = (members: [string, unknown][]): string[] => members.map(([name]) => name);

/** How deeply the text is nested, by its brackets. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}

function nestingOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(nestingOf));
}

function withMembersReversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withMembersReversed);
  const members = Object.entries(value).reverse();
  return Object.fromEntries(members.map(([name, part]) => [name, withMembersReversed(part)]));
}

/** Another spelling of every number that has a short one: 12 is 120e-1, 1.5 is 0.15e1. */
function respelled(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?![\d.eE])/g, (token) => {
    if (token.startsWith('"')) return token;
    return token.includes('.') ? `${token}0e0` : `${token}0e-1`;
  });
}
