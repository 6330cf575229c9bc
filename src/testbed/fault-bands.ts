/** When which faults were in force, read from a history: what the report shades and lists. */

import type { HistoryEvent, NemesisEvent } from './history.ts';
import { describeGrudge, type FaultKind, turnOf } from './nemesis.ts';

export interface FaultBand {
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** Who was hit, in a few words. */
  readonly who: string;
}

/** In the order in which they began. A fault that nobody ended lasted as long as the run. */
export function faultBands(events: readonly HistoryEvent[], durationMs: number): FaultBand[] {
  const bands: FaultBand[] = [];
  const open = new Map<FaultKind, Omit<FaultBand, 'toMs'>>();
  const close = (kind: FaultKind, toMs: number): void => {
    const band = open.get(kind);
    if (band !== undefined) bands.push({ ...band, toMs: Math.min(toMs, durationMs) });
    open.delete(kind);
  };
  for (const event of events) {
    const turn = event.process === 'nemesis' ? turnOf(event.f) : null;
    if (event.process !== 'nemesis' || turn === null) continue;
    const { kind } = turn;
    const fromMs = event.time / 1e6;
    close(kind, fromMs);
    if (turn.isBeginning) open.set(kind, { kind, fromMs, who: whoIsHit(event) });
  }
  for (const kind of open.keys()) close(kind, durationMs);
  return bands.sort((a, b) => a.fromMs - b.fromMs);
}

function whoIsHit(event: NemesisEvent): string {
  if (event.f === 'start-partition') {
    const { shape, grudge } = event.value;
    const pairs = Object.entries(grudge).map(([node, heard]) => [node, new Set(heard)] as const);
    const nodes = pairs.map(([node]) => node).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    return `${describeGrudge(new Map(pairs), nodes)} (${shape})`;
  }
  if (event.f === 'kill' || event.f === 'pause') {
    return `${event.value.nodes.join(' ')} (${event.value.target})`;
  }
  return '';
}

/** n2 is before n10. */
function isBefore(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { numeric: true }) < 0;
}
