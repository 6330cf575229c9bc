/**
 * Stores for replicas, in files and in memory, and the rules for a store of one's own. All types of
 * the core are exported here too, since stores hold them.
 *
 * ```ts
 * import { FileStore, nodeDisk } from 'raftwright/storage';
 *
 * export const store = new FileStore<string>({
 *   disk: nodeDisk('/var/lib/my-service/n1'),
 *   node: 'n1',
 *   format: {
 *     encode: (command) => new TextEncoder().encode(command),
 *     decode: (bytes) => new TextDecoder().decode(bytes),
 *   },
 * });
 * ```
 */

export type * from '../raft/index.ts';

export {
  type FailingStoreHarness,
  failingStoreConformance,
  type StoreHarness,
  type StoreRule,
  storeConformance,
} from './conformance.ts';
export type { Disk, DiskFile } from './disk.ts';
export { FileStore, type FileStoreOptions } from './file-store.ts';
export type { CommandFormat } from './log-record.ts';
export { MemoryStore } from './memory.ts';
export { type DiskObserver, nodeDisk } from './node-disk.ts';
export type { StoreRepair } from './opening.ts';
export { type StoreProblem, StoreRefusal } from './refusal.ts';
export type { LogUsage } from './segment-sizes.ts';
export type { SnapshotPart, Store, StoredState, StoreWrite } from './store.ts';
