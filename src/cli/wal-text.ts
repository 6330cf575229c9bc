/** What `raftwright wal` says of a store, for people. */

import type { Examination } from '../storage/examine.ts';
import { ownerOf } from '../storage/identity.ts';
import type { Damage, RecordPlace } from '../storage/log-reading.ts';
import type { LogRecord, SnapshotReference } from '../storage/log-record.ts';
import type { OpaqueCommand } from '../storage/opaque-command.ts';
import { segmentName } from '../storage/segment-file.ts';

type HardState = Extract<LogRecord<never>, { kind: 'hardState' }>['hardState'];
type Membership = SnapshotReference['meta']['membership']['membership'];
type Entry = Extract<LogRecord<OpaqueCommand>, { kind: 'entry' }>['entry'];

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function range(range: { readonly first: number; readonly last: number } | null): string {
  if (range === null) return 'none';
  return range.first === range.last ? `${range.first}` : `${range.first} to ${range.last}`;
}

export function hardStateText({ currentTerm, votedFor }: HardState): string {
  return `term ${currentTerm}, ${votedFor === null ? 'no vote' : `vote for ${votedFor}`}`;
}

/** Identity, term and vote, entries, snapshot: a line each. */
export function summaryLines(examination: Examination): string[] {
  const { identity, segments, replay } = examination;
  const node =
    identity === null
      ? 'unknown'
      : `${ownerOf(identity)}, store ${identity.store}, format ${identity.format}`;
  const records = segments.reduce((sum, { records }) => sum + records, 0);
  const numbers = segments.flatMap(({ numbers }) => numbers ?? []);
  const [first] = numbers;
  const last = numbers.at(-1);
  const all =
    first === undefined || last === undefined ? null : { first: first.first, last: last.last };
  const lines = [
    `node      ${node}`,
    `log       ${count(segments.length, 'segment')}, ${count(records, 'record')}` +
      (all === null ? '' : ` (number ${range(all)})`),
  ];
  if (replay === null) return lines;
  const { hardState, snapshot } = replay;
  const entries = entriesOf(examination);
  return [
    ...lines,
    `promised  ${hardStateText(hardState)}`,
    `entries   ${range(entries)}`,
    `snapshot  ${snapshot === null ? 'none' : snapshotText(snapshot)}`,
    ...(snapshot === null
      ? []
      : [`          membership: ${membershipText(snapshot.meta.membership.membership)}`]),
  ];
}

/** The entries in the log, in the end; as far as it could be read. */
export function entriesOf({
  replay,
}: Examination): { readonly first: number; readonly last: number } | null {
  const first = replay?.entries[0];
  const last = replay?.entries.at(-1);
  return first === undefined || last === undefined
    ? null
    : { first: first.index, last: last.index };
}

function snapshotText({ file, meta, bytes }: SnapshotReference): string {
  return `up to entry ${meta.index} of term ${meta.term}, ${count(bytes, 'byte')}, ${file}`;
}

function membershipText({ voters, outgoing, learners }: Membership): string {
  const parts = [`voters ${voters.join(' ')}`];
  if (outgoing.length > 0) parts.push(`outgoing ${outgoing.join(' ')}`);
  if (learners.length > 0) parts.push(`learners ${learners.join(' ')}`);
  return parts.join(', ');
}

/** A line for each segment, and for each snapshot. */
export function fileLines({ segments, snapshots, replay }: Examination): string[] {
  const rows = [['file', 'bytes', 'records', 'entries', 'ends']];
  for (const segment of segments) {
    const { file, fileBytes, numbers, indices, found } = segment;
    const beyond = found === 0 ? '' : `; ${count(found, 'record')} found beyond the damage`;
    const ending = `${endingText(segment)}${beyond}`;
    rows.push([file, `${fileBytes}`, range(numbers), range(indices), ending]);
  }
  for (const { file, fileBytes, reference } of snapshots) {
    const isUsed = file === replay?.snapshot?.file;
    const what =
      reference === null
        ? 'not a whole snapshot of this store'
        : `intact, up to entry ${reference.meta.index} of term ${reference.meta.term}`;
    rows.push([file, `${fileBytes}`, '', '', `${what}${isUsed ? '' : ', not used by the log'}`]);
  }
  return table(rows);
}

function endingText({ ending, hasEndRecord }: Examination['segments'][number]): string {
  if (ending === null) return 'not reached';
  switch (ending.kind) {
    case 'complete':
      return 'complete';
    case 'damaged':
      return `damaged at byte ${ending.offset}`;
    case 'open':
      if (ending.tornBytes > 0) {
        return `torn at byte ${ending.offset}: ${count(ending.tornBytes, 'byte')}`;
      }
      if (ending.offset === 0) return 'blank';
      return hasEndRecord ? 'complete' : `open at byte ${ending.offset}`;
  }
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export function placeText({ file, offset }: Damage): string {
  if (file === null) return 'the log';
  return offset === null ? file : `${file}, byte ${offset}`;
}

export function recordLine(record: LogRecord<OpaqueCommand>, place: RecordPlace): string {
  const { segment, offset, number } = place;
  return `${segmentName(segment)}  ${String(offset).padStart(8)}  #${number}  ${recordText(record)}`;
}

function recordText(record: LogRecord<OpaqueCommand>): string {
  switch (record.kind) {
    case 'segmentStart': {
      const { segment, node, hardState, lastIndex, snapshot } = record.start;
      const before = snapshot === null ? 'no snapshot' : `snapshot up to ${snapshot.meta.index}`;
      const state = `${hardStateText(hardState)}, entries up to ${lastIndex}, ${before}`;
      return `begins segment ${segment} of node ${node}: ${state}`;
    }
    case 'hardState':
      return hardStateText(record.hardState);
    case 'entry':
      return `entry ${record.entry.index}, term ${record.entry.term}: ${entryText(record.entry)}`;
    case 'truncate':
      return `takes back the entries from ${record.from} on`;
    case 'snapshotSaved':
      return `saves a snapshot ${snapshotText(record.snapshot)}`;
    case 'snapshotInstalled':
      return `in place of all entries, a snapshot ${snapshotText(record.snapshot)}`;
    case 'segmentEnd':
      return 'the log goes on in the next segment';
  }
}

function entryText(entry: Entry): string {
  switch (entry.kind) {
    case 'noop':
      return 'no-op';
    case 'membership':
      return `membership: ${membershipText(entry.membership)}`;
    case 'command': {
      const { length, beginning } = entry.command;
      const dots = length > beginning.length ? '…' : '';
      return `command, ${count(length, 'byte')}: ${printable(beginning)}${dots}`;
    }
  }
}

/** ASCII as it is, every other byte as `\xNN`: nothing that is stored can disturb a terminal. */
export function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    if (byte === 0x5c) return '\\\\';
    if (byte >= 0x20 && byte <= 0x7e) return String.fromCharCode(byte);
    return `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}
