/**
 * The theatre: the core, compiled for the browser, with a cluster that the reader plays by hand.
 * Its script is src/theatre/main.ts; the file that this makes is committed as docs/theatre/.
 */

import { renderPage } from './page.ts';
import { theatreStyle } from './theatre-style.ts';

/** A scenario as the page carries it. */
export interface TheatreScenario {
  /** Seen from the folder of the scenarios. */
  readonly path: string;
  /** Without traces: the page makes them anew. */
  readonly text: string;
}

export function renderTheatre(scenarios: readonly TheatreScenario[]): string {
  return renderPage({
    title: 'Raft theatre',
    body,
    style: theatreStyle,
    script: '../../theatre/main',
    data: scenarios,
  });
}

const body = `
<header class="top">
  <h1>Raft theatre</h1>
  <p class="soft">The real core of raftwright runs in this page. You play the network, the clocks
    and the disks.</p>
  <div class="buttons">
    <button type="button" id="do-choose">Scenarios</button>
    <button type="button" id="do-free">Free play</button>
    <button type="button" id="do-share">Script and link</button>
  </div>
</header>
<main>
  <div class="play">
    <section class="stage" aria-label="The cluster">
      <svg id="stage" role="group" aria-label="Nodes, links and messages"></svg>
      <ul id="requests" aria-label="Requests of clients"></ul>
      <p id="members"></p>
      <p id="judge" role="status"></p>
      <p id="notice" role="status"></p>
    </section>
    <div class="tools" role="group" aria-label="Time and network">
      <button type="button" id="do-tick" title="One unit of time for every node">Tick all</button>
      <button type="button" id="do-wait" title="Time passes until a node does something">Until something happens</button>
      <button type="button" id="do-deliver" title="Whatever is on its way arrives; answers wait">Deliver</button>
      <button type="button" id="do-settle" title="And the answers, until nothing is on its way">Deliver all</button>
      <span class="gap"></span>
      <button type="button" id="do-scissors" aria-pressed="false" title="Then draw a stroke across links">✂ Cut</button>
      <button type="button" id="do-split" title="Say which node is on which side">Split …</button>
      <button type="button" id="do-heal">Heal all</button>
    </div>
    <section class="logs" aria-label="Logs"><div id="logs" class="scroll" tabindex="0"></div>
      <details class="key"><summary>What the marks mean</summary>
        <ul>
          <li><span class="cell sample not-durable">a</span> not on disk yet</li>
          <li><span class="cell sample">a</span> on disk, not committed</li>
          <li><span class="cell sample committed">a</span> committed, as far as the node knows</li>
          <li><span class="cell sample committed applied">a</span> applied</li>
          <li><span class="cell sample membership">a</span> an entry that changes the members</li>
          <li><span class="cell sample snapshot">1–3</span> a snapshot in the place of entries</li>
          <li>Colours are terms, of entries and of messages. A click on an entry says why it is, or is
            not, committed.</li>
          <li><b>▲ △</b> up to where the leader knows a log to match, and what it sends next</li>
          <li><i class="ring"></i> the ring of a node empties until its election timer, or a
            leader's heartbeat, is due</li>
          <li><i class="hatched"></i> down, or halted</li>
        </ul>
      </details>
    </section>
  </div>
  <div class="words">
  <section id="card" aria-label="What happens"></section>
  <section class="side" aria-label="In detail">
    <div role="tablist" aria-label="In detail">
      <button type="button" role="tab" id="tab-script" aria-controls="script" aria-selected="true">Trace</button>
      <button type="button" role="tab" id="tab-node" aria-controls="node" aria-selected="false" tabindex="-1">Node</button>
      <button type="button" role="tab" id="tab-messages" aria-controls="messages" aria-selected="false" tabindex="-1">On the way</button>
    </div>
    <div id="script" role="tabpanel" aria-labelledby="tab-script" tabindex="0"></div>
    <div id="node" role="tabpanel" aria-labelledby="tab-node" hidden></div>
    <div id="messages" role="tabpanel" aria-labelledby="tab-messages" hidden></div>
  </section>
  </div>
</main>
<footer class="transport" role="group" aria-label="Steps">
  <button type="button" id="do-start" aria-label="To the beginning" title="To the beginning (Home)">|◀</button>
  <button type="button" id="do-back" title="One step back (←)">◀ Back</button>
  <button type="button" id="do-next" class="first" title="One step on (→)">Next ▶</button>
  <button type="button" id="do-play" title="Play by itself (space)">Play</button>
  <select id="pace" aria-label="Pace"><option>slow</option><option selected>normal</option><option>fast</option></select>
  <input type="range" id="slider" min="1" max="1" step="1" aria-label="Step">
  <output id="count"></output>
</footer>
<dialog id="dialog" aria-label="Dialog"></dialog>
`;
