/** Makes the store of a node: files on a disk, or what stands for them. */

import type { Faults } from './faults.ts';
import type { NodeStore } from './node-store.ts';
import { SimulatedFileStore, type SimulatedFileStoreOptions } from './simulated-file-store.ts';
import { SimulatedStore } from './simulated-store.ts';

export interface CreateNodeStoreOptions<Command> extends SimulatedFileStoreOptions<Command> {
  readonly faults: Faults;
}

export function createNodeStore<Command>(
  options: CreateNodeStoreOptions<Command>,
): NodeStore<Command> {
  const { clock, random, faults, witness } = options;
  if (faults.files === 1) return new SimulatedFileStore(options);
  return new SimulatedStore(clock, random, faults, witness);
}
