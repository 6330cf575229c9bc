/**
 * Why a history is not linearizable: for each bad key the smallest part that shows it, an order of
 * what can be explained, and the operation that cannot follow.
 */

import { escapeHtml } from '../html.ts';
import { renderPage } from '../page.ts';
import { formatTime, plural } from '../report/words.ts';
import type { BadKey, CounterexampleInput, ShownDeadEnd, ShownOperation } from './input.ts';
import { counterexampleStyle } from './style.ts';
import { timeline } from './timeline.ts';

/** How many orders are spelt out. */
const maxOrders = 12;

/** One self-contained HTML page. */
export function renderCounterexample(input: CounterexampleInput): string {
  const { title, links, summary, keys, moreKeys } = input;
  const others = links.map(
    ({ label, href }) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`,
  );
  const contents =
    keys.length < 2
      ? ''
      : `<p>${keys.map(({ key }) => `<a href="#${anchor(key)}">${nameOf(key)}</a>`).join(' · ')}</p>`;
  const more =
    moreKeys === 0
      ? ''
      : `<p class="soft">${plural(moreKeys, 'more key')} not linearizable; not shown here.</p>`;
  return renderPage({
    title: `${title}: counterexample`,
    style: counterexampleStyle,
    script: 'counterexample',
    body: [
      `<nav class="pages">${others.join('')}<a href="counterexample.html" aria-current="page">counterexample</a></nav>`,
      `<h1>${escapeHtml(title)} <span class="verdict invalid">not linearizable</span></h1>`,
      `<p>${escapeHtml(summary)} What follows is a part of what clients saw that no order explains: in any order of these operations in which each takes effect between its invocation and its completion, one of them does not find what it says that it found.</p>`,
      legend,
      contents,
      ...keys.map((bad) => section(bad, input.diagram)),
      more,
    ].join('\n'),
  });
}

const legend = `<p class="legend"><span><i class="ok"></i>from invocation to completion</span><span><i class="open"></i>may have happened, at any time or never</span><span><i class="impossible"></i>cannot follow</span><span><i class="place"></i>takes effect here, in this order</span><span><i class="held"></i>what the register then holds</span></p>
<p class="soft">From left to right is the order of events, one step each: not to scale.</p>`;

/** The fragment of a key. */
function anchor(key: string | null): string {
  return escapeHtml(`key=${encodeURIComponent(key ?? '')}`);
}

function nameOf(key: string | null): string {
  return key === null ? 'The register' : `Key ${escapeHtml(key)}`;
}

function section(bad: BadKey, diagram: string | null): string {
  const { key, why, operations, leftOut, deadEnds } = bad;
  const impossible = operations.find(({ isImpossible }) => isImpossible);
  const label = impossible === undefined ? '' : `: ${escapeHtml(impossible.label)}`;
  return `<section class="key" id="${anchor(key)}">
<h2>${nameOf(key)}${label} is impossible</h2>
<p class="why">${escapeHtml(why)}</p>
${timeline(bad, diagram)}
${table(operations, diagram)}
${orders(deadEnds, operations)}
${leftOut.map((line) => `<p class="soft">${escapeHtml(line)}</p>`).join('\n')}
</section>`;
}

function table(operations: readonly ShownOperation[], diagram: string | null): string {
  const ordered = operations
    .filter(({ place }) => place !== null)
    .sort((a, b) => (a.place ?? 0) - (b.place ?? 0));
  const others = operations.filter(({ place, isImpossible }) => place === null && !isImpossible);
  const impossible = operations.filter(({ isImpossible }) => isImpossible);
  const rows = [...ordered, ...impossible, ...others].map((it) => {
    const { place, label, process, node, invokedMs, completedMs, leaves, isImpossible } = it;
    const time = (ms: number | null): string => (ms === null ? '' : formatTime(ms));
    const from = time(invokedMs);
    const link =
      diagram === null || invokedMs === null
        ? from
        : `<a href="${escapeHtml(diagram)}#ms=${invokedMs.toFixed(1)}&amp;operation=${it.id}">${from}</a>`;
    const effect = isImpossible
      ? 'cannot follow'
      : place === null
        ? 'is not needed'
        : `leaves ${leaves ?? ''}`;
    return `<tr${isImpossible ? ' class="impossible"' : ''}><th scope="row">${isImpossible ? '✗' : (place ?? '')}</th><td class="text">${escapeHtml(label)}</td><td class="text">process ${escapeHtml(process)}</td><td class="text">${escapeHtml(node)}</td><td>${link}</td><td>${it.completedRank === null ? 'open' : time(completedMs)}</td><td class="text">${escapeHtml(effect)}</td></tr>`;
  });
  return `<div class="scroll"><table>
<thead><tr><th>order</th><th class="text">operation</th><th class="text">process</th><th class="text">node</th><th>invoked</th><th>completed</th><th class="text">effect</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function orders(
  deadEnds: readonly ShownDeadEnd[] | null,
  operations: readonly ShownOperation[],
): string {
  if (deadEnds === null || deadEnds.length === 0) return '';
  const name = (at: number): string => `<b>${escapeHtml(operations[at]?.label ?? '')}</b>`;
  const items = deadEnds.slice(0, maxOrders).map(({ order, holds, stuck }) => {
    const before = order.length === 0 ? 'To begin with' : `After ${order.map(name).join(', ')}`;
    const next = stuck.map(name).join(' or ');
    return `<li>${before} the register holds ${escapeHtml(holds)}; next would have to be ${next}.</li>`;
  });
  const more = deadEnds.length - items.length;
  const rest = more > 0 ? `<p class="soft">and ${plural(more, 'more order')}, none longer</p>` : '';
  const all = deadEnds.length === 1 ? 'The only order' : `All ${deadEnds.length} orders`;
  return `<details class="orders"${items.length <= 4 ? ' open' : ''}><summary>${all}, as far as ${deadEnds.length === 1 ? 'it goes' : 'they go'}</summary><ol>${items.join('\n')}</ol>${rest}</details>`;
}
