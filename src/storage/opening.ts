/** Opens a store: creates it, or reads what is there, mends what a crash has left, or refuses. */

import type { LogIndex, Term } from '../raft/index.ts';
import type { Disk, DiskFile } from './disk.ts';
import {
  draftIdentity,
  formatVersion,
  type Identity,
  identityDraft,
  ownerOf,
  publishIdentity,
  readIdentity,
  seedOf,
} from './identity.ts';
import type { LogReading, SegmentReading } from './log-reading.ts';
import { addSegmentStart, type CommandFormat } from './log-record.ts';
import { headerBytes, RecordBatch } from './record.ts';
import { StoreRefusal } from './refusal.ts';
import { fillIfPossible, fillWithZeros, prepareSegment, segmentName } from './segment-file.ts';
import { SegmentSizes } from './segment-sizes.ts';
import { SegmentedLog } from './segmented-log.ts';
import { snapshotFileSuffix } from './snapshot-file.ts';
import { SnapshotFiles, temporarySuffix } from './snapshot-files.ts';
import type { StoredState } from './store.ts';
import { contentsOf, missingIdentity, readStore, refusalOf } from './store-reading.ts';

/** Something that a crash has left, and that was cut off. Nobody was told that it was durable. */
export interface StoreRepair {
  readonly kind: 'tornTail';
  /** The file that was cut. */
  readonly file: string;
  /** Where it began, and how long it was, in bytes. */
  readonly offset: number;
  readonly bytes: number;
}

export interface OpeningOptions<Command> {
  readonly disk: Disk;
  readonly node: string;
  readonly cluster: string;
  readonly format: CommandFormat<Command>;
  readonly segmentBytes: number;
  readonly createId: () => string;
  readonly onRepair: (repair: StoreRepair) => void;
}

export interface OpenedStore<Command> {
  readonly state: StoredState<Command>;
  readonly log: SegmentedLog<Command>;
  readonly snapshots: SnapshotFiles;
}

/** @throws StoreRefusal, or the file system's own error; the directory is free again then */
export async function openStore<Command>(
  options: OpeningOptions<Command>,
): Promise<OpenedStore<Command>> {
  const { disk } = options;
  await disk.acquire();
  try {
    return await open(options);
  } catch (error) {
    await disk.release();
    throw error;
  }
}

async function open<Command>(options: OpeningOptions<Command>): Promise<OpenedStore<Command>> {
  const { disk, format } = options;
  const names = await disk.list();
  if (contentsOf(names) !== 'store') await create(options, names);
  const identity = await readIdentity(disk);
  checkOwner(identity, options);
  const reading = await readStore(disk, identity, format);
  if (reading.kind === 'damaged') throw refusalOf(reading.damage, disk);
  const { log: logReading, replay, current, snapshot } = reading;

  // What is there was checked. Only now is anything changed.
  const file = await mend(options, logReading, current);
  // The record that speaks of another snapshot is durable only now.
  await removeStrays(disk, replay.snapshot?.file ?? null);
  const log = new SegmentedLog(
    { ...options, identity },
    {
      segment: current.number,
      file,
      offset: current.ending.kind === 'open' ? current.ending.offset : 0,
      chainEnd: logReading.chainEnd ?? { number: 0, checksum: 0 },
      hardState: replay.hardState,
      lastIndex: replay.lastIndex,
      snapshot: replay.snapshot,
      marks: replay.marks,
      sizes: sizesOf(logReading, current, options.segmentBytes),
    },
  );
  const snapshots = new SnapshotFiles(disk, identity.store, replay.snapshot, await disk.list());
  const { hardState, entries } = replay;
  return { state: { hardState, snapshot, entries }, log, snapshots };
}

/** What was read is there; the segment that is written to was made as large as one is. */
function sizesOf(
  { segments }: LogReading,
  current: SegmentReading,
  segmentBytes: number,
): SegmentSizes {
  const sizes = new SegmentSizes();
  for (const { number, fileBytes } of segments) sizes.note(number, fileBytes);
  sizes.note(current.number, Math.max(current.fileBytes, segmentBytes));
  return sizes;
}

