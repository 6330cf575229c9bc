/** A run, taken down event by event. */

import type { OnEvent, TraceEvent } from '../simulation/trace.ts';

export class Recording {
  readonly events: TraceEvent[] = [];
  readonly onEvent: OnEvent = (event) => {
    this.events.push(event);
  };
}
