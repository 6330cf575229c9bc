/** The report's script: whatever has a `data-tip` says it beside the pointer. */

import { Tip } from './parts/tip.ts';

const tip = new Tip();
addEventListener('pointermove', ({ target, clientX, clientY }) => {
  const said = target instanceof Element ? target.closest('[data-tip]') : null;
  const text = said?.getAttribute('data-tip') ?? '';
  if (text === '') tip.hide();
  else tip.show(text, clientX, clientY);
});
