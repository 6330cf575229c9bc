/**
 * What the records of a log say. Term and vote, truncations and entries are those of
 * `PersistEffect`; the rest is the store's own. The bodies, byte by byte: docs/storage.md.
 */

import type { Entry, HardState, LogIndex, Membership, SnapshotMeta, Term } from '../raft/index.ts';
import { type RecordBatch, readU64, writeU64 } from './record.ts';
import type { StoreWrite } from './store.ts';

/** How commands become bytes, and commands again. */
export interface CommandFormat<Command> {
  /** The bytes of a command; `decode` returns a command like it. */
  encode(command: Command): Uint8Array;
  /**
   * @param bytes stay as they are, but are a part of something larger, which stays in memory as long
   *     as they do
   * @throws Error when they are not what `encode` returned
   */
  decode(bytes: Uint8Array): Command;
}

/** What it takes to read commands. */
export type CommandReading<Command> = Pick<CommandFormat<Command>, 'decode'>;

/** A snapshot's file, and what must be in it. */
export interface SnapshotReference {
  readonly file: string;
  readonly meta: SnapshotMeta;
  /** Of the data, without the file's footer. */
  readonly bytes: number;
  /** Of the footer, which holds the checksums of the data. */
  readonly checksum: number;
}

/** The first record of each segment. With it, no older segment is needed but for its entries. */
export interface SegmentStart {
  readonly format: number;
  /** The store's id, and whose it is. */
  readonly store: string;
  readonly node: string;
  readonly cluster: string;
  readonly segment: number;
  readonly hardState: HardState;
  /** Of the last entry in the segments before this one; 0 when none is left of them. */
  readonly lastIndex: LogIndex;
  readonly snapshot: SnapshotReference | null;
}

export type LogRecord<Command> =
  | { readonly kind: 'segmentStart'; readonly start: SegmentStart }
  | { readonly kind: 'hardState'; readonly hardState: HardState }
  | { readonly kind: 'entry'; readonly entry: Entry<Command> }
  | { readonly kind: 'truncate'; readonly from: LogIndex }
  /** A snapshot of this node: the entries stay. */
  | { readonly kind: 'snapshotSaved'; readonly snapshot: SnapshotReference }
  /** A snapshot from the leader: it takes the place of all entries. */
  | { readonly kind: 'snapshotInstalled'; readonly snapshot: SnapshotReference }
  /** Nothing follows in this segment; the log goes on in the next. */
  | { readonly kind: 'segmentEnd' };

export type LogRecordKind = LogRecord<unknown>['kind'];

const codes = {
  segmentStart: 1,
  hardState: 2,
  command: 3,
  noop: 4,
  membership: 5,
  truncate: 6,
  snapshotSaved: 7,
  snapshotInstalled: 8,
  segmentEnd: 9,
} as const;

/** Index and term. */
const positionBytes = 16;

export function addSegmentStart(batch: RecordBatch, start: SegmentStart): void {
  addJson(batch, codes.segmentStart, start);
}

export function addSegmentEnd(batch: RecordBatch): void {
  batch.add(codes.segmentEnd, 0, () => {});
}

export function addSnapshot(
  batch: RecordBatch,
  kind: 'snapshotSaved' | 'snapshotInstalled',
  snapshot: SnapshotReference,
): void {
  addJson(batch, codes[kind], snapshot);
}

/** The parts of a write, in their order; a snapshot that it completes is given as installed. */
export function addWrite<Command>(
  batch: RecordBatch,
  write: StoreWrite<Command>,
  installed: SnapshotReference | null,
  format: CommandFormat<Command>,
): void {
  const { hardState, truncateFrom, entries } = write;
  if (hardState !== null) addHardState(batch, hardState);
  if (installed !== null) addSnapshot(batch, 'snapshotInstalled', installed);
  if (truncateFrom !== null) {
    batch.add(codes.truncate, 8, (buffer, at) => writeU64(buffer, at, truncateFrom));
  }
  for (const entry of entries) addEntry(batch, entry, format);
}

export function addHardState(batch: RecordBatch, { currentTerm, votedFor }: HardState): void {
  const vote = Buffer.from(JSON.stringify(votedFor));
  batch.add(codes.hardState, 8 + vote.length, (buffer, at) => {
    writeU64(buffer, at, currentTerm);
    vote.copy(buffer, at + 8);
  });
}

function addEntry<Command>(
  batch: RecordBatch,
  entry: Entry<Command>,
  format: CommandFormat<Command>,
): void {
  const { index, term } = entry;
  const writePosition = (buffer: Buffer, at: number): void => {
    writeU64(buffer, at, index);
    writeU64(buffer, at + 8, term);
  };
  switch (entry.kind) {
    case 'noop':
      return batch.add(codes.noop, positionBytes, writePosition);
    case 'membership': {
      const json = Buffer.from(JSON.stringify(entry.membership));
      return batch.add(codes.membership, positionBytes + json.length, (buffer, at) => {
        writePosition(buffer, at);
        json.copy(buffer, at + positionBytes);
      });
    }
    case 'command': {
      const command = format.encode(entry.command);
      return batch.add(codes.command, positionBytes + 8 + command.length, (buffer, at) => {
        writePosition(buffer, at);
        writeU64(buffer, at + positionBytes, entry.bytes);
        buffer.set(command, at + positionBytes + 8);
      });
    }
  }
}

function addJson(batch: RecordBatch, code: number, value: unknown): void {
  const json = Buffer.from(JSON.stringify(value));
  batch.add(code, json.length, (buffer, at) => json.copy(buffer, at));
}

/**
 * Reads a body whose checksum was right.
 *
 * @throws Error when it makes no sense all the same
 */
export function readRecord<Command>(
  code: number,
  body: Buffer,
  format: CommandReading<Command>,
): LogRecord<Command> {
  switch (code) {
    case codes.segmentStart:
      return { kind: 'segmentStart', start: json(body) as SegmentStart };
    case codes.hardState:
      return { kind: 'hardState', hardState: readHardState(body) };
    case codes.command:
    case codes.noop:
    case codes.membership:
      return { kind: 'entry', entry: readEntry(code, body, format) };
    case codes.truncate:
      return { kind: 'truncate', from: readU64(body, 0) as LogIndex };
    case codes.snapshotSaved:
      return { kind: 'snapshotSaved', snapshot: json(body) as SnapshotReference };
    case codes.snapshotInstalled:
      return { kind: 'snapshotInstalled', snapshot: json(body) as SnapshotReference };
    case codes.segmentEnd:
      return { kind: 'segmentEnd' };
    default:
      throw new Error(`a record is of the unknown kind ${code}`);
  }
}

function readHardState(body: Buffer): HardState {
  const votedFor = json(body.subarray(8)) as HardState['votedFor'];
  return { currentTerm: readU64(body, 0) as Term, votedFor };
}

function readEntry<Command>(
  code: 3 | 4 | 5,
  body: Buffer,
  format: CommandReading<Command>,
): Entry<Command> {
  const index = readU64(body, 0) as LogIndex;
  const term = readU64(body, 8) as Term;
  const rest = body.subarray(positionBytes);
  switch (code) {
    case codes.noop:
      return { kind: 'noop', index, term, bytes: 0 };
    case codes.membership:
      return { kind: 'membership', index, term, membership: json(rest) as Membership, bytes: 0 };
    case codes.command: {
      const command = format.decode(rest.subarray(8));
      return { kind: 'command', index, term, command, bytes: readU64(rest, 0) };
    }
  }
}

function json(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8'));
}
