/** Lines of a trace, as the header and the events that they are. */

import type { TraceEvent, TraceHeader } from './format.ts';
import { traceFormat, traceVersion } from './format.ts';
import { eventFault, headerFault, isKnownKind } from './schema.ts';
import { TraceFault } from './trace-fault.ts';

type Fields = { [name: string]: unknown };

/** @throws TraceFault when the line is not the header of a trace of this version */
export function decodeHeader(line: string): TraceHeader {
  const header = parse(line);
  if (header === null || header['format'] !== traceFormat) {
    throw new TraceFault(`no trace: it does not begin with {"format":"${traceFormat}",…}`);
  }
  const { version } = header;
  if (version !== traceVersion) {
    const isNewer = typeof version === 'number' && version > traceVersion;
    const remedy = isNewer ? '; a newer raftwright can' : '';
    throw new TraceFault(
      `version ${JSON.stringify(version)} of the format, this reads ${traceVersion}${remedy}`,
    );
  }
  const fault = headerFault(header);
  if (fault !== null) throw new TraceFault(fault);
  return header as unknown as TraceHeader;
}

/**
 * Null for an event of a kind that is not known here: a later writer of the same version may have
 * more.
 *
 * @throws TraceFault when the line is no event
 */
export function decodeEvent(line: string): TraceEvent | null {
  const event = parse(line);
  if (event === null) throw new TraceFault(`not a JSON object: ${shortened(line)}`);
  const { kind } = event;
  if (typeof kind !== 'string') throw new TraceFault(`an event without a kind: ${shortened(line)}`);
  if (!isKnownKind(kind)) return null;
  const fault = eventFault(event);
  if (fault !== null) throw new TraceFault(fault);
  restoreBytes(event);
  return event as unknown as TraceEvent;
}

function parse(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return fieldsOf(value);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Fields | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Fields) : null;
}

function shortened(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** Cores take parts of snapshots as bytes, and hand them over so. */
function restoreBytes(event: Fields): void {
  switch (event['kind']) {
    case 'step':
    case 'halt': {
      const input = fieldsOf(event['input']);
      if (input?.['kind'] === 'snapshotRead') restoreData(input['chunk']);
      if (input?.['kind'] === 'receive') restoreData(input['message']);
      return;
    }
    case 'drain':
      for (const effect of event['effects'] as Fields[]) {
        if (effect['kind'] === 'send') restoreData(effect['message']);
        if (effect['kind'] === 'persist') restoreWrite(effect);
      }
      return;
    case 'durable':
      return restoreWrite(event['write'] as Fields);
  }
}

function restoreWrite(write: Fields): void {
  restoreData(write['snapshotChunk']);
}

function restoreData(value: unknown): void {
  const holder = fieldsOf(value);
  if (holder === null || typeof holder['data'] !== 'string') return;
  holder['data'] = new Uint8Array(Buffer.from(holder['data'], 'base64'));
}
