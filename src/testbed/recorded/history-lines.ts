/** Reads `history.jsonl` as what it was written from. */

import { type Json, parseJson } from '../../machine/json.ts';
import type { ClientEvent, HistoryEvent, NemesisEvent } from '../history.ts';

/**
 * The events of lines that the checker has understood. Events of the nemesis that make no sense are
 * counted and left out: a verdict does not hang on them.
 */
export function readHistoryLines(lines: readonly string[]): {
  readonly events: HistoryEvent[];
  readonly strange: number;
} {
  const events: HistoryEvent[] = [];
  let strange = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const fields = parseJson(line.replace(/^\uFEFF/, '')) as { readonly [name: string]: Json };
    if (fields['process'] !== 'nemesis') events.push(clientEvent(fields));
    else if (isNemesisEvent(fields)) events.push(fields);
    else strange++;
  }
  return { events, strange };
}

function clientEvent(fields: { readonly [name: string]: Json }): ClientEvent {
  const { time, process, type, f, key, value, error } = fields;
  return {
    time: timeOf(time),
    process: Number(process),
    type,
    f,
    key,
    value: value ?? null,
    ...(error === undefined ? {} : { error }),
  } as ClientEvent;
}

/** The checker takes a history without times; then everything is at once. */
function timeOf(time: Json | undefined): number {
  return typeof time === 'number' ? time : 0;
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
