/**
 * What can be done about a store that a start refuses. Each way is tried on files in memory, and
 * proposed only if a start would accept the outcome. Those that lose nothing come first.
 */

import type { DiskReading } from './disk.ts';
import { type Examination, examineStore } from './examine.ts';
import { formatVersion, identityFile, seedOf, writtenIdentity } from './identity.ts';
import type { BreakingPoint } from './later-records.ts';
import { addSegmentEnd, addSegmentStart, readRecord } from './log-record.ts';
import { changesOf, type Found, filledUp, type Mending } from './mending.ts';
import { opaqueCommands } from './opaque-command.ts';
import { type Change, plannedDisk } from './planned-disk.ts';
import { headerBytes, isBodyIntact, RecordBatch, readHeader } from './record.ts';
import { cutLog } from './repair-cut.ts';
import { segmentName, segmentNumbers } from './segment-file.ts';
import { snapshotFileSuffix } from './snapshot-file.ts';
import { readStore } from './store-reading.ts';

export type RepairPlan =
  | { readonly kind: 'notNeeded' }
  | { readonly kind: 'possible'; readonly mendings: readonly Mending[] }
  /** `why`: in a sentence without its full stop. */
  | { readonly kind: 'impossible'; readonly why: string };

/** Who has more damages than this needs another disk. */
const maxMendings = 16;

/** @throws Error of the file system */
export async function planRepair(disk: DiskReading): Promise<RepairPlan> {
  const mendings: Mending[] = [];
  for (;;) {
    const planned = plannedDisk(disk, changesOf(mendings));
    const examination = await examineStore(planned);
    if (examination.findings.length === 0) {
      return mendings.length === 0 ? { kind: 'notNeeded' } : { kind: 'possible', mendings };
    }
    const mending =
      mendings.length < maxMendings
        ? await mendingFor(planned, examination)
        : 'too much is damaged';
    if (typeof mending === 'string') return { kind: 'impossible', why: mending };
    mendings.push(mending);
  }
}

/** What to do first; or why nothing can be done. */
async function mendingFor(disk: DiskReading, examination: Examination): Promise<Mending | string> {
  const { identity, findings, point } = examination;
  const [finding] = findings;
  if (finding?.problem === 'newerFormat') return 'a newer version of this program has written it';
  if (identity === null) return 'no segment is left that says whose store this is';
  if (finding?.file === identityFile) {
    const bytes = writtenIdentity(identity);
    return {
      kind: 'identity',
      changes: [{ kind: 'write', file: identityFile, bytes }],
      loss: null,
    };
  }
  const found = { disk, examination, identity };
  const harmless = (await clearAfterEnd(found)) ?? (await setOldSegmentsAside(found));
  if (harmless !== null) return harmless;
  if (point !== null) {
    const isFromNewer = await isIntactAt(found, point);
    return isFromNewer ? newerRecord : cutLog(found, point);
  }
  const lostEnd = lostEndOf(found);
  if (lostEnd !== null) return cutLog(found, lostEnd);
  return (await doWithoutSnapshot(found)) ?? whyNothingHelps(found);
}

/**
 * A snapshot is removed only when the log speaks of a newer one. So where the log's is not there, and
 * a newer one is, the end of the log is missing, although it looks like one.
 */
function lostEndOf({ examination }: Found): BreakingPoint | null {
  const { replay, log, snapshots } = examination;
  if (replay === null || log === null || log.current === null) return null;
  const { snapshot, hardState } = replay;
  const index = snapshot?.meta.index ?? 0;
  const hasNewer = snapshots.some(({ reference }) => (reference?.meta.index ?? 0) > index);
  const { number: segment, ending } = log.current;
  if (snapshot === null || !hasNewer || ending.kind !== 'open') return null;
  return { segment, offset: ending.offset, number: log.chainEnd?.number ?? 0, hardState };
}

function whyNothingHelps({ examination }: Found): string {
  const { replay, findings } = examination;
  if (findings[0]?.file === null)
    return 'the missing entries are in no segment that is here, and in no snapshot';
  const [first] = replay?.entries ?? [];
  const rest = first === undefined ? 'no entry' : `no entry before ${first.index}`;
  return `nothing else holds what was in the snapshot, since the log has ${rest}`;
}

