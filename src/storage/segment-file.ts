/** The names of segments, and how one is prepared: filled with zeros before it is used. */

import type { Disk, DiskFile } from './disk.ts';

const suffix = '.wal';

export function segmentName(number: number): string {
  return `${String(number).padStart(10, '0')}${suffix}`;
}

/** The numbers of the segments among some names, in their order. */
export function segmentNumbers(names: readonly string[]): number[] {
  return names
    .filter((name) => /^[0-9]{10}\.wal$/.test(name))
    .map((name) => Number(name.slice(0, -suffix.length)))
    .sort((a, b) => a - b);
}

const zeros = Buffer.alloc(1024 * 1024);

/**
 * Writes zeros over a part of a file and makes them durable: later writes there need no new blocks,
 * which makes each sync cheaper, and what they have not reached can be seen to be missing.
 */
export async function fillWithZeros(file: DiskFile, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += zeros.length) {
    await file.write(zeros.subarray(0, Math.min(zeros.length, to - at)), at);
  }
  await file.sync();
}

/** The same, as far as there is room: the write that finds none will say so. */
export async function fillIfPossible(file: DiskFile, from: number, to: number): Promise<void> {
  try {
    await fillWithZeros(file, from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    await file.sync();
  }
}

/** Creates a segment, blank and as large as it can be made. */
export async function prepareSegment(disk: Disk, number: number, bytes: number): Promise<DiskFile> {
  const file = await disk.open(segmentName(number));
  await fillIfPossible(file, 0, bytes);
  await disk.syncNames();
  return file;
}
