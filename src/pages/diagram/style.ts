/** Rules of the space-time diagram's page. Colours of messages are legible on both papers. */

export const diagramStyle = `
:root { --m-pre-vote: #b07d10; --m-vote: #d9600f; --m-append: #1f64c8; --m-heartbeat: #7b8794;
  --m-snapshot: #8460c4; --m-read: #0f8a8a; --m-forward: #5b7f2b; --m-order: #c2348f;
  --m-survey: #a58a6b; --m-other: #8d6f6f; }
@media (prefers-color-scheme: dark) { :root { --m-pre-vote: #dcb552; --m-vote: #ff934a;
  --m-append: #74a9ff; --m-heartbeat: #8794a3; --m-snapshot: #ad8cf0; --m-read: #45c4c0;
  --m-forward: #9cc266; --m-order: #f07cc4; --m-survey: #a8947a; --m-other: #c0a3a3; } }
body { max-width: 1760px; } [hidden] { display: none !important; }
p { margin: .3rem 0; }
.left-out { background: var(--mark); padding: .3rem .6rem; border-radius: .4rem; font-size: .9rem; }
.controls { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .5rem 0 .3rem; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; align-items: center;
  gap: .3rem; min-width: 0; font-size: .9rem; }
fieldset legend { float: left; color: var(--soft); margin-right: .4rem; padding: .25em 0; }
#go { display: flex; gap: .3rem; margin-left: .4rem; }
#search { min-width: 0; width: 11rem; }
.kinds { display: flex; flex-wrap: wrap; gap: .15rem .25rem; font-size: .85rem; margin: .15rem 0; }
.kinds label { display: inline-flex; align-items: center; gap: .35em; padding: .12em .6em;
  border: 1px solid var(--line); border-radius: 1em; cursor: pointer; user-select: none; }
.kinds label:hover { border-color: var(--accent); }
.kinds label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 1px; }
.kinds input { position: absolute; opacity: 0; width: 1px; height: 1px; }
.kinds label:has(input:not(:checked)) { color: var(--soft); border-style: dashed;
  text-decoration: line-through; }
.kinds label:has(input:not(:checked)) svg { opacity: .3; }
.kinds b { font-weight: 500; color: var(--soft); font-variant-numeric: tabular-nums; }
.stage { display: grid; grid-template-columns: minmax(0, 1fr) 21rem; gap: 1rem; }
.pictures { min-width: 0; position: relative; }
canvas { display: block; width: 100%; border-radius: .3rem; }
#overview { cursor: grab; touch-action: pan-y; background: var(--panel); }
#plot { cursor: crosshair; touch-action: pan-y; user-select: none; -webkit-user-select: none; }
#plot.on { cursor: pointer; }
.zoom { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem; margin: .4rem 0 .2rem;
  font-size: .85rem; }
.zoom button { min-width: 2.1rem; } .zoom output { margin-left: auto; }
.legend i.pale { opacity: .4; } .legend i.bar { height: .3em; vertical-align: .2em; }
.legend i.hatched { background: repeating-linear-gradient(135deg, var(--h) 0 2px, var(--panel) 2px 4px); }
.legend .cross { color: var(--down); } .legend .commit { color: var(--accent); }
#help { font-size: .85rem; }
#detail { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem;
  font-size: .88rem; overflow: auto; align-self: start; max-height: min(80vh, 48rem);
  position: sticky; top: .5rem; }
#detail h2 { margin: 0 0 .4rem; font-size: 1rem; overflow-wrap: anywhere; }
#detail h3 { margin: .5rem 0 .1rem; font-size: .88rem; }
#detail pre { margin: .6rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--panel); padding: .5rem; border-radius: .4rem; font-size: 12px; }
.fact { display: grid; grid-template-columns: 6.2rem minmax(0, 1fr); gap: .5rem; margin: .15rem 0;
  overflow-wrap: anywhere; }
.fact > span { color: var(--soft); }
.fact button, .events button { background: none; border: 0; padding: 0; text-align: left;
  color: var(--accent); overflow-wrap: anywhere; }
.fact button:hover, .events button:hover { text-decoration: underline; }
.events { width: 100%; font-size: .85rem; }
.events th, .events td { text-align: left; padding: .1em .9em .1em 0; vertical-align: top; }
.events th { position: sticky; top: 0; background: var(--paper); }
.events td:last-child { width: 100%; white-space: normal; min-width: 12rem; }
.events [aria-current] td { background: var(--mark); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.tip { font-variant-numeric: tabular-nums; }
@media (max-width: 1000px) { .stage { grid-template-columns: minmax(0, 1fr); }
  #detail { position: static; max-height: none; } }
@media (min-width: 601px) { #tools summary { display: none; } }
@media (max-width: 600px) { .kinds { flex-wrap: nowrap; overflow-x: auto; padding-bottom: .2rem; }
  .kinds label { flex: none; } #tools summary { cursor: pointer; color: var(--accent); }
  body { margin: .6rem auto; padding: 0 .6rem; }
  #go { margin-left: 0; } .zoom output { margin-left: 0; } }
`;
