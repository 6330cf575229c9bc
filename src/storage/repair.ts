/**
 * Carries out the repair of a store. Whatever is changed is kept under another name first, which ends
 * in `.damaged`. A crash in the middle leaves a store that a start refuses and that can be repaired;
 * or one that is repaired.
 */

import type { Disk } from './disk.ts';
import { examineStore } from './examine.ts';
import { changesOf, type Mending } from './mending.ts';
import type { Change } from './planned-disk.ts';
import { temporarySuffix } from './snapshot-files.ts';

export const asideSuffix = '.damaged';

/** A file, and the name under which what it was is kept. */
export interface KeptAside {
  readonly file: string;
  readonly aside: string;
}

/**
 * @param disk is held by the caller, so that nobody else has it
 * @throws Error of the file system, or when a start would still refuse the store
 */
export async function repairStore(
  disk: Disk,
  mendings: readonly Mending[],
): Promise<readonly KeptAside[]> {
  const kept: KeptAside[] = [];
  for (const change of changesOf(mendings)) {
    const aside = await carryOut(disk, change);
    if (aside !== null) kept.push({ file: change.file, aside });
  }
  const [finding] = (await examineStore(disk)).findings;
  if (finding !== undefined) throw new Error(`after the repair, ${finding.what}`);
  return kept;
}

/** Returns under which name the file is kept; null when there was nothing in it. */
async function carryOut(disk: Disk, change: Change): Promise<string | null> {
  const { file } = change;
  const names = await disk.list();
  if (change.kind === 'setAside') {
    const aside = freeName(names, file);
    await disk.rename(file, aside);
    await disk.syncNames();
    return aside;
  }
  const old = names.includes(file) ? await disk.read(file) : new Uint8Array();
  const isBlank = old.every((byte) => byte === 0);
  const aside = isBlank ? null : await copyAside(disk, names, file, old);
  await replace(disk, file, change.bytes);
  return aside;
}

async function copyAside(
  disk: Disk,
  names: readonly string[],
  file: string,
  bytes: Uint8Array,
): Promise<string> {
  // An earlier attempt may have come as far as this.
  for (const name of names.filter((name) => name.startsWith(`${file}${asideSuffix}`))) {
    if (Buffer.from(await disk.read(name)).equals(bytes)) return name;
  }
  const aside = freeName(names, file);
  await replace(disk, aside, bytes);
  return aside;
}

/** All of the file in one step, and durable. */
async function replace(disk: Disk, name: string, bytes: Uint8Array): Promise<void> {
  // Not the name of a store's draft, which says that a store is being created.
  const temporary = `${name}.repair${temporarySuffix}`;
  if ((await disk.list()).includes(temporary)) await disk.remove(temporary);
  const file = await disk.open(temporary);
  try {
    await file.write(bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, name);
  await disk.syncNames();
}

function freeName(names: readonly string[], file: string): string {
  let aside = `${file}${asideSuffix}`;
  for (let number = 2; names.includes(aside); number++) aside = `${file}${asideSuffix}.${number}`;
  return aside;
}
