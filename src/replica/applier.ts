/**
 * Does to the state machine what the core's effects say, one after the other. Most is done at once;
 * while a snapshot that was received is being read from the store, what comes after it waits.
 */

import type { StateMachine } from '../machine/machine.ts';
import type { Entry, SnapshotMeta } from '../raft/index.ts';
import type { SnapshotPart, Store } from '../storage/store.ts';
import type { Clock } from './clock.ts';
import type { Observer } from './observer.ts';

/** What an applier works with. */
export interface ApplierOptions<Command, Query, Result> {
  readonly machine: StateMachine<Command, Query, Result, Uint8Array>;
  readonly store: Store<Command>;
  readonly clock: Clock;
  readonly observer?: Observer;
}

/** A snapshot that is being taken, part by part. */
interface Taking {
  readonly parts: Iterator<Uint8Array>;
  readonly taken: Uint8Array[];
  readonly meta: SnapshotMeta;
  readonly startMs: number;
  readonly done: (failure: Error | null) => void;
}

export class Applier<Command, Query, Result> {
  readonly #machine: StateMachine<Command, Query, Result, Uint8Array>;
  readonly #store: Store<Command>;
  readonly #clock: Clock;
  readonly #observer: Observer;
  readonly #onFailure: (error: unknown) => void;
  #taking: Taking | null = null;
  #waiting: (() => void)[] | null = null;

  /** @param onFailure the machine has thrown: its state cannot be trusted any more */
  constructor(
    { machine, store, clock, observer = {} }: ApplierOptions<Command, Query, Result>,
    onFailure: (error: unknown) => void,
  ) {
    this.#machine = machine;
    this.#store = store;
    this.#clock = clock;
    this.#observer = observer;
    this.#onFailure = onFailure;
  }

  /** Applies entries. `onResult` gets what came of each command, and its place among them. */
  apply(
    entries: readonly Entry<Command>[],
    onResult: (position: number, result: Result) => void,
    done: () => void,
  ): void {
    this.#run(() => {
      const isTimed = this.#observer.onApplied !== undefined;
      const startMs = isTimed ? this.#clock.now() : 0;
      entries.forEach((entry, position) => {
        if (entry.kind === 'command') onResult(position, this.#machine.apply(entry.command));
      });
      if (isTimed) this.#observer.onApplied?.(entries.length, this.#clock.now() - startMs);
      done();
    });
  }

  query(query: Query, done: (result: Result) => void): void {
    this.#run(() => done(this.#machine.query(query)));
  }

  /** Takes the state as it is now, and saves it when all parts of it are there. */
  takeSnapshot(meta: SnapshotMeta, done: (failure: Error | null) => void): void {
    this.#run(() => {
      const machine = this.#machine;
      const taking = {
        parts: (machine.snapshotParts?.() ?? [machine.snapshot()])[Symbol.iterator](),
        taken: [],
        meta,
        startMs: this.#clock.now(),
        done,
      };
      this.#taking = taking;
      this.#takePart(taking);
    });
  }

  /** What is between the parts goes on. */
  #takePart(taking: Taking): void {
    if (this.#taking !== taking) return;
    const { parts, taken } = taking;
    const part = parts.next();
    if (part.done === true) {
      this.#taking = null;
      this.#save(taking);
      return;
    }
    taken.push(part.value);
    this.#clock.after(0, () => this.#try(() => this.#takePart(taking)));
  }

  #save({ taken, meta, startMs, done }: Taking): void {
    const data = Buffer.concat(taken);
    this.#store.saveSnapshot(meta, data, (failure) => {
      if (failure === null) {
        this.#observer.onSnapshotTaken?.(data.length, this.#clock.now() - startMs);
      }
      done(failure);
    });
  }

  /** A newer snapshot has been received: the state that is being taken is of no use. */
  #dropTaking(): void {
    const taking = this.#taking;
    this.#taking = null;
    taking?.done(new Error('a newer snapshot was received'));
  }

  /** Restores a snapshot that the store has; `done` gets false when it cannot give it back. */
  restore({ index }: SnapshotMeta, done: (isRestored: boolean) => void): void {
    let whole: SnapshotPart | null | undefined;
    let goOn: (() => void) | null = null;
    const restore = (): void => {
      this.#dropTaking();
      if (whole) this.#machine.restore(whole.data);
      done(whole !== null);
    };
    // Asked for at once: before its turn comes, the store may have a newer one in its place.
    this.#store.readSnapshot(index, 0, Number.POSITIVE_INFINITY, (part) => {
      whole = part;
      goOn?.();
    });
    this.#run(() => {
      if (whole !== undefined) return restore();
      this.#waiting = [];
      goOn = () => {
        const waiting = this.#waiting ?? [];
        this.#waiting = null;
        this.#run(restore);
        for (const next of waiting) this.#run(next);
      };
    });
  }

  /** Forgets what waits. */
  stop(): void {
    this.#waiting = [];
    this.#taking = null;
  }

  #run(action: () => void): void {
    if (this.#waiting !== null) {
      this.#waiting.push(action);
      return;
    }
    this.#try(action);
  }

  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
