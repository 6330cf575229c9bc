/**
 * Examines a store without changing it: what it holds, and everything in it that a start refuses, as
 * far as it can be seen.
 */

import type { HardState } from '../raft/index.ts';
import type { DiskReading } from './disk.ts';
import { formatVersion, type Identity, identityFile, readIdentity, seedOf } from './identity.ts';
import {
  type BreakingPoint,
  findLaterRecords,
  including,
  type LaterRecords,
  type OnFound,
  type Range,
} from './later-records.ts';
import type { Damage, LogReading, RecordPlace, SegmentReading } from './log-reading.ts';
import { type LogRecord, readRecord, type SnapshotReference } from './log-record.ts';
import { type OpaqueCommand, opaqueCommands } from './opaque-command.ts';
import type { StoreRepair } from './opening.ts';
import { headerBytes, isBodyIntact, readHeader, unverifiedHeader } from './record.ts';
import { StoreRefusal } from './refusal.ts';
import type { Replay } from './replay.ts';
import { segmentName, segmentNumbers } from './segment-file.ts';
import type { SegmentEnding } from './segment-scan.ts';
import { findSnapshot, snapshotFileSuffix } from './snapshot-file.ts';
import { contentsOf, type DirectoryContents, missingIdentity, readStore } from './store-reading.ts';

/** What is known of a segment. */
export interface SegmentFacts {
  readonly number: number;
  readonly file: string;
  readonly fileBytes: number;
  /** How many records a start reads in it. */
  readonly records: number;
  readonly numbers: Range | null;
  /** Of the entries in it, also of those that were truncated later. */
  readonly indices: Range | null;
  /** Whether the last of them says that the log goes on in the next segment. */
  readonly hasEndRecord: boolean;
  /** How many more were found in it, beyond the damage. */
  readonly found: number;
  /** Null when a start does not get there. */
  readonly ending: SegmentEnding | null;
}

export interface SnapshotFacts {
  readonly file: string;
  readonly fileBytes: number;
  /** Null when it is not a whole snapshot of this store. */
  readonly reference: SnapshotReference | null;
}

export interface Examination {
  readonly contents: DirectoryContents;
  /** Null when it cannot be read. */
  readonly identity: Identity | null;
  readonly segments: readonly SegmentFacts[];
  readonly snapshots: readonly SnapshotFacts[];
  /** What the log says, up to its end or the first damage in it; null when it was not read. */
  readonly replay: Replay<OpaqueCommand> | null;
  readonly log: LogReading | null;
  /** What a crash has left, and the next start cuts off. */
  readonly tornTail: StoreRepair | null;
  /** What a start refuses, most important first; none when the store is sound. */
  readonly findings: readonly Damage[];
  /** Where the log cannot be read on; null when it can. */
  readonly point: BreakingPoint | null;
  /** What stands beyond that. */
  readonly later: LaterRecords | null;
}

/** Told of each record: those that a start reads, then those that were found beyond the damage. */
export type OnExamined = (
  record: LogRecord<OpaqueCommand>,
  place: RecordPlace,
  isBeyondDamage: boolean,
) => void;

/** @throws Error of the file system */
export async function examineStore(
  disk: DiskReading,
  onExamined: OnExamined = () => {},
): Promise<Examination> {
  const names = await disk.list();
  const contents = contentsOf(names);
  const isStore = contents === 'store' || contents === 'withoutIdentity';
  const { identity, damage } = isStore ? await examineIdentity(disk, names) : nothingKnown;
  const examined =
    identity === null
      ? { ...notRead, segments: await examineSegments(disk, names, null, new Tallies()) }
      : await examineLog(disk, names, identity, onExamined);
  return {
    ...examined,
    contents,
    identity,
    snapshots: await examineSnapshots(disk, names, identity),
    findings: damage === null ? examined.findings : [damage, ...examined.findings],
  };
}

const notRead = { replay: null, log: null, tornTail: null, findings: [], point: null, later: null };

interface ExaminedIdentity {
  readonly identity: Identity | null;
  readonly damage: Damage | null;
}

const nothingKnown: ExaminedIdentity = { identity: null, damage: null };

/** What the store's own file says; when that is lost, what the log says of it. */
async function examineIdentity(
  disk: DiskReading,
  names: readonly string[],
): Promise<ExaminedIdentity> {
  if (!names.includes(identityFile)) {
    return { identity: await identityInLog(disk, names), damage: missingIdentity };
  }
  try {
    return { identity: await readIdentity(disk), damage: null };
  } catch (error) {
    if (!(error instanceof StoreRefusal)) throw error;
    const { problem, what } = error;
    const damage: Damage = { problem, file: identityFile, offset: null, what };
    if (problem === 'newerFormat') return { identity: null, damage };
    return { identity: await identityInLog(disk, names), damage };
  }
}

