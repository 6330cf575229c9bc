/** What may be said of a snapshot: which entries it covers, and the membership there. (Paper 7) */

import type { Node, World } from './node.ts';
import { isSameMembership } from './quorums.ts';
import type { ChunkView, SnapshotView } from './view.ts';
import { demand } from './violation.ts';

/** It stands for committed entries, and says what is true at the last of them. (Figure 12) */
export function judgeSnapshot(world: World, node: Node, snapshot: SnapshotView): void {
  const { id } = node;
  const { history } = world;
  const { index, term, membership } = snapshot;
  demand(index <= node.commit, id, 'a snapshot is of committed entries', index, node.commit);
  const known = history.committedTerm(index);
  demand(term === known, id, 'a snapshot ends in what is committed there', term, known);
  const inEffect = history.membershipAt(index);
  const isRight =
    inEffect !== null &&
    inEffect.index === membership.index &&
    isSameMembership(inEffect.membership, membership.membership);
  demand(isRight, id, 'a snapshot has the membership at its end', index, membership.index);
}

/** A snapshot of the state machine is to be taken, when all before it is applied. */
export function judgeTaking(world: World, node: Node, snapshot: SnapshotView): void {
  const isNow = snapshot.index === node.applied;
  demand(isNow, node.id, 'a snapshot covers just what is applied', snapshot.index, node.applied);
  judgeSnapshot(world, node, snapshot);
  node.taking.push(snapshot);
}

/** It is on disk. */
export function noteTaken(node: Node, index: number): void {
  const at = node.taking.findIndex((snapshot) => snapshot.index === index);
  const [snapshot] = at === -1 ? [] : node.taking.splice(at, 1);
  demand(snapshot !== undefined, node.id, 'only what was asked for is taken', index);
  for (const disk of [node.disk, node.written]) {
    if (index > (disk.snapshot?.index ?? 0)) disk.snapshot = snapshot;
  }
}

export function noteNotTaken(node: Node, index: number): void {
  const at = node.taking.findIndex((snapshot) => snapshot.index === index);
  if (at !== -1) node.notTaken.push(...node.taking.splice(at, 1));
}

/**
 * Parts are put together in order, without a gap, and all from one leader: another's snapshot of
 * the same entries may be of other bytes. (Figure 13, steps 2 to 4)
 */
export function judgeChunk(node: Node, chunk: ChunkView): void {
  const { id, window, written } = node;
  const { snapshot, offset, isLast } = chunk;
  const source = window.parts.find(
    (part) =>
      part.snapshot.index === snapshot.index &&
      part.offset === offset &&
      part.isLast === isLast &&
      part.data.length === chunk.data.length,
  );
  demand(source !== undefined, id, 'only what was received of a snapshot is written', offset);
  const { parts } = written;
  const isFirst = offset === 0;
  const follows =
    parts !== null &&
    parts.nextOffset === offset &&
    parts.snapshot.index === snapshot.index &&
    parts.snapshot.term === snapshot.term &&
    parts.source === source.term;
  demand(isFirst || follows, id, 'the parts of a snapshot follow each other', offset);
  written.source = source.term;
}

/** The store may delete what a durable snapshot covers. */
export function judgeCompaction({ id, disk, written }: Node, index: number): void {
  const covered = disk.snapshot?.index ?? 0;
  demand(index <= covered, id, 'only what a durable snapshot covers is deleted', index, covered);
  disk.log.forgetUpTo(index);
  written.log.forgetUpTo(index);
}
