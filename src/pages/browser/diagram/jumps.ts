/** Kinds of events that one can go to, one after the other. */

import { firstAbove, type Model } from './model.ts';
import type { Selection } from './scene.ts';
import { lostFate } from './shown.ts';

export interface Stop {
  readonly atMs: number;
  readonly selection: Selection;
}

export interface Jump {
  readonly name: string;
  readonly label: string;
  /** In the order of time. */
  readonly stops: readonly Stop[];
}

/** More than these of a kind are not walked through one by one. */
const maxStops = 50_000;

export function jumpsOf(model: Model): readonly Jump[] {
  const { messages, operations, marks, faults } = model;
  const spans = model.spans.flat();
  const spanStops = (isWanted: (role: string) => boolean): Stop[] =>
    spans
      .filter(({ role }) => isWanted(role))
      .map((span) => ({ atMs: span.fromMs, selection: { kind: 'span', span } }));
  const markStops = (...kinds: readonly string[]): Stop[] =>
    marks
      .filter(({ kind }) => kinds.includes(kind))
      .map((mark) => ({ atMs: mark.atMs, selection: { kind: 'mark', mark } }));
  const operationStops = (...outcomes: readonly string[]): Stop[] =>
    operations
      .filter(({ outcome }) => outcomes.includes(outcome))
      .map((operation) => ({
        atMs: operation.invokedMs,
        selection: { kind: 'operation', operation },
      }));
  const lost: Stop[] = [];
  for (let message = 0; message < messages.count && lost.length < maxStops; message++) {
    if (messages.fate[message] !== lostFate) continue;
    lost.push({ atMs: messages.sentMs[message] ?? 0, selection: { kind: 'message', message } });
  }
  const jumps: readonly (readonly [string, string, readonly Stop[]])[] = [
    ['failure', 'failures', [...markStops('broken', 'halt'), ...operationStops('info', 'open')]],
    ['election', 'campaigns', spanStops((role) => role === 'candidate' || role === 'preCandidate')],
    ['leader', 'leaders elected', spanStops((role) => role === 'leader')],
    [
      'fault',
      'faults',
      faults.map((fault) => ({ atMs: fault.fromMs, selection: { kind: 'fault', fault } })),
    ],
    ['crash', 'crashes', spanStops((role) => role === 'down')],
    ['start', 'starts', markStops('start')],
    ['lost', 'lost messages', lost],
    ['snapshot', 'snapshots', markStops('snapshot')],
    ['fail', 'failed operations', operationStops('fail')],
    ['operation', 'operations', operationStops('ok', 'fail', 'info', 'open')],
  ];
  return jumps.map(([name, label, stops]) => ({
    name,
    label,
    stops: [...stops].sort((a, b) => a.atMs - b.atMs).slice(0, maxStops),
  }));
}

/** The next event after a moment, or the one before it; null when there is none. */
export function nextStop(jump: Jump, atMs: number, step: 1 | -1): Stop | null {
  const { stops } = jump;
  // A moment that was rounded on its way through the address is still the same moment.
  const slack = 0.0006;
  if (step > 0)
    return stops[firstAbove(stops.length, (at) => (stops[at]?.atMs ?? 0) > atMs + slack)] ?? null;
  return (
    stops[firstAbove(stops.length, (at) => (stops[at]?.atMs ?? 0) >= atMs - slack) - 1] ?? null
  );
}
