/** `raftwright wal`: looks into a node's data directory, checks it, and repairs it. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../storage/disk.ts';
import { type Examination, examineStore } from '../storage/examine.ts';
import { identityFile } from '../storage/identity.ts';
import { nodeDisk, userOf } from '../storage/node-disk.ts';
import { StoreRefusal } from '../storage/refusal.ts';
import { repairStore } from '../storage/repair.ts';
import { planRepair, type RepairPlan } from '../storage/repair-plan.ts';
import { contentsOf } from '../storage/store-reading.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { integerFlag, parseFlags } from './flags.ts';
import { examinationJson, recordJson } from './wal-json.ts';
import {
  adviceLines,
  findingLines,
  keptLines,
  lossLines,
  mendingLines,
  tornTailLines,
  warning,
} from './wal-repair-text.ts';
import { fileLines, recordLine, summaryLines } from './wal-text.ts';

export const walHelp = `Usage: raftwright wal inspect|verify|repair DIR [flags]

Looks into DIR, the data directory of one node, whoever's it is. docs/storage-operations.md says what
to do when a node refuses to start.

  inspect     what is in it: whose it is, term and vote, entries, segments, snapshots. Changes nothing
      --records       also each record of the log, one a line
      --from INDEX    of those only entries from this index on
      --to INDEX      and up to this one
      --json          for programs: one JSON object a line
  verify      reads all of it as a start does, and says what a start would refuse. Changes nothing
  repair      says how a store that a start refuses can be made one that it accepts, and what is lost
      --yes           and does it; what is changed is kept in DIR, in files that end in .damaged

Exit status: 0 a start accepts it (a write that a crash has cut short is no damage: the next start
cuts it off), 1 a start refuses it, 254 DIR is no data directory, or cannot be read.
`;

export async function walCommand(args: readonly string[]): Promise<number> {
  const [action, ...rest] = args;
  if (action === undefined || ['--help', '-h'].some((flag) => args.includes(flag))) {
    (action === undefined ? process.stderr : process.stdout).write(walHelp);
    return action === undefined ? exitStatus.usage : exitStatus.valid;
  }
  try {
    switch (action) {
      case 'inspect':
        return await inspect(rest);
      case 'verify':
        return await verify(rest);
      case 'repair':
        return await repair(rest);
      default:
        throw new UsageError(`not inspect, verify or repair: ${action}; see raftwright wal --help`);
    }
  } catch (error) {
    const isOfFileSystem = (error as NodeJS.ErrnoException).code !== undefined;
    if (!isOfFileSystem) throw error;
    throw new UsageError((error as Error).message);
  }
}

async function inspect(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: {
      records: { type: 'boolean', default: false },
      from: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const indexFlag = (name: string, text: string | undefined): number | null =>
    text === undefined ? null : integerFlag(name, text, 0, Number.MAX_SAFE_INTEGER);
  const from = indexFlag('from', values.from);
  const to = indexFlag('to', values.to);
  const { disk, user } = await storeIn(positionals);
  const examination = await examine(disk, user);
  if (values.json) say(examinationJson(examination, disk.path, user));
  else say([...headLines(examination, disk), ...summaryLines(examination), '']);
  if (!values.json) say([...fileLines(examination), ...findingsAndTail(examination)]);
  if (values.records || from !== null || to !== null) {
    if (!values.json) say(['']);
    const isWanted = (index: number): boolean => index >= (from ?? 0) && index <= (to ?? index);
    const isAll = from === null && to === null;
    await examineStore(disk, (record, place, isBeyondDamage) => {
      if (!isAll && !(record.kind === 'entry' && isWanted(record.entry.index))) return;
      if (values.json) say([recordJson(record, place, isBeyondDamage)]);
      else say([`${recordLine(record, place)}${isBeyondDamage ? ' (beyond the damage)' : ''}`]);
    });
  }
  return statusOf(examination);
}

async function verify(args: readonly string[]): Promise<number> {
  const { positionals } = parseFlags({ args: [...args], allowPositionals: true });
  const { disk, user } = await storeIn(positionals);
  const examination = await examine(disk, user);
  say([...headLines(examination, disk), ...summaryLines(examination)]);
  say(findingsAndTail(examination));
  if (examination.findings.length > 0) {
    say(['', ...adviceLines(await planRepair(disk), examination, disk.path)]);
  }
  return statusOf(examination);
}

async function repair(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: { yes: { type: 'boolean', default: false } },
  });
  const { disk, user } = await storeIn(positionals);
  if (!values.yes) {
    if (user !== null) return refuse(disk, user);
    const examination = await examine(disk, user);
    const plan = await planRepair(disk);
    sayPlan(plan, examination, disk);
    if (plan.kind === 'possible') {
      say(['', `Nothing was changed. To do it: raftwright wal repair ${disk.path} --yes`]);
    }
    return plan.kind === 'notNeeded' ? exitStatus.valid : exitStatus.invalid;
  }
  try {
    await disk.acquire();
  } catch (error) {
    if (error instanceof StoreRefusal) return refuse(disk, user);
    throw error;
  }
  try {
    return await repairNow(disk);
  } finally {
    await disk.release();
  }
}

async function repairNow(disk: Disk): Promise<number> {
  const examination = await examineStore(disk);
  const plan = await planRepair(disk);
  sayPlan(plan, examination, disk);
  if (plan.kind === 'notNeeded') return exitStatus.valid;
  if (plan.kind === 'impossible') return exitStatus.invalid;
  const kept = await repairStore(disk, plan.mendings);
  say(['', 'Done, and read again: a start accepts it.']);
  say([...keptLines(kept), '', ...summaryLines(await examineStore(disk))]);
  const losses = plan.mendings.flatMap(({ loss }) => loss ?? []);
  if (losses.length > 0) process.stderr.write(`\n${warning(losses, disk.path)}\n`);
  return exitStatus.valid;
}

function sayPlan(plan: RepairPlan, examination: Examination, disk: Disk): void {
  say([...headLines(examination, disk), ...summaryLines(examination)]);
  say(findingsAndTail(examination));
  switch (plan.kind) {
    case 'notNeeded':
      return say(['There is nothing to repair.']);
    case 'impossible':
      return say(['', ...adviceLines(plan, examination, disk.path)]);
    case 'possible':
      say(['', 'The repair:', ...plan.mendings.flatMap(mendingLines)]);
      say(['  Whatever is changed is kept first, under a name that ends in .damaged.']);
      return say(['', ...lossLines(plan.mendings)]);
  }
}

function refuse({ path }: Disk, user: number | null): number {
  const who = user === null ? 'another process' : `process ${user}`;
  process.stderr.write(`raftwright wal: ${path} is in use by ${who}; stop it first\n`);
  return exitStatus.invalid;
}

/** @throws UsageError when there is no store */
async function storeIn(
  positionals: readonly string[],
): Promise<{ readonly disk: Disk; readonly user: number | null }> {
  const [directory] = positionals;
  if (directory === undefined || positionals.length > 1) {
    throw new UsageError('wal takes one directory; see raftwright wal --help');
  }
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`${directory} does not exist`);
  if (!stat.isDirectory()) throw new UsageError(`${directory} is no directory`);
  const disk = nodeDisk(directory);
  const contents = contentsOf(await disk.list());
  if (contents === 'nothing') throw new UsageError(noStore(directory));
  return { disk, user: await userOf(directory) };
}