/** Each segment begins with whose it is; its checksums, begun with the store's id, bear it out. */
async function identityInLog(
  disk: DiskReading,
  names: readonly string[],
): Promise<Identity | null> {
  for (const number of segmentNumbers(names)) {
    const identity = identityAtStart(Buffer.from(await disk.read(segmentName(number))));
    if (identity !== null && identity.format <= formatVersion) return identity;
  }
  return null;
}

function identityAtStart(bytes: Buffer): Identity | null {
  if (bytes.length < headerBytes) return null;
  try {
    const { kind, length } = unverifiedHeader(bytes, 0);
    const record = readRecord(
      kind,
      bytes.subarray(headerBytes, headerBytes + length),
      opaqueCommands,
    );
    if (record.kind !== 'segmentStart') return null;
    const { format, store, node, cluster } = record.start;
    const identity = { format, store, node, cluster };
    const header = readHeader(bytes, 0, seedOf(identity));
    return header !== null && isBodyIntact(bytes, 0, header) ? identity : null;
  } catch {
    return null;
  }
}

async function examineSegments(
  disk: DiskReading,
  names: readonly string[],
  log: LogReading | null,
  tallies: Tallies,
): Promise<SegmentFacts[]> {
  const facts: SegmentFacts[] = [];
  for (const number of segmentNumbers(names)) {
    const file = segmentName(number);
    const reading = log?.segments.find((segment) => segment.number === number);
    const fileBytes = reading?.fileBytes ?? (await disk.read(file)).length;
    facts.push({ number, file, fileBytes, ...tallies.of(number), ending: reading?.ending ?? null });
  }
  return facts;
}

async function examineSnapshots(
  disk: DiskReading,
  names: readonly string[],
  identity: Identity | null,
): Promise<SnapshotFacts[]> {
  const facts: SnapshotFacts[] = [];
  for (const file of names.filter((name) => name.endsWith(snapshotFileSuffix)).sort()) {
    const fileBytes = (await disk.read(file)).length;
    const reference = identity === null ? null : await findSnapshot(disk, file, identity.store);
    facts.push({ file, fileBytes, reference });
  }
  return facts;
}

async function examineLog(
  disk: DiskReading,
  names: readonly string[],
  identity: Identity,
  onExamined: OnExamined,
): Promise<Omit<Examination, 'contents' | 'identity' | 'snapshots'>> {
  const tallies = new Tallies();
  const reading = await readStore(disk, identity, opaqueCommands, (record, place) => {
    tallies.note(record, place);
    onExamined(record, place, false);
  });
  const { log, replay } = reading;
  const point = log.damage === null ? null : breakingPoint(log, log.damage, replay.hardState);
  const onFound: OnFound = (record, place) => {
    tallies.noteFound(place);
    onExamined(record, place, true);
  };
  const later = point === null ? null : await findLaterRecords(disk, identity, point, onFound);
  return {
    segments: await examineSegments(disk, names, log, tallies),
    replay,
    log,
    tornTail: reading.kind === 'sound' ? tornTailOf(reading.current) : null,
    findings: reading.kind === 'sound' ? [] : [reading.damage],
    point,
    later,
  };
}

/** Where what follows in the log would have to begin, for what was read so far to be believed. */
function breakingPoint(log: LogReading, damage: Damage, hardState: HardState): BreakingPoint {
  const number = log.chainEnd?.number ?? 0;
  for (const { number: segment, ending } of log.segments) {
    // Whatever stands in later segments, the log goes on here.
    const isOpen = ending.kind === 'open' && segmentName(segment) !== damage.file;
    if (isOpen) return { segment, offset: ending.offset, number, hardState };
  }
  const [segment = 1] = segmentNumbers([damage.file ?? '']);
  return { segment, offset: damage.offset ?? 0, number, hardState };
}

function tornTailOf({ number, ending }: SegmentReading): StoreRepair | null {
  if (ending.kind !== 'open' || ending.tornBytes === 0) return null;
  const { offset, tornBytes: bytes } = ending;
  return { kind: 'tornTail', file: segmentName(number), offset, bytes };
}

type SegmentTally = Pick<
  SegmentFacts,
  'records' | 'numbers' | 'indices' | 'found' | 'hasEndRecord'
>;

/** What was read in each segment. */
class Tallies {
  readonly #tallies = new Map<number, SegmentTally>();

  of(segment: number): SegmentTally {
    const nothing = { records: 0, numbers: null, indices: null, found: 0, hasEndRecord: false };
    return this.#tallies.get(segment) ?? nothing;
  }

  note(record: LogRecord<OpaqueCommand>, { segment, number }: RecordPlace): void {
    const { records, numbers, indices, found } = this.of(segment);
    this.#tallies.set(segment, {
      records: records + 1,
      numbers: including(numbers, number),
      indices: record.kind === 'entry' ? including(indices, record.entry.index) : indices,
      found,
      hasEndRecord: record.kind === 'segmentEnd',
    });
  }

  noteFound({ segment }: RecordPlace): void {
    const tally = this.of(segment);
    this.#tallies.set(segment, { ...tally, found: tally.found + 1 });
  }
}
