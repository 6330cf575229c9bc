/** The live page's script: asks its node each second, and draws what it says (src/pages/live.ts). */

import type { LiveStatus } from '../live-status.ts';
import { clusterHeight, clusterShapes, roleColour } from './live/cluster.ts';
import { figuresShapes, kindsLegend, marksHeight, marksShapes, row } from './live/marks.ts';
import { Memory } from './live/memory.ts';
import { Plots } from './live/plots.ts';
import { parseMetrics } from './live/prometheus-text.ts';
import { timelineHeight, timelineShapes } from './live/timeline.ts';
import { clock, duration, reasonWords, roleWords } from './live/words.ts';
import { element } from './parts/data.ts';
import { draw, type Shape, shape } from './parts/shapes.ts';
import { Tip } from './parts/tip.ts';

const everyMs = 1000;
/** A page that nobody looks at costs the node less. */
const everyMsHidden = 5000;
/** A node that is paused takes the question, and does not answer. */
const patienceMs = 2500;

const ranges = [
  { minutes: 1, says: '1 min' },
  { minutes: 5, says: '5 min' },
  { minutes: 30, says: '30 min' },
  { minutes: null, says: 'all' },
] as const;

const memory = new Memory();
const plots = new Plots();
let range: number | null = 5;
let life = 0;

