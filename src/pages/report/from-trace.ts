/** All that a report takes from a trace, in one pass over it. */

import type { TraceEvent } from '../../trace/format.ts';
import type { ConditionSpan, ReportFault, RoleSpan, SendTimes } from './input.ts';
import { RoleSpans } from './lanes.ts';
import { ConditionSpans, FaultSpans } from './trace-faults.ts';

export interface TraceFindings {
  /** By node; nodes of which the trace tells nothing are missing. */
  readonly roles: ReadonlyMap<string, readonly RoleSpan[]>;
  readonly conditions: ReadonlyMap<string, readonly ConditionSpan[]>;
  readonly faults: readonly ReportFault[];
  /** Null when it has no message between servers. */
  readonly sends: SendTimes | null;
  /** Messages between servers that were lost. */
  readonly lost: number;
}

/** Is told the events of a trace, in the order of time. */
export class TraceReading {
  readonly #roles = new RoleSpans();
  readonly #conditions = new ConditionSpans();
  readonly #faults = new FaultSpans();
  readonly #messages: Messages;
  #endMs = 0;

  constructor(nodes: readonly string[]) {
    this.#messages = new Messages(nodes);
  }

  /** The time of the last event. */
  get endMs(): number {
    return this.#endMs;
  }

  note(event: TraceEvent): void {
    this.#endMs = Math.max(this.#endMs, event.timeMs);
    this.#roles.note(event);
    this.#conditions.note(event);
    this.#faults.note(event);
    this.#messages.note(event);
  }

  finish(durationMs: number): TraceFindings {
    return {
      roles: this.#roles.finish(durationMs),
      conditions: this.#conditions.finish(durationMs),
      faults: this.#faults.finish(durationMs),
      sends: this.#messages.finish(),
      lost: this.#messages.lost,
    };
  }
}

/** Counts messages between servers. */
class Messages {
  readonly #servers: ReadonlySet<string>;
  readonly #timesMs: number[] = [];
  readonly #byType = new Map<string, number>();
  readonly #underway = new Set<number>();
  #lost = 0;

  constructor(nodes: readonly string[]) {
    this.#servers = new Set(nodes);
  }

  get lost(): number {
    return this.#lost;
  }

  note(event: TraceEvent): void {
    if (event.kind === 'lose' && this.#underway.delete(event.id)) this.#lost++;
    if (event.kind === 'receive') this.#underway.delete(event.id);
    if (event.kind !== 'send') return;
    const { id, from, to, body, timeMs } = event;
    if (!this.#servers.has(from) || !this.#servers.has(to)) return;
    this.#underway.add(id);
    this.#timesMs.push(timeMs);
    this.#byType.set(body.type, (this.#byType.get(body.type) ?? 0) + 1);
  }

  finish(): SendTimes | null {
    if (this.#timesMs.length === 0) return null;
    return { timesMs: this.#timesMs, byType: [...this.#byType] };
  }
}
