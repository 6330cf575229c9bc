/**
 * How far a commit index may move, and what is applied. (Paper 5.3, 5.4.2, Figure 2; in the
 * published TLA+ specification: AdvanceCommitIndex)
 */

import { fingerprintOfData } from './fingerprint.ts';
import type { MessageView } from './message-view.ts';
import { durableUpTo, type Node, type World } from './node.ts';
import { isQuorum } from './quorums.ts';
import type { InputView } from './step-view.ts';
import type { EntryView, MembershipView, NodeView, SnapshotView } from './view.ts';
import { demand } from './violation.ts';

/** What answers tell a leader about the others' logs. */
export function noteMatch(node: Node, message: MessageView): void {
  const { leading } = node;
  if (leading === null || message.term !== leading.term) return;
  const index = matchIndexOf(message);
  if (index === null) return;
  const { from } = message;
  leading.match.set(from, Math.max(leading.match.get(from) ?? 0, index));
}

/** The `matchIndex[]` of Figure 2 is what the others have said, or less. */
export function judgeMatch({ id, leading }: Node, { from }: MessageView, { role }: NodeView): void {
  if (role.kind !== 'leader' || leading === null) return;
  const known = role.progress.find(({ peer }) => peer === from)?.matchIndex ?? 0;
  const said = leading.match.get(from) ?? 0;
  demand(known <= said, id, 'a leader counts what it was told in its term', known, said);
}

/**
 * Up to where an answer says that its sender has the leader's log. (Divergence: answers to
 * heartbeats say it too. They say no more than what is verified and durable, so that they mean the
 * same as an answer to an append.)
 */
function matchIndexOf(message: MessageView): number | null {
  switch (message.kind) {
    case 'appendResponse':
      return message.result.kind === 'accepted' ? message.result.matchIndex : null;
    case 'heartbeatResponse':
      return message.matchIndex;
    case 'snapshotResponse':
      return message.result.kind === 'installed' ? message.snapshotIndex : null;
    default:
      return null;
  }
}

/** @param membership the one in effect before this step: what a step commits, it commits first */
export function judgeCommit(
  world: World,
  node: Node,
  membership: MembershipView,
  input: InputView,
  { commitIndex }: NodeView,
): void {
  if (commitIndex === node.commit) return;
  const { id, log, leading } = node;
  demand(commitIndex > node.commit, id, 'the commit index never decreases', commitIndex);
  demand(commitIndex <= log.lastIndex, id, 'what is committed is in the log', commitIndex);
  if (leading !== null) {
    // Entries of older terms are committed only together with one of the own term. (Figure 8)
    const term = log.termAt(commitIndex);
    const rule = 'a leader counts only for entries of its own term';
    demand(term === leading.term, id, rule, commitIndex, term);
    // It counts itself only for what its own disk has. (Dissertation 10.2.1)
    const own = durableUpTo(world, node, node.disk);
    const isCommitted = isQuorum(
      membership,
      (voter) => (voter === id ? own : (leading.match.get(voter) ?? 0)) >= commitIndex,
    );
    demand(isCommitted, id, 'a leader commits what a quorum has on disk', commitIndex);
    world.history.commit(id, leading.term, log, node.commit + 1, commitIndex);
  } else {
    const most = mostToCommit(node, input);
    demand(commitIndex <= most, id, 'a follower commits what is verified', commitIndex, most);
    world.history.checkCommitted(id, log, node.commit + 1, commitIndex);
  }
  node.commit = commitIndex;
}

/** min(leaderCommit, index of the last entry that is known to be the leader's). (Figure 2) */
function mostToCommit(node: Node, input: InputView): number {
  if (input.kind !== 'receive' || input.message.term !== node.term) return node.commit;
  const { message } = input;
  switch (message.kind) {
    case 'appendRequest':
    // Divergence: these check nothing themselves. What appends of this term have verified bounds
    // them as well; and what they announce beyond that holds as well when it is verified later.
    case 'heartbeatRequest':
    case 'commitHint':
    case 'readIndexResponse':
    case 'snapshotRequest':
      return Math.min(node.announced, node.verified);
    default:
      return node.commit;
  }
}

/** The leader of the term has said up to where it has committed. */
export function noteAnnounced(node: Node, message: MessageView): void {
  if (message.term === node.term) node.announced = Math.max(node.announced, announcedBy(message));
}

function announcedBy(message: MessageView): number {
  switch (message.kind) {
    case 'appendRequest':
    case 'heartbeatRequest':
    case 'commitHint':
      return message.commitIndex;
    // A read index is one that is committed.
    case 'readIndexResponse':
      return message.index ?? 0;
    case 'snapshotRequest':
      return message.snapshot.index;
    default:
      return 0;
  }
}

/** Committed entries are applied once, in order. (5.3) */
export function judgeApply(world: World, node: Node, entries: readonly EntryView[]): void {
  const { id, log } = node;
  for (const entry of entries) {
    const { index } = entry;
    demand(index === node.applied + 1, id, 'entries are applied once, and in order', index);
    demand(index <= node.commit, id, 'only what is committed is applied', index, node.commit);
    const isOfLog = log.termAt(index) === entry.term;
    demand(isOfLog, id, 'what is applied is what the log has', index, entry.term);
    if (entry !== log.entryAt(index)) world.history.checkEntry(id, entry);
    node.applied = index;
  }
}

/** The state machine is replaced by a snapshot that is on disk. (Paper 7) */
export function judgeRestore(node: Node, { index, term }: SnapshotView): void {
  const { id, disk } = node;
  const isDurable = disk.snapshot?.index === index && disk.snapshot.term === term;
  demand(isDurable, id, 'a snapshot is restored when it is durable', index);
  demand(index > node.applied, id, 'a snapshot never takes back what is applied', index);
  demand(index <= node.commit, id, 'a snapshot is of committed entries', index);
  node.applied = index;
}

/** Bytes that a node has read of its own snapshot. */
export function isAmong(data: Uint8Array, chunks: readonly Uint8Array[]): boolean {
  if (chunks.includes(data)) return true;
  const fingerprint = fingerprintOfData(data);
  return chunks.some((chunk) => fingerprintOfData(chunk) === fingerprint);
}