function checkOwner(
  found: Identity,
  wanted: Pick<OpeningOptions<unknown>, 'disk' | 'node' | 'cluster'>,
): void {
  if (found.node === wanted.node && found.cluster === wanted.cluster) return;
  const what = `it is the directory of node ${ownerOf(found)}, and this is node ${ownerOf(wanted)}`;
  throw new StoreRefusal('otherNode', wanted.disk.path, what, wanted.disk.path);
}

/** Snapshots that were not finished, or that the log does not speak of, or does no more. */
async function removeStrays(disk: Disk, snapshotFile: string | null): Promise<void> {
  const strays = (await disk.list()).filter(
    (name) =>
      name.endsWith(temporarySuffix) ||
      (name.endsWith(snapshotFileSuffix) && name !== snapshotFile),
  );
  for (const name of strays) await disk.remove(name);
  if (strays.length > 0) await disk.syncNames();
}

/** Cuts off a torn tail, and makes durable what was read: from now on the log rests on it. */
async function mend<Command>(
  { disk, segmentBytes, onRepair }: OpeningOptions<Command>,
  { segments }: LogReading,
  current: SegmentReading,
): Promise<DiskFile> {
  const { number, fileBytes, ending } = current;
  const before = segments.find((segment) => segment.number === number - 1);
  if (before !== undefined) {
    const file = await disk.open(segmentName(number - 1));
    await rewriteLast(disk, file, before);
    await file.close();
  }
  const name = segmentName(number);
  const file = await disk.open(name);
  if (ending.kind === 'open' && ending.tornBytes > 0) {
    const { offset, tornBytes: bytes } = ending;
    await cutTail(file, offset, Math.max(fileBytes, offset + bytes));
    onRepair({ kind: 'tornTail', file: name, offset, bytes });
  }
  if (fileBytes < segmentBytes) await fillIfPossible(file, fileBytes, segmentBytes);
  await rewriteLast(disk, file, current);
  await disk.syncNames();
  return file;
}

/**
 * The last write may be in the system's memory only; and if an earlier process was told that its
 * sync had failed, another sync would not bring it to the disk, but another write does. (Rebello and
 * others, "Can Applications Recover from fsync Failures?", 2020)
 */
async function rewriteLast(
  disk: Disk,
  file: DiskFile,
  { number, lastWrite: { from, to } }: SegmentReading,
): Promise<void> {
  await file.write(await disk.read(segmentName(number), from, to - from), from);
  await file.sync();
}

/**
 * Writes zeros over a torn tail, so that wherever a crash interrupts that, it still looks torn: with
 * its last byte the header of the first record goes before its first, and what is missing after it
 * stays missing. See segment-scan.ts.
 */
async function cutTail(file: DiskFile, from: number, to: number): Promise<void> {
  const lastOfHeader = from + headerBytes - 1;
  if (lastOfHeader < to) await fillWithZeros(file, lastOfHeader, to);
  await fillWithZeros(file, from, Math.min(lastOfHeader, to));
}

/**
 * Makes the directory a store: a draft of the file that says that it is one, the first segment, and
 * then the file itself. Until that is there, nobody can have been told anything.
 */
async function create<Command>(
  options: OpeningOptions<Command>,
  names: readonly string[],
): Promise<void> {
  const { disk, node, cluster, segmentBytes, createId } = options;
  if (contentsOf(names) === 'withoutIdentity') throw refusalOf(missingIdentity, disk);
  // What an interrupted attempt has left.
  for (const name of [segmentName(1), identityDraft]) {
    if (names.includes(name)) await disk.remove(name);
  }
  const identity: Identity = { format: formatVersion, store: createId(), node, cluster };
  await draftIdentity(disk, identity);
  const file = await prepareSegment(disk, 1, segmentBytes);
  const batch = new RecordBatch(seedOf(identity));
  batch.begin({ number: 0, checksum: 0 }, 0);
  const hardState = { currentTerm: 0 as Term, votedFor: null };
  const lastIndex = 0 as LogIndex;
  addSegmentStart(batch, { ...identity, segment: 1, hardState, lastIndex, snapshot: null });
  await file.write(batch.bytes, 0);
  await file.sync();
  await file.close();
  await publishIdentity(disk);
}
