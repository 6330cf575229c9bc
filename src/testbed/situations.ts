/** What injected faults left of a cluster, from one fault event to the next. */

import type { HistoryEvent, NemesisEvent } from './history.ts';
import type { Grudge } from './network.ts';

/** A node is `starting` from when it is started again until it has answered `init`. */
export type Condition = 'up' | 'paused' | 'down' | 'starting';

/** Nothing changes from `fromMs` until `toMs`; the last one has no end. */
export interface Situation {
  readonly fromMs: number;
  readonly toMs: number;
  readonly conditions: ReadonlyMap<string, Condition>;
  readonly grudge: Grudge;
}

/** Without gaps, from 0 on; all nodes are up in the beginning. */
export function situationsIn(
  events: readonly HistoryEvent[],
  nodes: readonly string[],
): Situation[] {
  const situations: Situation[] = [];
  let conditions: ReadonlyMap<string, Condition> = new Map(nodes.map((node) => [node, 'up']));
  let grudge: Grudge = new Map();
  let fromMs = 0;
  for (const event of events) {
    if (event.process !== 'nemesis') continue;
    const toMs = event.time / 1e6;
    if (toMs > fromMs) situations.push({ fromMs, toMs, conditions, grudge });
    fromMs = toMs;
    grudge = grudgeAfter(grudge, event);
    conditions = new Map([...conditions, ...conditionsAfter(event)]);
  }
  situations.push({ fromMs, toMs: Number.POSITIVE_INFINITY, conditions, grudge });
  return situations;
}

function grudgeAfter(grudge: Grudge, event: NemesisEvent): Grudge {
  if (event.f === 'stop-partition') return new Map();
  if (event.f !== 'start-partition') return grudge;
  const pairs = Object.entries(event.value.grudge);
  return new Map(pairs.map(([node, ignored]) => [node, new Set(ignored)]));
}

/** Who is in another condition after an event, and in which. */
function conditionsAfter(event: NemesisEvent): (readonly [string, Condition])[] {
  const all = (nodes: readonly string[], condition: Condition): (readonly [string, Condition])[] =>
    nodes.map((node) => [node, condition]);
  switch (event.f) {
    case 'kill':
      return all(event.value.nodes, 'down');
    case 'start':
      return all(event.value.nodes, 'starting');
    case 'restarted':
      return all([event.value.node], 'up');
    case 'pause':
      return all(event.value.nodes, 'paused');
    case 'resume':
      return all(event.value.nodes, 'up');
    case 'start-partition':
    case 'stop-partition':
      return [];
  }
}
