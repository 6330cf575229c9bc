/** The look of the theatre, beyond what all pages share: terms have colours here. */

export const theatreStyle = `
:root { --term-0: #6b7a8c; --term-1: #3d6fd1; --term-2: #0f8b8d; --term-3: #b8790c; --term-4: #a8449b;
  --term-5: #5f8a2a; --term-6: #c2542d; --term-7: #7457c9; --shade: rgb(20 30 50 / .08); }
@media (prefers-color-scheme: dark) { :root {
  --term-0: #8b98a9; --term-1: #7aa5ff; --term-2: #3fc0bd; --term-3: #e0ab4a; --term-4: #dd85d2;
  --term-5: #9dcb5e; --term-6: #f0906a; --term-7: #ad97f5; --shade: rgb(0 0 0 / .35); } }
html { overscroll-behavior-x: none; }
body { max-width: 1500px; margin: 0 auto; padding: .9rem 1.2rem 4.4rem; height: 100vh;
  min-height: 640px; display: flex; flex-direction: column; }
.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem 1rem; margin-bottom: .7rem; }
.top h1 { margin: 0; letter-spacing: -.01em; } .top p { margin: 0; flex: 1; min-width: 14rem; }
.buttons, .tools, .choice { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; }
button.first { background: var(--accent); border-color: var(--accent); color: var(--paper);
  font-weight: 600; }
button.big { font-size: 1.1rem; padding: .45em 1.3em; } button.quiet { border-color: transparent; }
button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
main { display: grid; grid-template-columns: minmax(0, 1fr) 25rem; gap: 1.1rem; flex: 1; min-height: 0; }
.play, .words { display: flex; flex-direction: column; gap: .6rem; min-width: 0; min-height: 0; }
#card { background: var(--panel); border-radius: .7rem; padding: .8rem 1.1rem .9rem; overflow: auto;
  flex: 0 1 auto; max-height: 62%; }
.side { min-width: 0; display: flex; flex-direction: column; flex: 1 1 12rem; min-height: 10rem; }
#card h2 { margin: 0 0 .4rem; font-size: 1.3rem; line-height: 1.3; } #card h2.sentence { font-size: 1.05rem; } #card h3 { margin: .8rem 0 .2rem; font-size: .95rem; }
#card p { margin: .35rem 0; } #card .kicker { color: var(--soft); font-size: .8rem; margin: 0; }
/* The way on is seen even where the card has to be scrolled. */
.ending .buttons { position: sticky; bottom: -.9rem; background: var(--panel); padding: .4rem 0 .9rem; margin-bottom: -.9rem; }
.story p { font-size: 1.03rem; } .upcoming { margin-top: .7rem; overflow-wrap: anywhere; }
.upcoming .big { display: block; margin-bottom: .7rem; }
.findings { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .9rem; }
.findings li::before { content: "✓ "; color: var(--ok); font-weight: 700; }
.findings .not-met::before { content: "✗ "; color: var(--info); }
.problem { color: var(--info); white-space: pre-wrap; overflow-wrap: anywhere; }
.stage { position: relative; background: var(--panel); border-radius: .7rem; overflow: hidden;
  flex: 1 1 20rem; min-height: 17rem; }
#stage { position: absolute; inset: 0; display: block; cursor: crosshair; user-select: none; }
#stage.cutting { touch-action: none; }
#judge { position: absolute; left: .9rem; bottom: .5rem; margin: 0; font-size: .8rem; color: var(--soft); }
#judge.holds { color: var(--ok); } #judge.broken { color: var(--info); font-weight: 600; }
#members { position: absolute; left: .9rem; top: .6rem; margin: 0; font-size: .82rem; max-width: 34%; }
#requests { position: absolute; right: .9rem; top: .6rem; margin: 0; padding: 0; list-style: none;
  display: grid; gap: .25rem; justify-items: end; font-size: .8rem; }
#requests li { border: 1px solid var(--line); border-radius: 1rem; padding: .02rem .6rem;
  background: var(--paper); color: var(--soft); } #requests b { color: var(--ink); }
#requests .done { border-color: var(--ok); } #requests .refused { border-color: var(--info); }
#requests .open { border-style: dashed; }
#notice { position: absolute; right: .9rem; bottom: .5rem; margin: 0; font-size: .85rem; }
.wire { stroke: var(--line); stroke-width: 1.5; } .hit { stroke: transparent; stroke-width: 14; }
.link { cursor: pointer; } .link:hover .wire { stroke: var(--accent); }
.link.cut .wire { stroke: var(--down); stroke-dasharray: 3 6; }
.link.half-cut .wire { stroke: var(--down); stroke-dasharray: 10 4; opacity: .6; }
.link.doomed .wire { stroke: var(--down); stroke-width: 3; }
.scissors circle { fill: var(--panel); stroke: var(--down); stroke-width: 1.5; }
.scissors path, .loss { stroke: var(--down); stroke-width: 2.2; fill: none; }
.loss { stroke-width: 3; }
.stroke { stroke: var(--down); stroke-width: 2.5; stroke-dasharray: 7 5; pointer-events: none; }
.node { cursor: pointer; --role: var(--follower); } .node:focus, .envelope:focus { outline: none; }
.node text { text-anchor: middle; fill: var(--ink); pointer-events: none; }
.node.leader { --role: var(--leader); } .node.candidate { --role: var(--candidate); }
.node.preCandidate { --role: var(--pre-candidate); } .node.learner { --role: var(--learner); }
.node.down, .node.halted { --role: var(--down); } .node.outside { --role: var(--line); }
.disc { fill: color-mix(in srgb, var(--role) 16%, var(--paper)); stroke: var(--role); stroke-width: 1.2; }
.node.leader .disc { fill: color-mix(in srgb, var(--role) 30%, var(--paper)); }
.node.outside .disc, .node.learner .disc { stroke-dasharray: 4 3; stroke-width: 2; }
.track { fill: none; stroke: var(--line); stroke-width: 5; }
.timer { fill: none; stroke: var(--role); stroke-width: 5; }
.timer.heartbeat { opacity: .75; }
.chosen { fill: none; stroke: var(--accent); stroke-width: 2; }
.node:focus-visible .disc { stroke: var(--accent); stroke-width: 3.5; }
.node:hover .disc { stroke-width: 2.4; }
.hatch { fill: url(#hatch); } .hatch-line { stroke: var(--down); stroke-width: 2; opacity: .55; }
.emblem { fill: var(--role); } .node .mark { font-weight: 800; font-size: 17px; fill: var(--role); }
.name { font-weight: 700; font-size: 17px; }
.node .term { font-size: 12px; fill: var(--term); font-weight: 600; }
.node .role { font-size: 13px; font-weight: 600; paint-order: stroke; stroke: var(--panel);
  stroke-width: 4; stroke-linejoin: round; }
.node .more { font-size: 11.5px; fill: var(--soft); paint-order: stroke; stroke: var(--panel);
  stroke-width: 4; stroke-linejoin: round; }
.node.down .name, .node.down .term { opacity: .75; }
.disk path, .disk ellipse { fill: var(--paper); stroke: var(--soft); stroke-width: 1.3; }
.disk.waiting path, .disk.waiting ellipse { fill: var(--mark); stroke: var(--fail); }
.node .disk text, .node .reads text { font-size: 10px; font-weight: 700; }
.reads circle { fill: var(--paper); stroke: var(--accent); stroke-width: 1.3; }
.envelope { cursor: pointer; }
.envelope rect { fill: color-mix(in srgb, var(--term) 20%, var(--paper)); stroke: var(--term);
  stroke-width: 1.4; }
.envelope text { text-anchor: middle; font-size: 11.5px; font-weight: 600; fill: var(--ink); }
.envelope.held rect { stroke-dasharray: 3 2; }
.envelope:focus-visible rect, .envelope:hover rect { stroke-width: 3; }
.small .name { font-size: 14px; } .small .node .term { font-size: 10.5px; }
.small .node .role { font-size: 11.5px; } .small .node .more { font-size: 10.5px; }
.small .envelope text { font-size: 10.5px; }
.sky { pointer-events: none; }
.logs { flex: 0 1 auto; min-height: 6rem; max-height: 46%; overflow-y: auto; }
.tools { font-size: .9rem; } .gap { flex: 1; }
.log-table { display: grid; gap: 2px 0; width: max-content; min-width: 100%; padding-bottom: .2rem; }
.log-row { display: grid; gap: 0 3px; align-items: center;
  min-height: 2.1rem; grid-template-columns: 8.4rem repeat(var(--columns), 3.35rem); }
.log-row.head { min-height: 0; color: var(--soft); font-size: .75rem; text-align: center; }
.log-node { position: sticky; left: 0; z-index: 1; background: var(--paper); text-align: left;
  display: flex; gap: .4rem; align-items: baseline; white-space: nowrap; grid-column: 1; }
.log-node small { color: var(--soft); } .log-row.selected .log-node b { color: var(--accent); }
.dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--follower); flex: none; }
.dot.leader { background: var(--leader); } .dot.candidate { background: var(--candidate); }
.dot.preCandidate { background: var(--pre-candidate); } .dot.learner { background: var(--learner); }
.dot.down, .dot.halted { background: repeating-linear-gradient(45deg, var(--down) 0 2px, transparent 2px 4px); }
.dot.outside { background: none; border: 1px dashed var(--soft); }
.cell { position: relative; grid-row: 1; height: 2.1rem; border: 1.5px solid var(--term);
  border-radius: .3rem; background: color-mix(in srgb, var(--term) 9%, var(--paper)); text-align: center;
  display: flex; flex-direction: column; justify-content: center; line-height: 1.05; overflow: hidden; }
.log-row .cell[data-index] { cursor: help; }
.cell b { font-size: .85rem; font-weight: 600; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; padding: 0 2px; }
.cell small { font-size: .68rem; color: var(--soft); }
.cell.committed { background: color-mix(in srgb, var(--term) 38%, var(--paper)); }
.cell.committed small { color: var(--ink); }
.cell.applied { box-shadow: inset 0 -4px 0 var(--term); }
.cell.not-durable { border-style: dashed; background: none; }
.cell.noop b { font-weight: 400; font-style: italic; font-size: .76rem; }
.cell.membership { border-radius: 1rem; } .cell.membership b { font-size: .68rem; }
.cell.snapshot { --term: var(--soft); border-style: double; border-width: 3px; background: var(--panel); }
.log-row.down .cell { opacity: .55; }
.log-row.marks { min-height: 0; height: .85rem; margin-top: -2px; font-size: .66rem; color: var(--soft); }
.peer { grid-row: 1; text-align: center; white-space: nowrap; }
.log-row.marks > .next:only-child { grid-row: 1; }
.key { font-size: .85rem; margin-top: .5rem; } .key ul { list-style: none; margin: .4rem 0; padding: 0;
  display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: .35rem 1rem; }
.key summary { color: var(--soft); cursor: pointer; }
.cell.sample { display: inline-flex; min-width: 2rem; padding: 0 .3rem; height: 1.5rem; vertical-align: middle; --term: var(--term-1); }
.ring, .hatched { display: inline-block; width: 1.1rem; height: 1.1rem; border-radius: 50%; vertical-align: middle; }
.ring { border: 3px solid var(--follower); border-right-color: var(--line); }
.hatched { background: repeating-linear-gradient(45deg, var(--down) 0 2px, transparent 2px 5px);
  border: 1px solid var(--down); }
[role="tablist"] { display: flex; gap: .2rem; border-bottom: 1px solid var(--line); }
[role="tab"] { background: none; border: none; border-bottom: 2px solid transparent; border-radius: 0; }
[role="tab"][aria-selected="true"] { border-bottom-color: var(--accent); font-weight: 600; }
[role="tabpanel"] { padding: .6rem .1rem; min-height: 0; flex: 1; overflow: auto; }
[role="tabpanel"][hidden] { display: none; }
#script { font: 12.5px/1.5 ui-monospace, monospace; overflow: auto; }
.line .row { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0 .4rem 0 1rem; text-indent: -.6rem; }
.line.empty { height: .6rem; } .line.comment, .line.comment .row { display: inline; padding: 0; }
.line.comment.header { display: block; } .line.comment .row::after { content: " "; }
.line.comment .row { font: 12.5px/1.45 system-ui, sans-serif; } .hash { display: none; }
.line.comment .row { color: var(--soft); } .line.command .row { font-weight: 600; cursor: pointer; }
.line.command .row.trace { font-weight: 400; cursor: default; }
.line.command > .row:first-child:hover { color: var(--accent); }
.line.ahead { opacity: .7; } .line.now { background: color-mix(in srgb, var(--accent) 9%, var(--paper)); }
.line.now.command { border-left: 3px solid var(--accent); }
.unmet { color: var(--info); padding-left: 1rem; }
#node h3, #messages h3 { font-size: 1rem; margin: .7rem 0 .3rem; }
.account { white-space: pre-wrap; font-size: .87rem; margin: .2rem 0 .6rem; padding: .5rem .7rem;
  background: var(--panel); border-radius: .4rem; }
fieldset { border: none; padding: 0; margin: 0 0 .6rem; display: flex; flex-wrap: wrap; gap: .35rem; }
legend { color: var(--soft); font-size: .8rem; padding: 0; margin-bottom: .15rem; }
.side button, .side select, .side input { font-size: .88rem; }
.inline { display: flex; gap: .25rem; } button.cut { border-style: dashed; border-color: var(--down); }
.members { display: grid; grid-template-columns: repeat(auto-fill, minmax(7.2rem, 1fr)); gap: .35rem;
  margin: .4rem 0; } .members label { display: flex; gap: .4rem; align-items: center; }
details summary { cursor: pointer; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; font-size: .87rem; margin: 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.messages { list-style: none; padding: 0; margin: 0; }
.messages li { border-left: 4px solid var(--term); padding: .1rem 0 .3rem .6rem; margin-bottom: .5rem;
  display: grid; gap: .15rem; font-size: .88rem; }
.messages code { color: var(--soft); font-size: .78rem; overflow-wrap: anywhere; }
.messages button { padding: .05em .6em; font-size: .8rem; }
.transport { position: fixed; left: 0; right: 0; bottom: 0; z-index: 5; display: flex; gap: .5rem;
  align-items: center; justify-content: center; padding: .55rem 1.2rem; background: var(--paper);
  border-top: 1px solid var(--line); box-shadow: 0 -4px 14px var(--shade); }
.transport input { flex: 1; max-width: 34rem; min-width: 3rem; padding: 0; accent-color: var(--accent); }
.transport button { white-space: nowrap; }
.transport output { font-variant-numeric: tabular-nums; color: var(--soft); min-width: 3.6rem;
  white-space: nowrap; }
.menu { position: fixed; z-index: 20; max-width: min(24rem, 92vw); background: var(--paper);
  border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem;
  box-shadow: 0 6px 22px var(--shade); font-size: .88rem; }
.menu .buttons:empty { display: none; }
.menu p { white-space: pre-wrap; margin: .2rem 0 .5rem; color: var(--soft); overflow-wrap: anywhere; }
dialog { width: min(46rem, 94vw); max-height: 88vh; border: 1px solid var(--line); border-radius: .7rem;
  background: var(--paper); color: var(--ink); padding: 1rem 1.2rem; overflow: auto; }
dialog::backdrop { background: rgb(10 15 25 / .45); }
dialog header { display: flex; justify-content: space-between; align-items: center; }
dialog h2 { margin: 0; } dialog h3 { margin: 1.1rem 0 .4rem; font-size: 1rem; }
dialog textarea { width: 100%; font: 12.5px/1.5 ui-monospace, monospace; background: var(--panel);
  color: var(--ink); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; }
dialog input[type="search"] { width: 100%; }
.note { min-height: 1.4em; margin: .3rem 0; font-size: .9rem; }
.guides { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .5rem;
  margin-top: .7rem; counter-reset: guide; }
.guide { text-align: left; padding: .6em .8em; } .guide::before { counter-increment: guide;
  content: counter(guide) "  "; color: var(--soft); }
.guide small { display: block; color: var(--soft); line-height: 1.35; margin-top: .15rem; }
.guide[aria-current] { border-color: var(--accent); }
.collection { margin-top: .6rem; } .collection summary { padding: .3rem 0; }
.rule { display: block; width: 100%; text-align: left; background: none; border-color: transparent;
  font-size: .9rem; padding: .25em .6em; }
.rows { display: grid; gap: .5rem; margin: .8rem 0; }
.rows label { display: flex; justify-content: space-between; max-width: 24rem; }
@media (max-width: 960px) {
  body { padding: .6rem .8rem 5.4rem; height: auto; display: block; }
  main { display: flex; flex-direction: column; gap: .7rem; } .play, .words { display: contents; }
  .stage { order: 1; flex: none; height: max(17rem, min(100vw, 26rem, 80vh)); } #card { order: 2; max-height: none; flex: none; }
  .tools { order: 3; } .logs { order: 4; max-height: none; flex: none; } .side { order: 5; flex: none; }
  .top p { display: none; } .top h1 { font-size: 1.2rem; flex: 1; }
  .top .buttons { gap: .3rem; } .top button { padding: .25em .5em; font-size: .85rem; }
  #card { padding: .6rem .8rem; } .upcoming .big { display: none; } #card h2 { font-size: 1.1rem; margin-bottom: .2rem; }
  .log-row { grid-template-columns: 4.6rem repeat(var(--columns), 2.85rem); }
  .log-node { flex-wrap: wrap; gap: 0 .3rem; line-height: 1; } .log-node small { font-size: .65rem; }
  .log-node small { flex-basis: 100%; }
  .tools button { padding: .25em .5em; font-size: .85rem; } .gap { display: none; }
  .transport { gap: .35rem; padding: .5rem .6rem; } .transport select, #do-start { display: none; }
  .transport button { padding: .45em .7em; } .transport output { min-width: 0; font-size: .8rem; }
  #notice { bottom: 1.7rem; left: .9rem; right: auto; }
  #judge, #members, #requests { font-size: .7rem; } #members { max-width: 30%; line-height: 1.3; } #script { max-height: 24rem; } }
`;
