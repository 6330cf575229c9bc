/**
 * What a file store needs of a file system: one flat directory. The real one is node-disk.ts; a
 * simulation has one that loses, tears and corrupts what a real one may.
 *
 * What is written is durable only when it was made so: the contents of a file by `persist` or
 * `sync`, its name, and the loss of one, by `syncNames`. Until then a crash may undo any part of it.
 *
 * Every failure is an Error that says what the file system says; none may be taken for success.
 */

export interface Disk {
  /** Where it is, for people. */
  readonly path: string;
  /**
   * Creates the directory if need be, and takes it for this process alone.
   *
   * @throws Error naming the process that has it
   */
  acquire(): Promise<void>;
  /** Gives it up. */
  release(): Promise<void>;
  /** The names of all files. */
  list(): Promise<readonly string[]>;
  /** At most `length` bytes from `offset` on, fewer where the file ends. Default: all. */
  read(name: string, offset?: number, length?: number): Promise<Uint8Array>;
  /** Opens a file for writing, and creates it, empty, when there is none. */
  open(name: string): Promise<DiskFile>;
  /** Gives a file another name, in one step; whatever had that name is gone. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. Rejects when there is none. */
  remove(name: string): Promise<void>;
  /** Makes durable which names there are. */
  syncNames(): Promise<void>;
}

/** What it takes to read a store; nothing is changed, and nobody is kept out. */
export type DiskReading = Pick<Disk, 'path' | 'list' | 'read'>;

/** A file that is open for writing. Positions and sizes are in bytes. */
export interface DiskFile {
  /**
   * Writes all of `data` at `position`, makes it durable, and calls back: at once, or later. One
   * call at a time; `data` must not change until then.
   */
  persist(data: Uint8Array, position: number, done: (failure: Error | null) => void): void;
  /** Writes all of `data` at `position`; `sync` makes it durable. */
  write(data: Uint8Array, position: number): Promise<void>;
  /** Makes durable what was written. */
  sync(): Promise<void>;
  /** Gives the file up. What was not made durable may be lost. */
  close(): Promise<void>;
}
