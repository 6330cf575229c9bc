/** A drawing of the members and of the links that this node knows something about. */

import type { LiveMember, LivePeer, LiveStatus } from '../../live-status.ts';
import { type Shape, shape } from '../parts/shapes.ts';
import { count, duration, roleWords } from './words.ts';

export const clusterHeight = 240;

/** Text that a line may cross. */
const halo = { stroke: 'var(--paper)', 'stroke-width': 5, 'paint-order': 'stroke' };

interface Place {
  readonly member: LiveMember;
  readonly x: number;
  readonly y: number;
}

export function clusterShapes(status: LiveStatus, width: number): Shape[] {
  const { members } = status;
  const many = members.length;
  const radius = many > 12 ? 14 : many > 7 ? 18 : 24;
  const reachX = Math.min(width / 2 - radius - 30, 190);
  const angles = members.map((_, position) => (2 * Math.PI * position) / many - Math.PI / 2);
  const lowest = Math.max(...angles.map(Math.sin));
  const [top, bottom] = [radius + 8, clusterHeight - radius - 30];
  const places = members.map((member, position): Place => {
    const angle = angles[position] ?? 0;
    if (many === 1) return { member, x: width / 2, y: (top + bottom) / 2 };
    // The circle is pressed into the drawing: the first is at its top, the lowest at its bottom.
    const y = top + ((Math.sin(angle) + 1) / (lowest + 1)) * (bottom - top);
    return { member, x: width / 2 + reachX * Math.cos(angle), y };
  });
  const here = places.find(({ member }) => member.node === status.node);
  const others = places.filter((place) => place !== here);
  return [
    ...(here === undefined ? [] : others.flatMap((there) => linkShapes(status, here, there))),
    ...places.map((place) => memberShape(status, place, radius)),
  ];
}

/** What is known of the link between this node and another; nothing, between two followers. */
function linkShapes(status: LiveStatus, here: Place, there: Place): Shape[] {
  const { node } = there.member;
  const peer = status.peers.find((each) => each.node === node);
  if (peer === undefined && status.leader !== node) {
    return [line(here, there, { stroke: 'var(--line)', 'stroke-dasharray': '2 5' })];
  }
  const isSilent = peer !== undefined && peer.silentMs >= status.electionTimeoutMs;
  const link = line(here, there, {
    stroke: `var(--${isSilent ? 'down' : linkColour(peer)})`,
    'stroke-width': 2.5,
    ...(isSilent || peer?.mode === 'probe' ? { 'stroke-dasharray': '7 5' } : {}),
    'data-tip': peer === undefined ? `${status.node} follows ${node}` : peerTip(status, peer),
  });
  if (peer === undefined) return [link];
  const behind = status.marks.lastIndex - peer.matchIndex;
  const said = isSilent
    ? `silent ${duration(peer.silentMs)}`
    : behind > 0
      ? `−${count(behind)}`
      : '';
  if (said === '') return [link];
  const [x, y] = [(here.x + there.x) / 2, (here.y + there.y) / 2];
  return [link, shape('text', { x, y: y + 4, 'text-anchor': 'middle', ...halo }, said)];
}

function linkColour(peer: LivePeer | undefined): string {
  if (peer === undefined || peer.mode === 'replicate') return 'leader';
  return peer.mode === 'probe' ? 'pre-candidate' : 'learner';
}

export function peerTip({ marks }: LiveStatus, peer: LivePeer): string {
  const { node, mode, matchIndex, nextIndex, inflightAppends, silentMs } = peer;
  return [
    `${node}: ${modeWords[mode]}`,
    `has ${count(matchIndex)} of ${count(marks.lastIndex)}, next is ${count(nextIndex)}`,
    `${inflightAppends} ${inflightAppends === 1 ? 'append' : 'appends'} under way; heard ${duration(silentMs)} ago`,
  ].join('\n');
}

export const modeWords: { readonly [M in LivePeer['mode']]: string } = {
  probe: 'is asked up to where its log agrees',
  replicate: 'is sent entries as they come',
  snapshot: 'is sent a snapshot',
};

function line(a: Place, b: Place, attributes: Shape['attributes']): Shape {
  return shape('line', { x1: a.x, y1: a.y, x2: b.x, y2: b.y, ...attributes });
}

function memberShape(status: LiveStatus, { member, x, y }: Place, radius: number): Shape {
  const { node, part } = member;
  const isHere = node === status.node;
  const isLeader = node === status.leader;
  const colour = `var(--${colourOf(status, member)})`;
  const isFilled = isHere || isLeader;
  const says = isHere
    ? `${roleWords[status.role]}, this node`
    : isLeader
      ? 'leader'
      : part === 'none'
        ? ''
        : part;
  const name = node.length > 7 ? `${node.slice(0, 6)}…` : node;
  return shape('g', { transform: `translate(${x} ${y})`, 'data-tip': memberTip(status, member) }, [
    // Whoever looks asks for this node's own view: a second ring says whose it is.
    shape('circle', {
      r: radius + 4,
      fill: 'var(--paper)',
      stroke: isHere ? colour : 'none',
      'stroke-width': 1.5,
    }),
    shape('circle', {
      r: radius,
      fill: isFilled ? colour : 'var(--panel)',
      stroke: colour,
      'stroke-width': 2,
      ...(part === 'outgoing' || part === 'none' ? { 'stroke-dasharray': '4 3' } : {}),
    }),
    shape('text', { class: isFilled ? 'on' : '', y: 4, 'text-anchor': 'middle' }, name),
    shape('text', { class: 'soft', y: radius + 20, 'text-anchor': 'middle', ...halo }, says),
  ]);
}

function colourOf(status: LiveStatus, { node, part }: LiveMember): string {
  if (node === status.node) return roleColour(status);
  if (node === status.leader) return 'leader';
  return part === 'learner' ? 'learner' : 'follower';
}

/** The CSS colour, and class, of this node's role. */
export function roleColour({ node, role, members, haltReason }: LiveStatus): string {
  if (haltReason !== null) return 'down';
  const isLearner = members.some((member) => member.node === node && member.part === 'learner');
  if (role === 'preCandidate') return 'pre-candidate';
  return role === 'follower' && isLearner ? 'learner' : role;
}

function memberTip(status: LiveStatus, { node, part }: LiveMember): string {
  const lines = [`${node}: ${part === 'none' ? 'not a member' : part}`];
  if (node === status.node)
    lines.push(`this node: ${roleWords[status.role]} in term ${status.term}`);
  else if (node === status.leader) lines.push(`leads term ${status.term}`);
  const peer = status.peers.find((each) => each.node === node);
  return peer === undefined ? lines.join('\n') : [...lines, peerTip(status, peer)].join('\n');
}
