/** The theatre's script: one session, the views of it, and what the reader can do. */

import { element, readData } from '../pages/browser/parts/data.ts';
import { Tip } from '../pages/browser/parts/tip.ts';
import type { ScenarioFile } from './programme.ts';
import { Theatre } from './theatre.ts';

const theatre = new Theatre(readData<readonly ScenarioFile[]>());
theatre.openAddress(location.hash);

addEventListener('hashchange', () => theatre.openAddress(location.hash));

const tip = new Tip();
addEventListener('pointermove', ({ target, clientX, clientY, pointerType }) => {
  const said = target instanceof Element ? target.closest('[data-tip]') : null;
  const text = said?.getAttribute('data-tip') ?? '';
  if (text === '' || pointerType === 'touch' || theatre.isBusy) tip.hide();
  else tip.show(text, clientX, clientY);
});
addEventListener('pointerdown', () => tip.hide());
// A finger does not hover: it touches what has no menu of its own.
addEventListener('click', ({ target, clientX, clientY }) => {
  const said = target instanceof Element ? target.closest('.peer, .snapshot') : null;
  if (said !== null) tip.show(said.getAttribute('data-tip') ?? '', clientX, clientY);
});

/** Whether a key belongs to what has the focus. */
function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, select, textarea, dialog, [role="tablist"]') !== null;
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const isOnButton =
    event.target instanceof Element && event.target.closest('button, a, summary, [role="button"]');
  if (event.key === 'ArrowRight') theatre.next();
  else if (event.key === 'ArrowLeft') theatre.back();
  else if (event.key === 'Home') theatre.moveTo(1);
  else if (event.key === 'End') theatre.moveTo(Number.POSITIVE_INFINITY);
  else if (event.key === ' ' && !isOnButton) theatre.togglePlay();
  else return;
  event.preventDefault();
});

element('#stage').setAttribute('data-ready', 'true');
