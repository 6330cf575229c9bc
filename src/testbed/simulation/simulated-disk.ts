/**
 * A disk, simulated: what was made durable is on the medium, the rest in memory, and a crash loses
 * the memory, or a part of it. It is slow, full, fails and rots as it is told.
 */

import { nextFraction, nextInteger, type Random } from '../../raft/index.ts';
import type { Clock } from '../../replica/index.ts';
import type { SimulatedFile } from './simulated-file.ts';
import { drawSurvival, type Survival, type SurvivalChances } from './survival.ts';

/** How a disk behaves; times by the simulation's clock, chances from 0 to 1. */
export interface SimulatedDiskFaults extends SurvivalChances {
  /** How long a sync takes, on average; 0 is at once. */
  readonly diskMs: number;
  /** The chance that a write fails. A part of it may have been written. */
  readonly diskFailure: number;
  /** The chance that a sync fails. A part of what it was for may be durable. */
  readonly syncFailure: number;
}

export interface SimulatedDiskOptions {
  readonly clock: Pick<Clock, 'after'>;
  readonly random: Random;
  readonly faults: SimulatedDiskFaults;
  /** A promise has been settled: those who wait for it have their turn. */
  readonly onTurn?: () => void;
}

/** A name is given to a file, or is lost. A rename is both, in one step. */
type NameChange = readonly (readonly [name: string, file: SimulatedFile | null])[];

/** How much of a write is written, in bytes, and why that is not all. */
interface Admission {
  readonly bytes: number;
  readonly failure: Error | null;
}

type Names = Map<string, SimulatedFile>;

export class SimulatedDisk {
  faults: SimulatedDiskFaults;
  /** How many bytes its files may have, together. */
  capacityBytes: number = Number.POSITIVE_INFINITY;
  readonly #options: SimulatedDiskOptions;
  #names: Names = new Map();
  readonly #durableNames: Names = new Map();
  /** What has changed since, one after the other. */
  readonly #changes: NameChange[] = [];
  /** How many changes there were before these. */
  #changesBefore = 0;
  /** Changes that could not be made durable. */
  readonly #failedChanges: NameChange[] = [];
  #isTaken = false;
  #hasFailed = false;
  #crashes = 0;

  constructor(options: SimulatedDiskOptions) {
    this.#options = options;
    this.faults = options.faults;
  }

