/**
 * The report of a run: what came of it, in figures, pictures and tables. The pictures need the
 * page's script; all else is there without it.
 */

import { escapeHtml } from '../html.ts';
import { renderPage } from '../page.ts';
import { drawn, isMissed, reportData } from './data.ts';
import { distribution } from './distribution.ts';
import { errorTable, figuresTable, remarks, tiles } from './figures.ts';
import type { Link, ReportInput } from './input.ts';
import { reportStyle } from './style.ts';
import { faultTable, leaderTable, messageTable, missedTable, operationTables } from './tables.ts';
import { faultClass, faultWord, grouped } from './words.ts';

/** One self-contained HTML page. */
export function renderReport(input: ReportInput): string {
  const { title, verdict } = input;
  const word = verdict === 'valid' ? input.validWord : verdict;
  const shown = drawn(input.operations);
  return renderPage({
    title: `${title}: ${verdict}`,
    style: reportStyle,
    script: 'report',
    data: reportData(input, shown),
    body: [
      navigation(input.links),
      `<h1>${escapeHtml(title)} <span class="verdict ${verdict}">${escapeHtml(word)}</span></h1>`,
      ...input.warnings.map((it) => `<p class="warning">${escapeHtml(it)}</p>`),
      whyNot(input.links),
      ...input.reasons.map((it) => `<pre class="reason">${escapeHtml(it)}</pre>`),
      tiles(input),
      figuresTable(input.figures),
      remarks(input),
      findings(input),
      notes(input, shown.length),
      input.durationMs > 0 ? pictures(input) : '',
      distribution(input.operations),
      operationTables(input),
      errorTable(input.operations),
      missedTable(input.bound),
      faultTable(input.faults),
      leaderTable(input.lanes),
      messageTable(input),
      facts(input),
    ].join('\n'),
  });
}

/** Links to the pages of a run, this one first. */
function navigation(links: readonly Link[]): string {
  const others = links.map(
    ({ label, href }) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`,
  );
  return `<nav class="pages"><a href="report.html" aria-current="page">report</a>${others.join('')}</nav>`;
}

/** The page that shows why the history is wrong must not be overlooked. */
function whyNot(links: readonly Link[]): string {
  const link = links.find(({ href }) => href === 'counterexample.html');
  if (link === undefined) return '';
  return `<p class="lead"><a href="${link.href}">Why it is not linearizable: the smallest part of the history that shows it</a></p>`;
}

/** What the checker has counted. */
function findings({ findings: all }: ReportInput): string {
  if (all.length === 0) return '';
  return `<h2>What the checker counted</h2>\n${namedValues(all)}`;
}

/** What the page does not show. */
function notes({ operations, omitted }: ReportInput, shown: number): string {
  const lines = [...omitted];
  if (shown < operations.length) {
    lines.push(
      `Of ${grouped(operations.length)} operations ${grouped(shown)} have a dot: the slow ones, those that were not answered, and an even choice of the others. All figures, rates, shares and quantiles are of all of them.`,
    );
  }
  return lines.map((line) => `<p class="soft note">${escapeHtml(line)}</p>`).join('\n');
}

function pictures(input: ReportInput): string {
  const { operations, bound, sends, lanes } = input;
  const parts = [
    `<div class="bar" id="bar" hidden><p id="range"></p><button type="button" id="whole" disabled>Whole run</button>
<p class="soft">Drag over a time to see it closer, double-click for the whole. Keys, once the plots have the focus: ← → + − 0.</p></div>`,
    '<noscript><p class="soft">The pictures over time need the script in this page; figures and tables do not.</p></noscript>',
    '<div id="plots" role="group" aria-label="What happened over time" tabindex="0">',
  ];
  if (lanes.length > 0) {
    parts.push(
      '<h2>Nodes</h2>',
      laneLegend(input),
      canvas('lanes', 'A lane for each node: its role and term, and when it was down or cut off'),
    );
  }
  if (operations.length > 0) {
    parts.push(
      '<h2>Latency</h2>',
      latencyLegend(input),
      canvas('latency', 'Latency of each operation, at the time of its invocation'),
      '<h2>Rate</h2>',
      `<p class="legend">${lineKey('ok', 'ended ok')}${lineKey('fail', 'fail')}${lineKey('info', 'info')}</p>`,
      canvas('rate', 'Operations that ended in each second, by outcome'),
      '<h2>Availability</h2>',
      `<p class="legend">${lineKey('answered', 'answered, of those invoked then')}${lineKey('ok', 'ended ok')}${
        bound === null
          ? ''
          : '<span><i class="could"></i>what any protocol could have answered</span>'
      }</p>`,
      canvas('availability', 'The share of operations that were answered, over time'),
    );
  }
  if (sends !== null && operations.length > 0) {
    parts.push(
      '<h2>Messages for each operation</h2>',
      '<p class="legend"><span>between servers, in each stretch of time, for each operation invoked in it</span></p>',
      canvas('messages', 'Messages between servers for each operation, over time'),
    );
  }
  parts.push('</div>');
  return parts.join('\n');
}

function canvas(name: string, label: string): string {
  return `<canvas data-plot="${name}" role="img" aria-label="${escapeHtml(label)}"></canvas>`;
}

function lineKey(name: string, words: string): string {
  return `<span><i class="line ${name}"></i>${words}</span>`;
}

const roleOrder = ['leader', 'follower', 'pre-candidate', 'candidate', 'learner'];
const conditionWords = [
  ['down', 'down'],
  ['paused', 'paused'],
  ['cut-off', 'does not hear all others'],
] as const;

function laneLegend({ lanes, whyNoRoles }: ReportInput): string {
  const roles = new Set(lanes.flatMap((lane) => lane.roles.map(({ role }) => role)));
  const conditions = new Set(
    lanes.flatMap((lane) => lane.conditions.map(({ condition }) => condition)),
  );
  const keys = [
    ...roleOrder
      .filter((role) => roles.has(role))
      .map((role) => `<span><i class="${role}"></i>${role}</span>`),
    ...conditionWords
      .filter(([condition]) => conditions.has(condition))
      .map(([condition, words]) => `<span><i class="${condition}"></i>${words}</span>`),
  ];
  if (roles.size > 0) keys.push('<span>numbers are terms</span>');
  const why = whyNoRoles === null ? '' : `<p class="soft">${escapeHtml(whyNoRoles)}</p>`;
  return `${why}<p class="legend">${keys.join('')}</p>`;
}

function latencyLegend({ faults, operations, diagram }: ReportInput): string {
  const keys = [
    '<span><i class="dot ok"></i>ok</span>',
    '<span><i class="dot fail"></i>fail: did not happen</span>',
    '<span><i class="dot info"></i>info: may have happened</span>',
  ];
  if (operations.some(isMissed)) {
    keys.push('<span><i class="ring"></i>missed: could have been answered</span>');
  }
  for (const kind of new Set(faults.map(({ kind }) => kind))) {
    const name = escapeHtml(faultWord(kind));
    keys.push(`<span><i class="swatch ${faultClass(kind)}"></i>${name}</span>`);
  }
  if (diagram !== null) keys.push('<span>a click on a dot shows it in the diagram</span>');
  return `<p class="legend">${keys.join('')}</p>`;
}

function facts({ facts: all }: ReportInput): string {
  return `<h2>The run</h2>\n${namedValues(all)}`;
}

function namedValues(all: readonly (readonly [name: string, value: string])[]): string {
  const rows = all.map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table class="facts"><tbody>${rows.join('')}</tbody></table>`;
}
