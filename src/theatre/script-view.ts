/** The script with the trace of each command, in step with the picture. */

import { type Child, html, replace } from './dom.ts';
import type { LineResult, Session } from './session.ts';
import { explainCommand } from './wording.ts';

/** So many lines before and behind the step are shown. */
const shownLines = 400;

export function renderScript(
  root: HTMLElement,
  session: Session,
  moveTo: (cursor: number) => void,
): void {
  const { lines, steps, cursor, results } = session;
  const stepOfLine = new Map(steps.flatMap((step, at) => step.lines.map((line) => [line, at + 1])));
  const lastPlayed = session.isAtEnd ? lines.length : (session.step?.lines.at(-1) ?? -1) + 1;
  const from = Math.max(0, lastPlayed - shownLines);
  const shown = lines.slice(from, lastPlayed + shownLines);
  replace(
    root,
    from > 0 ? html('div', { class: 'soft' }, `${from} lines before`) : null,
    shown.map(({ text, step }, offset) => {
      const at = from + offset;
      const number = stepOfLine.get(at);
      const classes = [
        'line',
        step !== null ? 'command' : /^#?\s*$/.test(text) ? 'empty' : 'comment',
        ...(/^# (rule|source|code): /.test(text) ? ['header'] : []),
        ...(at >= lastPlayed ? ['ahead'] : []),
        ...(number === cursor && cursor > 0 ? ['now'] : []),
      ];
      const tip = step === null ? null : explainCommand(text) || null;
      const row = html('div', { class: 'row', 'data-tip': tip }, wordsOf(text));
      if (number !== undefined) row.addEventListener('click', () => moveTo(number));
      return html(
        'div',
        { class: classes.join(' '), 'data-line': at },
        row,
        at < lastPlayed ? resultRows(results.get(at)) : null,
      );
    }),
  );
  scrollIntoBox(root);
}

/** Comments flow as prose: their signs are there, and are not seen. */
function wordsOf(text: string): Child {
  const [sign] = /^#\s*/.exec(text) ?? [];
  if (sign === undefined) return text;
  return [html('span', { class: 'hash' }, sign), `${text.slice(sign.length)}`];
}

function resultRows(result: LineResult | undefined): Child {
  if (result === undefined) return null;
  return [
    result.trace.map((row) => html('div', { class: 'row trace' }, `  ${row}`)),
    result.findings
      .filter(({ wanted, actual }) => wanted !== actual)
      .map(({ subject, actual }) => html('div', { class: 'unmet' }, `but ${subject}: ${actual}`)),
  ];
}

/** The current step is seen, without moving the page. */
function scrollIntoBox(root: HTMLElement): void {
  const now = [...root.querySelectorAll<HTMLElement>('.line.now')];
  const [first, last] = [now[0], now.at(-1)];
  if (first === undefined || last === undefined) {
    root.scrollTop = 0;
    return;
  }
  const top = first.offsetTop - root.offsetTop;
  const bottom = last.offsetTop + last.offsetHeight - root.offsetTop;
  if (bottom > root.scrollTop + root.clientHeight) root.scrollTop = bottom - root.clientHeight + 12;
  if (top < root.scrollTop) root.scrollTop = Math.max(0, top - 24);
}
