/**
 * How far each log is, as bars on one scale: what is durable lies within what is in the log, what is
 * committed within that, and what is applied within that again.
 */

import type { LiveMarks, LiveStatus } from '../../live-status.ts';
import { type Shape, shape } from '../parts/shapes.ts';
import { modeWords, peerTip } from './cluster.ts';
import { scaleOf } from './scale.ts';
import { count, duration } from './words.ts';

const rowHeight = 34;
const axisHeight = 22;

/** Kinds of marks, with colour and thickness of their bars, the widest first. */
const kinds = [
  { name: 'last', says: 'in the log', colour: 'var(--line)', height: 22 },
  { name: 'durable', says: 'durable (a follower’s: match)', colour: 'var(--follower)', height: 15 },
  { name: 'commit', says: 'committed', colour: 'var(--accent)', height: 9 },
  { name: 'applied', says: 'applied', colour: 'var(--leader)', height: 4 },
] as const;
type Kind = (typeof kinds)[number]['name'];

interface Row {
  readonly node: string;
  readonly tip: string;
  /** Where the log begins; null where that is not known. */
  readonly first: number | null;
  readonly marks: { readonly [K in Kind]?: number };
  /** The next entry to be sent, on a leader's peers. */
  readonly next?: number;
}

export function marksHeight(status: LiveStatus): number {
  return rowsOf(status).length * rowHeight + axisHeight;
}

/** What this node knows: on a leader all logs, on a follower its own and what is committed. */
function rowsOf(status: LiveStatus): Row[] {
  const { node, leader, marks, peers } = status;
  const own: Row = {
    node,
    tip: ownTip(marks),
    first: marks.firstIndex,
    marks: {
      last: marks.lastIndex,
      durable: marks.durableIndex,
      commit: marks.commitIndex,
      applied: marks.appliedIndex,
    },
  };
  const others = peers.map(
    (peer): Row => ({
      node: peer.node,
      tip: peerTip(status, peer),
      first: null,
      marks: { durable: peer.matchIndex },
      next: peer.nextIndex,
    }),
  );
  if (leader === null || leader === node) return [own, ...others];
  const tip = `${leader} has said that ${count(marks.leaderCommit)} is committed`;
  return [own, { node: leader, tip, first: null, marks: { commit: marks.leaderCommit } }];
}

function ownTip({ firstIndex, lastIndex, lastTerm, ...marks }: LiveMarks): string {
  return [
    `log from ${count(firstIndex)} to ${count(lastIndex)}, of term ${lastTerm}`,
    `durable to ${count(marks.durableIndex)}, committed to ${count(marks.commitIndex)}`,
    `applied to ${count(marks.appliedIndex)}, snapshot to ${count(marks.snapshotIndex)}`,
  ].join('\n');
}

export function marksShapes(status: LiveStatus, width: number): Shape[] {
  const rows = rowsOf(status);
  const left = Math.min(90, 16 + 8 * Math.max(...rows.map(({ node }) => node.length)));
  const { from, to } = scaleOf(rows.flatMap(({ marks }) => Object.values(marks)));
  const x = (index: number): number =>
    left + ((Math.min(to, Math.max(from, index)) - from) / (to - from)) * (width - left);
  const bottom = rows.length * rowHeight;
  const ticks = width < 500 ? 2 : 5;
  return [
    ...Array.from({ length: ticks + 1 }, (_, tick) => {
      const index = Math.round(from + (tick * (to - from)) / ticks);
      const anchor = tick === 0 ? 'start' : tick === ticks ? 'end' : 'middle';
      return shape('g', {}, [
        shape('line', { x1: x(index), x2: x(index), y1: 0, y2: bottom, stroke: 'var(--line)' }),
        shape(
          'text',
          { class: 'soft', x: x(index), y: bottom + 16, 'text-anchor': anchor },
          count(index),
        ),
      ]);
    }),
    ...rows.map((row, position) =>
      shape('g', { transform: `translate(0 ${position * rowHeight})`, 'data-tip': row.tip }, [
        shape('rect', { x: 0, y: 0, width, height: rowHeight, fill: 'transparent' }),
        shape('text', { x: 0, y: rowHeight / 2 + 4 }, shortened(row.node)),
        ...barShapes(row, x),
      ]),
    ),
  ];
}

function shortened(node: string): string {
  return node.length > 9 ? `${node.slice(0, 8)}…` : node;
}

function barShapes({ first, marks, next }: Row, x: (index: number) => number): Shape[] {
  const begin = x(first ?? 0);
  const middle = rowHeight / 2;
  const bars = kinds.flatMap(({ name, colour, height }) => {
    const mark = marks[name];
    if (mark === undefined) return [];
    const width = Math.max(0, x(mark) - begin);
    return [shape('rect', { x: begin, y: middle - height / 2, width, height, fill: colour })];
  });
  const match = marks.durable;
  if (next === undefined || match === undefined || next - 1 <= match) return bars;
  const underWay = shape('rect', {
    x: x(match),
    y: middle - 7.5,
    width: Math.max(2, x(next - 1) - x(match)),
    height: 15,
    fill: 'none',
    stroke: 'var(--follower)',
    'stroke-dasharray': '3 2',
  });
  return [...bars, underWay];
}

export function kindsLegend(): Shape[] {
  return [
    ...kinds.map(({ says, colour }) => legend(`background:${colour}`, says)),
    legend('border:1px dashed var(--follower)', 'sent, and not answered yet'),
  ];
}

function legend(style: string, says: string): Shape {
  return shape('span', {}, [shape('i', { style }), shape('span', {}, says)]);
}

export function figuresShapes(status: LiveStatus): Shape[] {
  const { marks, node, peers } = status;
  const own = [
    node,
    ...[marks.firstIndex, marks.lastIndex, marks.durableIndex].map(count),
    ...[marks.commitIndex, marks.appliedIndex, marks.snapshotIndex].map(count),
  ];
  const table = [
    row('th', ['log', 'first', 'last', 'durable', 'committed', 'applied', 'snapshot']),
    row('td', own),
  ];
  if (peers.length === 0) return table;
  const head = ['follower', 'match', 'next', 'appends under way', 'heard', 'how'];
  const rows = peers.map((peer) => [
    peer.node,
    ...[peer.matchIndex, peer.nextIndex, peer.inflightAppends].map(count),
    `${duration(peer.silentMs)} ago`,
    modeWords[peer.mode],
  ]);
  return [...table, row('th', head), ...rows.map((cells) => row('td', cells))];
}

export function row(tag: 'th' | 'td', cells: readonly string[]): Shape {
  return shape(
    'tr',
    {},
    cells.map((cell) => shape(tag, {}, cell)),
  );
}
