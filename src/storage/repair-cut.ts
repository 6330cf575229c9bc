/**
 * Cuts a log before a damage. This makes a node forget; so what can still be known is kept: term and
 * vote, which records beyond the damage may name, and the newest snapshot, which may hold more than
 * what is left of the log.
 */

import type { HardState } from '../raft/index.ts';
import { examineStore } from './examine.ts';
import { seedOf } from './identity.ts';
import type { BreakingPoint, Range } from './later-records.ts';
import {
  addHardState,
  addSegmentStart,
  addSnapshot,
  type SnapshotReference,
} from './log-record.ts';
import { type Found, filledUp, type Loss, type Mending } from './mending.ts';
import { type OpaqueCommand, opaqueCommands } from './opaque-command.ts';
import { type Change, plannedDisk } from './planned-disk.ts';
import { type ChainEnd, RecordBatch } from './record.ts';
import { Replay } from './replay.ts';
import { segmentName } from './segment-file.ts';
import { readStore } from './store-reading.ts';

/** What a log says up to where it is cut. */
interface Kept {
  readonly replay: Replay<OpaqueCommand>;
  /** Null when nothing is left of the log. */
  readonly chainEnd: ChainEnd | null;
  /** Of the segment that is cut. */
  readonly bytes: Uint8Array;
}

/** What is put down behind it. */
interface Added {
  readonly hardState: HardState;
  /** A snapshot that holds more than the log's. */
  readonly snapshot: SnapshotReference | null;
  /** Whether the entries that are left belong to that snapshot. */
  readonly keepsEntries: boolean;
}

/** Or why it cannot be done. */
export async function cutLog(found: Found, point: BreakingPoint): Promise<Mending | string> {
  const { disk, examination } = found;
  const file = segmentName(point.segment);
  const old = examination.segments.find(({ number }) => number === point.segment);
  const oldBytes = old === undefined ? null : Buffer.from(await disk.read(file));
  const length = old?.fileBytes ?? 0;
  const bytes = oldBytes?.subarray(0, point.offset) ?? Buffer.alloc(0);
  const later = examination.segments.filter(({ number }) => number > point.segment);
  const asides = later.reverse().map(({ file }): Change => ({ kind: 'setAside', file }));

  const kept = await readKept(found, bytes, [
    { kind: 'write', file, bytes: filledUp([bytes], length) },
    ...asides,
  ]);
  const added = whatToAdd(found, kept);
  if (kept.chainEnd === null && added.snapshot === null) {
    return 'nothing of the log can be read before the damage, and there is no snapshot';
  }
  const newBytes = filledUp([bytes, recordsFor(found, point, kept, added)], length);
  // This first: until the later segments are gone a start refuses them, and nothing is forgotten.
  const writes: Change[] =
    oldBytes?.equals(newBytes) === true ? [] : [{ kind: 'write', file, bytes: newBytes }];
  const changes = [...writes, ...asides, ...unusedSnapshots(found, kept, added)];
  const { findings } = await examineStore(plannedDisk(disk, changes));
  const [finding] = findings;
  if (finding !== undefined)
    return `the log can be cut before the damage, but then ${finding.what}`;
  return { kind: 'cut', changes, loss: lossOf(found, point, kept, added) };
}

async function readKept(
  { disk, identity }: Found,
  bytes: Uint8Array,
  changes: readonly Change[],
): Promise<Kept> {
  const { log, replay } = await readStore(plannedDisk(disk, changes), identity, opaqueCommands);
  if (log.chainEnd === null) return { replay: new Replay(), chainEnd: null, bytes };
  return { replay, chainEnd: log.chainEnd, bytes };
}

function whatToAdd({ examination }: Found, { replay }: Kept): Added {
  const newest = examination.snapshots
    .flatMap(({ reference }) => reference ?? [])
    .reduce<SnapshotReference | null>(newerOf, null);
  const isNewer = (newest?.meta.index ?? 0) > (replay.snapshot?.meta.index ?? 0);
  const snapshot = isNewer ? newest : null;
  const known = examination.later?.hardState ?? replay.hardState;
  // Without the entry at which the snapshot ends, those before it may be of another history.
  const keepsEntries =
    snapshot === null ||
    replay.entries.some(
      ({ index, term }) => index === snapshot.meta.index && term === snapshot.meta.term,
    );
  const isBehind = snapshot !== null && snapshot.meta.term > known.currentTerm;
  const hardState = isBehind ? { currentTerm: snapshot.meta.term, votedFor: null } : known;
  return { hardState, snapshot, keepsEntries };
}

function newerOf(one: SnapshotReference | null, other: SnapshotReference): SnapshotReference {
  return one !== null && one.meta.index >= other.meta.index ? one : other;
}

function recordsFor(
  { identity }: Found,
  { segment, offset }: BreakingPoint,
  { replay, chainEnd }: Kept,
  { hardState, snapshot, keepsEntries }: Added,
): Buffer {
  const batch = new RecordBatch(seedOf(identity));
  batch.begin(chainEnd ?? { number: 0, checksum: 0 }, offset);
  const { currentTerm, votedFor } = replay.hardState;
  const hasNewTerm = hardState.currentTerm !== currentTerm || hardState.votedFor !== votedFor;
  if (!hasNewTerm && snapshot === null) return Buffer.alloc(0);
  if (offset === 0) {
    const { lastIndex } = replay;
    const start = { ...identity, segment, hardState: replay.hardState, lastIndex };
    addSegmentStart(batch, { ...start, snapshot: replay.snapshot });
  }
  if (hasNewTerm) addHardState(batch, hardState);
  const kind = keepsEntries ? 'snapshotSaved' : 'snapshotInstalled';
  if (snapshot !== null) addSnapshot(batch, kind, snapshot);
  return Buffer.from(batch.bytes);
}

/** The next start would remove them. */
function unusedSnapshots({ examination }: Found, { replay }: Kept, added: Added): Change[] {
  const used = added.snapshot ?? replay.snapshot;
  return examination.snapshots
    .filter(({ file }) => file !== used?.file)
    .map(({ file }) => ({ kind: 'setAside', file }));
}

function lossOf(
  { examination }: Found,
  { segment, offset }: BreakingPoint,
  { replay, chainEnd }: Kept,
  { hardState, snapshot, keepsEntries }: Added,
): Loss {
  const covered = (snapshot ?? replay.snapshot)?.meta.index ?? 0;
  const lastIndex = Math.max(covered, keepsEntries ? replay.lastIndex : 0);
  const { later } = examination;
  const isTermKnown = later?.isTermKnown === true && hardState === later.hardState;
  return {
    segment,
    offset,
    lastNumber: chainEnd?.number ?? 0,
    lastIndex,
    entries: beyond(later?.indices ?? null, lastIndex),
    hardState,
    isTermKnown,
    snapshot,
  };
}

function beyond(indices: Range | null, lastIndex: number): Range | null {
  if (indices === null || indices.last <= lastIndex) return null;
  return { first: Math.max(indices.first, lastIndex + 1), last: indices.last };
}
