/** Stores that are wrong about snapshots, also when each process lives for ever. */

import type { SnapshotMeta } from '../../src/raft/index.ts';
import type { MemoryStore, SnapshotPart, Store } from '../../src/storage/index.ts';
import {
  asIndex,
  type Chunk,
  like,
  loading,
  type Read,
  reading,
  receiving,
  saving,
  type Wrong,
} from './wrong-store.ts';

/** The same snapshot with all its parts since the last complete one, whatever their offsets. */
function gathering(isAnew: (chunk: Chunk, before: Chunk | null) => boolean) {
  return (inner: MemoryStore<string>): Store<string> => {
    let before: Chunk | null = null;
    return like(inner, {
      write(write, done) {
        const { snapshotChunk: chunk } = write;
        if (chunk === null) return inner.write(write, done);
        const isFirst = before === null || isAnew(chunk, before);
        before = chunk.isLast ? null : chunk;
        inner.write(
          { ...write, snapshotChunk: { ...chunk, offset: isFirst ? 0 : chunk.offset || 1 } },
          done,
        );
      },
    });
  };
}

const wrongReceivers: readonly Wrong[] = [
  { defect: 'never forgets the parts of an abandoned snapshot', create: gathering(() => false) },
  {
    defect: 'tells snapshots apart by their index alone',
    create: gathering(({ snapshot }, before) => snapshot.index !== before?.snapshot.index),
  },
  receiving('takes any part for the last', (chunk) => ({ ...chunk, isLast: true })),
  receiving('keeps the last part only', (chunk) => ({ ...chunk, offset: 0 })),
  receiving('takes the buffer for the view', (chunk) => ({
    ...chunk,
    data: new Uint8Array(chunk.data.buffer),
  })),
  receiving('keeps a megabyte of a part', (chunk) => ({
    ...chunk,
    data: chunk.data.subarray(0, 2 ** 20 - 1),
  })),
  receiving('loses the membership of a received snapshot', (chunk) => {
    const members = { voters: [], outgoing: [], learners: [] };
    const membership = { index: asIndex(0), membership: members };
    return { ...chunk, snapshot: { ...chunk.snapshot, membership } };
  }),
  {
    defect: 'keeps entries beyond a received snapshot',
    create: (inner) =>
      like(inner, {
        async write(write, done) {
          const { snapshotChunk } = write;
          if (snapshotChunk?.isLast !== true) return inner.write(write, done);
          const { entries } = await inner.load();
          const beyond = entries.filter(({ index }) => index > snapshotChunk.snapshot.index);
          inner.write({ ...write, entries: [...beyond, ...write.entries] }, done);
        },
      }),
  },
  {
    defect: 'takes a received snapshot after the entries beside it',
    create: (inner) =>
      like(inner, {
        write({ snapshotChunk, ...write }, done) {
          inner.write({ ...write, snapshotChunk: null }, () => {});
          const nothing = { hardState: null, truncateFrom: null, entries: [] };
          inner.write({ ...nothing, snapshotChunk }, done);
        },
      }),
  },
];

