/** The state of nodes, drawn for people. */

import type { PeerStatus, RaftStatus } from '../../raft/index.ts';
import type { ScenarioNode } from './node.ts';
import { formatMembership, formatPosition } from './notation.ts';

function drawPeer({ peer, mode, matchIndex, nextIndex, inflightAppends }: PeerStatus): string {
  const inflight = inflightAppends === 0 ? '' : ` inflight=${inflightAppends}`;
  return `  ${peer} ${mode} match=${matchIndex} next=${nextIndex}${inflight}`;
}

function drawRole({ role, leader, haltReason }: RaftStatus): string {
  if (haltReason !== null) return 'halted';
  return role === 'follower' && leader !== null ? `follower of ${leader}` : role;
}

/** One line for a node, and one for each follower that a leader knows. */
export function drawStatus(node: ScenarioNode): readonly string[] {
  if (!node.isUp) return [`${node.id} down`];
  const { status } = node;
  const { lastIndex, lastTerm, durableIndex, commitIndex, pendingReads } = status;
  const membership = formatMembership(status.membership);
  const words = [
    node.id,
    drawRole(status),
    `term=${status.currentTerm}`,
    `vote=${status.votedFor ?? 'nobody'}`,
    `last=${formatPosition(lastIndex, lastTerm)}`,
    ...(durableIndex === lastIndex ? [] : [`durable=${durableIndex}`]),
    `commit=${commitIndex}`,
    ...(pendingReads === 0 ? [] : [`reads=${pendingReads}`]),
    ...(status.snapshotIndex === 0 ? [] : [`snapshot=${status.snapshotIndex}`]),
    ...(membership === formatMembership(node.firstMembership) ? [] : [`members=${membership}`]),
  ];
  return [words.join(' '), ...status.peers.map(drawPeer)];
}

/** Terms by index; `|` behind the last committed entry, parentheses around what is not durable. */
function cellsOf(node: ScenarioNode): string[] {
  const { commitIndex, durableIndex, firstIndex } = node.status;
  const cells = new Array<string>(firstIndex - 1).fill('.');
  for (const { index, term } of node.raft.save().log.entries) {
    const text = index > durableIndex ? `(${term})` : `${term}`;
    cells.push(index === commitIndex ? `${text}|` : text);
  }
  return cells;
}

function cellsOnDisk({ disk }: ScenarioNode): string[] {
  const compacted = (disk.entries[0]?.index ?? (disk.snapshot?.meta.index ?? 0) + 1) - 1;
  return [...new Array<string>(compacted).fill('.'), ...disk.entries.map(({ term }) => `${term}`)];
}

/** The logs below each other. */
export function drawLogs(nodes: readonly ScenarioNode[]): readonly string[] {
  const rows = nodes.map((node) => ({
    head: node.id as string,
    cells: node.isUp ? cellsOf(node) : cellsOnDisk(node),
    tail: node.isUp ? node.status.role : 'down',
  }));
  const columns = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const indices = Array.from({ length: columns }, (_, at) => `${at + 1}`);
  const all = [{ head: '', cells: indices, tail: '' }, ...rows];
  const headWidth = Math.max(...all.map(({ head }) => head.length));
  const widths = indices.map((_, at) =>
    Math.max(...all.map(({ cells }) => cells[at]?.length ?? 0)),
  );
  return all.map(({ head, cells, tail }) => {
    const drawn = widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' ');
    return `${head.padEnd(headWidth)}  ${drawn}  ${tail}`.trimEnd();
  });
}
