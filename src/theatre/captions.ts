/** What stands at the edges of the stage: what clients wait for, and who the members are. */

import { html, replace } from './dom.ts';
import type { Picture, RequestPicture } from './picture.ts';

/** The newest ones; all are in the list beside the stage. */
const shownMax = 6;

export function renderRequests(root: HTMLElement, { requests }: Picture): void {
  replace(
    root,
    requests.slice(-shownMax).map(({ name, outcome }) => {
      const { kind, text } = shortOutcome(outcome);
      return html(
        'li',
        { class: kind, 'data-tip': `the request ${name}: ${longOutcome(outcome)}` },
        [html('b', {}, name), ` ${text}`],
      );
    }),
  );
}

function shortOutcome(outcome: RequestPicture['outcome']): { kind: string; text: string } {
  switch (outcome.kind) {
    case 'undecided':
      return { kind: 'open', text: 'waits' };
    case 'refused':
      return { kind: 'refused', text: '✗ refused' };
    case 'ready':
      return { kind: 'done', text: `✓ read at ${outcome.index}` };
    case 'applied':
      return { kind: 'done', text: `✓ at ${outcome.index}` };
    case 'transferred':
      return { kind: 'done', text: '✓' };
  }
}

export function longOutcome(outcome: RequestPicture['outcome']): string {
  switch (outcome.kind) {
    case 'undecided':
      return 'waits';
    case 'applied':
      return `took effect at index ${outcome.index}`;
    case 'ready':
      return `may be answered from index ${outcome.index} on`;
    case 'transferred':
      return 'leadership was handed over';
    case 'refused': {
      const { kind, definite } = outcome.refusal;
      return `refused (${kind}): ${definite ? 'it has not happened' : 'it may still happen'}`;
    }
  }
}

/** The members as the newest leader has them, when that is not simply all nodes. */
export function renderMembers(root: HTMLElement, { nodes }: Picture): void {
  const leader = nodes.filter(({ role }) => role === 'leader').sort((a, b) => b.term - a.term)[0];
  root.textContent = leader === undefined ? '' : membersOf(leader.membership, nodes.length);
}

function membersOf(
  { voters, outgoing, learners }: Picture['nodes'][number]['membership'],
  count: number,
): string {
  const learning = learners.length === 0 ? '' : `; learners ${learners.join(' ')}`;
  if (outgoing.length > 0) {
    return `joint: a majority of ${outgoing.join(' ')} and of ${voters.join(' ')}${learning}`;
  }
  return voters.length === count ? '' : `voters ${voters.join(' ')}${learning}`;
}
