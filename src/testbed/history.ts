/** What clients and faults did, in order: the events that the checker and the report read. */

import type { Json } from '../machine/json.ts';
import type { ClientOperation, Completion } from './client-operation.ts';
import type { Recorder } from './load.ts';
import type { FaultEvent } from './nemesis.ts';
import type { PartitionShape } from './partitions.ts';
import type { Target } from './targets.ts';

export interface ClientEvent {
  /** Nanoseconds since the load began. */
  readonly time: number;
  readonly process: number;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: string;
  /** Null where the workload has no keys. */
  readonly key: Json;
  /** What was asked, or, of what ended ok, what it led to. */
  readonly value: Json;
  readonly error?: Json;
  /** Asked when faults had ended and a quiet time had passed. */
  readonly final?: true;
}

/** What became of a fault, as it is written down. */
export type FaultRecord =
  | {
      readonly f: 'start-partition';
      readonly value: {
        /** What was drawn: of `PartitionShape`, unless another tool drew it. */
        readonly shape: PartitionShape | (string & {});
        /** For each receiver the senders that it does not hear. */
        readonly grudge: { readonly [node: string]: readonly string[] };
      };
    }
  | { readonly f: 'stop-partition'; readonly value: null }
  | {
      readonly f: 'kill' | 'pause';
      readonly value: {
        readonly target: Target | (string & {});
        readonly nodes: readonly string[];
      };
    }
  | { readonly f: 'start' | 'resume'; readonly value: { readonly nodes: readonly string[] } }
  | { readonly f: 'restarted'; readonly value: { readonly node: string; readonly ms: number } };

export type NemesisEvent = FaultRecord & {
  readonly time: number;
  readonly process: 'nemesis';
  readonly type: 'info';
};

export type HistoryEvent = ClientEvent | NemesisEvent;

export class History implements Recorder<ClientOperation, Completion> {
  readonly #events: HistoryEvent[] = [];

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  invoke(timeMs: number, process: number, operation: ClientOperation): void {
    const { f, key, value } = operation;
    const time = toNs(timeMs);
    this.#events.push({ time, process, type: 'invoke', f, key, value, ...phaseOf(operation) });
  }

  complete(
    timeMs: number,
    process: number,
    operation: ClientOperation,
    completion: Completion,
  ): void {
    const { f, key } = operation;
    const { type } = completion;
    const time = toNs(timeMs);
    const phase = phaseOf(operation);
    if (completion.type === 'ok') {
      const { value = operation.value } = completion;
      this.#events.push({ time, process, type, f, key, value, ...phase });
    } else {
      const { value } = operation;
      const { error } = completion;
      this.#events.push({ time, process, type, f, key, value, error, ...phase });
    }
  }

  fault(timeMs: number, event: FaultEvent): void {
    const time = toNs(timeMs);
    this.#events.push({ time, process: 'nemesis', type: 'info', ...recordOf(event) });
  }
}

function phaseOf({ final }: ClientOperation): { readonly final?: true } {
  return final === undefined ? {} : { final };
}

function recordOf(event: FaultEvent): FaultRecord {
  switch (event.f) {
    case 'start-partition': {
      const { f, shape } = event;
      const grudge = Array.from(event.grudge, ([node, ignored]) => [node, [...ignored]] as const);
      return { f, value: { shape, grudge: Object.fromEntries(grudge) } };
    }
    case 'stop-partition':
      return { f: event.f, value: null };
    case 'kill':
    case 'pause':
      return { f: event.f, value: { target: event.target, nodes: event.nodes } };
    case 'start':
    case 'resume':
      return { f: event.f, value: { nodes: event.nodes } };
    case 'restarted': {
      const { f, node, tookMs } = event;
      return { f, value: { node, ms: Math.round(tookMs * 1000) / 1000 } };
    }
  }
}

function toNs(timeMs: number): number {
  return Math.round(timeMs * 1e6);
}