  /** Whether it has failed since the last crash, in any way that was asked for. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** From now on there is room for up to so many bytes more. */
  makeRoom(mostBytes: number): void {
    this.capacityBytes = this.usedBytes + nextInteger(this.#options.random, 0, mostBytes + 1);
  }

  get usedBytes(): number {
    return sumOf(this.#names.values(), ({ length }) => length);
  }

  /** Its files, by name. */
  get files(): ReadonlyMap<string, SimulatedFile> {
    return this.#names;
  }

  /** How many changes of names are not durable. */
  get pendingNameChanges(): number {
    return this.#changes.length;
  }

  /** How often it has crashed. */
  get crashes(): number {
    return this.#crashes;
  }

  /**
   * The process ends, and nothing else: the system has in memory what it had. What it could not
   * write it does not try again, but names; a journal that cannot be written is the end of it.
   */
  kill(): void {
    this.#crashes++;
    this.#isTaken = false;
    this.#hasFailed = false;
    for (const file of this.#names.values()) file.detach();
    this.#changes.unshift(...this.#failedChanges.splice(0));
  }

  /**
   * The power fails. Nobody who waits for this disk hears of it again. What survives of that which
   * was not durable is drawn, unless it is given.
   */
  crash(survival: Survival = drawSurvival(this.#options.random, this.faults)): void {
    this.#failedChanges.length = 0;
    this.kill();
    const files = new Set([...this.#names.values(), ...this.#durableNames.values()]);
    for (const file of files) file.crash(survival);
    this.#keepNames(this.#takeChanges(this.nameChanges), survival);
    this.#names = new Map(this.#durableNames);
  }

  /**
   * A bit turns round, somewhere in the files with such names.
   *
   * @returns in which of them, or null when they hold nothing that is durable
   */
  rot(mayRot: (name: string) => boolean): string | null {
    const files = [...this.#names].filter(([name]) => mayRot(name));
    const bits = 8 * sumOf(files, ([, file]) => file.durableLength);
    if (bits === 0) return null;
    let bit = nextInteger(this.#options.random, 0, bits);
    for (const [name, file] of files) {
      if (bit < 8 * file.durableLength) {
        file.flip(bit);
        return name;
      }
      bit -= 8 * file.durableLength;
    }
    return null;
  }

  /** Another disk that has the same on its medium, and in its memory. Nobody has it. */
  copy(): SimulatedDisk {
    const copy = new SimulatedDisk({ ...this.#options, faults: this.faults });
    const copies = new Map<SimulatedFile, SimulatedFile>();
    const copyOf = (file: SimulatedFile): SimulatedFile => {
      const known = copies.get(file) ?? file.copy();
      copies.set(file, known);
      return known;
    };
    for (const [name, file] of this.#names) copy.#names.set(name, copyOf(file));
    for (const [name, file] of this.#durableNames) copy.#durableNames.set(name, copyOf(file));
    for (const change of this.#changes) {
      copy.#changes.push(change.map(([name, file]) => [name, file && copyOf(file)]));
    }
    return copy;
  }

  // What follows is for mounted-disk.ts.

  take(): void {
    if (this.#isTaken) throw new Error('the simulated disk is used by another process');
    this.#isTaken = true;
  }

  giveUp(): void {
    this.#isTaken = false;
  }

  /** @throws Error when there is none */
  file(name: string): SimulatedFile {
    const file = this.#names.get(name);
    if (file === undefined) {
      throw Object.assign(new Error(`ENOENT: no such file: ${name}`), { code: 'ENOENT' });
    }
    return file;
  }

  changeNames(...change: NameChange): void {
    carryOut(change, this.#names);
    this.#changes.push(change);
  }

  /** How many changes of names there ever were. */
  get nameChanges(): number {
    return this.#changesBefore + this.#changes.length;
  }

  /** The first `changes` of all changes of names are durable. */
  syncNames(changes: number): void {
    for (const change of this.#takeChanges(changes)) carryOut(change, this.#durableNames);
  }

  /** They could not be made durable. Which of them are is open; nobody will try again. */
  failNames(changes: number): void {
    const failed = this.#takeChanges(changes);
    this.#failedChanges.push(...failed);
    this.#keepNames(failed, this.#drawSurvival());
  }

  #takeChanges(upTo: number): NameChange[] {
    const taken = this.#changes.splice(0, Math.max(0, upTo - this.#changesBefore));
    this.#changesBefore += taken.length;
    return taken;
  }

  #keepNames(changes: readonly NameChange[], survival: Survival): void {
    if (changes.length === 0) return;
    const kept = changes.slice(0, survival.names(changes.length));
    for (const change of kept) carryOut(change, this.#durableNames);
  }

  failFile(file: SimulatedFile, writes: number): void {
    file.failSync(writes, this.#drawSurvival());
  }

  #drawSurvival(): Survival {
    return drawSurvival(this.#options.random, this.faults);
  }

  /** How much of a write fits and does not fail, and how it fails otherwise. */
  admit(file: SimulatedFile, bytes: number, position: number): Admission {
    const { random } = this.#options;
    if (this.#draws(this.faults.diskFailure)) {
      return { bytes: nextInteger(random, 0, bytes), failure: this.#fail('EIO', 'write failed') };
    }
    if (this.capacityBytes === Number.POSITIVE_INFINITY) return { bytes, failure: null };
    const growth = Math.max(0, position + bytes - file.length);
    const room = Math.max(0, this.capacityBytes - this.usedBytes);
    if (growth <= room) return { bytes, failure: null };
    const fits = Math.max(0, bytes - (growth - room));
    const written = nextFraction(random) < 0.5 ? 0 : nextInteger(random, 0, fits + 1);
    return { bytes: written, failure: this.#fail('ENOSPC', 'no space left') };
  }

  /** Whether a sync fails. */
  syncFailure(): Error | null {
    return this.#draws(this.faults.syncFailure) ? this.#fail('EIO', 'sync failed') : null;
  }

  #draws(chance: number): boolean {
    return chance > 0 && nextFraction(this.#options.random) < chance;
  }

  #fail(code: string, what: string): Error {
    this.#hasFailed = true;
    return Object.assign(new Error(`${code}: ${what}`), { code });
  }

  /** After as long as a sync takes, or at once; never after a crash. */
  afterSync(action: () => void): void {
    const { clock, random } = this.#options;
    const { diskMs } = this.faults;
    if (diskMs === 0) return action();
    const life = this.#crashes;
    clock.after(2 * diskMs * nextFraction(random), () => {
      if (life === this.#crashes) action();
    });
  }

  turn(): void {
    this.#options.onTurn?.();
  }
}

function carryOut(change: NameChange, names: Names): void {
  for (const [name, file] of change) {
    if (file === null) names.delete(name);
    else names.set(name, file);
  }
}

function sumOf<Item>(items: Iterable<Item>, bytesOf: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum += bytesOf(item);
  return sum;
}
