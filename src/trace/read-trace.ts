/** Reads a trace, from a file of any size. */

import { decodeEvent, decodeHeader } from './decode.ts';
import type { TraceEvent, TraceHeader } from './format.ts';
import { type FileLine, readLines } from './line-reader.ts';
import { TraceFault } from './trace-fault.ts';

export interface Trace {
  readonly header: TraceHeader;
  /**
   * In the order of time; read while they are asked for, and each time anew. Asking throws a
   * TraceFault with file and line where a line makes no sense.
   */
  readonly events: Iterable<TraceEvent>;
}

/** An event, and where it stands. */
export interface PlacedEvent {
  readonly event: TraceEvent;
  /** `FILE:LINE`. */
  readonly place: string;
}

/** A trace whose events say where they stand. */
export interface PlacedTrace {
  readonly header: TraceHeader;
  readonly events: Iterable<PlacedEvent>;
}

/** @throws TraceFault with file and line when there is no trace of a version that is known here */
export function readTrace(path: string): Trace {
  return withoutPlaces(readPlacedTrace(path));
}

/** Like `readTrace`. */
export function readPlacedTrace(path: string): PlacedTrace {
  const header = readHeader(path);
  return { header, events: { [Symbol.iterator]: () => readEvents(path) } };
}

export function withoutPlaces({ header, events }: PlacedTrace): Trace {
  return { header, events: { [Symbol.iterator]: () => eventsOf(events) } };
}

function* eventsOf(events: Iterable<PlacedEvent>): Generator<TraceEvent, void, undefined> {
  for (const { event } of events) yield event;
}

function readHeader(path: string): TraceHeader {
  for (const line of readLines(path)) return at(path, line, () => decodeHeader(line.text));
  throw new TraceFault(`${path}: no trace: it is empty`);
}

function* readEvents(path: string): Generator<PlacedEvent, void, undefined> {
  for (const line of readLines(path)) {
    if (line.number === 1) continue;
    const event = readEvent(path, line);
    if (event !== null) yield { event, place: `${path}:${line.number}` };
  }
}

/** Null also for the last line when a kill has cut it short. */
function readEvent(path: string, line: FileLine): TraceEvent | null {
  try {
    return at(path, line, () => decodeEvent(line.text));
  } catch (error) {
    if (line.isWhole) throw error;
    return null;
  }
}

function at<T>(path: string, { number }: FileLine, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof TraceFault)) throw error;
    throw new TraceFault(`${path}:${number}: ${error.message}`);
  }
}
