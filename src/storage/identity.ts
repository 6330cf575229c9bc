/** What a directory says of itself: in which format it is written, whose it is, and its own id. */

import { crc32c } from './crc32c.ts';
import type { Disk, DiskReading } from './disk.ts';
import { StoreRefusal } from './refusal.ts';

/** The format that is described in docs/storage.md. */
export const formatVersion = 1;

export const identityFile = 'store.json';

export interface Identity {
  readonly format: number;
  /** The id of the store, drawn when it was created; a segment of another store does not fit. */
  readonly store: string;
  /** The node whose promises are kept here. */
  readonly node: string;
  /** The cluster that it was started in. */
  readonly cluster: string;
}

/** Whose it is, in words: a node, and its cluster if that has a name. */
export function ownerOf({ node, cluster }: Pick<Identity, 'node' | 'cluster'>): string {
  return cluster === '' ? node : `${node} of the cluster ${cluster}`;
}

/** The checksum with which those of all records of the store begin. */
export function seedOf({ store }: Identity): number {
  return crc32c(Buffer.from(store));
}

/** The name of the file until the store is complete. */
export const identityDraft: string = `${identityFile}.tmp`;

/** Says that a store is being created here. */
export async function draftIdentity(disk: Disk, identity: Identity): Promise<void> {
  const file = await disk.open(identityDraft);
  await file.write(writtenIdentity(identity), 0);
  await file.sync();
  await file.close();
  await disk.syncNames();
}

/** Says that it was created. */
export async function publishIdentity(disk: Disk): Promise<void> {
  await disk.rename(identityDraft, identityFile);
  await disk.syncNames();
}

/** @throws StoreRefusal when it cannot be read, or is of a newer format */
export async function readIdentity(disk: DiskReading): Promise<Identity> {
  const where = `${disk.path}/${identityFile}`;
  const text = Buffer.from(await disk.read(identityFile)).toString();
  let value: Partial<Identity & { readonly checksum: string }>;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    throw new StoreRefusal('damaged', where, 'it is not JSON', disk.path);
  }
  const { format, store, node, cluster, checksum } = value ?? {};
  if (typeof format === 'number' && format > formatVersion) {
    const what = `it is of format ${format}, and this version knows those up to ${formatVersion}`;
    throw new StoreRefusal('newerFormat', where, what, disk.path);
  }
  const isWhole =
    typeof format === 'number' && [store, node, cluster].every((text) => typeof text === 'string');
  const identity = { format, store, node, cluster } as Identity;
  if (!isWhole || checksum !== checksumOf(identity)) {
    throw new StoreRefusal('damaged', where, 'its checksum is wrong', disk.path);
  }
  return identity;
}

/** What the file says. */
export function writtenIdentity(identity: Identity): Buffer {
  const { format, store, node, cluster } = identity;
  const value = { format, store, node, cluster, checksum: checksumOf(identity) };
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function checksumOf({ format, store, node, cluster }: Identity): string {
  const checksum = crc32c(Buffer.from(JSON.stringify([format, store, node, cluster])));
  return checksum.toString(16).padStart(8, '0');
}
