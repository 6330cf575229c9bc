/** A trace's operations as a history, which statistics and the checker read. */

import type { Json } from '../../machine/json.ts';
import type { TraceEvent } from '../../trace/format.ts';
import type { ClientEvent } from '../history.ts';

/** Is told the events of a trace, in the order of time. */
export class TraceHistory {
  readonly #functions: readonly string[];
  readonly #nodeCount: number;
  readonly #concurrency: number;
  readonly #events: ClientEvent[] = [];
  readonly #open = new Map<number, { readonly client: string; readonly asked: ClientEvent }>();
  /** The process that a client is now. */
  readonly #processes = new Map<string, number>();

  /**
   * @param nodes the first client that is bound to a node comes after as many others
   * @param concurrency how many clients there are
   * @param functions what is taken over; all else is left out
   */
  constructor(nodes: readonly string[], concurrency: number, functions: readonly string[]) {
    this.#functions = functions;
    this.#nodeCount = nodes.length;
    this.#concurrency = concurrency;
  }

  get events(): readonly ClientEvent[] {
    return this.#events;
  }

  note(event: TraceEvent): void {
    const time = Math.round(event.timeMs * 1e6);
    if (event.kind === 'invoke') {
      const { f, key, value, client, final } = event;
      if (!this.#functions.includes(f)) return;
      const process = this.#processes.get(client) ?? this.#firstProcessOf(client);
      this.#processes.set(client, process);
      const phase = final === undefined ? {} : { final };
      const invocation = { time, process, type: 'invoke', f, key, value, ...phase } as ClientEvent;
      this.#open.set(event.operation, { client, asked: invocation });
      this.#events.push(invocation);
    } else if (event.kind === 'complete') {
      const open = this.#open.get(event.operation);
      if (open === undefined) return;
      this.#open.delete(event.operation);
      const { process, f, key } = open.asked;
      const { type } = event;
      const value = type === 'ok' ? (event.value as Json) : open.asked.value;
      // Who does not know how an operation ended goes on as another process.
      if (type === 'info') this.#processes.set(open.client, process + this.#concurrency);
      const phase = open.asked.final === undefined ? {} : { final: open.asked.final };
      const completion = { time, process, type, f, key, value, ...phase };
      this.#events.push(type === 'ok' ? completion : { ...completion, error: event.error as Json });
    }
  }

  #firstProcessOf(client: string): number {
    const number = Number(/[0-9]+$/.exec(client)?.[0] ?? 0);
    return Math.max(0, number - this.#nodeCount);
  }
}
