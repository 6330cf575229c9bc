/** What clients and faults did, in order: the events that the checker and the report read. */

import type { Json } from '../machine/json.ts';
import type { Completion, Operation } from './lin-kv-workload.ts';
import type { Recorder } from './load.ts';
import type { FaultEvent } from './nemesis.ts';

export interface ClientEvent {
  /** Nanoseconds since the load began. */
  readonly time: number;
  readonly process: number;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: Operation['f'];
  readonly key: number;
  readonly value: Json;
  readonly error?: Json;
}

export interface NemesisEvent {
  readonly time: number;
  readonly process: 'nemesis';
  readonly type: 'info';
  readonly f: FaultEvent['f'];
  readonly value: Json;
}

export type HistoryEvent = ClientEvent | NemesisEvent;

export class History implements Recorder<Operation, Completion> {
  readonly #events: HistoryEvent[] = [];

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  invoke(timeMs: number, process: number, operation: Operation): void {
    const { f, key, value } = operation;
    this.#events.push({ time: toNs(timeMs), process, type: 'invoke', f, key, value });
  }

  complete(timeMs: number, process: number, operation: Operation, completion: Completion): void {
    const { f, key } = operation;
    const { type } = completion;
    const time = toNs(timeMs);
    if (completion.type === 'ok') {
      const value = completion.value ?? operation.value;
      this.#events.push({ time, process, type, f, key, value });
    } else {
      const { value } = operation;
      this.#events.push({ time, process, type, f, key, value, error: completion.error });
    }
  }

  fault(timeMs: number, event: FaultEvent): void {
    const value =
      event.f === 'start-partition'
        ? {
            shape: event.shape,
            grudge: Object.fromEntries(
              Array.from(event.grudge, ([node, ignored]) => [node, [...ignored]]),
            ),
          }
        : null;
    const time = toNs(timeMs);
    this.#events.push({ time, process: 'nemesis', type: 'info', f: event.f, value });
  }
}

function toNs(timeMs: number): number {
  return Math.round(timeMs * 1e6);
}
