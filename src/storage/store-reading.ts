/**
 * Reads all that a store holds, and finds what a start refuses. The start itself does so, and who
 * examines a store; so they cannot disagree.
 */

import type { DiskReading } from './disk.ts';
import { type Identity, identityDraft, identityFile } from './identity.ts';
import {
  type Damage,
  type LogReading,
  type OnRecord,
  readLog,
  type SegmentReading,
} from './log-reading.ts';
import type { CommandReading } from './log-record.ts';
import { StoreRefusal } from './refusal.ts';
import { Replay } from './replay.ts';
import { segmentNumbers } from './segment-file.ts';
import { SnapshotReader, snapshotFileSuffix } from './snapshot-file.ts';
import { damagedSnapshot } from './snapshot-files.ts';
import type { StoredState } from './store.ts';

export type DirectoryContents =
  | 'store'
  /** Nothing of a store; a start creates one. */
  | 'nothing'
  /** The creation of a store was interrupted; a start begins it anew. */
  | 'unfinished'
  /** A store whose own file is missing. */
  | 'withoutIdentity';

export function contentsOf(names: readonly string[]): DirectoryContents {
  if (names.includes(identityFile)) return 'store';
  const segments = segmentNumbers(names);
  const hasSnapshot = names.some((name) => name.endsWith(snapshotFileSuffix));
  // A store that is being created has no more than its first segment.
  const isNew = !hasSnapshot && segments.every((number) => number === 1);
  if (names.includes(identityDraft) && isNew) return 'unfinished';
  return hasSnapshot || segments.length > 0 ? 'withoutIdentity' : 'nothing';
}

export const missingIdentity: Damage = {
  problem: 'missing',
  file: identityFile,
  offset: null,
  what: 'this file is missing',
};

export type StoreReading<Command> = {
  readonly log: LogReading;
  /** What the log says, up to the damage if there is any in it. */
  readonly replay: Replay<Command>;
} & (
  | {
      readonly kind: 'sound';
      /** The segment that is written to next. */
      readonly current: SegmentReading;
      readonly snapshot: StoredState<Command>['snapshot'];
    }
  | { readonly kind: 'damaged'; readonly damage: Damage }
);

/** @param onRecord told of each record that makes sense, in order */
export async function readStore<Command>(
  disk: DiskReading,
  identity: Identity,
  format: CommandReading<Command>,
  onRecord: OnRecord<Command> = () => {},
): Promise<StoreReading<Command>> {
  const replay = new Replay<Command>();
  const log = await readLog(disk, identity, format, (record, place) => {
    replay.apply(record);
    onRecord(record, place);
  });
  const damaged = (damage: Damage): StoreReading<Command> => ({
    kind: 'damaged',
    log,
    replay,
    damage,
  });
  const { current } = log;
  if (current === null) return damaged(log.damage);
  const gap = replay.gap();
  if (gap !== null) return damaged({ problem: 'missing', file: null, offset: null, what: gap });
  const { snapshot: reference } = replay;
  if (reference === null) return { kind: 'sound', log, replay, current, snapshot: null };
  try {
    const reader = await SnapshotReader.open(disk, reference);
    const { data } = await reader.read(0, Number.POSITIVE_INFINITY);
    return { kind: 'sound', log, replay, current, snapshot: { meta: reference.meta, data } };
  } catch (error) {
    const { problem, what } = damagedSnapshot(disk, reference, error as Error);
    return damaged({ problem, file: reference.file, offset: null, what });
  }
}

export function refusalOf(
  { problem, file, offset, what }: Damage,
  { path }: DiskReading,
): StoreRefusal {
  const place = file === null ? path : `${path}/${file}`;
  return new StoreRefusal(
    problem,
    offset === null ? place : `${place}, byte ${offset}`,
    what,
    path,
  );
}