const newerRecord =
  'the record there is intact, but makes no sense to this program; a newer version may have written it';

/** Whether a record stands there that is as it was written, and cannot be read all the same. */
async function isIntactAt({ disk, identity }: Found, point: BreakingPoint): Promise<boolean> {
  const file = segmentName(point.segment);
  if (!(await disk.list()).includes(file)) return false;
  const bytes = Buffer.from(await disk.read(file));
  const header = readHeader(bytes, point.offset, seedOf(identity));
  if (header === null || !isBodyIntact(bytes, point.offset, header)) return false;
  const start = point.offset + headerBytes;
  try {
    const body = bytes.subarray(start, start + header.length);
    const record = readRecord(header.kind, body, opaqueCommands);
    return record.kind === 'segmentStart' && record.start.format > formatVersion;
  } catch {
    return true;
  }
}

/** After the record that ends a segment nothing was ever written. */
async function clearAfterEnd({ disk, examination }: Found): Promise<Mending | null> {
  const { point, segments } = examination;
  const segment = segments.find(({ number }) => number === point?.segment);
  if (point === null || segment?.ending?.kind !== 'damaged' || !segment.hasEndRecord) return null;
  const { file, fileBytes } = segment;
  const kept = (await disk.read(file)).subarray(0, point.offset);
  const changes: Change[] = [{ kind: 'write', file, bytes: filledUp([kept], fileBytes) }];
  return { kind: 'afterEnd', changes, loss: null };
}

/**
 * Each segment begins with term and vote and the newest snapshot. So where a segment and those after
 * it have all entries that the snapshot does not cover, the ones before it are not needed.
 */
async function setOldSegmentsAside(found: Found): Promise<Mending | null> {
  const { disk, identity, examination } = found;
  const { segments, point, findings } = examination;
  const isGap = findings[0]?.file === null;
  let lastAside = isGap ? segments[0]?.number : point?.segment;
  while (lastAside !== undefined) {
    const last = lastAside;
    if (!segments.some(({ number }) => number > last)) return null;
    const changes = segments
      .filter(({ number }) => number <= last)
      .map(({ file }): Change => ({ kind: 'setAside', file }));
    const reading = await readStore(plannedDisk(disk, changes), identity, opaqueCommands);
    if (reading.kind === 'sound') return { kind: 'oldSegments', changes, loss: null };
    // Where entries are missing, even more are with fewer segments.
    [lastAside] = segmentNumbers([reading.log.damage?.file ?? '']);
  }
  return null;
}

/** A log that begins with the first entry needs no snapshot; its next segment can say that. */
async function doWithoutSnapshot({ disk, examination, identity }: Found): Promise<Mending | null> {
  const { findings, replay, log } = examination;
  const file = findings[0]?.file ?? '';
  if (replay === null || log === null || log.current === null) return null;
  const { entries, snapshot, hardState, lastIndex } = replay;
  const isCovered = entries[0]?.index === 1 && lastIndex >= (snapshot?.meta.index ?? 0);
  const { number, fileBytes, ending } = log.current;
  if (!file.endsWith(snapshotFileSuffix) || !isCovered || ending.kind !== 'open') return null;

  const batch = new RecordBatch(seedOf(identity));
  batch.begin(log.chainEnd ?? { number: 0, checksum: 0 }, ending.offset);
  const changes: Change[] = [];
  let segment = number;
  if (ending.offset > 0) {
    const kept = (await disk.read(segmentName(number))).subarray(0, ending.offset);
    addSegmentEnd(batch);
    const bytes = filledUp([kept, batch.bytes], fileBytes);
    changes.push({ kind: 'write', file: segmentName(number), bytes });
    batch.begin(batch.end, 0);
    segment++;
  }
  addSegmentStart(batch, { ...identity, segment, hardState, lastIndex, snapshot: null });
  const bytes = filledUp([batch.bytes], fileBytes);
  // The next segment before the end of this one, which says that there is a next.
  changes.unshift({ kind: 'write', file: segmentName(segment), bytes });
  const isThere = examination.snapshots.some((snapshot) => snapshot.file === file);
  if (isThere) changes.push({ kind: 'setAside', file });
  return { kind: 'withoutSnapshot', changes, loss: null };
}
