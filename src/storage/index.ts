/** Stores for replicas, and the rules for one's own. */

export {
  type FailingStoreHarness,
  failingStoreConformance,
  type StoreHarness,
  type StoreRule,
  storeConformance,
} from './conformance.ts';
export { MemoryStore } from './memory.ts';
export type { SnapshotPart, Store, StoredState, StoreWrite } from './store.ts';
