/**
 * The space-time diagram of a run as a page: time runs to the right, each node has a lane, each
 * message is an arrow. The page's script, browser/diagram.ts, draws it.
 */

import type { TraceEvent, TraceHeader } from '../trace/format.ts';
import type { DiagramData, LeftOut } from './diagram/format.ts';
import { diagramStyle } from './diagram/style.ts';
import { diagramData } from './diagram-data.ts';
import { escapeHtml } from './html.ts';
import { renderPage } from './page.ts';

export interface Diagram {
  readonly title: string;
  readonly header: TraceHeader;
  /** In the order of time; read once. */
  readonly events: Iterable<TraceEvent>;
  /** Other pages of the same run. */
  readonly links: readonly { readonly label: string; readonly href: string }[];
}

export function renderDiagram({ title, header, events, links }: Diagram): string {
  const data = diagramData(header, events);
  return renderPage({
    title,
    style: diagramStyle,
    script: 'diagram',
    data,
    body: [
      navigation(links),
      `<h1>${escapeHtml(title)}</h1>`,
      summary(data),
      notice(data.leftOut),
      controls,
      stage,
      table,
    ].join('\n'),
  });
}

function navigation(links: Diagram['links']): string {
  if (links.length === 0) return '';
  const others = links.map(
    ({ label, href }) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`,
  );
  return `<nav class="pages" aria-label="Pages of this run">${others.join(
    '',
  )}<a aria-current="page">space-time diagram</a></nav>`;
}

function summary({ messages, nodes, startUs, endUs, operations, about }: DiagramData): string {
  const lastedMs = (endUs - startUs) / 1000;
  const lasted =
    lastedMs < 1000 ? `${Math.round(lastedMs)} ms` : `${(lastedMs / 1000).toFixed(2)} s`;
  const between = `${count(messages.count, 'message')} between ${count(nodes.length, 'node')}`;
  const facts = [
    `${nodes.length === 1 ? '1 node' : between} in ${lasted}`,
    ...(operations.count > 0 ? [count(operations.count, 'operation')] : []),
    ...about.map(([name, value]) => `${name}: ${value}`),
  ];
  return `<p class="soft">${facts.map(escapeHtml).join(' · ')}</p>`;
}

/** What the page does not show, or nothing. */
function notice(leftOut: LeftOut): string {
  const parts = [
    leftOut.messages > 0 &&
      `${count(leftOut.messages, 'message')} (those far from faults, elections and failures, and the earliest, went first; grey stretches show where)`,
    leftOut.nodes > 0 && count(leftOut.nodes, 'node'),
    leftOut.operations > 0 && count(leftOut.operations, 'operation'),
    leftOut.spansOfNodes > 0 && `${count(leftOut.spansOfNodes, 'later change')} of roles and terms`,
    leftOut.marks > 0 && count(leftOut.marks, 'later mark'),
    leftOut.faults > 0 && count(leftOut.faults, 'later fault'),
    leftOut.progressUs > 0 &&
      `steps of logs that are closer together than ${leftOut.progressUs / 1000} ms`,
  ].filter((part) => part !== false);
  const cut =
    leftOut.contents === 0
      ? ''
      : `<p class="soft">Of ${count(leftOut.contents, 'long value')} only the beginning stands here.</p>`;
  if (parts.length === 0) return cut;
  const text = `Too much happened to show it all. Left out: ${parts.join('; ')}.`;
  return `<p class="left-out">${escapeHtml(text)}</p>${cut}`;
}

function count(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}

const controls = `<details id="tools" open><summary>Go to, search, filter</summary><div class="controls">
<fieldset class="jump"><legend>Go to</legend>
<select id="jump" aria-label="Kind of event"></select>
<button type="button" id="first" title="the first (Shift+N)">first</button>
<button type="button" id="previous" title="the one before (P)" aria-label="Previous">◀</button>
<button type="button" id="next" title="the next (N)" aria-label="Next">▶</button>
<form id="go"><select id="go-kind" aria-label="What to go to">
<option value="ms">time, ms</option><option value="index">log index</option>
<option value="operation">operation</option><option value="term">term</option></select>
<input id="go-value" inputmode="decimal" size="7" aria-label="Which" autocomplete="off">
<button type="submit">go</button></form></fieldset>
<fieldset><legend>Show only</legend>
<select id="term" aria-label="Term"></select>
<label><input type="checkbox" id="lost"> lost</label>
<input id="search" type="search" size="14" placeholder="text in messages" aria-label="Text in messages" autocomplete="off">
<output id="found" class="soft"></output></fieldset>
</div></details>
<div class="kinds" id="kinds" role="group" aria-label="Kinds of messages: legend and filter"></div>
<div class="kinds" id="nodes" role="group" aria-label="Nodes: filter"></div>`;

const stage = `<div class="stage">
<div class="pictures">
<canvas id="overview" aria-label="The whole run; the frame is what is seen below" role="img"></canvas>
<div class="zoom"><button type="button" id="closer" aria-label="Closer" title="closer (+)">+</button>
<button type="button" id="farther" aria-label="Farther" title="farther (−)">−</button>
<button type="button" id="all" title="the whole run (0)">all</button>
<label title="what may have led to what is selected, and what it may have led to"><input type="checkbox" id="cone" checked> cause and effect</label>
<output id="seen" class="soft"></output></div>
<canvas id="plot" tabindex="0" role="application" aria-roledescription="space-time diagram" aria-label="Messages between nodes over time" aria-describedby="help"></canvas>
<div class="legend">
<span><i style="background:var(--leader)"></i>leader</span>
<span><i style="background:var(--candidate)"></i>candidate</span>
<span><i style="background:var(--pre-candidate)"></i>pre-candidate</span>
<span><i class="pale" style="background:var(--follower)"></i>follower</span>
<span><i class="hatched" style="--h:var(--down)"></i>down</span>
<span><i class="hatched" style="--h:var(--pause)"></i>paused</span>
<span><i style="background:var(--partition)"></i>partition</span>
<span><i class="bar" style="background:var(--ok)"></i>operation: ok</span>
<span><i class="bar" style="background:var(--fail)"></i>failed</span>
<span><i class="bar" style="background:var(--info)"></i>unknown</span>
<span><b class="cross">×</b> lost message, crash</span>
<span><b class="commit">▾</b> commit index</span>
</div>
<p class="soft" id="help">Drag to pan, wheel or pinch to zoom, click to select. Keys: ← → pan, + − zoom, Home End, 0 the whole run, N P next and previous of the chosen kind, Enter the message nearest to the middle, A C its answer and its cause, Esc nothing selected.</p>
<p class="sr" id="status" aria-live="polite"></p>
</div>
<aside id="detail" aria-label="What is selected"></aside>
</div>`;

const table = `<h2>Around this moment</h2>
<div class="scroll tall"><table class="events"><thead><tr><th>time</th><th>where</th><th>what</th></tr></thead>
<tbody id="events"></tbody></table></div>`;