function noStore(directory: string): string {
  const isStore = (name: string): boolean =>
    statSync(join(directory, name, identityFile), { throwIfNoEntry: false }) !== undefined;
  const stores = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isStore(entry.name))
    .map(({ name }) => join(directory, name))
    .sort();
  if (stores.length === 0) return `${directory} is no data directory: it has no ${identityFile}`;
  return `${directory} has the data directories of several nodes; name one: ${stores.join(', ')}`;
}

const attemptsInUse = 3;

/** While a node writes, files come and go, and a write may be seen half: then another look is taken. */
async function examine(disk: Disk, user: number | null): Promise<Examination> {
  if (user !== null) {
    const { path } = disk;
    process.stderr.write(
      `raftwright wal: ${path} is in use by process ${user}; what it writes meanwhile may look torn\n`,
    );
  }
  for (let attempt = 1; ; attempt++) {
    const isLast = user === null || attempt === attemptsInUse;
    try {
      const examination = await examineStore(disk);
      if (isLast || examination.findings.length === 0) return examination;
    } catch (error) {
      if (isLast || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

function headLines({ contents, findings, tornTail }: Examination, { path }: Disk): string[] {
  if (contents === 'unfinished') {
    return [`${path}: its creation was interrupted; the next start begins it anew`];
  }
  if (findings[0]?.problem === 'newerFormat') {
    return [`${path}: REFUSED, a newer version of this program has written it`];
  }
  if (findings.length > 0) {
    return [`${path}: DAMAGED, a start refuses it. What can be read up to the damage:`];
  }
  return [`${path}: sound${tornTail === null ? '' : '; a crash has cut its last write short'}`];
}

function findingsAndTail({ findings, tornTail, later, point }: Examination): string[] {
  return [
    ...findings.flatMap((finding) => findingLines(finding, { point, later })),
    ...(tornTail === null ? [] : tornTailLines(tornTail)),
  ];
}

function statusOf({ findings }: Examination): number {
  return findings.length === 0 ? exitStatus.valid : exitStatus.invalid;
}

/** Names that are stored may contain anything, and must not disturb a terminal. */
function say(lines: readonly string[]): void {
  const safe = lines.map((line) =>
    line.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1)),
  );
  process.stdout.write(safe.map((line) => `${line}\n`).join(''));
}
