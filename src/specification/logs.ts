/**
 * What may become of a log in one step. (Paper 5.3, 7; Figure 2, "AppendEntries RPC")
 *
 * In the published TLA+ specification: ClientRequest and HandleAppendEntriesRequest. An
 * implementation may ignore a message, since a network may lose it; if it does not, what the log
 * becomes is determined.
 */

import { fingerprintOfCommand } from './fingerprint.ts';
import { judgeChange } from './membership.ts';
import type { AppendRequestView, SnapshotRequestView } from './message-view.ts';
import { membershipOf, type Node, truncate, type World } from './node.ts';
import { isSameMembership } from './quorums.ts';
import type { InputView } from './step-view.ts';
import type { EntryView, NodeView } from './view.ts';
import { demand } from './violation.ts';

export function judgeLog(world: World, node: Node, input: InputView, view: NodeView): void {
  if (view.log.baseIndex > node.log.baseIndex && input.kind === 'snapshotTaken') {
    compact(node, view);
  }
  if (node.role === 'leader') appendOwn(world, node, input, view);
  else if (input.kind === 'receive' && input.message.term === node.term) {
    const { message } = input;
    if (message.kind === 'appendRequest') appendLeaders(world, node, message, view);
    if (message.kind === 'snapshotRequest') installSnapshot(node, message, view);
  }
  demandSameLog(node, view);
}

/** Memory has the log that it should have. */
export function demandSameLog(node: Node, { log: seen, memberships }: NodeView): void {
  const { id, log } = node;
  demand(seen.baseIndex === log.baseIndex, id, 'only a snapshot shortens a log', seen.baseIndex);
  const lastIndex = seen.baseIndex + seen.entries.length;
  demand(lastIndex === log.lastIndex, id, 'the log ends where it should', lastIndex, log.lastIndex);
  const last = seen.entries.at(-1) ?? null;
  const isSame = last === log.entryAt(log.lastIndex) && seen.baseTerm === log.baseTerm;
  demand(isSame, id, 'the log ends in what it should', lastIndex);
  // One other entry is looked at in each step, so that in time all are.
  if (seen.entries.length > 0) {
    node.patrol = (node.patrol + 1) % seen.entries.length;
    const isUntouched = seen.entries[node.patrol] === log.entryAt(log.baseIndex + 1 + node.patrol);
    demand(isUntouched, id, 'an entry in a log never changes', log.baseIndex + 1 + node.patrol);
  }
  const inEffect = memberships.at(-1);
  const known = node.memberships.at(-1);
  demand(
    inEffect !== undefined &&
      inEffect.index === known?.index &&
      isSameMembership(inEffect.membership, known.membership),
    id,
    'the last membership in the log is in effect',
    inEffect?.index,
    known?.index,
  );
}

/** Entries that a durable snapshot covers may go. (Paper 7) */
function compact(node: Node, { log: { baseIndex } }: NodeView): void {
  const { id, log, disk, memberships } = node;
  const covered = disk.snapshot?.index ?? 0;
  demand(baseIndex <= covered, id, 'only what a durable snapshot covers is forgotten', baseIndex);
  log.forgetUpTo(baseIndex);
  while ((memberships[1]?.index ?? Number.POSITIVE_INFINITY) <= baseIndex) memberships.shift();
}

/** A leader only appends, at the end, and in its own term. (Leader append-only, Figure 3) */
function appendOwn(world: World, node: Node, input: InputView, view: NodeView): void {
  const { id, log, term } = node;
  const { baseIndex, entries } = view.log;
  const end = baseIndex + entries.length;
  demand(end >= log.lastIndex, id, 'a leader never deletes from its log', end, log.lastIndex);
  while (log.lastIndex < end) {
    const index = log.lastIndex + 1;
    const entry = entries[index - baseIndex - 1];
    const isNext = entry !== undefined && entry.index === index && entry.term === term;
    demand(isNext, id, 'a leader appends entries of its own term', index, entry?.term);
    judgeOwn(node, input, entry, view);
    world.history.noteCreated(id, entry);
    log.push(entry);
    if (entry.kind === 'membership') node.memberships.push(entry);
  }
}

