/** A history as the checker takes it, without the detour over a file. */

import { type History as CheckerHistory, observationOf, Pairing } from '../checker/index.ts';
import { canonicalJson, type Json } from '../machine/json.ts';
import type { ClientEvent, HistoryEvent } from './history.ts';

type Value = string | null;

/** @throws MalformedHistory when the events do not tell one story, or none is of a client */
export function asCheckerHistory(events: readonly HistoryEvent[]): CheckerHistory {
  const pairing = new Pairing();
  events.forEach((event, position) => {
    if (event.process === 'nemesis') return;
    pairing.add({
      line: position + 1,
      index: undefined,
      timeNs: event.time,
      process: event.process,
      type: event.type,
      f: event.f,
      key: String(event.key),
      value: { value: toValue(event.value), pair: toPair(event.value) },
      observation: observationIn(event),
    });
  });
  return pairing.finish();
}

function toValue(json: Json): Value {
  return json === null ? null : canonicalJson(json);
}

function toPair(json: Json): readonly [Value, Value] | undefined {
  if (!Array.isArray(json) || json.length !== 2) return undefined;
  return [toValue(json[0]), toValue(json[1])];
}

function observationIn({ error }: ClientEvent): ReturnType<typeof observationOf> {
  const code = Array.isArray(error) ? error[0] : error;
  return typeof code === 'number' || typeof code === 'string' ? observationOf(code) : undefined;
}
