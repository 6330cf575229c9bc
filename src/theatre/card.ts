/** The narrator: what is played, what has just happened, and what comes next. */

import { button, type Child, html, replace } from './dom.ts';
import type { Guide, Playbill } from './programme.ts';
import type { Session } from './session.ts';
import { epilogueOf } from './steps.ts';
import { explainCommand } from './wording.ts';

export interface CardActions {
  next(): void;
  /** Opens a guided scenario. */
  open(path: string): void;
  /** Back to the scenario that was left by doing something of one's own. */
  goBack(): void;
  choose(): void;
}

export interface CardState {
  /** Null in free play. */
  readonly playbill: Playbill | null;
  /** Whether somebody has done something of their own since. */
  readonly isOwn: boolean;
  readonly following: Guide | null;
}

export function renderCard(
  root: HTMLElement,
  session: Session,
  state: CardState,
  actions: CardActions,
): void {
  const { playbill, isOwn } = state;
  replace(
    root,
    html('p', { class: 'kicker' }, kickerOf(session, state)),
    html('h2', { class: playbill?.topic ? 'sentence' : null }, playbill?.title ?? 'Free play'),
    html(
      'div',
      { class: 'story', 'aria-live': 'polite' },
      faultOf(session),
      storyNow(session, state).map((text) => html('p', {}, text)),
      findings(session),
      breachOf(session),
    ),
    isOwn && playbill !== null
      ? button('Back to the scenario', actions.goBack, { 'data-key': 'back' })
      : null,
    session.isAtEnd && !isOwn ? ending(state, actions) : upcoming(session, actions),
  );
}

function kickerOf({ cursor, steps }: Session, { playbill, isOwn }: CardState): string {
  if (playbill === null) return 'Everything you do is a line of a script';
  if (isOwn) return 'You have taken over from here';
  const { topic } = playbill;
  if (topic === null && cursor <= 1) return 'Guided scenario';
  const step = `Step ${cursor} of ${steps.length}`;
  return topic === null ? step : `${topic} · ${step}`;
}

/** The last thing that was told: a step without words goes on with it. */
function storyNow(session: Session, { playbill, isOwn }: CardState): readonly string[] {
  const { steps, cursor, lines } = session;
  if (session.isAtEnd && !isOwn) {
    const epilogue = epilogueOf(lines);
    if (epilogue.length > 0) return epilogue;
  }
  const told = steps.slice(0, cursor).findLast(({ story }) => story.length > 0);
  if (told !== undefined) return told.story;
  if (playbill !== null) return [];
  return [
    'Let time pass until somebody calls an election, deliver messages one by one or all at once, ' +
      'and choose a node to crash it or to send it a request.',
    'A stroke across the stage cuts the links that it crosses. Whatever you do can be taken back.',
  ];
}

/** What the script expects, and whether it is so. */
function findings({ lines, frame }: Session): Child {
  const items = [...frame.results].flatMap(([at, { findings }]) => {
    const isSaidBelow = frame.breach !== null && lines[at]?.step?.words[0] === 'broken';
    if (findings.length === 0 || isSaidBelow) return [];
    const wrong = findings.filter(({ wanted, actual }) => wanted !== actual);
    const text = (lines[at]?.text ?? '').replace(/^expect /, '');
    const but = wrong.map(({ subject, actual }) => `; but ${subject}: ${actual}`).join('');
    return [html('li', { class: wrong.length === 0 ? 'met' : 'not-met' }, `${text}${but}`)];
  });
  return items.length === 0 ? null : html('ul', { class: 'findings' }, items);
}

/** A rule that the cluster has broken. */
function breachOf({ frame }: Session): Child {
  const { breach } = frame;
  if (breach === null) return null;
  const who = breach.node === '' ? '' : ` (${breach.node})`;
  const text = `Broken: ${breach.rule}${who}. ${breach.detail}`;
  return html('p', { class: 'problem', role: 'alert' }, text);
}

/** What could not be carried out. */
function faultOf({ fault }: Session): Child {
  if (fault === null) return null;
  const where = fault.text === '' ? '' : `Line ${fault.line}, "${fault.text}": `;
  return html('p', { class: 'problem', role: 'alert' }, `${where}${fault.reason}`);
}

function upcoming(session: Session, actions: CardActions): Child {
  const step = session.steps[session.cursor];
  if (step === undefined) return null;
  const commands = step.lines.flatMap((at) => {
    const line = session.lines[at];
    return line?.step && line.step.command !== 'expect' ? [line.text] : [];
  });
  const isFirst = session.cursor <= 1;
  return html(
    'div',
    { class: 'upcoming' },
    isFirst ? button('Begin ▶', actions.next, { class: 'first big', 'data-key': 'begin' }) : null,
    html('span', { class: 'soft' }, 'Next: '),
    html(
      'code',
      { 'data-tip': explainCommand(commands[0] ?? '') },
      commands.slice(0, 2).join(' · ') || 'a look at it',
    ),
  );
}

function ending({ playbill, following }: CardState, actions: CardActions): Child {
  if (playbill === null) return null;
  return html(
    'div',
    { class: 'ending' },
    html('h3', {}, 'What this has shown'),
    playbill.title === playbill.rule ? null : html('p', {}, playbill.rule),
    html(
      'p',
      { class: 'soft' },
      ...playbill.sources.flatMap((source, at) => [at > 0 ? '; ' : '', sourceLink(source)]),
    ),
    html(
      'p',
      { class: 'soft' },
      'Scenario: ',
      html('a', { href: `../../test/scenarios/${playbill.path}` }, playbill.path),
      '. Code: ',
      ...playbill.code.flatMap(({ file, name }, at) => [
        at > 0 ? ', ' : '',
        html('a', { href: `../../${file}`, title: file }, name),
      ]),
    ),
    html(
      'div',
      { class: 'buttons' },
      following === null
        ? null
        : button(`Next: ${following.title} ▶`, () => actions.open(following.path), {
            class: 'first',
            'data-key': 'following',
          }),
      button('All scenarios', actions.choose, { 'data-key': 'choose' }),
    ),
  );
}

/** Where a rule comes from, as a link where there is one. */
function sourceLink(source: string): Child {
  const [address] = /https?:\/\/\S+/.exec(source) ?? [];
  const [page] = /^docs\/(\S+\.md)/.exec(source) ?? [];
  if (page !== undefined) return html('a', { href: `../../${page}` }, source);
  if (address !== undefined) return html('a', { href: address }, source);
  if (source.startsWith('paper ')) {
    return html('a', { href: 'https://raft.github.io/raft.pdf' }, `Raft ${source}`);
  }
  if (source.startsWith('dissertation ')) {
    return html('a', { href: 'https://github.com/ongardie/dissertation' }, `Ongaro's ${source}`);
  }
  return source;
}
