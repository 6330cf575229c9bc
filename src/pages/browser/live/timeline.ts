/** Role, leader and term of this node over time, also of the time before the page was opened. */

import type { LiveRoleChange } from '../../live-status.ts';
import { type Shape, shape } from '../parts/shapes.ts';
import type { Silence } from './memory.ts';
import { clock, duration, reasonWords, roleWords } from './words.ts';

export const timelineHeight = 112;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Stretch extends Span {
  readonly change: LiveRoleChange;
}

const left = 52;
const laneHeight = 24;

/**
 * @param shown the time that the drawing is about; its end is now
 * @param silences when the page had no answer
 */
export function timelineShapes(
  changes: readonly LiveRoleChange[],
  silences: readonly Silence[],
  shown: Span,
  width: number,
): Shape[] {
  const scale = (width - left) / (shown.toMs - shown.fromMs);
  const x = (ms: number): number => left + (Math.max(ms, shown.fromMs) - shown.fromMs) * scale;
  const stretches = changes
    .map((change, position): Stretch => {
      const next = changes[position + 1];
      return { change, fromMs: change.atMs, toMs: endOf(change, next, silences) ?? shown.toMs };
    })
    .filter(({ fromMs, toMs }) => toMs > shown.fromMs && fromMs < shown.toMs);
  return [
    shape('text', { class: 'soft', x: 0, y: 20 }, 'role'),
    shape('text', { class: 'soft', x: 0, y: 20 + laneHeight + 4 }, 'leader'),
    shape('text', { class: 'soft', x: 0, y: 20 + 2 * (laneHeight + 4) }, 'term'),
    shape('g', {}, laneShapes(stretches, 4, x, roleLane)),
    shape('g', {}, laneShapes(joined(stretches, sameLeader), 8 + laneHeight, x, leaderLane)),
    shape('g', {}, laneShapes(joined(stretches, sameTerm), 12 + 2 * laneHeight, x, termLane)),
    shape('g', {}, silenceShapes(silences, shown, x)),
    shape('g', {}, axisShapes(shown, x, width)),
  ];
}

/** Until the next change, or, if that is of another life, until nothing was heard of this one. */
function endOf(
  { atMs }: LiveRoleChange,
  next: LiveRoleChange | undefined,
  silences: readonly Silence[],
): number | undefined {
  if (next?.reason !== 'started') return next?.atMs;
  const last = silences.find(({ fromMs }) => fromMs >= atMs && fromMs <= next.atMs);
  return last?.fromMs ?? next.atMs;
}

interface Look {
  readonly colour: string;
  readonly text: string;
  readonly isFilled: boolean;
}

function roleLane({ role }: LiveRoleChange): Look {
  const colour = role === 'preCandidate' ? 'pre-candidate' : role;
  return { colour, text: roleWords[role], isFilled: true };
}

function leaderLane({ leader }: LiveRoleChange): Look {
  if (leader === null) return { colour: 'down', text: 'none', isFilled: false };
  return { colour: 'leader', text: leader, isFilled: true };
}

function termLane({ term }: LiveRoleChange): Look {
  return { colour: 'line', text: String(term), isFilled: false };
}

const sameLeader = (a: LiveRoleChange, b: LiveRoleChange): boolean => a.leader === b.leader;
const sameTerm = (a: LiveRoleChange, b: LiveRoleChange): boolean => a.term === b.term;

/** Stretches that touch and look the same are one. */
function joined(
  stretches: readonly Stretch[],
  areSame: (a: LiveRoleChange, b: LiveRoleChange) => boolean,
): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    const isOneLife = stretch.change.reason !== 'started';
    if (last !== undefined && isOneLife && areSame(last.change, stretch.change)) {
      result[result.length - 1] = { ...last, toMs: stretch.toMs };
    } else result.push(stretch);
  }
  return result;
}

function laneShapes(
  stretches: readonly Stretch[],
  y: number,
  x: (ms: number) => number,
  look: (change: LiveRoleChange) => Look,
): Shape[] {
  return stretches.map(({ change, fromMs, toMs }) => {
    const { colour, text, isFilled } = look(change);
    const begin = x(fromMs);
    const width = Math.max(1, x(toMs) - begin - 1);
    const fits = width > 8 + 7 * text.length;
    return shape('g', { 'data-tip': changeTip(change, toMs - fromMs) }, [
      shape('rect', {
        x: begin,
        y,
        width,
        height: laneHeight,
        rx: Math.min(3, width / 2),
        fill: isFilled ? `var(--${colour})` : 'var(--panel)',
        stroke: `var(--${colour})`,
        'stroke-width': isFilled ? 0 : 1,
      }),
      shape(
        'text',
        { x: begin + width / 2, y: y + 16, 'text-anchor': 'middle', class: isFilled ? 'on' : '' },
        fits ? text : '',
      ),
    ]);
  });
}

function changeTip({ atMs, role, term, leader, reason }: LiveRoleChange, lastedMs: number): string {
  const who = leader === null ? 'no leader' : `leader ${leader}`;
  const forHow = lastedMs < 1000 ? `${Math.round(lastedMs)} ms` : duration(lastedMs);
  return `${clock(atMs)}: ${roleWords[role]} in term ${term}, ${who}\nfor ${forHow}; ${reasonWords[reason]}`;
}

function silenceShapes(
  silences: readonly Silence[],
  shown: Span,
  x: (ms: number) => number,
): Shape[] {
  return silences
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? shown.toMs }))
    .filter(({ toMs }) => toMs > shown.fromMs)
    .map(({ fromMs, toMs }) =>
      shape('rect', {
        class: 'silence',
        x: x(fromMs),
        y: 0,
        width: Math.max(1, x(toMs) - x(fromMs)),
        height: 3 * (laneHeight + 4) + 4,
        fill: 'var(--paper)',
        'fill-opacity': 0.55,
        stroke: 'var(--down)',
        'stroke-dasharray': '3 3',
        'data-tip': `no answer from ${clock(fromMs)}, for ${duration(toMs - fromMs)}`,
      }),
    );
}

function axisShapes({ fromMs, toMs }: Span, x: (ms: number) => number, width: number): Shape[] {
  const y = timelineHeight - 4;
  const ticks = width < 500 ? 2 : 5;
  const step = (toMs - fromMs) / ticks;
  return Array.from({ length: ticks + 1 }, (_, tick) => {
    const atMs = fromMs + tick * step;
    const anchor = tick === 0 ? 'start' : tick === ticks ? 'end' : 'middle';
    return shape('text', { class: 'soft', x: x(atMs), y, 'text-anchor': anchor }, clock(atMs));
  });
}
