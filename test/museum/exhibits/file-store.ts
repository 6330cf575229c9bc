/** What a write-ahead log does wrong while it is written: docs/storage.md, "In which order". */

import type { Exhibit } from '../exhibit.ts';

export const fileStore: readonly Exhibit[] = [
  {
    number: 75,
    title: 'a write is acknowledged before its sync',
    note: 'A power cut takes what a quorum counts on.',
    seen: 'https://github.com/tikv/tikv/issues/994',
    file: 'storage/file-store.ts',
    find: `    this.#append(writes, (failure) => {
      for (const done of dones) done(failure);
    });`,
    replace: `    for (const done of dones) done(null);
    this.#append(writes, () => {});`,
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 76,
    title: 'those who came during a sync are acknowledged with it',
    note: 'Group commit; but what came after the write began is not in it.',
    file: 'storage/file-store.ts',
    find: `    this.#append(writes, (failure) => {
      for (const done of dones) done(failure);
    });`,
    replace: `    this.#append(writes, (failure) => {
      for (const done of dones) done(failure);
      for (const [at, task] of this.#tasks.entries()) {
        if (task.kind !== 'log') break;
        task.done(failure);
        this.#tasks[at] = { ...task, done: () => {} };
      }
    });`,
    caughtBy: {
      stories:
        'storage/file-store-order.test: ' +
        'who comes while a sync is under way waits for the next',
    },
  },
  {
    number: 77,
    title: 'those who wait for one sync are told in any order',
    note: 'The core takes the last to be told for the last that is durable.',
    file: 'storage/file-store.ts',
    find: 'for (const done of dones) done(failure);',
    replace: 'for (const done of dones.reverse()) done(failure);',
    caughtBy: {
      stories:
        'storage/file-store-conformance.test: ' +
        'in segments of 64 KiB: writes that wait together are reported once each, in their order',
    },
  },
  {
    number: 78,
    title: 'a store goes on after a failed sync',
    note: 'What it lost stays lost, and what is written after it is acknowledged.',
    seen: 'https://github.com/cockroachdb/cockroach/pull/37102',
    file: 'storage/file-store.ts',
    find: 'if (this.#failure !== null || this.#isOutdated(next)) {',
    replace: 'if (this.#isOutdated(next)) {',
    caughtBy: {
      stories:
        'storage/file-store-conformance.test: ' +
        'on a disk that fails: after a failure every later write fails, though it could be done',
    },
  },
  {
    number: 79,
    title: 'a failed sync is tried again, and believed',
    note: 'The system has given up what it could not write; the next sync has nothing to do.',
    seen: 'https://github.com/tikv/raft-engine/pull/131',
    file: 'storage/node-disk.ts',
    find: `      fs.fdatasync(this.#fd, (failure) => {
        if (failure === null) this.#note(data.length, startMs, writtenMs);
        done(failure);
      });`,
    replace: `      fs.fdatasync(this.#fd, (failure) => {
        if (failure !== null) return fs.fdatasync(this.#fd, done);
        this.#note(data.length, startMs, writtenMs);
        done(null);
      });`,
    caughtBy: { stories: 'storage/node-disk.test: a sync that fails is not tried again' },
  },
  {
    number: 80,
    title: 'what is quick to write is not synced',
    note: 'One of two ways to write has no sync.',
    file: 'storage/node-disk.ts',
    find: '      fs.fdatasyncSync(this.#fd);\n',
    replace: '',
    caughtBy: {
      stories: 'storage/node-disk.test: each write is synced, whether it is waited for or not',
    },
  },
  {
    number: 81,
    title: 'a short write is taken for a whole one',
    note: 'write(2) may write less than it was given, and that is no error.',
    seen: 'https://github.com/HarperFast/rocksdb-js/issues/572',
    file: 'storage/node-disk.ts',
    find: 'else writeFrom(written + count);',
    replace: 'else done(null);',
    caughtBy: { stories: 'storage/node-disk.test: a write that is cut short is gone on with' },
  },
  {
    number: 82,
    title: 'the directory is never synced',
    note: 'Files are durable, and their names are not. (Pillai and others, 2014)',
    seen: 'https://github.com/baidu/braft/issues/254',
    file: 'storage/node-disk.ts',
    find: 'syncNames: () => syncDirectory(path),',
    replace: 'syncNames: async () => {},',
    caughtBy: {
      stories: 'storage/node-disk.test: names are synced in the directory that has them',
    },
  },
  {
    number: 83,
    title: 'the directory is created, and not its name in the one above',
    note: 'A power cut takes the whole store.',
    file: 'storage/node-disk.ts',
    find: '        await syncDirectory(dirname(created));\n',
    replace: '',
    caughtBy: {
      stories:
        'storage/node-disk.test: ' +
        'the names of directories that had to be made are synced, each where it stands',
    },
  },
  {
    number: 84,
    title: "a new segment's name is not synced",
    note: 'What is written to it is durable, and cannot be found.',
    seen: 'https://github.com/apache/kafka/pull/10405',
    file: 'storage/segment-file.ts',
    find: '  await disk.syncNames();\n',
    replace: '',
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 85,
    title: 'the end of a segment is not durable before the next begins',
    note: 'A crash leaves records after a segment that is not complete.',
    file: 'storage/segmented-log.ts',
    find: `        this.#file.persist(batch.bytes, this.#offset, (failure) => {
          if (failure !== null) return done(failure);
          const full`,
    replace: `        this.#file.write(Buffer.from(batch.bytes), this.#offset).then(() => {
          const full`,
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 87,
    title: 'old segments are removed before the new one has begun',
    note: 'A crash between the two leaves a log without a beginning.',
    file: 'storage/segment-marks.ts',
    find: 'if (segment === this.#current || last > index) break;',
    replace: 'if (last > index) break;',
    caughtBy: {
      stories:
        'storage/file-store-order.test: ' + 'no segment is removed before a later one has begun',
    },
  },
  {
    number: 88,
    title: 'segments are removed newest first',
    note: 'A crash leaves a gap.',
    seen: 'https://github.com/apache/ratis/pull/801',
    file: 'storage/segmented-log.ts',
    find: 'of this.#marks.takeObsolete(index)) {',
    replace: 'of this.#marks.takeObsolete(index).reverse()) {',
    caughtBy: {
      stories:
        'storage/file-store-order.test: ' +
        'segments that a snapshot covers are removed oldest first, each for good before the next',
    },
  },
  {
    number: 89,
    title: 'segments are removed without a sync between them',
    note: 'The first may come back after a crash, and the second not.',
    file: 'storage/segmented-log.ts',
    find: '      await disk.syncNames();\n',
    replace: '',
    caughtBy: {
      stories:
        'storage/file-store-order.test: ' +
        'segments that a snapshot covers are removed oldest first, each for good before the next',
    },
  },
  {
    number: 90,
    title: 'a segment goes that has an entry after the snapshot',
    note: 'Its last entry but one is covered.',
    file: 'storage/segment-marks.ts',
    find: 'last > index) break;',
    replace: 'last > index + 1) break;',
    caughtBy: {
      stories:
        'storage/file-store-order.test: ' +
        'segments that a snapshot covers are removed oldest first, each for good before the next',
    },
  },
  {
    number: 91,
    title: 'term and vote are left in a segment that goes',
    note: 'The next segment does not begin with them, and so they go with it.',
    file: 'storage/segmented-log.ts',
    find: '        hardState: this.#hardState,\n        lastIndex',
    replace: `        hardState: { ...this.#hardState, votedFor: null },
        lastIndex`,
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 92,
    title: 'a truncation is written only when entries follow',
    note: 'What was only truncated is there again after a restart.',
    file: 'storage/log-record.ts',
    find: 'if (truncateFrom !== null) {',
    replace: 'if (truncateFrom !== null && entries.length > 0) {',
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 93,
    title: 'a truncation is written after the entries',
    note: 'It takes them away again.',
    file: 'storage/log-record.ts',
    find: `  if (truncateFrom !== null) {
    batch.add(codes.truncate, 8, (buffer, at) => writeU64(buffer, at, truncateFrom));
  }
  for (const entry of entries) addEntry(batch, entry, format);
`,
    replace: `  for (const entry of entries) addEntry(batch, entry, format);
  if (truncateFrom !== null) {
    batch.add(codes.truncate, 8, (buffer, at) => writeU64(buffer, at, truncateFrom));
  }
`,
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 94,
    title: 'the term is written after the entries',
    note: 'A torn write leaves entries of a term that the node has not heard of.',
    file: 'storage/log-record.ts',
    find: `  if (hardState !== null) addHardState(batch, hardState);
  if (installed !== null) addSnapshot(batch, 'snapshotInstalled', installed);
  if (truncateFrom !== null) {
    batch.add(codes.truncate, 8, (buffer, at) => writeU64(buffer, at, truncateFrom));
  }
  for (const entry of entries) addEntry(batch, entry, format);
`,
    replace: `  if (installed !== null) addSnapshot(batch, 'snapshotInstalled', installed);
  if (truncateFrom !== null) {
    batch.add(codes.truncate, 8, (buffer, at) => writeU64(buffer, at, truncateFrom));
  }
  for (const entry of entries) addEntry(batch, entry, format);
  if (hardState !== null) addHardState(batch, hardState);
`,
    caughtBy: { crashes: 'crash' },
  },
];
