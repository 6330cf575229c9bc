/** Rules of the report alone. */

export const reportStyle = `
h1 .verdict { display: inline-block; }
.reason { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--line);
  padding-left: .8em; max-height: 26rem; overflow-y: auto; }
.warning { border: 2px solid var(--info); border-radius: .5rem; padding: .6rem .9rem;
  font-weight: 600; }
.lead { margin: .3rem 0; }
.lead a { font-weight: 600; }
.text { text-align: left; } .wrap { white-space: normal; min-width: 9rem; }
.facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.dot { display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .4em; }
.dot.ok { background: var(--ok); } .dot.fail { background: var(--fail); }
.dot.info { background: var(--info); }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
.swatch.partition { background: var(--partition); } .swatch.kill { background: var(--kill); }
.swatch.pause { background: var(--pause); } .swatch.other-fault { background: var(--other-fault); }
.legend i.dot { border-radius: 50%; width: .6em; height: .6em; }
.legend i.ring { border: 2px solid var(--missed); border-radius: 50%; width: .75em; height: .75em; }
.legend i.leader { background: var(--leader); } .legend i.follower { background: var(--follower); }
.legend i.candidate { background: var(--candidate); }
.legend i.pre-candidate { background: var(--pre-candidate); }
.legend i.learner { background: var(--learner); }
.legend i.down { border: 1px solid var(--down); background: repeating-linear-gradient(135deg,
  var(--down) 0 1px, transparent 1px 4px); }
.legend i.paused { border: 1px solid var(--pause); background: repeating-linear-gradient(135deg,
  var(--pause) 0 2px, transparent 2px 4px); }
.legend i.cut-off { height: .25em; background: var(--partition); vertical-align: .1em; }
.legend i.could { background: var(--missed); opacity: .3; }
.legend i.line { height: .2em; vertical-align: .2em; }
.legend i.line.ok { background: var(--ok); } .legend i.line.fail { background: var(--fail); }
.legend i.line.info { background: var(--info); } .legend i.line.answered { background: var(--accent); }
#plots { position: relative; touch-action: pan-y; user-select: none; -webkit-user-select: none;
  outline-offset: 4px; }
#plots h2 { margin: 1.1rem 0 0; } #plots .legend { margin: .15rem 0 .3rem; }
#plots canvas { display: block; width: 100%; cursor: crosshair; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem; margin-top: 1.2rem; }
.bar p { margin: 0; font-size: .85rem; }
.crosshair, .moment { position: absolute; top: 0; bottom: 0; left: 0; width: 0; pointer-events: none;
  border-left: 1px dashed var(--soft); }
.moment { border-left: 2px solid var(--accent); }
.selection { position: absolute; top: 0; bottom: 0; left: 0; pointer-events: none; opacity: .16;
  background: var(--accent); }
.halo { position: absolute; left: 0; top: 0; width: 13px; height: 13px; margin: -7px 0 0 -7px;
  border: 2px solid var(--ink); border-radius: 50%; pointer-events: none; }
.quantiles { width: 100%; min-width: 38rem; height: auto; font: 12px system-ui, sans-serif; }
.quantiles .grid { stroke: var(--line); }
.quantiles .level { text-anchor: end; dominant-baseline: middle; fill: var(--soft); }
.quantiles .tick { text-anchor: middle; fill: var(--soft); }
.quantile { fill: none; stroke-width: 2; stroke-linejoin: round; }
.quantile.k0 { stroke: var(--candidate); } .kind.k0 { background: var(--candidate); }
.quantile.k1 { stroke: var(--accent); } .kind.k1 { background: var(--accent); }
.quantile.k2 { stroke: var(--learner); } .kind.k2 { background: var(--learner); }
.quantile.k3 { stroke: var(--soft); } .kind.k3 { background: var(--soft); }
.spot { fill: transparent; } .spot:hover { fill: var(--line); fill-opacity: .6; }
@media print { .bar, .crosshair { display: none; } .tall { max-height: none; } }
`;
