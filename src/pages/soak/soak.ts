/** The page of many simulated seeds: what ran, how fast, and which failed. */

import { escapeHtml } from '../html.ts';
import { renderPage } from '../page.ts';
import { formatTime, grouped, plural } from '../report/words.ts';

export interface SoakInput {
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  /** The first seed and the last that were to run, and how many did. */
  readonly from: number;
  readonly to: number;
  readonly seeds: number;
  readonly failures: readonly SoakFailure[];
  /** Seeds whose history could not be decided. */
  readonly undecided: readonly number[];
  readonly counts: readonly (readonly [what: string, count: number])[];
  readonly simulatedSeconds: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly traceHash: string;
  /** What repeats it. */
  readonly command: string;
}

export interface SoakFailure {
  readonly seed: number;
  readonly net: string;
  readonly rule: string;
  readonly node: string | null;
  readonly timeMs: number;
  /** Its first line. */
  readonly detail: string;
  /** Its pages, relative to this one; none for those that came too late. */
  readonly links: readonly { readonly label: string; readonly href: string }[];
}

const maxRows = 500;

const words = { valid: 'every rule held', invalid: 'invalid', unknown: 'unknown' } as const;

/** What the command prints in a word, and a page can say in more. */
const countWords: { readonly [what: string]: string } = {
  elections: 'elections won',
  committed: 'entries committed',
  ok: 'operations that ended ok',
  fail: 'that failed: they did not happen',
  info: 'of which nobody knows',
};

/** One self-contained HTML page. */
export function renderSoak(input: SoakInput): string {
  const { verdict, from, to, seeds } = input;
  const planned = to - from + 1;
  const short =
    seeds < planned
      ? `<p class="warning">Only ${grouped(seeds)} of ${plural(planned, 'seed')} ran: enough had failed, or somebody broke it off.</p>`
      : '';
  return renderPage({
    title: `Simulations: ${verdict}`,
    style,
    body: `<h1>Simulations: seeds ${from} to ${to} <span class="verdict ${verdict}">${words[verdict]}</span></h1>
${short}
${tiles(input)}
${failureTables(input)}
${undecided(input)}
<h2>What ran</h2>
<table><tbody>
${input.counts.map(([what, count]) => row(countWords[what] ?? what, grouped(count))).join('\n')}
</tbody></table>
<h2>The run</h2>
<table class="facts"><tbody>
${row('to repeat it', `<code>${escapeHtml(input.command)}</code>`)}
${row('trace hash', `<code>${escapeHtml(input.traceHash)}</code>`)}
${row('took', `${input.seconds.toFixed(1)} s, ${input.cpuSeconds.toFixed(1)} s of CPU time`)}
</tbody></table>`,
  });
}

function row(name: string, html: string): string {
  return `<tr><th scope="row">${escapeHtml(name)}</th><td>${html}</td></tr>`;
}

function tiles({ seeds, failures, simulatedSeconds, seconds, cpuSeconds }: SoakInput): string {
  const speed = cpuSeconds > 0 ? simulatedSeconds / cpuSeconds : 0;
  const shown: (readonly [string, string])[] = [
    [grouped(seeds), seeds === 1 ? 'seed ran' : 'seeds ran'],
    [grouped(failures.length), failures.length === 1 ? 'broke a rule' : 'broke rules'],
    [duration(simulatedSeconds), 'simulated'],
    [grouped(Math.round(speed)), 'simulated seconds a CPU second'],
    [seconds > 0 ? (seeds / seconds).toFixed(1) : '', 'seeds a second'],
  ];
  const items = shown.map(([figure, what]) => `<div><strong>${figure}</strong>${what}</div>`);
  return `<div class="tiles">${items.join('')}</div>`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(0)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function failureTables({ failures }: SoakInput): string {
  if (failures.length === 0) return '';
  const byRule = new Map<string, number>();
  for (const { net, rule } of failures) {
    const name = `${net}: ${rule}`;
    byRule.set(name, (byRule.get(name) ?? 0) + 1);
  }
  const rules = [...byRule]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => row(name, String(count)));
  const rows = failures.slice(0, maxRows).map((failure) => {
    const { seed, net, rule, node, timeMs, detail, links } = failure;
    const pages = links.map(
      ({ label, href }) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`,
    );
    return `<tr><th scope="row">${seed}</th><td class="text">${pages.join(' ')}</td><td class="text wrap"><strong>${escapeHtml(net)}: ${escapeHtml(rule)}</strong><br>${escapeHtml(detail)}</td><td class="text">${escapeHtml(node ?? '')}</td><td>${formatTime(timeMs)}</td></tr>`;
  });
  const more = failures.length - rows.length;
  const rest = more > 0 ? `<p class="soft">and ${grouped(more)} more</p>` : '';
  const without = failures.some(({ links }) => links.length === 0)
    ? '<p class="soft">For those without pages: <code>raftwright simulate --seed N</code>.</p>'
    : '';
  return `<h2>Broken rules</h2>
<table><tbody>${rules.join('\n')}</tbody></table>
<h2>Seeds that broke them</h2>
<div class="scroll"><table class="failures">
<thead><tr><th>seed</th><th class="text">pages</th><th class="text">rule</th><th class="text">node</th><th>at</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>${rest}${without}`;
}

function undecided({ undecided: seeds }: SoakInput): string {
  if (seeds.length === 0) return '';
  const shown = seeds.slice(0, 100).join(' ');
  const more = seeds.length > 100 ? ` and ${seeds.length - 100} more` : '';
  return `<h2>Not decided</h2><p>The checker gave up on the histories of ${plural(seeds.length, 'seed')}: ${shown}${more}.</p>`;
}

const style = `
h1 .verdict { display: inline-block; }
.warning { border: 2px solid var(--info); border-radius: .5rem; padding: .6rem .9rem; }
.text { text-align: left; } .wrap { white-space: normal; min-width: 16rem; overflow-wrap: anywhere; }
.failures td, .failures th { vertical-align: top; }
.facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
`;
