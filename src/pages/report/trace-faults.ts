/** Faults, and what they made of nodes, read from a trace. */

import type { FaultTraceEvent, TraceEvent } from '../../trace/format.ts';
import type { ConditionSpan, ReportFault } from './input.ts';

interface OpenFault {
  readonly event: FaultTraceEvent;
  readonly fromMs: number;
}

/** In the order in which they began. A fault that nobody ended lasted as long as the run. */
export function faultSpans(events: Iterable<TraceEvent>, durationMs: number): ReportFault[] {
  const faults: ReportFault[] = [];
  let open: OpenFault[] = [];
  const end = (toMs: number, isOver: (it: OpenFault) => boolean): void => {
    for (const { event, fromMs } of open.filter(isOver)) {
      faults.push({ kind: event.fault, fromMs, toMs: Math.max(fromMs, toMs), text: event.text });
    }
    open = open.filter((it) => !isOver(it));
  };
  for (const event of events) {
    if (event.kind !== 'fault') continue;
    const { fault, phase, text, timeMs } = event;
    if (phase === 'moment') faults.push({ kind: fault, fromMs: timeMs, toMs: timeMs, text });
    else end(timeMs, (it) => isEndedBy(it.event, event));
    if (phase === 'begin') open.push({ event, fromMs: timeMs });
  }
  end(durationMs, () => true);
  return faults.sort((a, b) => a.fromMs - b.fromMs);
}

/** A network has one partition at a time; other faults are of nodes, each of its own. */
function isEndedBy(open: FaultTraceEvent, by: FaultTraceEvent): boolean {
  if (open.fault !== by.fault) return false;
  if (open.fault === 'partition') return true;
  const isOfAll = by.phase === 'end' && by.nodes.length === 0;
  return isOfAll || by.nodes.some((node) => open.nodes.includes(node));
}

/** When which node was down, paused or cut off, by node. */
export function conditionSpans(
  events: Iterable<TraceEvent>,
  durationMs: number,
): ReadonlyMap<string, readonly ConditionSpan[]> {
  const spans = new Map<string, ConditionSpan[]>();
  const add = (node: string, span: ConditionSpan): void => {
    spans.set(node, [...(spans.get(node) ?? []), span]);
  };
  const downMs = new Map<string, { fromMs: number; text: string }>();
  const open = new Map<string, { fromMs: number; text: string }>();
  const endDown = (node: string, toMs: number): void => {
    const down = downMs.get(node);
    downMs.delete(node);
    if (down !== undefined) add(node, { ...down, toMs, condition: 'down' });
  };
  const endFault = (name: 'partition' | 'pause', node: string, toMs: number): void => {
    const fault = open.get(`${name} ${node}`);
    open.delete(`${name} ${node}`);
    const condition = name === 'pause' ? 'paused' : 'cut-off';
    if (fault !== undefined) add(node, { ...fault, toMs, condition });
  };
  const known = new Set<string>();
  for (const event of events) {
    const fromMs = Math.max(0, event.timeMs);
    if (event.kind === 'start') endDown(event.node, fromMs);
    if (event.kind === 'crash' || event.kind === 'halt') {
      const text = event.kind === 'halt' ? `halted: ${event.reason}` : 'crashed';
      if (!downMs.has(event.node)) downMs.set(event.node, { fromMs, text });
    }
    if (event.kind !== 'fault') continue;
    const { fault, phase, nodes, text } = event;
    if (fault !== 'partition' && fault !== 'pause') continue;
    for (const node of nodes) known.add(node);
    const isOfAll = fault === 'partition' || nodes.length === 0;
    for (const node of isOfAll ? known : nodes) endFault(fault, node, fromMs);
    if (phase !== 'begin') continue;
    for (const node of nodes) open.set(`${fault} ${node}`, { fromMs, text });
  }
  for (const node of [...downMs.keys()]) endDown(node, durationMs);
  for (const node of known) {
    endFault('partition', node, durationMs);
    endFault('pause', node, durationMs);
  }
  return spans;
}
