/** A directory as it will be after some changes, for who plans them. */

import type { DiskReading } from './disk.ts';

/** Every file that is changed is kept under another name. */
export type Change =
  /** The file is from now on as given. */
  | { readonly kind: 'write'; readonly file: string; readonly bytes: Uint8Array }
  /** The file is not used any more. */
  | { readonly kind: 'setAside'; readonly file: string };

export function plannedDisk(disk: DiskReading, changes: readonly Change[]): DiskReading {
  const changed = new Map<string, Change>(changes.map((change) => [change.file, change]));
  return {
    path: disk.path,
    async list() {
      const names = (await disk.list()).filter((name) => !changed.has(name));
      const written = [...changed.values()].filter(({ kind }) => kind === 'write');
      return [...names, ...written.map(({ file }) => file)];
    },
    async read(name, offset = 0, length = Number.POSITIVE_INFINITY) {
      const change = changed.get(name);
      if (change === undefined) return disk.read(name, offset, length);
      if (change.kind === 'write') return change.bytes.subarray(offset, offset + length);
      throw Object.assign(new Error(`${name} is set aside`), { code: 'ENOENT' });
    },
  };
}
