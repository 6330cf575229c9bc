/** A history as the checker takes it, without the detour over a file. */

import {
  type History as CheckerHistory,
  MalformedHistory,
  observationOf,
  Pairing,
} from '../checker/index.ts';
import type { Json } from '../machine/json.ts';
import type { ClientEvent, HistoryEvent } from './history.ts';
import { textOf } from './workloads/value-text.ts';

type Value = string | null;

const functions = ['read', 'write', 'cas'] as const;

/**
 * @param lineOf where an event stands in a file; without it, as the events are counted
 * @throws MalformedHistory when the events do not tell one story, or none is of a client
 */
export function asCheckerHistory(
  events: readonly HistoryEvent[],
  lineOf?: (event: ClientEvent) => number,
): CheckerHistory {
  const pairing = new Pairing();
  events.forEach((event, position) => {
    if (event.process === 'nemesis') return;
    pairing.add({
      line: lineOf?.(event) ?? position + 1,
      index: undefined,
      timeNs: event.time,
      process: event.process,
      type: event.type,
      f: functionOf(event.f, position),
      key: textOf(event.key),
      value: { value: toValue(event.value), pair: toPair(event.value) },
      observation: observationIn(event),
    });
  });
  return pairing.finish();
}

function functionOf(f: string, position: number): (typeof functions)[number] {
  const known = functions.find((it) => it === f);
  if (known === undefined) throw new MalformedHistory(position + 1, `${f} is not of a register`);
  return known;
}

function toValue(json: Json): Value {
  return json === null ? null : textOf(json);
}

function toPair(json: Json): readonly [Value, Value] | undefined {
  if (!Array.isArray(json) || json.length !== 2) return undefined;
  return [toValue(json[0]), toValue(json[1])];
}

function observationIn({ error }: ClientEvent): ReturnType<typeof observationOf> {
  const code = Array.isArray(error) ? error[0] : error;
  return typeof code === 'number' || typeof code === 'string' ? observationOf(code) : undefined;
}
