/** A net: a way to look for defects in a build of the project. */

import type { Exhibit } from './exhibit.ts';

/** Compiled sources and tests, with or without a defect, laid out like the repository. */
export interface Build {
  readonly directory: string;
}

/** How far a net goes. */
export interface Task {
  /** How many seeds a net that draws by chance tries. */
  readonly seeds: number;
  /** What is known to catch this defect, as the exhibit names it, or null. */
  readonly known: string | null;
  /** Whether only that is tried. */
  readonly isQuick: boolean;
}

export interface Catch {
  /** What has caught the defect, in the words of the net. */
  readonly by: string;
  /** How many seeds were needed, the last included; for nets that draw by chance. */
  readonly seeds?: number;
}

/** Whether a file is the file store's alone, which most nets never open. */
export function isOfFileStore(file: string): boolean {
  return file.startsWith('storage/') && file !== 'storage/memory.ts';
}

export function isOfCore(file: string): boolean {
  return !isOfFileStore(file);
}

export interface Net {
  readonly name: string;
  /** What it does, for the page. */
  readonly what: string;
  /** Whether it draws by chance, so that the number of seeds says how sharp it is. */
  readonly isRandom: boolean;
  /** Whether it runs this file below `src` at all; otherwise it does not look. Default: any. */
  readonly reaches?: (file: string) => boolean;
  /** Looks for a defect in the build; null when it finds none. */
  run(build: Build, task: Task): Promise<Catch | null>;
}

/** Whether a net runs what an exhibit has changed. */
export function reaches(net: Net, { file }: Pick<Exhibit, 'file'>): boolean {
  return net.reaches?.(file) ?? true;
}
