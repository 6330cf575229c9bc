/**
 * Lets nets look for exhibits, and says which caught what, after how many seeds:
 *
 *     node dist/test/museum/run.js [--nets rules,worlds] [--exhibits 3,36] [--seeds N] [--jobs N]
 *       [--quick] [--write]
 *
 * Every net first has to find nothing where there is nothing to be found. With --quick only what is
 * known to catch an exhibit is tried, as `make test` does; that is enough for an entry on the page.
 * What is found is printed; only with --write does it also go into record.json and docs/museum.md.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { repositoryFile } from '../process.ts';
import type { Exhibit } from './exhibit.ts';
import { control, exhibits } from './exhibits/index.ts';
import { type Net, reaches } from './net.ts';
import { calm } from './nets/calm.ts';
import { nets } from './nets/index.ts';
import { renderPage } from './page.ts';
import { inParallel } from './parallel.ts';
import { type Finding, isCaught, readRecord, withFinding, writeRecord } from './record.ts';
import { Workshop } from './workshop.ts';

const { values } = parseArgs({
  options: {
    nets: { type: 'string' },
    exhibits: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    jobs: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const seeds = Number(values.seeds);
const { quick: isQuick, write: isWritten } = values;
const netNames = values.nets?.split(',');
const numbers = values.exhibits?.split(',').map(Number);
const chosenNets = [calm, ...nets].filter(({ name }) => netNames?.includes(name) ?? true);
const chosen = exhibits.filter(({ number }) => numbers?.includes(number) ?? true);

/** Null when it need not look. */
async function look(net: Net, exhibit: Exhibit): Promise<Finding | null> {
  if (exhibit !== control && !reaches(net, exhibit)) return null;
  const known = exhibit.caughtBy[net.name] ?? null;
  if (isQuick && known === null) return null;
  const caught = await workshop.withBuild(exhibit, (build) =>
    net.run(build, { seeds, known, isQuick }),
  );
  return caught ?? { missedIn: net.isRandom ? seeds : null };
}

function say(exhibit: Exhibit, net: Net, finding: Finding): void {
  const outcome = isCaught(finding) ? finding.by : 'missed';
  process.stdout.write(`${exhibit.number} ${exhibit.title}: ${net.name}: ${outcome}\n`);
}

let findings = readRecord();
let isSound = true;

/** After each finding, so that whoever stops this keeps what was found. */
function writeDown(): void {
  writeRecord(findings);
  writeFileSync(repositoryFile('docs/museum.md'), renderPage(exhibits, nets, findings));
}

async function lookForAll(exhibit: Exhibit): Promise<void> {
  for (const net of chosenNets) {
    const finding = await look(net, exhibit);
    if (finding === null) continue;
    say(exhibit, net, finding);
    findings = withFinding(findings, exhibit, net.name, finding);
    if (isWritten) writeDown();
    if (exhibit === control && isCaught(finding)) isSound = false;
  }
}

// Whoever is stopped still tidies up.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const workshop = await Workshop.open([control, ...chosen]);
try {
  await lookForAll(control);
  if (!isSound) throw new Error('a net catches what is no defect; it has to be mended first');
  await inParallel(chosen, Number(values.jobs), lookForAll);
} finally {
  workshop.close();
}

const isAtLarge = ({ number }: Exhibit): boolean =>
  !nets.some(({ name }) => isCaught(findings[number]?.[name]));
for (const { number, title } of exhibits.filter(isAtLarge)) {
  process.stdout.write(`at large: ${number} ${title}\n`);
  process.exitCode = 1;
}
