/**
 * The look that all pages share. Colours stand for the same thing everywhere: roles of nodes,
 * outcomes of operations, kinds of faults.
 */

export const theme = `
:root { color-scheme: light dark;
  --paper: #ffffff; --panel: #f5f7f9; --ink: #1c2128; --soft: #5d6773; --line: #dfe4ea;
  --accent: #1f64c8; --mark: #fff2c2;
  --leader: #2a7d4b; --follower: #7f8da0; --pre-candidate: #c99a2e; --candidate: #d9731a;
  --learner: #8460c4; --down: #c23b3b;
  --ok: #2a7d4b; --fail: #b9790f; --info: #c23b3b; --missed: #7a3bc2;
  --partition: #d9b23a; --kill: #d0607a; --pause: #6f8fd8; --other-fault: #8fa3a3; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #12161b; --panel: #1a2027; --ink: #e4e8ee; --soft: #98a2af; --line: #2b333d;
  --accent: #74a9ff; --mark: #4a3f14;
  --leader: #58b883; --follower: #7c8999; --pre-candidate: #d8b04a; --candidate: #f08c3a;
  --learner: #ad8cf0; --down: #ec6f6f;
  --ok: #58b883; --fail: #e0b04c; --info: #ec6f6f; --missed: #c79bff;
  --partition: #a8892f; --kill: #b04d66; --pause: #5876bd; --other-fault: #6a7c7c; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 1080px; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: .4rem 0; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .3rem; }
a { color: var(--accent); } code, pre { font: 13px/1.45 ui-monospace, monospace; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button, select, input { font: inherit; color: inherit; background: var(--panel);
  border: 1px solid var(--line); border-radius: .4em; padding: .25em .7em; }
button { cursor: pointer; } button:hover { border-color: var(--accent); }
button:disabled { opacity: .45; cursor: default; border-color: var(--line); }
nav.pages { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .9rem; }
nav.pages [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
.soft { color: var(--soft); }
.verdict { padding: .1em .6em; border-radius: .4em; color: var(--paper); font-size: .8em; }
.verdict.valid { background: var(--ok); } .verdict.invalid { background: var(--info); }
.verdict.unknown { background: var(--fail); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .8rem;
  margin: 1rem 0; }
.tiles > div { background: var(--panel); border-radius: .5rem; padding: .6rem .8rem;
  color: var(--soft); font-size: .85rem; }
.tiles strong { display: block; color: var(--ink); font-size: 1.35rem; font-weight: 600;
  font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } .tall { max-height: 22rem; overflow-y: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2em .9em .2em 0; text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; } tr > :first-child { text-align: left; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; color: var(--soft); font-size: .85rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px;
  margin-right: .35em; vertical-align: -.05em; }
.tip { position: fixed; z-index: 10; max-width: min(26rem, 90vw); pointer-events: none;
  background: var(--paper); color: var(--ink); border: 1px solid var(--line); border-radius: .4rem;
  box-shadow: 0 4px 16px rgb(0 0 0 / .18); padding: .4rem .6rem; font-size: .85rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
@media (prefers-reduced-motion: reduce) { * { transition: none; animation: none; } }
`;
