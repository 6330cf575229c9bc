/** Which role every node had, and when, read from a trace. */

import type { TraceEvent } from '../../trace/format.ts';
import type { RoleSpan } from './input.ts';

interface OpenSpan {
  readonly fromMs: number;
  readonly role: string;
  readonly term: number;
  readonly leader: string | null;
  readonly reason: string;
}

/** Spans of each node, in order; nodes of which the trace tells nothing are missing. */
export function roleSpans(
  events: Iterable<TraceEvent>,
  durationMs: number,
): ReadonlyMap<string, readonly RoleSpan[]> {
  const spans = new Map<string, RoleSpan[]>();
  const open = new Map<string, OpenSpan>();
  const close = (node: string, toMs: number): void => {
    const span = open.get(node);
    open.delete(node);
    if (span === undefined || toMs <= span.fromMs) return;
    const own = spans.get(node) ?? [];
    spans.set(node, own);
    own.push({ ...span, toMs });
  };
  const begin = (node: string, span: OpenSpan): void => {
    const before = open.get(node);
    const isSame =
      before?.role === span.role && before.term === span.term && before.leader === span.leader;
    if (isSame) return;
    close(node, span.fromMs);
    open.set(node, span);
  };
  for (const event of events) {
    // What was before the load began is shown from its beginning on.
    const fromMs = Math.max(0, event.timeMs);
    if (event.kind === 'start' || event.kind === 'step') {
      const { role, term, leader } = event.state;
      const reason = event.kind === 'start' ? 'start' : event.input.kind;
      begin(event.node, { fromMs, role, term, leader, reason });
    } else if (event.kind === 'role') {
      const { role, term, leader, reason } = event;
      begin(event.node, { fromMs, role, term, leader, reason });
    } else if (event.kind === 'crash' || event.kind === 'halt') {
      close(event.node, fromMs);
    }
  }
  for (const node of [...open.keys()]) close(node, durationMs);
  return spans;
}

/** Each time in which a node was leader, in order. */
export function reigns(
  lanes: readonly { readonly node: string; readonly roles: readonly RoleSpan[] }[],
): readonly (RoleSpan & { readonly node: string })[] {
  return lanes
    .flatMap(({ node, roles }) => roles.map((span) => ({ ...span, node })))
    .filter(({ role }) => role === 'leader')
    .sort((a, b) => a.fromMs - b.fromMs);
}
