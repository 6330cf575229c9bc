/**
 * A state machine that tells what it is told to do. It numbers the commands that its state has
 * taken in, through snapshots too, so that machines on different nodes can be compared command by
 * command.
 */

import type { StateMachine } from '../../machine/machine.ts';
import { snapshotPartsAfter } from '../../machine/snapshot-parts.ts';

/** Told of each command that a machine has carried out: the n-th, from 1. */
export type OnApplied = (ordinal: number, command: unknown, result: unknown) => void;

const headerBytes = 8;

export class WitnessedMachine<Command, Query, Result>
  implements StateMachine<Command, Query, Result, Uint8Array>
{
  readonly #machine: StateMachine<Command, Query, Result, Uint8Array>;
  readonly #onApplied: OnApplied;
  #ordinal = 0;

  constructor(machine: StateMachine<Command, Query, Result, Uint8Array>, onApplied: OnApplied) {
    this.#machine = machine;
    this.#onApplied = onApplied;
  }

  apply(command: Command): Result {
    const result = this.#machine.apply(command);
    this.#onApplied(++this.#ordinal, command, result);
    return result;
  }

  query(query: Query): Result {
    return this.#machine.query(query);
  }

  snapshot(): Uint8Array {
    return Buffer.concat([this.#header(), this.#machine.snapshot()]);
  }

  snapshotParts(): Iterable<Uint8Array> {
    return snapshotPartsAfter(this.#header(), this.#machine);
  }

  #header(): Uint8Array {
    const header = new Uint8Array(headerBytes);
    new DataView(header.buffer).setFloat64(0, this.#ordinal);
    return header;
  }

  restore(snapshot: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = snapshot;
    this.#ordinal = new DataView(buffer, byteOffset, byteLength).getFloat64(0);
    this.#machine.restore(snapshot.slice(headerBytes));
  }
}
