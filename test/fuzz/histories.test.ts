/** Histories: what was written is what is read, in both formats, and half a history is none. */

import assert from 'node:assert/strict';
import {
  checkHistory,
  describeResult,
  type History,
  MalformedHistory,
  readJepsenHistory,
  readJsonlHistory,
  type Value,
} from '../../src/checker/index.ts';
import { nextInteger, type Random } from '../../src/raft/index.ts';
import { deepText, falseNumerals, happens, pick } from './generators.ts';
import { fuzz } from './harness.ts';
import { asEdn, asJsonl, type Event, someEvents } from './history-grammar.ts';
import { mutateText } from './mutators.ts';

const maxConfigurations = 2000;

type Read = { readonly history: History } | { readonly fault: MalformedHistory };

/** A reader that refuses says which line. */
function attempt(read: () => History): Read {
  try {
    return { history: read() };
  } catch (error) {
    if (error instanceof MalformedHistory) return { fault: error };
    throw error;
  }
}

const readJsonl = (text: string): Read => attempt(() => readJsonlHistory(text.split('\n')));
const readEdn = (text: string): Read => attempt(() => readJepsenHistory(text));

/** Its operations; values that each format spells in its way are numbered as they appear. */
function shapeOf({ keys }: History): readonly unknown[] {
  const seen = new Map<Value | undefined, number>([[null, 0]]);
  const nameOf = (value: Value | undefined): number | string => {
    // Plain values have one spelling everywhere.
    if (typeof value === 'string' && /^["\-\dtf]/.test(value)) return value;
    if (!seen.has(value)) seen.set(value, seen.size);
    return seen.get(value) ?? 0;
  };
  return keys.map(({ key, operations }) => [
    nameOf(key),
    ...operations.map((it) => {
      const values = it.f === 'cas' ? [nameOf(it.from), nameOf(it.to)] : [nameOf(it.value)];
      const { rank, line } = it.invoked;
      const completed = [it.completed?.rank, it.completed?.line];
      return [it.id, it.process, it.f, it.outcome, values, rank, line, completed, it.observation];
    }),
  ]);
}

/** Verdicts, for people too; a search that is bounded ends. */
function verdictsOf(history: History): readonly unknown[] {
  return [false, true].map((strict) => {
    const result = checkHistory(history, { strict, maxConfigurations });
    assert.ok(describeResult(result).length > 0);
    return [result.verdict, result.keys.map(({ verdict }) => verdict), result.operations];
  });
}

/** The events with their order or their words spoilt, in a way that both formats can express. */
function spoilt(random: Random, events: readonly Event[]): Event[] {
  const at = nextInteger(random, 0, events.length);
  const event = events[at];
  const other = events[nextInteger(random, 0, events.length)];
  if (event === undefined || other === undefined) return [...events];
  const type = pick(random, 'invoke', 'ok', 'fail', 'info', 'OK', 'constructor', '__proto__');
  switch (nextInteger(random, 0, 7)) {
    case 0:
      return events.toSpliced(at, 1);
    case 1:
      return events.toSpliced(at, 0, other);
    case 2:
      return events.with(at, other);
    case 3:
      return events.with(at, { ...event, type });
    case 4:
      return events.with(at, {
        ...event,
        f: event.f === 'cas' ? 'cas' : pick(random, 'write', 'x'),
      });
    case 5:
      return events.with(at, {
        ...event,
        process: pick<Event['process']>(random, -1, 0, 1, 2 ** 53, 'nemesis'),
      });
    default:
      return events.with(at, { ...event, key: other.key });
  }
}

fuzz<Event[]>({
  name: 'both formats of a history tell the same',
  file: import.meta.url,
  seeds: 1000,
  generate(random) {
    const events = someEvents(random);
    return happens(random, 0.4) ? spoilt(random, events) : events;
  },
  check(events) {
    // Made smaller, an event may lack what every event has.
    if (events.some(({ key, value }) => key === undefined || value === undefined)) return;
    const jsonl = readJsonl(asJsonl(events));
    const edn = readEdn(asEdn(events));
    if ('fault' in jsonl || 'fault' in edn) {
      assert.ok('fault' in jsonl && 'fault' in edn, 'one format is refused, the other is not');
      assert.equal(edn.fault.line, jsonl.fault.line, 'refused for another line');
      assert.equal(jsonl.fault.line, faultyLine(events), 'refused for a line that is right');
      return;
    }
    assert.equal(faultyLine(events), null, 'accepted though it cannot have happened');
    assert.deepEqual(shapeOf(edn.history), shapeOf(jsonl.history), 'other operations are read');
    assert.deepEqual(shapeOf(jsonl.history), shapeOf(operationsOf(events)), 'others were written');
    assert.deepEqual(verdictsOf(edn.history), verdictsOf(jsonl.history), 'another verdict');
  },
});

/** The first line that cannot stand there; undefined for the whole, null for none. */
function faultyLine(events: readonly Event[]): number | undefined | null {
  const running = new Map<unknown, Event>();
  const types = ['invoke', 'ok', 'fail', 'info'];
  const text = JSON.stringify;
  let count = 0;
  for (const [at, event] of events.entries()) {
    const { process, type, f } = event;
    if (process === 'nemesis') continue;
    if (!(process >= 0 && process < 2 ** 53)) return at + 1;
    if (!types.includes(type) || !['read', 'write', 'cas'].includes(f)) return at + 1;
    count++;
    const asked = running.get(process);
    if ((type === 'invoke') === (asked !== undefined)) return at + 1;
    if (asked === undefined) {
      running.set(process, event);
      continue;
    }
    if (asked.f !== f || text(asked.key) !== text(event.key)) return at + 1;
    const isKnown = type === 'ok' && (f !== 'read' || asked.value !== null);
    if (isKnown && text(asked.value) !== text(event.value)) return at + 1;
    running.delete(process);
  }
  return count === 0 ? undefined : null;
}

/** What the events tell, put together in the simplest way. */
function operationsOf(events: readonly Event[]): History {
  const keys = new Map<string, Record<string, unknown>[]>();
  const open = new Map<unknown, Record<string, unknown>>();
  const text = (value: unknown): Value => (value === null ? null : JSON.stringify(value));
  let rank = 0;
  for (const [at, { process, type, f, key, value, error }] of events.entries()) {
    if (process === 'nemesis') continue;
    const moment = { rank: rank++, line: at + 1, index: undefined, timeNs: at };
    if (type === 'invoke') {
      const list = keys.get(String(text(key))) ?? [];
      keys.set(String(text(key)), list);
      const [from, to] = f === 'cas' ? (value as unknown[]).map(text) : [];
      const written = f === 'write' ? text(value) : null;
      const it = { id: list.length, process, f, value: written, from, to, invoked: moment };
      list.push(it);
      open.set(process, Object.assign(it, { outcome: 'open' }));
      continue;
    }
    const it = open.get(process);
    open.delete(process);
    const observation = type === 'fail' ? observed(error) : undefined;
    if (it !== undefined) Object.assign(it, { completed: moment, outcome: type, observation });
    if (it !== undefined && f === 'read' && type === 'ok') it['value'] = text(value);
  }
  const list = [...keys].map(([key, operations]) => ({
    key: key === 'null' ? null : key,
    operations,
  }));
  return { keys: list } as unknown as History;
}

function observed(error: number | undefined): string | undefined {
  return error === 22 ? 'precondition-failed' : error === 20 ? 'key-does-not-exist' : undefined;
}

const words = [
  ...[
    '"process":',
    '"type":"ok"',
    '"key":',
    '"nemesis"',
    ':process',
    ':ok',
    '#_',
    '#{',
    '\\',
    '##NaN',
  ],
  ...[
    '1/2',
    '1/0',
    '1N',
    '1.5M',
    '#inst "x"',
    '#jepsen.history.Op{',
    '\\u0041',
    '"\\o777"',
    'nil',
    ':',
  ],
  ...['#:a{', '^{', '@', "'", '`', ...falseNumerals],
];

function someSpoiltText(random: Random, text: string): string {
  let spoiltText = text;
  do spoiltText = mutateText(random, spoiltText, words);
  while (happens(random, 0.3));
  const kind = nextInteger(random, 0, 20);
  if (kind > 2) return spoiltText;
  const pattern = kind === 0 ? /\n/g : /"value":|:value \[?/g;
  const places = [...spoiltText.matchAll(pattern)].map((it) => it.index + it[0].length);
  if (places.length === 0) return spoiltText;
  const at = pick(random, ...places);
  if (kind === 0)
    return `${spoiltText.slice(0, at)}${pick(random, '\n', ' \r\n')}${spoiltText.slice(at)}`;
  const odd = kind === 1 ? deepText(random, [200]) : `${pick(random, ...words)} `;
  return spoiltText.slice(0, at) + odd + spoiltText.slice(at);
}

fuzz<string>({
  name: 'a spoilt history in JSON is refused at its line, or judged whole',
  file: import.meta.url,
  seeds: 1000,
  generate: (random) => someSpoiltText(random, asJsonl(someEvents(random))),
  check(text) {
    const lines = text.split('\n');
    const read = readJsonl(text);
    if ('history' in read) {
      const events = lines.filter((line, at) => line.trim() !== '' && isOfClient(line, at));
      const told = read.history.keys.flatMap(({ operations }) => operations);
      const completed = told.filter((it) => it.completed !== undefined).length;
      assert.equal(told.length + completed, events.length, 'judged by a part of its lines');
      assert.doesNotMatch(text, /\n\s*\n[^\n]*\S/, 'judged though a blank line is inside');
      assert.ok(!lines.some(hasRepeatedMember), 'judged though a member is said twice');
      verdictsOf(read.history);
      return;
    }
    const { line, message } = read.fault;
    if (line === undefined) return assert.match(message, /^no operations$/);
    assert.ok(line >= 1 && line <= lines.length, 'refused for a line that is not there');
    if (/blank line/.test(message)) return assert.equal(lines[line - 1]?.trim(), '');
    const before = readJsonl(lines.slice(0, line - 1).join('\n'));
    assert.ok('history' in before || before.fault.line === undefined, 'refused at a later line');
    const upTo = readJsonl(lines.slice(0, line).join('\n'));
    assert.ok('fault' in upTo && upTo.fault.line === line, 'refused at an earlier line');
  },
});

function hasRepeatedMember(line: string): boolean {
  const open: (Set<string> | null)[] = [];
  for (const [token, quoted, colon] of line.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined && quoted !== undefined) {
      const names = open.at(-1);
      const name = String(JSON.parse(quoted));
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}

function isOfClient(line: string, at: number): boolean {
  const text = at === 0 && line.startsWith('\ufeff') ? line.slice(1) : line;
  return (JSON.parse(text) as { process?: unknown }).process !== 'nemesis';
}

fuzz<string>({
  name: 'a spoilt history in EDN is refused with a line, or judged',
  file: import.meta.url,
  seeds: 1000,
  generate(random) {
    const text = asEdn(someEvents(random));
    return someSpoiltText(random, happens(random, 0.3) ? `[${text}]` : text);
  },
  check(text) {
    const read = readEdn(text);
    if ('history' in read) return void verdictsOf(read.history);
    const { line, message } = read.fault;
    if (line === undefined) return assert.match(message, /^no operations$/);
    const lineCount = text.split('\n').length;
    assert.ok(line >= 1 && line <= lineCount, 'refused for a line that is not there');
  },
});
