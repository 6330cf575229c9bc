/** What `raftwright wal inspect --json` says: objects, one a line, told apart by `kind`. */

import type { Examination } from '../storage/examine.ts';
import type { RecordPlace } from '../storage/log-reading.ts';
import type { LogRecord } from '../storage/log-record.ts';
import type { OpaqueCommand } from '../storage/opaque-command.ts';
import { entriesOf, printable } from './wal-text.ts';

/** The store, then each segment, then each snapshot. */
export function examinationJson(
  examination: Examination,
  directory: string,
  user: number | null,
): string[] {
  const { identity, replay, findings, tornTail, later, segments, snapshots } = examination;
  const store = {
    kind: 'store',
    directory,
    inUseBy: user,
    isSound: findings.length === 0,
    identity,
    hardState: replay?.hardState ?? null,
    entries: entriesOf(examination),
    snapshot: replay?.snapshot ?? null,
    tornTail,
    findings,
    beyondDamage: later,
  };
  return [
    store,
    ...segments.map((facts) => ({ kind: 'segment', ...facts })),
    ...snapshots.map((facts) => ({ kind: 'snapshot', ...facts })),
  ].map((value) => JSON.stringify(value));
}

export function recordJson(
  record: LogRecord<OpaqueCommand>,
  { segment, offset, number }: RecordPlace,
  isBeyondDamage: boolean,
): string {
  const place = { segment, offset, number, isBeyondDamage };
  return JSON.stringify({ kind: 'record', ...place, record }, (_, value: unknown) =>
    value instanceof Uint8Array ? printable(value) : value,
  );
}
