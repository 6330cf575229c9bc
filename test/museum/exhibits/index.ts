/** The whole museum. */

import type { Exhibit } from '../exhibit.ts';
import { durability } from './durability.ts';
import { elections } from './elections.ts';
import { fileStore } from './file-store.ts';
import { fileStoreSnapshots } from './file-store-snapshots.ts';
import { fileStoreStarts } from './file-store-starts.ts';
import { foundHere } from './found-here.ts';
import { membership } from './membership.ts';
import { reads } from './reads.ts';
import { replication } from './replication.ts';
import { requests } from './requests.ts';
import { sessions } from './sessions.ts';
import { snapshots } from './snapshots.ts';

/** The list of well-known defects has so many lines. */
export const listedCount = 50;

export const exhibits: readonly Exhibit[] = [
  ...elections,
  ...replication,
  ...reads,
  ...membership,
  ...snapshots,
  ...durability,
  ...requests,
  ...sessions,
  ...foundHere,
  ...fileStore,
  ...fileStoreSnapshots,
  ...fileStoreStarts,
].sort((a, b) => a.number - b.number);

/** Changes nothing: whoever catches it is a broken net. */
export const control: Exhibit = {
  number: 0,
  title: "the museum's control: a comment is changed",
  note: '',
  file: 'raft/commitment.ts',
  find: '/** Moves the commit index forward; it never moves back. */',
  replace: '/** Moves the commit index forward. It never moves back. */',
  caughtBy: {},
};
