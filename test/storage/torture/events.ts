/** What a process that writes to a store says of it, line by line. */

import type { SnapshotMeta } from '../../../src/raft/index.ts';
import type { Ledger, Pending } from '../../../src/storage/conformance/ledger.ts';
import type { StoredState, StoreWrite } from '../../../src/storage/store.ts';

export type StoreEvent =
  | { readonly kind: 'loaded'; readonly state: StoredState<string> }
  | { readonly kind: 'write'; readonly id: number; readonly write: StoreWrite<string> }
  | {
      readonly kind: 'save';
      readonly id: number;
      readonly meta: SnapshotMeta;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'reported'; readonly id: number; readonly failure: string | null };

export function encodeEvent(event: StoreEvent): string {
  return JSON.stringify(event, function (key, value) {
    // A Buffer has become something else by now: look at what it was.
    const original: unknown = this[key];
    if (!(original instanceof Uint8Array)) return value;
    return { base64: Buffer.from(original).toString('base64') };
  });
}

export function decodeEvent(line: string): StoreEvent {
  return JSON.parse(line, (_, value) =>
    typeof value?.base64 === 'string' ? new Uint8Array(Buffer.from(value.base64, 'base64')) : value,
  );
}

export interface Account {
  /** The first thing that the process did and must not do. */
  readonly fault: string | null;
  /** Why a write failed, if one did. */
  readonly failure: string | null;
  readonly reports: number;
}

/** Enters what a process has said into the ledger. */
export function enter(ledger: Ledger, lines: readonly string[]): Account {
  const writes = new Map<number, Pending>();
  const saves = new Map<number, ReturnType<Ledger['handInSnapshot']>>();
  let fault: string | null = null;
  let failure: string | null = null;
  let reports = 0;
  for (const event of lines.map(decodeEvent)) {
    if (event.kind === 'loaded') fault ??= ledger.judge(event.state);
    else if (event.kind === 'write') writes.set(event.id, ledger.handIn(event.write));
    else if (event.kind === 'save') {
      saves.set(event.id, ledger.handInSnapshot(event.meta, event.data));
    } else {
      const write = writes.get(event.id);
      const saved = saves.get(event.id);
      if (event.failure !== null) {
        if (write !== undefined) failure ??= event.failure;
        continue;
      }
      reports++;
      if (write !== undefined) {
        if (failure !== null) fault ??= `write ${event.id} was reported durable after a failure`;
        if (!ledger.report(write)) fault ??= `write ${event.id} was reported out of order`;
      } else if (saved !== undefined) ledger.reportSnapshot(saved);
    }
  }
  return { fault, failure, reports };
}
