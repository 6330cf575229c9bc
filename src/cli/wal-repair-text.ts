/** What `raftwright wal` says of damages, of their repair, and of what it costs. */

import type { Examination } from '../storage/examine.ts';
import type { Damage } from '../storage/log-reading.ts';
import type { Loss, Mending } from '../storage/mending.ts';
import type { StoreRepair } from '../storage/opening.ts';
import type { Change } from '../storage/planned-disk.ts';
import type { KeptAside } from '../storage/repair.ts';
import type { RepairPlan } from '../storage/repair-plan.ts';
import { segmentName } from '../storage/segment-file.ts';
import { count, hardStateText, placeText, range } from './wal-text.ts';

export function tornTailLines({ file, offset, bytes }: StoreRepair): string[] {
  return [
    `torn      ${file}, byte ${offset}: ${count(bytes, 'byte')} of a write that a crash has cut short.`,
    '          The next start cuts them off. The write was never acknowledged: nothing is lost.',
  ];
}

/** What, where, and what stands before and behind it. */
export function findingLines(
  finding: Damage,
  { point, later }: Pick<Examination, 'point' | 'later'>,
): string[] {
  const lines = [`damage    ${placeText(finding)}: ${finding.what}`];
  if (point === null || later === null || !finding.file?.endsWith('.wal')) return lines;
  const before = point.number === 0 ? 'no record' : `the log up to record ${point.number}`;
  const { found, lost, numbers, indices } = later;
  const entries = indices === null ? 'no entries' : `entries ${range(indices)}`;
  const behind =
    found === 0
      ? 'no record'
      : `${count(found, 'record')} (number ${range(numbers)}) with ${entries}`;
  return [
    ...lines,
    `          readable before it: ${before}`,
    `          readable behind it: ${behind}` +
      (lost === 0 ? '' : `; ${count(lost, 'record')} in between cannot be read`),
  ];
}

/** What the operator can do about a store that a start refuses. */
export function adviceLines(
  plan: RepairPlan,
  { findings }: Examination,
  directory: string,
): string[] {
  if (findings[0]?.problem === 'newerFormat') {
    return ['Nothing can be done here. Use the version that wrote it, or a newer one.'];
  }
  if (plan.kind === 'possible' && plan.mendings.every(({ loss }) => loss === null)) {
    return [
      `This can be repaired without any loss: raftwright wal repair ${directory}`,
      'Ask why the disk has lost it: it will do so again.',
    ];
  }
  const safe = [
    'The safe way: remove this node from the membership, and add it again with an empty directory.',
    'The other members send it everything that was committed. Keep this directory until then.',
  ];
  if (plan.kind === 'possible') {
    return [
      ...safe,
      `Where that is not possible: raftwright wal repair ${directory} says what it can do, and at`,
      'what cost. It makes the node forget what it has promised to the others.',
    ];
  }
  const why = plan.kind === 'impossible' ? plan.why : 'it is sound now';
  return [`This cannot be repaired: ${why}. Nothing was changed.`, ...safe];
}

/** One step of a repair, and the files that it changes. */
export function mendingLines({ kind, changes, loss }: Mending): string[] {
  const filesOf = (change: Change['kind']): string[] =>
    changes.filter(({ kind }) => kind === change).map(({ file }) => file);
  const written = filesOf('write');
  const aside = filesOf('setAside');
  return [
    `  ${purposeOf(kind, loss)}`,
    ...(written.length === 0 ? [] : [`    write anew: ${listText(written)}`]),
    ...(aside.length === 0 ? [] : [`    set aside: ${listText(aside)}`]),
  ];
}

/** What was changed is still there, for who wants to know more, or to go back. */
export function keptLines(kept: readonly KeptAside[]): string[] {
  if (kept.length === 0) return [];
  return [`What was there before is kept: ${listText(kept.map(({ aside }) => aside))}`];
}

function listText(names: readonly string[]): string {
  const sorted = [...names].sort();
  const isLong = sorted.length > 3;
  return isLong ? `${sorted[0]} to ${sorted.at(-1)}, ${sorted.length} files` : sorted.join(', ');
}

function purposeOf(kind: Mending['kind'], loss: Loss | null): string {
  switch (kind) {
    case 'identity':
      return 'say again whose store this is: the log says it too';
    case 'afterEnd':
      return 'clear what stands after the end of a segment: no record was ever written there';
    case 'oldSegments':
      return 'do without the oldest segments: the snapshot has all that is in them';
    case 'withoutSnapshot':
      return 'do without the snapshot: the log has every entry from the first on';
    case 'cut':
      return `cut the log at ${segmentName(loss?.segment ?? 0)}, byte ${loss?.offset}`;
  }
}

/** What is lost, once and for all. */
export function lossLines(mendings: readonly Mending[]): string[] {
  const losses = mendings.flatMap(({ loss }) => loss ?? []);
  if (losses.length === 0) return ['Nothing is lost by it: no entry, no vote.'];
  return losses.flatMap(
    ({ lastNumber, lastIndex, entries, hardState, isTermKnown, snapshot }: Loss) => [
      'What is lost:',
      `  every record after number ${lastNumber}`,
      `  every entry after ${lastIndex === 0 ? 'the beginning' : lastIndex}` +
        (entries === null ? '' : `; ${range(entries)} can be seen, and cannot be kept`),
      ...(snapshot === null
        ? []
        : [`  (${snapshot.file} holds the entries up to ${snapshot.meta.index}, and is used.)`]),
      isTermKnown
        ? `  no vote: ${hardStateText(hardState)} is the last that was promised, and is kept`
        : `  perhaps a vote: ${hardStateText(hardState)} is kept, but a newer one may be lost`,
    ],
  );
}

export function warning(losses: readonly Loss[], directory: string): string {
  const [entriesOnly, withVote] = [
    'WARNING: this node may have forgotten entries that it had acknowledged.',
    'WARNING: this node may have forgotten entries that it had acknowledged, and a vote.',
  ];
  const isVoteKnown = losses.every(({ isTermKnown }) => isTermKnown);
  return [
    isVoteKnown ? entriesOnly : withVote,
    'If it takes part again as if nothing had happened, entries that were committed can be lost' +
      (isVoteKnown ? '.' : ','),
    ...(isVoteKnown ? [] : ['and one term can have two leaders.']),
    'The safe way is still to remove it from the membership, and to add it again with an empty',
    `directory; for that a majority of intact nodes is needed. Start it on ${directory} only when`,
    'there is no other way. docs/storage-operations.md says why.',
  ].join('\n');
}
