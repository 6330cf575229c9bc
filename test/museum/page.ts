/** docs/museum.md. */

import type { Exhibit } from './exhibit.ts';
import { listedCount } from './exhibits/index.ts';
import { isOfFileStore, type Net, reaches } from './net.ts';
import { calm } from './nets/calm.ts';
import { type Finding, type Findings, isCaught, seedsOf } from './record.ts';

const seedBudgets = [200, 1_000, 20_000];

const head = `# The bug museum

<!-- Written by \`make museum\` from test/museum. Do not edit. -->

Each exhibit is a defect that some implementation of Raft has had, or that is easy to make, put into
this one: a change of one spot of the source, in [test/museum](../test/museum/exhibits). The tests
are as good as the share of them that they catch, so all must be caught. \`make test\` lets each be
caught once, by what is known to catch it; \`make museum\` lets every net look for every exhibit.
`;

export function renderPage(
  exhibits: readonly Exhibit[],
  nets: readonly Net[],
  findings: Findings,
): string {
  const listed = exhibits.filter(({ number }) => number <= listedCount);
  const further = exhibits.filter(({ number }) => number > listedCount);
  const table = (some: readonly Exhibit[]): string => {
    const looking = nets.filter((net) => some.some((exhibit) => reaches(net, exhibit)));
    return [
      `| | exhibit | ${looking.map(({ name }) => name).join(' | ')} |`,
      `|---|---|${looking.map(() => '---|').join('')}`,
      ...some.map((exhibit) => row(exhibit, looking, findings[exhibit.number] ?? {})),
    ].join('\n');
  };
  return [
    head,
    `The nets:\n\n${nets.map(({ name, what }) => `- *${name}*: ${what}`).join('\n')}\n`,
    `${summary(listed, nets, findings)}\n`,
    `${inCalmWeather(exhibits, findings)}\n`,
    `## The fifty\n\n${table(listed)}\n`,
    `## Further exhibits\n\n${table(further.filter(({ file }) => !isOfFileStore(file)))}\n`,
    `## The file store\n\n${table(further.filter(({ file }) => isOfFileStore(file)))}\n`,
    `## What goes wrong\n\n${exhibits.map(account).join('\n')}\n`,
  ].join('\n');
}

function summary(listed: readonly Exhibit[], nets: readonly Net[], findings: Findings): string {
  const count = (isMeant: (found: { readonly [net: string]: Finding }) => boolean): number =>
    listed.filter(({ number }) => isMeant(findings[number] ?? {})).length;
  const caught = count((found) => nets.some(({ name }) => isCaught(found[name])));
  const tried = listed.flatMap(({ number }) => Object.values(findings[number] ?? {}).map(seedsOf));
  const budgets = seedBudgets.filter((seeds) => seeds <= Math.max(...tried));
  const byChance = budgets.map((seeds) => {
    const within = count((found) =>
      nets.some(({ name, isRandom }) => {
        const finding = found[name];
        return isRandom && isCaught(finding) && (finding.seeds ?? seeds + 1) <= seeds;
      }),
    );
    return `${within} within ${seeds.toLocaleString('en')} seeds`;
  });
  const names = nets.filter(({ isRandom }) => isRandom).map(({ name }) => `*${name}*`);
  const each = nets
    .filter(({ isRandom }) => !isRandom)
    .map(({ name }) => `*${name}* catches ${count((found) => isCaught(found[name]))}`);
  return (
    `Of ${listedCount} well-known defects ${listed.length} are on show, and ${caught} of these ` +
    `are caught: ${each.join(', ')}; ${names.join(', ')}: ${byChance.join(', ')}.`
  );
}

/** A defect that no fault is needed for is easily caught. */
function inCalmWeather(exhibits: readonly Exhibit[], findings: Findings): string {
  const loud = exhibits.filter(({ number }) => isCaught(findings[number]?.[calm.name]));
  const numbers = loud.map(({ number }) => number).join(', ');
  return (
    'Three replicas between which nothing goes wrong serve their clients as they should with ' +
    (loud.length === 0 ? 'every exhibit.' : `every exhibit but ${numbers}.`)
  );
}

function row(
  exhibit: Exhibit,
  nets: readonly Net[],
  found: { readonly [net: string]: Finding },
): string {
  const { number, title } = exhibit;
  const cells = nets.map((net) => (reaches(net, exhibit) ? cell(net.name, found[net.name]) : ''));
  return `| ${number} | ${title} | ${cells.join(' | ')} |`;
}

function cell(net: string, finding: Finding | undefined): string {
  if (finding === undefined) return 'not run';
  if (!isCaught(finding)) {
    return finding.missedIn === null ? '–' : `not in ${finding.missedIn.toLocaleString('en')}`;
  }
  if (net === 'rules' && finding.by.includes('/')) {
    return `[${finding.by}](../test/scenarios/${finding.by}.txt)`;
  }
  return finding.by;
}

/** What goes wrong, where in the source, and where it was seen. */
function account({ number, title, note, seen, file }: Exhibit): string {
  const text = `- ${number}, ${title} (\`${file}\`): ${note}`;
  return seen === undefined ? text : `${text} Seen: [${shortened(seen)}](${seen})`;
}

/** "https://github.com/logcabin/logcabin/issues/44" is logcabin/logcabin 44. */
function shortened(address: string): string {
  const [, repository, number] = /github\.com\/([^/]+\/[^/]+)\/\w+\/(\d+)/.exec(address) ?? [];
  return repository === undefined ? new URL(address).hostname : `${repository} ${number}`;
}
