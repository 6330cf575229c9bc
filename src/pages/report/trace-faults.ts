/** Faults, and what they made of nodes, read from a trace. */

import type { FaultTraceEvent, TraceEvent } from '../../trace/format.ts';
import type { ConditionSpan, ReportFault } from './input.ts';

interface OpenFault {
  readonly event: FaultTraceEvent;
  readonly fromMs: number;
}

export class FaultSpans {
  readonly #faults: ReportFault[] = [];
  #open: OpenFault[] = [];

  /** Takes the next event, in the order of time. */
  note(event: TraceEvent): void {
    if (event.kind === 'broken') {
      const { timeMs, node, rule } = event;
      const text = `${rule}${node === null ? '' : ` (${node})`}`;
      this.#faults.push({ kind: 'broken rule', fromMs: timeMs, toMs: timeMs, text });
    }
    if (event.kind !== 'fault') return;
    const { fault, phase, text, timeMs } = event;
    if (phase === 'moment') {
      this.#faults.push({ kind: fault, fromMs: timeMs, toMs: timeMs, text });
    } else {
      this.#end(timeMs, (it) => isEndedBy(it.event, event));
    }
    if (phase === 'begin') this.#open.push({ event, fromMs: timeMs });
  }

  /** In the order in which they began. A fault that nobody ended lasted as long as the run. */
  finish(durationMs: number): readonly ReportFault[] {
    this.#end(durationMs, () => true);
    return this.#faults.sort((a, b) => a.fromMs - b.fromMs);
  }

  #end(toMs: number, isOver: (it: OpenFault) => boolean): void {
    for (const { event, fromMs } of this.#open.filter(isOver)) {
      const { fault: kind, text } = event;
      this.#faults.push({ kind, fromMs, toMs: Math.max(fromMs, toMs), text });
    }
    this.#open = this.#open.filter((it) => !isOver(it));
  }
}

/** A network has one partition at a time; other faults are of nodes, each of its own. */
function isEndedBy(open: FaultTraceEvent, by: FaultTraceEvent): boolean {
  if (open.fault !== by.fault) return false;
  if (open.fault === 'partition') return true;
  const isOfAll = by.phase === 'end' && by.nodes.length === 0;
  return isOfAll || by.nodes.some((node) => open.nodes.includes(node));
}

const conditions = { partition: 'cut-off', kill: 'down', pause: 'paused' } as const;

type Condition = ConditionSpan['condition'];

/** When which node was down, paused or cut off. */
export class ConditionSpans {
  readonly #spans = new Map<string, ConditionSpan[]>();
  /** By node and condition. */
  readonly #open = new Map<string, Map<Condition, { fromMs: number; text: string }>>();

  /** Takes the next event, in the order of time. */
  note(event: TraceEvent): void {
    const timeMs = Math.max(0, event.timeMs);
    if (event.kind === 'start') this.#end(event.node, 'down', timeMs);
    if (event.kind === 'crash') this.#begin(event.node, 'down', timeMs, 'crashed');
    if (event.kind === 'halt') {
      this.#begin(event.node, 'down', timeMs, `halted: ${event.reason.split('\n')[0]}`);
    }
    if (event.kind !== 'fault' || !isOfNodes(event.fault)) return;
    const condition = conditions[event.fault];
    const isOfAll = event.fault === 'partition' || event.nodes.length === 0;
    if (event.phase === 'end' || event.fault === 'partition') {
      const ended = isOfAll ? [...this.#open.keys()] : event.nodes;
      for (const node of ended) this.#end(node, condition, timeMs);
    }
    if (event.phase !== 'begin') return;
    for (const node of event.nodes) {
      // A process that is killed does not come back paused.
      if (event.fault === 'kill') this.#end(node, 'paused', timeMs);
      const text = event.fault === 'partition' ? `cut off: ${event.text}` : condition;
      this.#begin(node, condition, timeMs, text);
    }
  }

  /** By node. */
  finish(durationMs: number): ReadonlyMap<string, readonly ConditionSpan[]> {
    for (const [node, open] of this.#open) {
      for (const condition of [...open.keys()]) this.#end(node, condition, durationMs);
    }
    return this.#spans;
  }

  #begin(node: string, condition: Condition, fromMs: number, text: string): void {
    const open = this.#open.get(node) ?? new Map();
    this.#open.set(node, open);
    if (!open.has(condition)) open.set(condition, { fromMs, text });
  }

  #end(node: string, condition: Condition, toMs: number): void {
    const open = this.#open.get(node);
    const begun = open?.get(condition);
    open?.delete(condition);
    if (begun === undefined) return;
    const own = this.#spans.get(node) ?? [];
    this.#spans.set(node, own);
    own.push({ ...begun, toMs, condition });
  }
}

function isOfNodes(fault: string): fault is keyof typeof conditions {
  return Object.hasOwn(conditions, fault);
}
