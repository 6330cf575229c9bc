/** What the pictures show, as tables: for who cannot see them, and to look things up. */

import { escapeHtml } from '../html.ts';
import { cut, isMissed } from './data.ts';
import type { Bound, NodeLane, ReportFault, ReportInput, ReportOperation } from './input.ts';
import { reigns } from './lanes.ts';
import { faultClass, faultWord, formatMs, formatTime, grouped } from './words.ts';

/** Tables are cut there; the files of the run have the rest. */
const maxRows = 200;

/** How many operations are listed as slow, and how many as not answered. */
const maxListed = 20;

export function operationTables(input: ReportInput): string {
  const { operations } = input;
  const slowest = operations
    .filter(({ type }) => type === 'ok')
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, maxListed);
  const unanswered = operations.filter(({ isAnswered }) => !isAnswered);
  const what = input.diagram === null ? '' : ' Each leads to its moment in the diagram.';
  const parts: string[] = [];
  if (slowest.length > 0) {
    parts.push(`<h2>Slowest</h2>
<p class="soft">Of those that ended ok.${what}</p>
${listing(slowest, input)}`);
  }
  if (unanswered.length > 0) {
    const isCut = unanswered.length > maxListed;
    const which = isCut
      ? `The first ${maxListed} of ${grouped(unanswered.length)}`
      : `All ${grouped(unanswered.length)}`;
    parts.push(`<h2>Not answered</h2>
<p class="soft">${which} ${input.whyFail === null ? 'that did not end ok' : 'that ended neither ok nor with a no of the register'}.${what}</p>
${listing(unanswered.slice(0, maxListed), input)}`);
  }
  return parts.join('\n');
}

function listing(operations: readonly ReportOperation[], input: ReportInput): string {
  const { diagram } = input;
  const hasKeys = input.operations.some(({ key }) => key !== '');
  const rows = operations.map((operation) => {
    const { id, f, key, value, node, process, type, error, startMs, durationMs } = operation;
    const when = formatTime(startMs);
    const link =
      diagram === null
        ? when
        : `<a href="${escapeHtml(diagram)}#ms=${startMs.toFixed(1)}&amp;operation=${id}">${when}</a>`;
    const outcome = `<i class="dot ${type}"></i>${type}${isMissed(operation) ? ', missed' : ''}`;
    const texts = [f, ...(hasKeys ? [cut(key, 20)] : []), cut(value, 30), node, process];
    const cells = [
      `<td>${escapeHtml(formatMs(durationMs))}</td>`,
      ...[...texts.map(escapeHtml), outcome, escapeHtml(cut(error ?? '', 80))].map(
        (html) => `<td class="text">${html}</td>`,
      ),
    ];
    return `<tr><td>${link}</td>${cells.join('')}</tr>`;
  });
  const keyHead = hasKeys ? ['key'] : [];
  const heads = [
    'latency',
    'operation',
    ...keyHead,
    'value',
    'node',
    'process',
    'outcome',
    'error',
  ];
  const head = heads.map((it, at) => `<th${at === 0 ? '' : ' class="text"'}>${it}</th>`).join('');
  return `<div class="scroll tall" tabindex="0"><table>
<thead><tr><th>invoked</th>${head}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

export function faultTable(faults: readonly ReportFault[]): string {
  if (faults.length === 0) return '';
  const rows = faults
    .slice(0, maxRows)
    .map(
      ({ kind, fromMs, toMs, text }) =>
        `<tr><th scope="row"><i class="swatch ${faultClass(kind)}"></i>${escapeHtml(faultWord(kind))}</th><td>${seconds(fromMs)}</td><td>${toMs > fromMs ? seconds(toMs) : ''}</td><td class="text wrap">${escapeHtml(text)}</td></tr>`,
    );
  return `<h2>Faults</h2>
<div class="scroll tall" tabindex="0"><table class="faults">
<thead><tr><th></th><th>from</th><th>to (s)</th><th class="text">who</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>${rest(faults.length)}`;
}

export function missedTable(bound: Bound | null): string {
  if (bound === null || bound.missed.length === 0) return '';
  const rows = bound.missed
    .slice(0, maxRows)
    .map(
      ({ node, fromMs, toMs, requests }) =>
        `<tr><th scope="row">${escapeHtml(node)}</th><td>${seconds(fromMs)}</td><td>${seconds(toMs)}</td><td>${requests}</td></tr>`,
    );
  return `<h2>Missed: could have been answered</h2>
<div class="scroll tall" tabindex="0"><table>
<thead><tr><th>node</th><th>invoked from</th><th>to (s)</th><th>requests</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>${rest(bound.missed.length)}`;
}

export function leaderTable(lanes: readonly NodeLane[]): string {
  const leaders = reigns(lanes);
  if (leaders.length === 0) return '';
  const rows = leaders
    .slice(0, maxRows)
    .map(
      ({ node, term, fromMs, toMs }) =>
        `<tr><th scope="row">${escapeHtml(node)}</th><td>${term}</td><td>${seconds(fromMs)}</td><td>${seconds(toMs)}</td></tr>`,
    );
  return `<h2>Leaders</h2>
<div class="scroll tall" tabindex="0"><table>
<thead><tr><th>node</th><th>term</th><th>from</th><th>to (s)</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>${rest(leaders.length)}`;
}

export function messageTable({ sends, figures }: ReportInput): string {
  if (sends === null || sends.byType.length === 0) return '';
  const operations = Math.max(1, figures.all.invoked);
  const rows = [...sends.byType]
    .sort((a, b) => b[1] - a[1])
    .slice(0, maxRows)
    .map(
      ([type, count]) =>
        `<tr><th scope="row">${escapeHtml(cut(type, 40))}</th><td>${grouped(count)}</td><td>${(count / operations).toFixed(2)}</td></tr>`,
    );
  return `<h2>Messages between servers</h2>
<div class="scroll tall" tabindex="0"><table>
<thead><tr><th>type</th><th>sent</th><th>for each operation</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>${rest(sends.byType.length)}`;
}

function rest(count: number): string {
  return count > maxRows ? `<p class="soft">and ${grouped(count - maxRows)} more</p>` : '';
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
