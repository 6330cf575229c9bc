/**
 * What one node may say, given what its disk holds at that moment: what others build on must
 * survive a crash. (Paper, Figure 2: "updated on stable storage before responding to RPCs")
 */

import type { Message, RaftView } from '../../raft/index.ts';
import { type Disk, lastOnDisk } from './disk.ts';
import { firstDifference, logFacts } from './entry-key.ts';

/** A rule that the exploration checks does not hold; the message says where. */
export class BrokenRule extends Error {
  override readonly name: string = 'BrokenRule';
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

/** A vote that others were told of. */
export interface Promised {
  readonly term: number;
  readonly candidate: string;
}

/** Checks a message that leaves now. Returns the latest vote that this node has told others of. */
export function checkPromise(
  message: Message<number>,
  view: RaftView,
  disk: Disk,
  promised: Promised | null,
): Promised | null {
  const { term, from } = message;
  const { currentTerm } = disk.hardState;
  switch (message.kind) {
    case 'voteResponse':
      if (!message.granted) return promised;
      checkVote({ term, candidate: message.to }, from, disk, promised);
      return { term, candidate: message.to };
    case 'appendResponse':
      if (message.result.kind !== 'accepted') break;
      checkAcknowledged(from, message.result.matchIndex, term, view, disk);
      break;
    case 'heartbeatResponse':
      checkAcknowledged(from, message.matchIndex, term, view, disk);
      break;
    case 'snapshotResponse':
      if (message.result.kind !== 'installed') break;
      checkAcknowledged(from, message.snapshotIndex, term, view, disk);
      break;
    default:
      return promised;
  }
  if (currentTerm < term) {
    throw new BrokenRule(
      'a term is durable before a request of it is answered',
      `${from} answers in term ${term}, its disk has term ${currentTerm}`,
    );
  }
  return promised;
}

function checkVote(vote: Promised, from: string, disk: Disk, promised: Promised | null): void {
  const { term, candidate } = vote;
  const { currentTerm, votedFor } = disk.hardState;
  if (promised?.term === term && promised.candidate !== candidate) {
    throw new BrokenRule(
      'one vote a term',
      `${from} votes for ${promised.candidate} and for ${candidate} in term ${term}`,
    );
  }
  if (currentTerm < term || (currentTerm === term && votedFor !== candidate)) {
    throw new BrokenRule(
      'a vote is durable before it is told',
      `${from} votes for ${candidate} in term ${term}; ${onDisk(disk)}`,
    );
  }
}

function onDisk({ hardState }: Disk): string {
  return `its disk has ${JSON.stringify(hardState)}`;
}

function checkAcknowledged(
  from: string,
  matchIndex: number,
  term: number,
  view: RaftView,
  disk: Disk,
): void {
  const isLacking = lastOnDisk(disk) < matchIndex && disk.hardState.currentTerm <= term;
  const difference = term === view.currentTerm ? differenceOf(view, disk, matchIndex) : null;
  if (!isLacking && difference === null) return;
  throw new BrokenRule(
    'entries are durable before they are acknowledged',
    isLacking
      ? `${from} acknowledges ${matchIndex}, its disk ends at ${lastOnDisk(disk)}`
      : `${from} acknowledges ${matchIndex}, its disk has another entry at ${difference}`,
  );
}

function differenceOf(view: RaftView, disk: Disk, last: number): number | null {
  const base = (disk.entries[0]?.index ?? 1) - 1;
  const { log } = view;
  return firstDifference(
    logFacts(log.baseIndex, log.entries as Parameters<typeof logFacts>[1]),
    logFacts(base, disk.entries),
    last,
  );
}

/** What the core takes for durable is on the disk, entry by entry. */
export function checkDisk(view: RaftView, disk: Disk): void {
  const { durableIndex, durableHardState } = view.durability;
  const { currentTerm, votedFor } = disk.hardState;
  const difference = differenceOf(view, disk, durableIndex);
  if (lastOnDisk(disk) < durableIndex || difference !== null) {
    throw new BrokenRule(
      'what counts as durable is on the disk',
      difference === null
        ? `${view.id} counts on ${durableIndex} entries, its disk ends at ${lastOnDisk(disk)}`
        : `${view.id} counts on ${durableIndex} entries, its disk has another at ${difference}`,
    );
  }
  if (durableHardState.currentTerm !== currentTerm || durableHardState.votedFor !== votedFor) {
    throw new BrokenRule(
      'what counts as durable is on the disk',
      `${view.id} counts on ${JSON.stringify(durableHardState)}; ${onDisk(disk)}`,
    );
  }
}