function judgeOwn(node: Node, input: InputView, entry: EntryView, view: NodeView): void {
  const { id, log, leading } = node;
  switch (entry.kind) {
    case 'noop': {
      // The first entry of a term lets everything before it be committed. (Paper 8)
      const isFirst = log.lastIndex + 1 === leading?.termStart;
      return demand(isFirst, id, 'a leader appends a no-op only when it begins', entry.index);
    }
    case 'membership':
      return judgeChange(node, entry.membership, view.commitIndex);
    case 'command': {
      const isProposed =
        input.kind === 'propose' &&
        !node.proposals.has(input.requestId) &&
        (entry.command === input.command ||
          fingerprintOfCommand(entry.command) === fingerprintOfCommand(input.command));
      demand(isProposed, id, 'a leader appends what was proposed to it', entry.index);
      node.proposals.set(input.requestId, entry);
    }
  }
}

/** The receiver's side of AppendEntries. (Figure 2; 5.3) */
function appendLeaders(
  world: World,
  node: Node,
  message: AppendRequestView,
  { log: seen }: NodeView,
): void {
  const { id, log } = node;
  const { prevIndex, prevTerm, entries } = message;
  // What was compacted was committed, and the leader has every committed entry, so a previous entry
  // before the log's base agrees. (Divergence: the paper keeps the whole log.)
  const isConsistent = prevIndex < log.baseIndex || log.termAt(prevIndex) === prevTerm;
  if (!isConsistent) return;
  const first = entries.findIndex(
    ({ index, term }) => index > log.baseIndex && log.termAt(index) !== term,
  );
  const news = first === -1 ? [] : entries.slice(first);
  const last = news.at(-1);
  if (last !== undefined) {
    const isTaken = seen.entries[last.index - seen.baseIndex - 1]?.term === last.term;
    if (!isTaken) return;
    // Only what conflicts is deleted, with what follows it: what lies beyond the message may have
    // come with a later one. What is committed never conflicts.
    const from = news[0]?.index ?? 0;
    demand(from > node.commit, id, 'what is committed is never replaced', from, node.commit);
    if (from <= log.lastIndex) truncate(node, from - 1);
  }
  for (const { index } of news) {
    const entry = seen.entries[index - seen.baseIndex - 1];
    demand(
      entry?.index === index && index === log.lastIndex + 1 && entry.term >= log.lastTerm,
      id,
      'a log has no gaps, and its terms do not decrease',
      index,
    );
    world.history.checkEntry(id, entry);
    log.push(entry);
    if (entry.kind === 'membership') node.memberships.push(entry);
  }
  node.verified = Math.max(node.verified, prevIndex + entries.length);
}

/** The receiver's side of InstallSnapshot, when the last part has come. (Figure 13) */
function installSnapshot(
  node: Node,
  { snapshot, isLast }: SnapshotRequestView,
  { log: seen }: NodeView,
): void {
  const { log, disk, written, memberships, window } = node;
  const { index, term } = snapshot;
  if (index <= node.commit || (index > log.baseIndex && log.termAt(index) === term)) {
    // The log has all of it, by log matching; what follows is kept. (Step 6. Divergence: nothing
    // is installed then, since it would bring nothing.)
    node.verified = Math.max(node.verified, index);
    return;
  }
  const isInstalled = isLast && seen.baseIndex === index && seen.entries.length === 0;
  if (!isInstalled) return;
  // What the disk has beyond the commit index may be anything, until it is compared.
  disk.distrustAfter(node.commit);
  written.distrustAfter(node.commit);
  window.keptUpTo = Math.min(window.keptUpTo, node.commit);
  log.replace(index, term);
  memberships.splice(0, Number.POSITIVE_INFINITY, snapshot.membership);
  node.verified = index;
}

/** Whether the membership in effect has been committed and leaves this node out. */
export function isRemoved(node: Node): boolean {
  const index = node.memberships.at(-1)?.index ?? 0;
  const { voters, outgoing } = membershipOf(node);
  return index <= node.commit && !voters.includes(node.id) && !outgoing.includes(node.id);
}
