/** Any machine, with snapshots that are bytes: what a store keeps and a transport carries. */

import type { StateMachine } from './machine.ts';

/** How a machine's snapshots become bytes, and again snapshots. */
export interface SnapshotFormat<Snapshot> {
  /** The bytes of a snapshot, or of any other value that has such a format. */
  encode(snapshot: Snapshot): Uint8Array;
  /** The same bytes in parts, each made when it is asked for. */
  encodeParts?(snapshot: Snapshot): Iterable<Uint8Array>;
  /** @throws Error when the bytes are not what `encode` returned */
  decode(data: Uint8Array): Snapshot;
}

/**
 * Puts a machine into one whose snapshots are bytes. Commands, queries and results stay as they are.
 */
export class EncodedSnapshots<Command, Query, Result, Snapshot>
  implements StateMachine<Command, Query, Result, Uint8Array>
{
  readonly #machine: StateMachine<Command, Query, Result, Snapshot>;
  readonly #format: SnapshotFormat<Snapshot>;

  constructor(
    machine: StateMachine<Command, Query, Result, Snapshot>,
    format: SnapshotFormat<Snapshot>,
  ) {
    this.#machine = machine;
    this.#format = format;
  }

  apply(command: Command): Result {
    return this.#machine.apply(command);
  }

  query(query: Query): Result {
    return this.#machine.query(query);
  }

  snapshot(): Uint8Array {
    return this.#format.encode(this.#machine.snapshot());
  }

  snapshotParts(): Iterable<Uint8Array> {
    const snapshot = this.#machine.snapshot();
    return this.#format.encodeParts?.(snapshot) ?? [this.#format.encode(snapshot)];
  }

  restore(snapshot: Uint8Array): void {
    this.#machine.restore(this.#format.decode(snapshot));
  }
}
