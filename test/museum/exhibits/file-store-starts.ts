/** What a store on files does wrong when it starts: docs/storage.md, "Torn or damaged". */

import type { Exhibit } from '../exhibit.ts';

export const fileStoreStarts: readonly Exhibit[] = [
  {
    number: 44,
    title: 'a corrupt entry is treated as a torn tail',
    note:
      'It is cut off with all that was acknowledged after it, and the node votes without it. ' +
      '(Alagappan and others, "Protocol-Aware Recovery", 2018)',
    seen: 'https://github.com/ngaut/unistore/issues/567',
    file: 'storage/segment-scan.ts',
    find: 'return { ending: endingAt(bytes, offset, header, seed), chainEnd };',
    replace: `const tornBytes = Math.max(0, lastNonZero(bytes, offset) + 1 - offset);
      return { ending: { kind: 'open', offset, tornBytes }, chainEnd };`,
    caughtBy: { crashes: 'rot' },
  },
  {
    number: 104,
    title: 'what looks torn is cut off, although more was written after it',
    note: 'Rot can look like a torn write; but one that is not the last was durable.',
    file: 'storage/segment-scan.ts',
    find: 'if (witness !== null) {',
    replace: 'if (witness !== null && header === null) {',
    caughtBy: {
      stories:
        'storage/file-store-refusals.test: ' +
        'rot that looks like a torn write is damage when more was written after it',
    },
  },
  {
    number: 105,
    title: 'a torn tail is taken for damage',
    note: 'After a power cut the node does not start any more, and has lost nothing.',
    seen: 'https://github.com/etcd-io/etcd/issues/5230',
    file: 'storage/segment-scan.ts',
    find: "  if (isTorn) return { kind: 'open'",
    replace: "  if (isTorn && header === null) return { kind: 'open'",
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 106,
    title: 'a torn tail is not wiped before it is written over',
    note: 'What is left of it stands after the new records, and looks like damage.',
    seen: 'https://github.com/duckdb/duckdb/pull/14785',
    file: 'storage/opening.ts',
    find: '    await cutTail(file, offset, Math.max(fileBytes, offset + bytes));\n',
    replace: '',
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 107,
    title: 'a torn tail is wiped from its beginning on',
    note: 'A crash meanwhile leaves its end, which looks like damage. So this one did once.',
    file: 'storage/opening.ts',
    find: `  const lastOfHeader = from + headerBytes - 1;
  if (lastOfHeader < to) await fillWithZeros(file, lastOfHeader, to);
  await fillWithZeros(file, from, Math.min(lastOfHeader, to));`,
    replace: `  const lastOfHeader = from + headerBytes - 1;
  await fillWithZeros(file, from, Math.min(lastOfHeader, to));
  if (lastOfHeader < to) await fillWithZeros(file, lastOfHeader, to);`,
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 108,
    title: 'what a start has read is not synced before the node rests on it',
    note: 'The process before was killed ahead of its sync, and a power cut takes what this one said.',
    file: 'storage/opening.ts',
    find: `  await file.write(await disk.read(segmentName(number), from, to - from), from);
  await file.sync();`,
    replace: '  await file.write(await disk.read(segmentName(number), from, to - from), from);',
    caughtBy: { crashes: 'kill' },
  },
  {
    number: 109,
    title: 'what a start has read after a failed sync is synced, and not written again',
    note: 'That sync has nothing to do any more. (Rebello and others, 2020) So it was here once.',
    file: 'storage/opening.ts',
    find: '  await file.write(await disk.read(segmentName(number), from, to - from), from);\n',
    replace: '',
    caughtBy: {
      stories:
        'storage/failed-sync.test: ' +
        'after a failed sync, what the next process reads is made durable: 1',
    },
  },
  {
    number: 110,
    title: 'the segment before is not synced at a start',
    note: 'Its end may be in memory only, and the next segment is written to.',
    file: 'storage/opening.ts',
    find: '    await rewriteLast(disk, file, before);\n',
    replace: '',
    caughtBy: { crashes: 'kill' },
  },
  {
    number: 111,
    title: 'names that a start has found are not synced',
    note: 'The process before was killed ahead of it; a power cut takes a segment, or the store.',
    file: 'storage/opening.ts',
    find: '  await rewriteLast(disk, file, current);\n  await disk.syncNames();\n',
    replace: '  await rewriteLast(disk, file, current);\n',
    caughtBy: {
      stories:
        'storage/file-store-order.test: ' +
        'names that a killed process has not synced, the next one does before all else',
    },
  },
  {
    number: 86,
    title: 'a start removes older snapshots before what it has read is durable',
    note:
      'The record that speaks of the newest may be in memory only; a power cut brings back one that ' +
      'speaks of what was removed. So it was here once.',
    file: 'storage/opening.ts',
    find: `  const file = await mend(options, logReading, current);
  // The record that speaks of another snapshot is durable only now.
  await removeStrays(disk, replay.snapshot?.file ?? null);
`,
    replace: `  await removeStrays(disk, replay.snapshot?.file ?? null);
  const file = await mend(options, logReading, current);
`,
    caughtBy: { crashes: 'kill' },
  },
  {
    number: 112,
    title: 'a record need not follow the one before it',
    note: 'A segment of another time, from a backup perhaps, is read as if it were of this log.',
    file: 'storage/segment-scan.ts',
    find: 'return header.number === number + 1 && header.previousChecksum === checksum;',
    replace: 'return header.number === number + 1 || header.previousChecksum === checksum;',
    caughtBy: {
      stories: 'storage/file-store-refusals.test: a segment of another time does not follow',
    },
  },
  {
    number: 113,
    title: 'a log that begins too late is loaded',
    note: 'The oldest segment is missing, and nobody misses it when those after it have no entry.',
    file: 'storage/replay.ts',
    find: '        if (this.marks.count === 0) this.lastIndex = record.start.lastIndex;\n',
    replace: '',
    caughtBy: {
      stories:
        'storage/file-store.test: the oldest segment is missed, even when the later ones have no entry',
    },
  },
  {
    number: 114,
    title: 'the directory of another node is used',
    note: "Whose vote was it? Two directories were exchanged, and a node votes twice in another's name.",
    file: 'storage/opening.ts',
    find: '  checkOwner(identity, options);\n',
    replace: '',
    caughtBy: {
      stories:
        'storage/file-store-refusals.test: ' +
        'the directory of another node, or of another cluster, is refused',
    },
  },
  {
    number: 115,
    title: 'a directory that a newer version has written is used',
    note: 'What it does not know it reads as what it knows.',
    file: 'storage/identity.ts',
    find: "if (typeof format === 'number' && format > formatVersion) {",
    replace: "if (typeof format !== 'number') {",
    caughtBy: {
      stories:
        'storage/file-store-refusals.test: ' +
        'a directory that a newer version has written is refused',
    },
  },
  {
    number: 116,
    title: 'a directory says that it is a store before its first segment is there',
    note: 'A crash in the first start leaves a directory that never starts again.',
    seen: 'https://github.com/apache/incubator-pegasus/issues/1450',
    file: 'storage/opening.ts',
    find: `  await draftIdentity(disk, identity);
  const file = await prepareSegment(disk, 1, segmentBytes);`,
    replace: `  await draftIdentity(disk, identity);
  await publishIdentity(disk);
  await draftIdentity(disk, identity);
  const file = await prepareSegment(disk, 1, segmentBytes);`,
    caughtBy: { crashes: 'crash' },
  },
  {
    number: 117,
    title: 'a store without the file that says so is created anew',
    note: 'The file was lost, and with it all that the node has promised.',
    seen: 'https://github.com/tursodatabase/turso/pull/8103',
    file: 'storage/opening.ts',
    find: "if (contentsOf(names) === 'withoutIdentity') throw",
    replace: "if (contentsOf(names) === 'store') throw",
    caughtBy: {
      stories:
        'storage/file-store-refusals.test: ' +
        'a store that has lost the file that says what it is, is not created anew',
    },
  },
  {
    number: 118,
    title: 'a living process does not keep others out',
    note: 'Two processes write to one log.',
    file: 'storage/directory-lock.ts',
    find: "return now === null ? isProcess(pid) && started === '' : now === started;",
    replace: "return now === null && isProcess(pid) && started === '';",
    caughtBy: {
      stories:
        'storage/directory-lock.test: ' +
        'a process that was killed holds nothing, and one that lives does, stopped or not',
    },
  },
  {
    number: 119,
    title: 'a process id that is used again is taken for the process that had the directory',
    note: 'After the machine has started anew, the node does not start until somebody removes the lock.',
    seen: 'https://github.com/matter-js/matter.js/issues/3945',
    file: 'storage/directory-lock.ts',
    find: "return now === null ? isProcess(pid) && started === '' : now === started;",
    replace: 'return isProcess(pid);',
    caughtBy: {
      stories:
        'storage/directory-lock.test: ' +
        'a process id that is used again is not the process that had the directory',
    },
  },
];
