/**
 * The live page: the cluster as one node sees it, asked of the node each second. The node serves it
 * at `/`, and the page asks for `/status` (live-status.ts) and `/metrics`, of that node and of nobody
 * else. It holds no data of its own, so that it is the same text for all.
 */

import { renderPage } from './page.ts';

const roles = ['leader', 'follower', 'pre-candidate', 'candidate', 'learner', 'down'];

const style = `
body { max-width: 1180px; }
nav.pages a { min-width: 1.5rem; }
#head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .8rem; }
#head h1 { margin: .2rem 0; overflow-wrap: anywhere; }
#head p { margin: 0; }
.role { color: var(--paper); border-radius: .4em; padding: .1em .6em; font-weight: 600;
  background: var(--follower); white-space: nowrap; }
${roles.map((role) => `.role.${role} { background: var(--${role}); }`).join('\n')}
#silence { border-left: 4px solid var(--down); background: var(--panel); border-radius: .3rem;
  padding: .6rem .9rem; margin: .8rem 0; }
main.stale > section:not(#answer) { opacity: .5; }
.columns { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 0 2rem; }
@media (max-width: 760px) { .columns { grid-template-columns: minmax(0, 1fr); } }
section svg, .plot svg { display: block; width: 100%; }
svg text { fill: var(--ink); font: 12px/1 system-ui, sans-serif; }
svg text.soft { fill: var(--soft); } svg text.on { fill: var(--paper); font-weight: 600; }
#sight { margin: 0; }
#explanation { list-style: none; margin: .3rem 0; padding: 0; }
#explanation li { padding: .12rem 0; overflow-wrap: anywhere; }
#explanation li.detail { padding-left: 1.2rem; color: var(--soft); font-size: .9rem; }
#checks { display: flex; flex-wrap: wrap; gap: .4rem; margin: .3rem 0; padding: 0; list-style: none; }
#checks li { border: 1px solid var(--line); border-radius: .4em; padding: .1em .6em;
  font-size: .9rem; overflow-wrap: anywhere; }
#checks li::before { content: '✓ '; color: var(--ok); font-weight: 700; }
#checks li.failed { border-color: var(--down); }
#checks li.failed::before { content: '✗ '; color: var(--down); }
.title { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between;
  gap: 0 1rem; }
.ranges button { padding: 0 .55em; font-size: .85rem; }
.ranges button[aria-pressed=true] { border-color: var(--accent); color: var(--accent); }
details { margin: .3rem 0; } summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
table { font-size: .9rem; } #changes :nth-child(n + 4) { text-align: left; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr));
  gap: .8rem; margin-top: .6rem; }
.plot { background: var(--panel); border-radius: .5rem; padding: .55rem .7rem .3rem; min-width: 0;
  display: flex; flex-direction: column; }
.plot svg { margin-top: auto; font-size: 11px; } .plot svg text { font-size: 11px; }
.plot h3 { margin: 0; font-size: .9rem; font-weight: 500; color: var(--soft); }
.plot p { margin: 0; display: flex; flex-wrap: wrap; gap: 0 .9rem; align-items: baseline;
  font-size: .85rem; color: var(--soft); min-height: 1.7rem; }
.plot strong { color: var(--ink); font-size: 1.05rem; font-weight: 600;
  font-variant-numeric: tabular-nums; }
.plot i { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .35em; }
footer { margin: 2rem 0 1rem; font-size: .85rem; color: var(--soft); }
`;

const body = `
<nav class="pages" id="nodes" aria-label="Nodes"></nav>
<main>
<section id="answer">
<div id="head"><h1>raftwright</h1></div>
<p id="silence" role="status">Waiting for the node’s first answer.</p>
</section>
<section class="columns">
<div><h2>The cluster, as this node sees it</h2><svg id="cluster" role="img"
  aria-label="Members and their links"></svg><p class="soft" id="sight"></p></div>
<div><h2>What it waits for</h2><ul id="explanation"></ul>
<h2>Health</h2><ul id="checks"></ul></div>
</section>
<section><div class="title"><h2>Roles and terms</h2><div class="ranges" id="ranges"></div></div>
<svg id="timeline" role="img" aria-label="Roles, leaders and terms over time"></svg>
<div class="legend" id="roles"></div>
<details><summary>The latest changes</summary><div class="scroll tall"><table id="changes"></table>
</div></details></section>
<section><h2>Logs</h2><svg id="marks" role="img" aria-label="How far each log is"></svg>
<div class="legend" id="kinds"></div>
<details><summary>As figures</summary><div class="scroll"><table id="figures"></table></div></details>
</section>
<section><h2>Rates and latencies</h2><div class="plots" id="plots"></div></section>
</main>
<footer><a href="metrics">metrics</a> · <a href="status">status</a> · <a href="health">health</a> ·
<a href="readyz?verbose">readyz</a> · <a href="livez?verbose">livez</a></footer>
<noscript>This page shows what its script asks of the node.</noscript>
`;

export function renderLivePage(): string {
  return renderPage({ title: 'raftwright', body, style, script: 'live', isLive: true });
}
