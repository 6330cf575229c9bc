/** A trace's operations as a history, which statistics and the checker read. */

import type { Json } from '../../machine/json.ts';
import type { TraceEvent } from '../../trace/format.ts';
import type { ClientEvent } from '../history.ts';

const functions: readonly string[] = ['read', 'write', 'cas'] satisfies ClientEvent['f'][];

/** Is told the events of a trace, in the order of time. */
export class TraceHistory {
  readonly #nodeCount: number;
  readonly #events: ClientEvent[] = [];
  readonly #open = new Map<number, ClientEvent>();

  /** @param nodes the first client that is bound to a node comes after as many others */
  constructor(nodes: readonly string[]) {
    this.#nodeCount = nodes.length;
  }

  get events(): readonly ClientEvent[] {
    return this.#events;
  }

  note(event: TraceEvent): void {
    const time = Math.round(event.timeMs * 1e6);
    if (event.kind === 'invoke') {
      const { f, key, value, client } = event;
      if (!functions.includes(f)) return;
      const process = this.#processOf(client);
      const invocation = { time, process, type: 'invoke', f, key, value } as ClientEvent;
      this.#open.set(event.operation, invocation);
      this.#events.push(invocation);
    } else if (event.kind === 'complete') {
      const invocation = this.#open.get(event.operation);
      if (invocation === undefined) return;
      this.#open.delete(event.operation);
      const { process, f, key } = invocation;
      const { type } = event;
      const value = type === 'ok' ? (event.value as Json) : invocation.value;
      const completion = { time, process, type, f, key, value };
      this.#events.push(type === 'ok' ? completion : { ...completion, error: event.error as Json });
    }
  }

  #processOf(client: string): number {
    const number = Number(/[0-9]+$/.exec(client)?.[0] ?? 0);
    return Math.max(0, number - this.#nodeCount);
  }
}
