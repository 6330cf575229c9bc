/** The figures of a run: tiles, a table for each kind of operation, and what they mean. */

import { escapeHtml } from '../html.ts';
import type { Bound, Figures, ReportInput, ReportOperation } from './input.ts';
import { formatMs, grouped, percent, plural } from './words.ts';

/** The figures that one looks for first. */
export function tiles({ figures, bound, operations }: ReportInput): string {
  const { all, availability, longestWithoutOkMs, messages } = figures;
  const shown: [figure: string, what: string][] = [];
  if (bound !== null && bound.attainable > 0) {
    shown.push([percent(bound.attainedShare), 'answered of what could be answered']);
  }
  shown.push([percent(availability), `ended ok, of ${grouped(all.invoked)} operations`]);
  if (all.latencyMs !== null) {
    const { median, p99 } = all.latencyMs;
    shown.push([formatMs(median), `median latency; p99 ${formatMs(p99)}`]);
  }
  if (operations.length > 0) {
    shown.push([formatMs(longestWithoutOkMs), 'longest time without an ok']);
  }
  if (messages !== null) {
    const figure = messages.serverMessagesPerOperation;
    shown.push([String(Number(figure.toFixed(2))), 'messages between servers for each operation']);
  }
  const items = shown.map(([figure, what]) => `<div><strong>${figure}</strong>${what}</div>`);
  return `<div class="tiles">${items.join('')}</div>`;
}

export function figuresTable({ all, byFunction }: Figures): string {
  const rows = Object.entries({ ...byFunction, all }).map(([name, row]) => {
    const { invoked, ok, fail, info, latencyMs } = row;
    const counts = [invoked, ok, fail, info].map(grouped);
    const times =
      latencyMs === null
        ? ['', '', '', '']
        : [latencyMs.median, latencyMs.p95, latencyMs.p99, latencyMs.max].map(formatMs);
    const cells = [...counts, ...times].map((cell) => `<td>${cell}</td>`).join('');
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells}</tr>`;
  });
  return `<div class="scroll"><table class="figures">
<thead><tr><th></th><th>invoked</th><th>ok</th><th>fail</th><th>info</th><th>median</th><th>p95</th><th>p99</th><th>max</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`;
}

/** What the figures leave to be said. */
export function remarks({ figures, bound, whyFail, answersAlone }: ReportInput): string {
  const { messages, faults } = figures;
  const sentences = ['Latency is that of operations that ended ok.'];
  if (whyFail !== null) sentences.push(`${escapeHtml(capitalized(whyFail))}.`);
  if (messages !== null) {
    const lost = messages.lost ? `, ${grouped(messages.lost)} lost to faults` : '';
    sentences.push(`Messages between servers: ${grouped(messages.servers)}${lost}.`);
  }
  const { kills, pauses, restarts, restartMs } = faults;
  const hits = [kills > 0 ? `killed: ${kills}` : '', pauses > 0 ? `paused: ${pauses}` : ''];
  if (kills + pauses > 0) sentences.push(`Nodes ${hits.filter((hit) => hit !== '').join(', ')}.`);
  if (restarts > 0 && restartMs === null) sentences.push(`Started again: ${restarts}.`);
  if (restartMs !== null) {
    sentences.push(
      `Started again: ${restarts}; until <code>init</code> was answered: median ${formatMs(restartMs.median)}, longest ${formatMs(restartMs.max)}.`,
    );
  }
  return `<p>${sentences.join(' ')}</p>${bound === null ? '' : boundText(bound, answersAlone)}`;
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function boundText(
  { attainable, attained, unattainable, uncertain }: Bound,
  answersAlone: boolean,
): string {
  const could =
    attainable === 0
      ? 'No request could be answered: there is none whose'
      : `${grouped(attained)} of the ${plural(attainable, 'request')} that could be answered ${attained === 1 ? 'was' : 'were'}: those whose`;
  const not =
    unattainable.invoked === 0 ? '' : ` ${grouped(unattainable.invoked)} could not be answered.`;
  const perhaps =
    uncertain.invoked === 0
      ? ''
      : ` Of ${grouped(uncertain.invoked)} it is not certain; ${answeredOf(uncertain)}.`;
  const wrong =
    unattainable.answered === 0
      ? ''
      : ` <strong>${grouped(unattainable.answered)} that no protocol could answer ${unattainable.answered === 1 ? 'was' : 'were'} answered all the same</strong>: ${answersAlone ? '' : 'reads by lease, or '}a fault of the bench.`;
  const way = answersAlone
    ? 'ran in time: nothing is promised that needs the others'
    : 'could make two round trips to a majority in time, over relays if need be, given the faults';
  return `<p>${could} node ${way}.${not}${perhaps}${wrong}</p>`;
}

function answeredOf({ answered }: Bound['uncertain']): string {
  if (answered === 0) return 'none of these was answered';
  return `${grouped(answered)} of these ${answered === 1 ? 'was' : 'were'} answered`;
}

/** How many kinds of errors are listed. */
const maxErrors = 12;

/** What clients were told, other than ok, and how often. */
export function errorTable(operations: readonly ReportOperation[]): string {
  const counts = new Map<string, { type: string; error: string; count: number; f: Set<string> }>();
  for (const { type, error, f } of operations) {
    if (type === 'ok') continue;
    const kind = errorKind(error);
    const row = counts.get(`${type} ${kind}`) ?? { type, error: kind, count: 0, f: new Set() };
    row.count++;
    row.f.add(f);
    counts.set(`${type} ${kind}`, row);
  }
  if (counts.size === 0) return '';
  const sorted = [...counts.values()].sort((a, b) => b.count - a.count);
  const rows = sorted
    .slice(0, maxErrors)
    .map(
      ({ type, error, count, f }) =>
        `<tr><th scope="row"><i class="dot ${type}"></i>${type}</th><td>${grouped(count)}</td><td class="text">${escapeHtml([...f].join(', '))}</td><td class="text">${escapeHtml(error)}</td></tr>`,
    );
  const more = sorted.length - rows.length;
  const rest = more > 0 ? `<p class="soft">and ${plural(more, 'more kind')}</p>` : '';
  return `<h2>What did not end ok</h2>
<div class="scroll"><table>
<thead><tr><th></th><th>how often</th><th class="text">operations</th><th class="text">error</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>${rest}`;
}

/** Errors that differ in the value that was found, or in a node's name, are of one kind. */
function errorKind(error: string | null): string {
  const text = error ?? 'no error was given';
  const cut = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  const [code, ...words] = cut.split(' ');
  return [code, ...words.map((word) => word.replace(/\d+/g, '…'))].join(' ');
}
