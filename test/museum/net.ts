/** A net: a way to look for defects in a build of the project. */

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

export interface Net {
  readonly name: string;
  /** What it does, for the page. */
  readonly what: string;
  /** Whether it draws by chance, so that the number of seeds says how sharp it is. */
  readonly isRandom: boolean;
  /** Looks for a defect in the build; null when it finds none. */
  run(build: Build, task: Task): Promise<Catch | null>;
}
