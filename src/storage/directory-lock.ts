/**
 * Keeps two processes from using one directory, with files alone.
 *
 * Whoever wants the directory adds a line that names it to the file `lock`, and then reads the file:
 * the first line whose process is alive has it. Lines are added in one step and never change, so all
 * see them in the same order, and of two who come at once exactly one is first. A process that was
 * killed needs to clean up nothing. Who finds somebody else adds that it has given up: it may live
 * on, and must not stand in the way of who comes later. A process is known by its id and the moment
 * of its start, since ids are used again.
 *
 * Processes that cannot see each other, on two hosts or in two containers, are not kept apart.
 */

import { readFileSync } from 'node:fs';
import { type FileHandle, open, readFile, stat, unlink } from 'node:fs/promises';
import { StoreRefusal } from './refusal.ts';

interface Claim {
  readonly pid: number;
  /** When the process was started, as the system counts; empty where that cannot be learned. */
  readonly started: string;
  /** Tells claims of one process apart. */
  readonly number: number;
}

/** Before a claim: its process does not make it any more. */
const givenUp = '-';

/** Claims of this process that hold. */
const held = new Set<string>();
let nextNumber = 1;

export class DirectoryLock {
  readonly #path: string;
  readonly #claim: Claim;

  private constructor(path: string, claim: Claim) {
    this.#path = path;
    this.#claim = claim;
  }

  /**
   * @param path of the lock's file
   * @throws StoreRefusal when another living process has it
   */
  static async acquire(path: string, directory: string): Promise<DirectoryLock> {
    const claim = {
      pid: process.pid,
      started: startOf(process.pid) ?? '',
      number: nextNumber++,
    };
    held.add(nameOf(claim));
    try {
      for (;;) {
        const holder = await firstAlive(path, claim);
        // Most likely who had it has gone, and has removed the file that we wrote to.
        if (holder === null) continue;
        if (nameOf(holder) === nameOf(claim)) return new DirectoryLock(path, claim);
        const who = `process ${holder.pid}${holder.pid === process.pid ? ' (this one)' : ''}`;
        throw new StoreRefusal('inUse', directory, `it is in use by ${who}`, directory);
      }
    } catch (error) {
      held.delete(nameOf(claim));
      throw error;
    }
  }

  /** Removes the file, while this process is alive: see `firstAlive`. */
  async release(): Promise<void> {
    if (!held.has(nameOf(this.#claim))) return;
    await unlink(this.#path).catch(() => {});
    held.delete(nameOf(this.#claim));
  }
}

/**
 * The living process that has a directory, or null. This asks for nothing, so by the time it is known
 * it may have changed.
 *
 * @param path of the lock's file
 */
export async function lockHolder(path: string): Promise<number | null> {
  const text = await readFile(path, 'latin1').catch(() => '');
  return holderAmong(text)?.pid ?? null;
}

/** The first claim whose process is alive and has not given it up. */
function holderAmong(text: string): Claim | null {
  const lines = text.split('\n');
  const isGivenUp = (line: string): boolean => lines.includes(`${givenUp}${line}`);
  const claims = lines.filter((line) => !isGivenUp(line)).map(parseClaim);
  return claims.find(isAlive) ?? null;
}

function nameOf({ pid, started, number }: Claim): string {
  return `${pid} ${started} ${number}`;
}

/**
 * Adds a claim, and returns the first one whose process is alive: our own, if nobody else's. Null
 * when the file was removed meanwhile, or the claim was not written in one piece: then it is worth
 * nothing.
 */
async function firstAlive(path: string, claim: Claim): Promise<Claim | null> {
  const file = await open(path, 'a+');
  try {
    // On a line of its own, also after one that a full disk has cut off.
    await file.appendFile(`\n${nameOf(claim)}\n`);
    const holder = holderAmong(await readFrom(file));
    if (holder !== null && nameOf(holder) !== nameOf(claim)) {
      await file.appendFile(`\n${givenUp}${nameOf(claim)}\n`).catch(() => {});
    }
    const isSameFile = (await stat(path).catch(() => null))?.ino === (await file.stat()).ino;
    return isSameFile ? holder : null;
  } finally {
    await file.close();
  }
}

/** @param file has been written to, so its own position is at the end */
async function readFrom(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(size), 0, size, 0);
  return buffer.toString('latin1');
}

function parseClaim(line: string): Claim | null {
  const match = /^([0-9]+) ([0-9a-f-]*) ([0-9]+)$/.exec(line);
  if (match === null) return null;
  return { pid: Number(match[1]), started: match[2] ?? '', number: Number(match[3]) };
}

function isAlive(claim: Claim | null): claim is Claim {
  if (claim === null) return false;
  const { pid, started } = claim;
  if (pid === process.pid && started === (startOf(pid) ?? '')) return held.has(nameOf(claim));
  const now = startOf(pid);
  return now === null ? isProcess(pid) && started === '' : now === started;
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When a process was started: in which run of the system, and when in it. Null when there is no such
 * process, or it has ended and only waits for its parent, or there is no way to know. (proc(5))
 */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program, in brackets, may contain anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    if (state === 'Z' || state === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    return `${boot}-${fields[19]}`;
  } catch {
    return null;
  }
}
