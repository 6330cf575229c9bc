/** The store of a simulated node, and the disk under it, which outlive the node's lives. */

import type { Store, StoredState } from '../../storage/store.ts';
import type { SimulatedDiskFaults } from './simulated-disk.ts';

/** How stores that are files behave, and the disks under them. */
export interface FileFaults extends SimulatedDiskFaults {
  /** 1: nodes keep their promises in files. */
  readonly files: 0 | 1;
  /** The chance that a crash is of the process alone, and what the system has in memory survives. */
  readonly kills: number;
  /** How large the segments of a log are; 0 is 64 KiB. */
  readonly segmentBytes: number;
  /**
   * A node that starts finds room for so many bytes more on its disk, on average; 0 is for all. When
   * the disk is full the node stops, and somebody makes room and starts it again.
   */
  readonly diskRoomBytes: number;
}

export interface NodeStore<Command> extends Omit<Store<Command>, 'load'> {
  /** How it behaves from now on. */
  setFaults(faults: FileFaults): void;
  /**
   * Begins a life of the node.
   *
   * @param acts asked before each thing that is done with a disk that has files, and between a write
   *     and its sync: whether the node still lives. It may crash right then.
   */
  load(acts: () => boolean): Promise<StoredState<Command>>;
  /** The disk no longer holds what was written. */
  rot(): void;
  readonly isRotten: boolean;
  /** The node was told that its disk cannot be trusted, and will not start again. */
  readonly isLost: boolean;
  /** The node's life ends, and with it what was not durable. */
  crash(): void;
}
