/** Rules of the counterexample's page alone. */

export const counterexampleStyle = `
h1 .verdict { display: inline-block; }
section.key { border-top: 1px solid var(--line); padding-top: .4rem; margin-top: 1.6rem; }
.why { font-size: 1.1rem; border-left: 4px solid var(--info); padding: .2rem .8rem; margin: .8rem 0; }
.timeline { margin: .6rem 0; } .timeline svg { font: 13px system-ui, sans-serif; display: block; }
.timeline text { fill: var(--ink); dominant-baseline: middle; }
.timeline .soft { fill: var(--soft); }
.timeline a { text-decoration: none; } .timeline a:hover .label { text-decoration: underline; }
.lane { stroke: var(--line); } .catch { fill: transparent; }
.bar { stroke-width: 1.5; } .bar.ok { fill: var(--panel); stroke: var(--ok); }
.bar.fail { fill: var(--panel); stroke: var(--fail); stroke-dasharray: 4 3; }
.bar.open { fill: var(--panel); stroke: var(--info); stroke-dasharray: 4 3; }
.bar.impossible { fill: url(#hatch); stroke: var(--info); stroke-width: 2; }
.impossible-back { fill: var(--paper); } .impossible-line { stroke: var(--info); stroke-width: 2; }
.arrow { fill: none; stroke: var(--info); stroke-width: 1.5; }
.timeline .label { font-weight: 600; } .timeline .label.impossible { fill: var(--info); }
.effect { stroke: var(--accent); stroke-dasharray: 2 3; }
.point { fill: var(--accent); } .timeline .place { fill: var(--paper); text-anchor: middle;
  font-size: 12px; font-weight: 600; }
.holds { fill: var(--mark); stroke: var(--line); }
.timeline .held { text-anchor: middle; font-weight: 600; }
.legend i.ok, .legend i.open, .legend i.impossible { height: .7em; width: 1.4em;
  border: 1.5px solid var(--ok); background: var(--panel); }
.legend i.open { border: 1.5px dashed var(--info); border-right: 0; }
.legend i.impossible { border-color: var(--info); background: repeating-linear-gradient(135deg,
  var(--info) 0 1.5px, var(--paper) 1.5px 4px); }
.legend i.place { border-radius: 50%; width: 1em; height: 1em; background: var(--accent); }
.legend i.held { background: var(--mark); border: 1px solid var(--line); width: 1.4em; }
.text { text-align: left; } td.wrap { white-space: normal; }
tr.impossible td, tr.impossible th { color: var(--info); font-weight: 600; }
.orders li { margin: .25rem 0; } .orders b { font-weight: 600; }
@media print { .scroll { overflow: visible; } }
`;
