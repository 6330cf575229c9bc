/** How a node looks on the stage. */

import { type Child, svg } from './dom.ts';
import { type Geometry, type Point, placeOf } from './geometry.ts';
import type { NodePicture } from './picture.ts';
import { describeNode, roleNames } from './wording.ts';

/** A ring that empties while the wait passes, so that an empty ring means: now. */
function timerRing(node: NodePicture, { x, y }: Point, radius: number): Child {
  const track = svg('circle', { class: 'track', cx: x, cy: y, r: radius });
  if (node.timer === null) return track;
  const { passed, total } = node.timer;
  const left = Math.max(0, Math.min(1, 1 - passed / Math.max(1, total)));
  const ring = svg('circle', {
    class: `timer ${node.timer.kind}`,
    'data-ring': node.id,
    'data-left': left.toFixed(3),
    cx: x,
    cy: y,
    r: radius,
    pathLength: 100,
    'stroke-dasharray': `${(left * 100).toFixed(1)} 100`,
    transform: `rotate(-90 ${x} ${y})`,
  });
  return [track, ring];
}

/** What tells the roles apart without colour. */
function emblem({ role }: NodePicture, { x, y }: Point, size: number): Child {
  const at = (dx: number, dy: number) => `${x + dx * size},${y + dy * size}`;
  if (role === 'leader') {
    const points = [
      at(-1, 0.6),
      at(-1, -0.5),
      at(-0.45, 0.05),
      at(0, -0.75),
      at(0.45, 0.05),
      at(1, -0.5),
      at(1, 0.6),
    ];
    return svg('polygon', { class: 'emblem', points: points.join(' ') });
  }
  if (role === 'candidate' || role === 'preCandidate') {
    const mark = role === 'candidate' ? '!' : '?';
    return svg('text', { class: 'emblem mark', x, y: y + size * 0.7 }, mark);
  }
  return null;
}

/** A cylinder, and how many writes it has not done. */
function diskSign({ disk, id }: NodePicture, { x, y }: Point): Child {
  const waiting = disk.pendingWrites + disk.pendingSnapshots + disk.pendingParts;
  if (disk.mode === 'instant' && waiting === 0) return null;
  const tip =
    `disk of ${id}: ${disk.mode}\n${disk.pendingWrites} writes, ` +
    `${disk.pendingSnapshots} snapshots and ${disk.pendingParts} parts to read wait`;
  return svg(
    'g',
    { class: waiting > 0 ? 'disk waiting' : 'disk', 'data-tip': tip },
    svg('path', { d: `M${x - 8},${y - 6} v12 a8,3.5 0 0 0 16,0 v-12` }),
    svg('ellipse', { cx: x, cy: y - 6, rx: 8, ry: 3.5 }),
    svg(
      'text',
      { x, y: y + 7 },
      waiting > 0 ? String(waiting) : disk.mode === 'failing' ? '✗' : '',
    ),
  );
}

function readSign({ pendingReads, id }: NodePicture, { x, y }: Point): Child {
  if (pendingReads === 0) return null;
  return svg(
    'g',
    { class: 'reads', 'data-tip': `${pendingReads} reads wait at ${id}` },
    svg('circle', { cx: x, cy: y, r: 9 }),
    svg('text', { x, y: y + 4 }, `${pendingReads}?`),
  );
}

function secondLine(node: NodePicture): string {
  const { role, granted, vote, transferTarget } = node;
  if (role === 'down' || role === 'halted') return '';
  if (transferTarget !== null) return `hands over to ${transferTarget}`;
  if (role === 'candidate') return `votes: ${granted.join(' ') || 'none yet'}`;
  if (role === 'preCandidate') return `would: ${granted.join(' ') || 'none yet'}`;
  return vote === null ? '' : `voted for ${vote}`;
}

export function drawNode(node: NodePicture, geometry: Geometry, isSelected: boolean): SVGGElement {
  const place = placeOf(geometry, node.id);
  const { x, y } = place;
  const { radius, isSmall } = geometry;
  const isOff = node.role === 'down' || node.role === 'halted';
  const below = y + radius + (isSmall ? 17 : 20);
  const line = isSmall ? 12 : 14;
  const second = secondLine(node);
  const corner = radius * 0.82;
  return svg(
    'g',
    {
      class: `node ${node.role}${isSelected ? ' selected' : ''}`,
      'data-node': node.id,
      'data-key': `node ${node.id}`,
      'data-tip': `${describeNode(node).replaceAll('; ', '\n')}`,
      role: 'button',
      tabindex: 0,
      'aria-pressed': String(isSelected),
      'aria-label': describeNode(node),
      style: `--term: var(--term-${node.term % 8})`,
    },
    isSelected ? svg('circle', { class: 'chosen', cx: x, cy: y, r: radius + 9 }) : null,
    timerRing(node, place, radius + 3),
    svg('circle', { class: 'disc', cx: x, cy: y, r: radius }),
    isOff ? svg('circle', { class: 'hatch', cx: x, cy: y, r: radius }) : null,
    emblem(node, { x, y: y - radius * 0.56 }, radius * 0.2),
    svg('text', { class: 'name', x, y: y + radius * 0.08 }, node.id),
    svg('text', { class: 'term', x, y: y + radius * 0.5 }, `term ${node.term}`),
    svg('text', { class: 'role', x, y: below }, roleNames[node.role]),
    second === '' ? null : svg('text', { class: 'more', x, y: below + line }, second),
    diskSign(node, { x: x + corner + 6, y: y - corner }),
    readSign(node, { x: x - corner - 4, y: y - corner }),
  );
}
