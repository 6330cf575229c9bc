/** Reads `history.jsonl`, of any workload, as what it was written from. */

import { MalformedHistory } from '../../checker/index.ts';
import { isJsonObject, type Json, parseJson, stringifyJson } from '../../machine/json.ts';
import type { ClientEvent, HistoryEvent, NemesisEvent } from '../history.ts';

/**
 * Lines are in the order of time. Events of the nemesis that make no sense are counted and left out:
 * a verdict does not hang on them. A completion without a key has that of its invocation;
 * an invocation without one has null, as in workloads that have no keys.
 *
 * @param functions what `f` can be
 * @throws MalformedHistory when a line is no event, or the events do not tell one story
 */
export function readHistoryLines(
  lines: readonly string[],
  functions: readonly string[],
): { readonly events: HistoryEvent[]; readonly strange: number } {
  const reader = new ClientEventReader(functions);
  const events: HistoryEvent[] = [];
  let strange = 0;
  let blank: number | null = null;
  lines.forEach((text, position) => {
    const line = position + 1;
    if (text.trim() === '') {
      blank ??= line;
      return;
    }
    if (blank !== null) throw new MalformedHistory(blank, 'a blank line before the end');
    const fields = fieldsOf(text.replace(/^\uFEFF/, ''), line);
    if (fields['process'] !== 'nemesis') events.push(reader.read(fields, line));
    else if (isNemesisEvent(fields)) events.push(fields);
    else strange++;
  });
  return { events, strange };
}

type Fields = { readonly [name: string]: Json };

function fieldsOf(text: string, line: number): Fields {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new MalformedHistory(line, (error as Error).message);
  }
  if (!isJsonObject(json))
    throw new MalformedHistory(line, `an event is an object, not ${show(json)}`);
  return json;
}

const types = ['invoke', 'ok', 'fail', 'info'] as const;

class ClientEventReader {
  readonly #functions: readonly string[];
  /** The open operation of each process, and where it was invoked. */
  readonly #open = new Map<number, { readonly asked: ClientEvent; readonly line: number }>();

  constructor(functions: readonly string[]) {
    this.#functions = functions;
  }

  read(fields: Fields, line: number): ClientEvent {
    const process = processOf(fields['process'], line);
    const type = wordOf(fields, 'type', types, line);
    const f = wordOf(fields, 'f', this.#functions, line);
    const { time, error, final } = fields;
    const open = this.#open.get(process);
    this.#demandTurn(open, { process, type, f }, line);
    const { key = open?.asked.key ?? null } = fields;
    const event: ClientEvent = {
      // A history without times is taken; then everything is at once.
      time: typeof time === 'number' ? time : 0,
      process,
      type,
      f,
      key,
      value: fields['value'] ?? null,
      ...(error === undefined ? {} : { error }),
      ...(final === true ? { final } : {}),
    };
    if (type === 'invoke') this.#open.set(process, { asked: event, line });
    else this.#open.delete(process);
    return event;
  }

  /** A process has one operation open at a time, and ends what it has begun. */
  #demandTurn(
    open: { readonly asked: ClientEvent; readonly line: number } | undefined,
    { process, type, f }: Pick<ClientEvent, 'process' | 'type' | 'f'>,
    line: number,
  ): void {
    if (open === undefined) {
      if (type === 'invoke') return;
      throw new MalformedHistory(
        line,
        `process ${process} completes a ${f} that it has not invoked`,
      );
    }
    const was = `its ${open.asked.f} of line ${open.line}`;
    if (type === 'invoke') {
      throw new MalformedHistory(line, `process ${process} invokes a ${f} while ${was} is open`);
    }
    if (f !== open.asked.f) {
      throw new MalformedHistory(line, `process ${process} completes ${was} as a ${f}`);
    }
  }
}

function processOf(process: Json | undefined, line: number): number {
  if (process === undefined) throw new MalformedHistory(line, 'no process');
  if (typeof process === 'number' && Number.isSafeInteger(process) && process >= 0) return process;
  throw new MalformedHistory(
    line,
    `process is ${show(process)}, not a non-negative integer or "nemesis"`,
  );
}

function wordOf<Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
  line: number,
): Word {
  const value = fields[name];
  if (value === undefined) throw new MalformedHistory(line, `no ${name}`);
  const word = words.find((it) => it === value);
  if (word !== undefined) return word;
  throw new MalformedHistory(line, `${name} is ${show(value)}, not one of ${words.join(', ')}`);
}

/** A value in a message, bounded. */
function show(json: Json): string {
  const text = stringifyJson(json);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

function isNemesisEvent(fields: object): fields is NemesisEvent {
  const { f, time, value } = fields as { f?: unknown; time?: unknown; value?: unknown };
  if (typeof time !== 'number') return false;
  const inValue = (name: string): unknown =>
    typeof value === 'object' && value !== null && name in value
      ? (value as { readonly [name: string]: unknown })[name]
      : undefined;
  switch (f) {
    case 'start-partition':
      return isGrudge(inValue('grudge')) && typeof inValue('shape') === 'string';
    case 'stop-partition':
      return true;
    case 'kill':
    case 'pause':
      return isNames(inValue('nodes')) && typeof inValue('target') === 'string';
    case 'start':
    case 'resume':
      return isNames(inValue('nodes'));
    case 'restarted':
      return typeof inValue('node') === 'string' && typeof inValue('ms') === 'number';
    default:
      return false;
  }
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function isGrudge(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isNames);
}