async function ask(path: string): Promise<Response> {
  const signal = AbortSignal.timeout(patienceMs);
  const headers = { Accept: path === 'metrics' ? 'text/plain;version=0.0.4' : 'application/json' };
  const response = await fetch(path, { signal, headers, cache: 'no-store' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

async function askStatus(): Promise<LiveStatus> {
  const status = (await (await ask('status')).json()) as Partial<LiveStatus>;
  const { node, marks, members, peers, roleChanges, explanation, checks } = status;
  const lists = [members, peers, roleChanges, explanation, checks];
  const isOne = typeof node === 'string' && marks !== undefined && lists.every(Array.isArray);
  if (!isOne) throw new Error('whoever answers is no node of raftwright');
  return status as LiveStatus;
}

async function look(): Promise<void> {
  const [status, metrics] = await Promise.allSettled([
    askStatus(),
    ask('metrics').then((response) => response.text()),
  ]);
  if (status.status === 'rejected') {
    memory.noteSilence();
    plots.add(new Map(), memory.nodeMs(performance.now()));
  } else {
    const { startedMs, nowMs } = status.value;
    memory.noteAnswer(status.value, performance.now());
    if (startedMs !== life) plots.add(new Map(), nowMs - 1); // counters begin anew
    life = startedMs;
    plots.add(metrics.status === 'fulfilled' ? parseMetrics(metrics.value) : new Map(), nowMs);
  }
  show();
}

async function watch(): Promise<never> {
  for (;;) {
    const startMs = performance.now();
    await look();
    const leftMs = (document.hidden ? everyMsHidden : everyMs) - (performance.now() - startMs);
    await new Promise((resolve) => setTimeout(resolve, Math.max(100, leftMs)));
  }
}

function show(): void {
  const { status } = memory;
  if (status === null) {
    element('#silence').textContent = 'The node has not answered yet. It is asked each second.';
    return;
  }
  const nowMs = memory.nodeMs(performance.now());
  showHead(status, nowMs);
  showCluster(status);
  showTimeline(nowMs);
  showLogs(status);
  plots.draw(nowMs);
}

function showHead(status: LiveStatus, nowMs: number): void {
  const { node, role, term, leader, members, uptimeSeconds, startedMs } = status;
  const says = status.haltReason === null ? roleWords[role] : 'stopped for good';
  document.title = `${node}: ${says}, term ${term} · raftwright`;
  const who =
    leader === null ? 'no leader' : leader === node ? 'this node leads' : `${leader} leads`;
  draw(element('#head'), [
    shape('h1', {}, node),
    shape('span', { class: `role ${roleColour(status)}`, id: 'role' }, says),
    shape('p', {}, `term ${term}, ${who}`),
    shape(
      'p',
      { class: 'soft', title: `since ${new Date(startedMs).toLocaleString()}` },
      `raftwright ${status.version}, process ${status.process}, up ${duration(1000 * uptimeSeconds)}`,
    ),
  ]);
  draw(
    element('#nodes'),
    members.map(({ node: name, port }) => {
      if (name === node) return shape('a', { 'aria-current': 'page', href: './' }, name);
      if (port === null) return shape('span', { class: 'soft' }, name);
      return shape('a', { href: pageAt(port) }, name);
    }),
  );
  const sinceMs = memory.silentSinceMs;
  const silence = element('#silence');
  silence.hidden = sinceMs === null;
  element('main').classList.toggle('stale', sinceMs !== null);
  if (sinceMs === null) return;
  document.title = `${node}: no answer · raftwright`;
  const text =
    `No answer since ${clock(sinceMs)}, for ${duration(nowMs - sinceMs)}: ${node} has been stopped, ` +
    'is paused, or is cut off from here. What is below was so then. It is asked each second.';
  if (silence.textContent !== text) silence.textContent = text;
}

/** Another node's page: the same host, as this page was reached by, and its own port. */
function pageAt(port: number): string {
  return `${location.protocol}//${location.hostname}:${Number(port)}/`;
}

function showCluster(status: LiveStatus): void {
  drawSvg(
    '#cluster',
    () => clusterHeight,
    (width) => clusterShapes(status, width),
  );
  const sight = element('#sight');
  const { node, leader, members } = status;
  const text =
    members.length === 1 || leader === node
      ? ''
      : `A follower knows itself and its leader${leader === null ? ', when there is one' : `: ${leader} knows how far the others are`}.`;
  if (sight.textContent !== text) sight.textContent = text;
  draw(
    element('#explanation'),
    status.explanation.map((line) =>
      shape('li', line.startsWith(' ') ? { class: 'detail' } : {}, line.trim()),
    ),
  );
  draw(
    element('#checks'),
    status.checks.map(({ probe, name, ok, reason }) =>
      shape('li', ok ? {} : { class: 'failed' }, `${probe} ${name}${ok ? '' : `: ${reason}`}`),
    ),
  );
}

function showTimeline(nowMs: number): void {
  draw(
    element('#ranges'),
    ranges.map(({ minutes, says }) =>
      shape(
        'button',
        { 'data-minutes': String(minutes), 'aria-pressed': String(minutes === range) },
        says,
      ),
    ),
  );
  const { changes, silences } = memory;
  const firstMs = changes[0]?.atMs ?? nowMs;
  const knownMs = Math.max(10_000, nowMs - firstMs);
  const rangeMs = range === null ? knownMs : Math.min(knownMs, range * 60_000);
  const shown = { fromMs: nowMs - rangeMs, toMs: nowMs };
  drawSvg(
    '#timeline',
    () => timelineHeight,
    (width) => timelineShapes(changes, silences, shown, width),
  );
  const head = row('th', ['when', 'role', 'term', 'leader', 'why']);
  const latest = changes.slice(-100).toReversed();
  draw(element('#changes'), [
    head,
    ...latest.map(({ atMs, role, term, leader, reason }) =>
      row('td', [
        clock(atMs),
        roleWords[role],
        String(term),
        leader ?? 'none',
        reasonWords[reason],
      ]),
    ),
  ]);
}

function showLogs(status: LiveStatus): void {
  drawSvg(
    '#marks',
    () => marksHeight(status),
    (width) => marksShapes(status, width),
  );
  draw(element('#figures'), figuresShapes(status));
}

/** One unit of a drawing is one pixel, so that its text is as large as all other. */
function drawSvg(
  selector: string,
  heightOf: () => number,
  shapesOf: (width: number) => readonly Shape[],
): void {
  const svg = element<SVGSVGElement>(selector);
  const width = Math.max(200, Math.round(svg.getBoundingClientRect().width));
  const box = `0 0 ${width} ${heightOf()}`;
  if (svg.getAttribute('viewBox') !== box) svg.setAttribute('viewBox', box);
  draw(svg, shapesOf(width));
}

const roleLegend = ['leader', 'follower', 'pre-candidate', 'candidate'].map((role) =>
  shape('span', {}, [shape('i', { style: `background:var(--${role})` }), shape('span', {}, role)]),
);
draw(element('#roles'), roleLegend);
draw(element('#kinds'), kindsLegend());

element('#ranges').addEventListener('click', ({ target }) => {
  const minutes = target instanceof Element ? target.getAttribute('data-minutes') : null;
  if (minutes === null) return;
  range = minutes === 'null' ? null : Number(minutes);
  show();
});
addEventListener('resize', show);
document.addEventListener('visibilitychange', show);

const tip = new Tip();
addEventListener('pointermove', ({ target, clientX, clientY }) => {
  const said = target instanceof Element ? target.closest('[data-tip]') : null;
  const text = said?.getAttribute('data-tip') ?? '';
  if (text === '') tip.hide();
  else tip.show(text, clientX, clientY);
});

void watch();