const wrongSavers: readonly Wrong[] = [
  saving('takes the buffer of a saved snapshot for the view', (data) => {
    return new Uint8Array(data.buffer);
  }),
  saving('cuts a saved snapshot off', (data) => data.subarray(0, 4 * 2 ** 20)),
  saving('wipes what it has saved', (data) => {
    const copy = data.slice();
    data.fill(0);
    return copy;
  }),
  loading('takes an empty snapshot for none', (state) => ({
    ...state,
    snapshot: state.snapshot?.data.length === 0 ? null : state.snapshot,
  })),
  {
    defect: 'deletes all entries when a snapshot is saved',
    create: (inner) =>
      like(inner, {
        saveSnapshot(meta, data, done) {
          inner.compact(asIndex(Number.MAX_SAFE_INTEGER));
          inner.saveSnapshot(meta, data, done);
        },
      }),
  },
  {
    defect: 'lets an older snapshot take the place of a newer one',
    create(inner) {
      let last: { readonly meta: SnapshotMeta; readonly data: Uint8Array } | null = null;
      return like(inner, {
        saveSnapshot(meta, data, done) {
          last = { meta, data };
          inner.saveSnapshot(meta, data, done);
        },
        load: async () => {
          const state = await inner.load();
          return { ...state, snapshot: last ?? state.snapshot };
        },
      });
    },
  },
  {
    defect: 'refuses to save an older snapshot',
    create(inner) {
      let newest = 0;
      return like(inner, {
        saveSnapshot(meta, data, done) {
          if (meta.index < newest) return done(new Error('there is a newer one'));
          newest = meta.index;
          inner.saveSnapshot(meta, data, done);
        },
      });
    },
  },
  {
    defect: 'takes a saved snapshot for the beginning of one that is received',
    create: (inner) =>
      like(inner, {
        saveSnapshot(meta, data, done) {
          const snapshotChunk = { snapshot: meta, offset: 0, data, isLast: false };
          const nothing = { hardState: null, truncateFrom: null, entries: [] };
          inner.write({ ...nothing, snapshotChunk }, () => {});
          inner.saveSnapshot(meta, data, done);
        },
      }),
  },
];

/** Answers with a part that was changed. */
function answering(
  defect: string,
  change: (part: SnapshotPart, ...read: Read) => SnapshotPart,
): Wrong {
  return reading(defect, (inner, ...read) => {
    const [index, offset, maxBytes, done] = read;
    inner.readSnapshot(index, offset, maxBytes, (part) =>
      done(part && change(part, index, offset, maxBytes, done)),
    );
  });
}

const wrongReaders: readonly Wrong[] = [
  answering('never says that a part is the last', ({ data }) => ({ data, isLast: false })),
  answering('calls only a short part the last', ({ data, isLast }, _, __, maxBytes) => ({
    data,
    isLast: isLast && data.length < maxBytes,
  })),
  answering('reads no more than 64 KiB', ({ data }) => ({
    data: data.subarray(0, 65_536),
    isLast: data.length <= 65_536,
  })),
  reading('cannot read without a limit', (inner, index, offset, maxBytes, done) =>
    inner.readSnapshot(index, offset, Number.isFinite(maxBytes) ? maxBytes : 0, done),
  ),
  reading('reads from the beginning', (inner, index, _, maxBytes, done) =>
    inner.readSnapshot(index, 0, maxBytes, done),
  ),
  reading('reads whatever snapshot there is', async (inner, _, offset, maxBytes, done) => {
    const { snapshot } = await inner.load();
    inner.readSnapshot(snapshot?.meta.index ?? asIndex(0), offset, maxBytes, done);
  }),
  reading('looks for the snapshot when it comes to it', (inner, ...read) => {
    setImmediate(() => inner.readSnapshot(...read));
  }),
];

function compacting(defect: string, compact: (inner: Store<string>, index: number) => void): Wrong {
  return {
    defect,
    create: (inner) => like(inner, { compact: (index) => compact(inner, index) }),
  };
}

const wrongCompactors: readonly Wrong[] = [
  compacting('compacts one entry too many', (inner, index) => inner.compact(asIndex(index + 1))),
  compacting('compacts all', (inner) => inner.compact(asIndex(Number.MAX_SAFE_INTEGER))),
  compacting('compacts the end', (inner, index) => {
    const nothing = { hardState: null, snapshotChunk: null, entries: [] };
    inner.write({ ...nothing, truncateFrom: asIndex(index) }, () => {});
  }),
  loading('loads entries with a gap', (state) => ({
    ...state,
    entries: state.entries.filter(({ index }) => index !== state.snapshot?.meta.index),
  })),
];

export const wrongKeepers: readonly Wrong[] = [
  ...wrongReceivers,
  ...wrongSavers,
  ...wrongReaders,
  ...wrongCompactors,
];
