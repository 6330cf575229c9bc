/** A run, taken down event by event. */

import type { OnEvent, TraceEvent } from '../simulation/trace.ts';

export interface RecordedEvent {
  /** By the simulation's clock. */
  readonly timeMs: number;
  readonly event: TraceEvent;
}

export class Recording {
  readonly events: RecordedEvent[] = [];
  readonly onEvent: OnEvent = (timeMs, event) => {
    this.events.push({ timeMs, event });
  };
}
