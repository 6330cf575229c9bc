/**
 * The counterexample's script: whatever has a `data-tip` says it beside the pointer, and timelines
 * that are wider than the page show what is impossible.
 */

import { showTips } from './parts/tip.ts';

showTips();
for (const timeline of document.querySelectorAll('.timeline')) {
  const impossible = timeline.querySelector('.bar.impossible')?.getBoundingClientRect();
  const { right } = timeline.getBoundingClientRect();
  if (impossible !== undefined && impossible.right > right) {
    timeline.scrollLeft += impossible.right - right + 16;
  }
}
