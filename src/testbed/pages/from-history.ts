/** What a history tells of nodes: when they were down, paused, or did not hear the others. */

import type { ConditionSpan } from '../../pages/report/input.ts';
import type { HistoryEvent } from '../history.ts';
import { type Condition, type Situation, situationsIn } from '../situations.ts';

const words: { readonly [C in Exclude<Condition, 'up'>]: string } = {
  paused: 'paused',
  down: 'killed, and not started again yet',
  starting: 'started again, has not answered init yet',
};

/** By node, in order. */
export function conditionsIn(
  events: readonly HistoryEvent[],
  nodes: readonly string[],
  durationMs: number,
): ReadonlyMap<string, readonly ConditionSpan[]> {
  const situations = situationsIn(events, nodes);
  return new Map(nodes.map((node) => [node, conditionsOf(node, situations, nodes, durationMs)]));
}

function conditionsOf(
  node: string,
  situations: readonly Situation[],
  nodes: readonly string[],
  durationMs: number,
): ConditionSpan[] {
  const spans: ConditionSpan[] = [];
  const open = new Map<ConditionSpan['condition'], ConditionSpan>();
  const note = (
    condition: ConditionSpan['condition'],
    text: string | null,
    at: Situation,
  ): void => {
    const toMs = Math.min(durationMs, at.toMs);
    const before = open.get(condition);
    if (text === null) open.delete(condition);
    else if (before?.text === text) Object.assign(before, { toMs });
    else {
      const span = { condition, fromMs: at.fromMs, toMs, text };
      spans.push(span);
      open.set(condition, span);
    }
  };
  for (const at of situations) {
    if (at.fromMs >= durationMs) break;
    const condition = at.conditions.get(node) ?? 'up';
    for (const kind of ['down', 'starting', 'paused'] as const) {
      note(kind, kind === condition ? words[kind] : null, at);
    }
    note('cut-off', whomItHears(node, nodes, at), at);
  }
  return spans;
}

/** Null when it hears all. */
function whomItHears(node: string, nodes: readonly string[], { grudge }: Situation): string | null {
  const ignored = grudge.get(node);
  if (ignored === undefined || ignored.size === 0) return null;
  const heard = nodes.filter((other) => other !== node && !ignored.has(other));
  return heard.length === 0 ? 'hears nobody' : `hears ${heard.join(' ')} only`;
}
