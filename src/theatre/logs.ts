/** The logs below each other, as in the paper's Figure 7: index by index. */

import { type Child, html, replace } from './dom.ts';
import { type CellPicture, cellsMax, type NodePicture, type Picture } from './picture.ts';
import { roleNames } from './wording.ts';

export function renderLogs(root: HTMLElement, { nodes }: Picture, selected: string | null): void {
  const leader = nodes
    .filter(({ role }) => role === 'leader')
    .reduce<NodePicture | null>((a, b) => (a === null || b.term > a.term ? b : a), null);
  const ends = nodes.flatMap(({ log, snapshotIndex }) => [log.at(-1)?.index ?? 0, snapshotIndex]);
  const nexts = (leader?.peers ?? []).map(({ nextIndex }) => nextIndex);
  const last = Math.max(1, ...ends, ...nexts);
  const first = Math.max(1, last - cellsMax + 1);
  const indices = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const table = html(
    'div',
    {
      class: 'log-table',
      role: 'table',
      'aria-label': 'The logs of all nodes',
      style: `--columns: ${indices.length}`,
    },
    html(
      'div',
      { class: 'log-row head', role: 'row' },
      html('span', { role: 'columnheader', class: 'log-node' }, 'index'),
      indices.map((index) => html('span', { role: 'columnheader' }, String(index))),
    ),
    nodes.map((node) => [
      logRow(node, first, last, node.id === selected),
      peerRow(node, leader, first, last),
    ]),
  );
  replace(
    root,
    nodes.length === 0 ? html('p', { class: 'soft' }, 'There is no cluster yet.') : table,
  );
}

function column(index: number, first: number): string {
  return `grid-column: ${index - first + 2}`;
}

function logRow(node: NodePicture, first: number, last: number, isSelected: boolean): Child {
  const { id, role, log, snapshotIndex, firstIndex: start } = node;
  const cells: Child[] = log
    .filter(({ index }) => index >= first)
    .map((cell) => logCell(cell, node, first));
  if (start > first && snapshotIndex >= first) {
    cells.unshift(
      html(
        'span',
        {
          class: 'cell snapshot',
          role: 'cell',
          style: `grid-column: 2 / span ${Math.min(start, last + 1) - first}`,
          'data-tip': `a snapshot has all that was applied up to index ${snapshotIndex}`,
        },
        html('b', {}, `snapshot to ${snapshotIndex}`),
      ),
    );
  }
  return html(
    'div',
    { class: `log-row ${role}${isSelected ? ' selected' : ''}`, role: 'row', 'data-log': id },
    html(
      'span',
      { role: 'rowheader', class: 'log-node' },
      html('i', { class: `dot ${role}` }),
      html('b', {}, id),
      html('small', {}, roleNames[role]),
    ),
    cells,
  );
}

function logCell(cell: CellPicture, { id, role }: NodePicture, first: number): Child {
  const { index, term, kind, text, isDurable, isCommitted, isApplied } = cell;
  const state = [
    isDurable ? 'on disk' : 'not on disk yet',
    ...(role === 'down' ? [] : [isCommitted ? `known to be committed by ${id}` : 'not committed']),
    ...(isApplied && role !== 'down' ? ['applied'] : []),
  ];
  const classes = [
    'cell',
    kind,
    ...(isDurable ? [] : ['not-durable']),
    ...(isCommitted ? ['committed'] : []),
    ...(isApplied ? ['applied'] : []),
  ];
  return html(
    'span',
    {
      class: classes.join(' '),
      role: 'cell',
      'data-index': index,
      style: `${column(index, first)}; --term: var(--term-${term % 8})`,
      'data-tip': `index ${index}, term ${term}: ${text || 'a command'}\n${state.join('\n')}`,
    },
    html('b', {}, wordOn(cell)),
    text === '' ? null : html('small', {}, `t${term}`),
  );
}

function wordOn({ kind, text, term }: CellPicture): string {
  if (kind === 'membership') {
    return text.includes('>') ? 'joint' : text.includes('+') ? 'learner' : 'members';
  }
  return text === '' ? `t${term}` : text;
}

/** What the leader knows of this follower's log. */
function peerRow(
  node: NodePicture,
  leader: NodePicture | null,
  first: number,
  last: number,
): Child {
  const peer = leader?.peers.find((it) => it.peer === node.id);
  // The row is there all the same, lest everything moves when a leader comes or goes.
  if (leader === null || peer === undefined)
    return html('div', { class: 'log-row marks', 'aria-hidden': 'true' });
  const { matchIndex, nextIndex, mode } = peer;
  const mark = (kind: string, sign: string, index: number, what: string): Child =>
    index < first || index > last
      ? null
      : html(
          'span',
          { class: `peer ${kind}`, style: column(index, first), 'data-tip': what },
          sign,
        );
  return html(
    'div',
    {
      class: 'log-row marks',
      'aria-hidden': 'true',
    },
    mark('match', '▲ match', matchIndex, `${leader.id} knows that ${node.id} has this on disk`),
    mark('next', '△ next', nextIndex, `${leader.id} sends this to ${node.id} next (${mode})`),
  );
}
