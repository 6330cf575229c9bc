/**
 * What a node writes to its disk, and what it finds there when it begins again. (Paper 5.1, Figure
 * 2: term, vote and log are "persistent state"; in the published TLA+ specification: Restart)
 */

import { type Disk, partsOf } from './disk.ts';
import { durableUpTo, type Node, type World } from './node.ts';
import { judgeChunk } from './snapshots.ts';
import type { WriteView } from './step-view.ts';
import { noteLeft } from './truth.ts';
import type { NodeView } from './view.ts';
import { demand } from './violation.ts';

/** A write is handed over: what it leaves on the disk must be what memory has. */
export function judgeWrite(world: World, node: Node, write: WriteView): void {
  const { id, log, written } = node;
  const { token, hardState, snapshotChunk, truncateFrom, entries } = write;
  demand(token > node.lastToken, id, 'writes are numbered in their order', token, node.lastToken);
  node.lastToken = token;
  if (hardState !== null) {
    const { currentTerm, votedFor } = hardState;
    const isTrue = currentTerm === node.term && votedFor === node.votedFor;
    demand(isTrue, id, 'the term and vote on disk are those in memory', currentTerm, votedFor);
  }
  if (snapshotChunk !== null) judgeChunk(node, snapshotChunk);
  if (truncateFrom !== null) {
    // Of what the disk has as memory does, only what memory had lost and has got again.
    const agreed = Math.min(durableUpTo(world, node, written), node.window.keptUpTo);
    demand(truncateFrom > agreed, id, 'only a conflict is deleted', truncateFrom, agreed);
  }
  let next = nextIndexAfter(written, write);
  for (const entry of entries) {
    demand(entry.index === next, id, 'entries are written without a gap', entry.index, next);
    const isTrue = entry === log.entryAt(next) || entry.term === log.termAt(next);
    demand(isTrue, id, 'the entries on disk are those in memory', next);
    if (entry !== log.entryAt(next)) world.history.checkEntry(id, entry);
    next++;
  }
  written.write(write);
  node.disk.source = written.source;
  node.pending.push(write);
}

function nextIndexAfter({ log }: Disk, { snapshotChunk, truncateFrom }: WriteView): number {
  const isReplaced = snapshotChunk?.isLast === true;
  const last = isReplaced ? snapshotChunk.snapshot.index : log.lastIndex;
  return Math.min(last + 1, truncateFrom ?? Number.POSITIVE_INFINITY);
}

/** The write with this token is durable, and so are all before it. */
export function noteDurable(world: World, node: Node, token: number): void {
  const count = node.pending.findIndex((write) => write.token === token) + 1;
  demand(count > 0, node.id, 'the disk reports a write that is under way', token);
  for (const write of node.pending.splice(0, count)) {
    node.disk.write(write);
    for (const message of write.messages) noteLeft(world, message);
  }
}

/**
 * After a crash memory is what the disk has. That is at least what was reported durable. It may be
 * more: of the writes under way some may be done, and a part of the next, in their order.
 */
export function judgeRestart(world: World, node: Node, view: NodeView): Disk {
  const { disk } = node;
  const parts = node.pending.flatMap(partsOf);
  disk.parts = null;
  while (!isMemoryOf(world, node, view)) {
    const part = parts.shift();
    const rule = 'a node begins again with what its disk has';
    demand(part !== undefined, node.id, rule, view.currentTerm, lastIndexOf(view));
    part(disk);
  }
  disk.parts = null;
  const { snapshot, log } = disk;
  if (snapshot !== null && snapshot.index > log.lastIndex) {
    log.replace(snapshot.index, snapshot.term);
  }
  return disk;
}

const lastIndexOf = ({ log }: NodeView): number => log.baseIndex + log.entries.length;

/** Whether a node that begins with what this disk has would have this memory. */
function isMemoryOf(world: World, { disk, taking, notTaken }: Node, view: NodeView): boolean {
  // A node that decides alone may have begun to campaign before anybody watched it.
  const hasBegun = view.role.kind === 'candidate' && view.currentTerm === disk.term + 1;
  const isHardState = view.currentTerm === disk.term && view.votedFor === disk.votedFor;
  if (!hasBegun && !isHardState) return false;
  const { latest } = view.snapshots;
  const isTaken = [...taking, ...notTaken].some(
    ({ index }) => index === latest?.index && index > (disk.snapshot?.index ?? 0),
  );
  if (!isTaken && latest?.index !== disk.snapshot?.index) return false;
  const covered = latest?.index ?? 0;
  const lastIndex = Math.max(covered, disk.log.lastIndex);
  if (lastIndexOf(view) !== lastIndex || view.log.baseIndex > covered) return false;
  for (let index = view.log.baseIndex; index <= lastIndex; index++) {
    const entry = view.log.entries[index - view.log.baseIndex - 1];
    const term = entry?.term ?? view.log.baseTerm;
    const known =
      index <= disk.log.baseIndex || index > disk.log.lastIndex
        ? world.history.committedTerm(index)
        : disk.log.termAt(index);
    if (term !== known) return false;
  }
  if (isTaken) disk.snapshot = latest;
  return true;
}
