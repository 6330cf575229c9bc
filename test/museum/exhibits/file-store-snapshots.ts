/** Snapshots beside a write-ahead log: what must be durable before what. */

import type { Exhibit } from '../exhibit.ts';

export const fileStoreSnapshots: readonly Exhibit[] = [
  {
    number: 95,
    title: 'a snapshot counts before its file is durable',
    note: 'The log speaks of it, and has let go what it covers.',
    seen: 'https://github.com/hashicorp/raft/pull/230',
    file: 'storage/snapshot-file.ts',
    find: '    await this.#file.sync();\n',
    replace: '',
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 96,
    title: 'a snapshot counts before its name is durable',
    note: 'After a crash the file is there under the name that it had while it was written.',
    seen: 'https://github.com/RedisLabs/redisraft/pull/548',
    file: 'storage/snapshot-files.ts',
    find: '    await this.#disk.syncNames();\n',
    replace: '',
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 97,
    title: 'the previous snapshot is removed before the log speaks of the new one',
    note: 'A crash between the two leaves a log that speaks of nothing that is there.',
    seen: 'https://github.com/ArcadeData/arcadedb/issues/4830',
    file: 'storage/file-store.ts',
    find: `      (snapshot) =>
        this.#queue({ kind: 'log', logWrite: { kind: 'snapshotSaved', snapshot }, done: adopt }),`,
    replace: `      (snapshot) => {
        snapshots.adopt(snapshot);
        this.#queue({ kind: 'log', logWrite: { kind: 'snapshotSaved', snapshot }, done: adopt });
      },`,
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 98,
    title: 'a received snapshot takes the place of the one before it while it is not durable',
    note: 'The file of that one goes when the last part has come, and not when the log says so.',
    file: 'storage/file-store.ts',
    find: "        this.#append([{ kind: 'write', write, installed }], (failure) => {",
    replace: `        snapshots.adopt(installed);
        this.#append([{ kind: 'write', write, installed }], (failure) => {`,
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 99,
    title: 'a received snapshot leaves the entries before it',
    note: 'They may be of a log that was never committed, and stand in the way of those that follow.',
    seen: 'https://github.com/databendlabs/openraft/pull/559',
    file: 'storage/replay.ts',
    find: `        this.snapshot = record.snapshot;
        return this.#truncate(0 as LogIndex);`,
    replace: `        this.snapshot = record.snapshot;
        return;`,
    caughtBy: {
      stories:
        'storage/file-store-conformance.test: ' +
        'in segments of 64 KiB: a received snapshot takes the place of all entries',
    },
  },
  {
    number: 100,
    title: "a node's own older snapshot is saved over a received one",
    note: 'Saving it took longer than receiving the other.',
    file: 'storage/file-store.ts',
    find: 'if (snapshot.meta.index > (log.snapshot?.meta.index ?? 0)) return false;',
    replace: 'if (snapshot.meta.index > 0 || log.snapshot === null) return false;',
    caughtBy: {
      stories:
        'storage/file-store-conformance.test: ' +
        'in segments of 64 KiB: a saved snapshot never takes the place of a newer one',
    },
  },
  {
    number: 101,
    title: 'a snapshot is removed while somebody reads it',
    note: 'It is being sent when another takes its place, and the node takes that for damage.',
    seen: 'https://github.com/camunda/camunda/issues/3887',
    file: 'storage/snapshot-files.ts',
    find: 'if (isReplaced && reads === 0)',
    replace: 'if (isReplaced)',
    caughtBy: {
      stories:
        'storage/file-store-order.test: ' +
        'a snapshot that is being read is removed when that has ended',
    },
  },
  {
    number: 102,
    title: "a snapshot's data is not checked when it is read",
    note: 'What has rotted is loaded, and sent to others.',
    file: 'storage/snapshot-file.ts',
    find: 'if (crc32c(data, at, blockEnd) !== checksums[block]) {',
    replace: 'if (checksums[block] === undefined) {',
    caughtBy: { crashes: 'rot' },
  },
  {
    number: 103,
    title: 'parts of a snapshot that was given up are kept',
    note: 'The next one begins with them.',
    file: 'storage/snapshot-files.ts',
    find: 'if (chunk.offset === 0) await this.#startReceiving();',
    replace: 'if (this.#receiving === null) await this.#startReceiving();',
    caughtBy: {
      stories:
        'storage/file-store-conformance.test: ' +
        'in segments of 64 KiB: offset 0 begins anew: the parts of an abandoned snapshot are gone',
    },
  },
];
