/** What is on its way and what clients wait for, as lists: the same as on the stage, in words. */

import { longOutcome } from './captions.ts';
import { aboutMessage } from './commands.ts';
import { button, type Child, html, replace } from './dom.ts';
import type { Act } from './node-panel.ts';
import type { Picture, RequestPicture } from './picture.ts';

/** Oldest first; what is more is counted. */
const shownMax = 60;

export function renderMessageList(root: HTMLElement, picture: Picture, act: Act): void {
  const { messages, requests } = picture;
  const more = messages.length - shownMax;
  replace(
    root,
    html('h3', {}, messages.length === 0 ? 'Nothing is on its way' : 'On its way, oldest first'),
    html(
      'ul',
      { class: 'messages' },
      messages.slice(0, shownMax).map((message) => {
        const { number, kind, from, to, fields, term, isHeld } = message;
        const does = (label: string, verb: 'deliver' | 'drop' | 'duplicate') =>
          button(label, () => act(aboutMessage(verb, message, messages)), {
            'data-key': `${verb} ${number}`,
            'aria-label': `${verb} ${kind} from ${from} to ${to}`,
          });
        return html(
          'li',
          { style: `--term: var(--term-${term % 8})` },
          html('b', {}, `${from} → ${to} ${kind}`),
          html('code', {}, isHeld ? `${fields} (held)` : fields),
          html(
            'span',
            { class: 'buttons' },
            does('Deliver', 'deliver'),
            does('Duplicate', 'duplicate'),
            does('Drop', 'drop'),
          ),
        );
      }),
    ),
    more > 0 ? html('p', { class: 'soft' }, `and ${more} more`) : null,
    requestList(requests),
  );
}

function requestList(requests: readonly RequestPicture[]): Child {
  if (requests.length === 0) return null;
  return [
    html('h3', {}, 'Requests of clients'),
    html(
      'dl',
      { class: 'facts' },
      requests
        .slice(-shownMax)
        .map(({ name, outcome }) => [html('dt', {}, name), html('dd', {}, longOutcome(outcome))]),
    ),
  ];
}
