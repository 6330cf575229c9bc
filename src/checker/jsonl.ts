/** Reads this project's own history format: one JSON event a line. */

import { type History, MalformedHistory, type Observation, type Value } from './history.ts';
import { canonicalJson, type Json, parseJson } from './json.ts';
import { observationOf } from './observation.ts';
import { type EventValue, type HistoryEvent, Pairing } from './pairing.ts';

type Members = ReadonlyMap<string, Json>;

/**
 * Reads a history of JSON events, one a line, lines in the order of real time:
 *
 *     {"process":0,"type":"invoke","f":"write","key":3,"value":1,"time":1500000}
 *     {"process":0,"type":"ok","f":"write","key":3,"value":1,"time":2750000}
 *
 * `process` is a non-negative integer, or "nemesis" for a fault event, which is skipped; `type` is
 * invoke, ok, fail or info; `f` is read, write or cas, whose value is `[from, to]`; key and value
 * are any JSON and are compared as JSON values, numbers exactly; `time` in nanoseconds and `error`
 * are optional, and so is `key` on a completion. A byte order mark, carriage returns and blank
 * lines at the end are tolerated; other members are ignored.
 *
 * @throws MalformedHistory on anything else, naming the line.
 */
export function readJsonlHistory(lines: Iterable<string>): History {
  const pairing = new Pairing();
  let line = 0;
  let blank: number | undefined;
  for (const raw of lines) {
    line += 1;
    const text = line === 1 && raw.startsWith('\uFEFF') ? raw.slice(1) : raw;
    if (text.trim() === '') {
      blank ??= line;
      continue;
    }
    if (blank !== undefined) throw new MalformedHistory(blank, 'a blank line before the end');
    const event = eventOf(membersOf(text, line), line);
    if (event !== undefined) pairing.add(event);
  }
  return pairing.finish();
}

function membersOf(text: string, line: number): Members {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new MalformedHistory(line, error.message);
    throw error;
  }
  if (json.kind !== 'object')
    throw new MalformedHistory(line, `an event is an object, not ${show(json)}`);
  return json.members;
}

/** Undefined for an event of the nemesis. */
function eventOf(members: Members, line: number): HistoryEvent | undefined {
  const process = processOf(members.get('process'), line);
  if (process === 'nemesis') return undefined;
  const type = wordOf(members, 'type', types, line);
  const f = wordOf(members, 'f', functions, line);
  const key = members.get('key');
  if (type === 'invoke' && key === undefined) throw new MalformedHistory(line, 'no key');
  return {
    line,
    index: undefined,
    timeNs: timeOf(members.get('time')),
    process,
    type,
    f,
    key: key === undefined ? undefined : toValue(key),
    value: eventValueOf(members.get('value')),
    observation: errorOf(members.get('error')),
  };
}

const types = ['invoke', 'ok', 'fail', 'info'] as const;
const functions = ['read', 'write', 'cas'] as const;

function wordOf<Word extends string>(
  members: Members,
  name: string,
  words: readonly Word[],
  line: number,
): Word {
  const json = members.get(name);
  if (json === undefined) throw new MalformedHistory(line, `no ${name}`);
  const word = json.kind === 'string' ? words.find((it) => it === json.value) : undefined;
  if (word === undefined) {
    throw new MalformedHistory(line, `${name} is ${show(json)}, not one of ${words.join(', ')}`);
  }
  return word;
}

function processOf(json: Json | undefined, line: number): number | 'nemesis' {
  if (json === undefined) throw new MalformedHistory(line, 'no process');
  if (json.kind === 'string' && json.value === 'nemesis') return 'nemesis';
  const process = json.kind === 'number' ? Number(json.text) : Number.NaN;
  if (!Number.isSafeInteger(process) || process < 0) {
    throw new MalformedHistory(
      line,
      `process is ${show(json)}, not a non-negative integer or "nemesis"`,
    );
  }
  return process;
}

/** Time is for display, so a strange one is no reason to refuse a verdict. */
function timeOf(json: Json | undefined): number | undefined {
  return json?.kind === 'number' ? Number(json.text) : undefined;
}

function eventValueOf(json: Json | undefined): EventValue | undefined {
  if (json === undefined) return undefined;
  const [from, to] = json.kind === 'array' && json.items.length === 2 ? json.items : [];
  const isPair = from !== undefined && to !== undefined;
  return { value: toValue(json), pair: isPair ? [toValue(from), toValue(to)] : undefined };
}

function toValue(json: Json): Value {
  return json.kind === 'null' ? null : canonicalJson(json);
}

/** The code or name of an error may stand alone, lead a list, or be the member `code`. */
function errorOf(json: Json | undefined): Observation | undefined {
  if (json === undefined) return undefined;
  if (json.kind === 'array') return errorOf(json.items[0]);
  if (json.kind === 'object') return errorOf(json.members.get('code'));
  if (json.kind === 'number') return observationOf(Number(json.text));
  return json.kind === 'string' ? observationOf(json.value) : undefined;
}

/** A JSON value in a message, bounded. */
function show(json: Json): string {
  const text = canonicalJson(json);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
