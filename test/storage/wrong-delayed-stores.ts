/** Stores that are wrong in crashes and failures, or when something waits. */

import type { SnapshotMeta } from '../../src/raft/index.ts';
import { partsOf } from '../../src/testbed/simulation/write-parts.ts';
import { DelayedStore, type Medium } from './delayed-store.ts';
import type { Done, Read, Write } from './wrong-store.ts';

function delayed(
  defect: string,
  create: (medium: Medium) => DelayedStore,
): { readonly defect: string; readonly create: (medium: Medium) => DelayedStore } {
  return { defect, create };
}

export const wrongDelayedStores: readonly ReturnType<typeof delayed>[] = [
  delayed(
    'reports before it has written',
    (medium) =>
      new (class extends DelayedStore {
        override write(write: Write, done: Done): void {
          super.write(write, () => {});
          done(null);
        }
      })(medium),
  ),
  delayed(
    'loses the first of what waited in a crash, and not the rest',
    (medium) =>
      new (class extends DelayedStore {
        override crash(): void {
          this.waiting.shift();
          super.crash();
        }
      })(medium),
  ),
  delayed(
    'writes entries before term and vote',
    (medium) =>
      new (class extends DelayedStore {
        override crash(): void {
          const nothing = { snapshotChunk: null, truncateFrom: null, entries: [] };
          this.waiting = this.waiting.flatMap(({ write, done }) => [
            { write: { ...write, hardState: null }, done },
            { write: { ...nothing, hardState: write.hardState }, done },
          ]);
          super.crash();
        }
      })(medium),
  ),
  delayed('remembers in the next life what it has received of a snapshot', (medium) => {
    medium.forget = () => {};
    return new (class extends DelayedStore {
      override crash(): void {
        const { waiting } = this;
        const half = waiting.find(({ write }) => write.snapshotChunk?.isLast === false);
        super.crash();
        if (half?.write.snapshotChunk?.isLast !== false) return;
        const chunk = { ...half.write.snapshotChunk, isLast: true };
        this.commit({ ...half.write, hardState: null, snapshotChunk: chunk, entries: [] });
      }
    })(medium);
  }),
  delayed(
    'reports the last write first',
    (medium) =>
      new (class extends DelayedStore {
        protected override sync(): void {
          const { waiting } = this;
          const reports: (() => void)[] = [];
          this.waiting = waiting.map(({ write, done }) => ({
            write,
            done: (failure) => void reports.unshift(() => done(failure)),
          }));
          super.sync();
          for (const report of reports) report();
        }
      })(medium),
  ),
  delayed(
    'carries out a write from within a report at once',
    (medium) =>
      new (class extends DelayedStore {
        #isReporting = false;

        override write(write: Write, done: Done): void {
          if (!this.#isReporting) return super.write(write, done);
          this.commit(write);
          done(null);
        }

        protected override sync(): void {
          this.#isReporting = true;
          const [first, ...rest] = this.waiting;
          if (first !== undefined) {
            this.waiting = [first];
            super.sync();
          }
          this.#isReporting = false;
          this.waiting.push(...rest);
          if (this.waiting.length > 0) setImmediate(() => this.sync());
        }
      })(medium),
  ),
  delayed(
    'takes a failure for success',
    (medium) =>
      new (class extends DelayedStore {
        override write(write: Write, done: Done): void {
          super.write(write, () => done(null));
        }
      })(medium),
  ),
  delayed(
    'believes that a later success makes up for a failure',
    (medium) =>
      new (class extends DelayedStore {
        protected override sync(): void {
          this.hasFailed = false;
          super.sync();
        }
      })(medium),
  ),
  delayed(
    'takes a barrier after a failure for durable',
    (medium) =>
      new (class extends DelayedStore {
        override write(write: Write, done: Done): void {
          const isBarrier = partsOf(write).length === 0;
          super.write(write, (failure) => done(isBarrier ? null : failure));
        }
      })(medium),
  ),
  delayed(
    'says that a snapshot was saved, and has not',
    (medium) =>
      new (class extends DelayedStore {
        override saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: Done): void {
          super.saveSnapshot(meta, data, () => done(null));
        }
      })(medium),
  ),
  delayed(
    'removes the older snapshot before it saves the newer one',
    (medium) =>
      new (class extends DelayedStore {
        #isGone = false;

        override saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: Done): void {
          this.#isGone = true;
          super.saveSnapshot(meta, data, (failure) => {
            this.#isGone = failure !== null;
            done(failure);
          });
        }

        override readSnapshot(...read: Read): void {
          if (this.#isGone) read[3](null);
          else super.readSnapshot(...read);
        }
      })(medium),
  ),
];
