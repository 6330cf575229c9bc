/**
 * Writes a small store, the same each time, for chapters that look into its files:
 *
 *     node dist/test/guide/small-store.js DIRECTORY
 */

import { FileStore } from '../../src/storage/file-store.ts';
import { nodeDisk } from '../../src/storage/node-disk.ts';
import { persist, textFormat } from '../storage/text-commands.ts';
import { entry, vote } from '../storage/written-store.ts';

const [directory] = process.argv.slice(2);
if (directory === undefined)
  throw new Error('where? node dist/test/guide/small-store.js DIRECTORY');
const store = new FileStore({
  disk: nodeDisk(directory),
  node: 'n1',
  format: textFormat,
  segmentBytes: 4096,
  createId: () => 'c0ffee',
});
await store.load();
await persist(store, { hardState: vote(1, 'n2'), entries: [entry(1, 1), entry(2, 1)] });
await persist(store, { entries: [entry(3, 1)] });
await persist(store, {
  hardState: vote(2, 'n3'),
  truncateFrom: entry(3, 1).index,
  entries: [entry(3, 2)],
});
await store.close();
