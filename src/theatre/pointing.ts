/** What is pointed at, on the stage and in the logs, opens a menu beside it. */

import { aboutMessage } from './commands.ts';
import { Menu } from './menu.ts';
import type { Picture } from './picture.ts';
import type { Session } from './session.ts';
import { describe } from './wording.ts';

/** What is shown, and what can be done with it. */
export interface Pointed {
  readonly session: Session;
  readonly picture: Picture;
  act(...lines: readonly string[]): void;
  select(id: string): void;
}

export class Pointing {
  readonly #theatre: Pointed;
  readonly #menu = new Menu();

  constructor(theatre: Pointed, stage: SVGSVGElement, logs: HTMLElement) {
    this.#theatre = theatre;
    this.#listenTo(stage);
    logs.addEventListener('click', ({ target, clientX, clientY }) => {
      const cell = target instanceof Element ? target.closest('[data-index]') : null;
      if (cell !== null) this.#openCell(cell, clientX, clientY);
    });
  }

  get isOpen(): boolean {
    return this.#menu.isOpen;
  }

  close(): void {
    this.#menu.close();
  }

  #listenTo(root: SVGSVGElement): void {
    root.addEventListener('click', ({ target, clientX, clientY }) => {
      if (target instanceof Element) this.#touch(target, clientX, clientY);
    });
    root.addEventListener('keydown', (event) => {
      if ((event.key !== 'Enter' && event.key !== ' ') || !(event.target instanceof Element))
        return;
      event.preventDefault();
      event.stopPropagation();
      const { left, bottom } = event.target.getBoundingClientRect();
      this.#touch(event.target, left, bottom);
    });
  }

  #touch(target: Element, x: number, y: number): void {
    const named = (name: string) => target.closest(`[data-${name}]`)?.getAttribute(`data-${name}`);
    const [number, id, link] = [named('message'), named('node'), named('link')];
    if (number) this.#openMessage(Number(number), x, y);
    else if (id) this.#theatre.select(id);
    else if (link) this.#openLink(link, x, y);
  }

  #openMessage(number: number, x: number, y: number): void {
    const { messages } = this.#theatre.picture;
    const message = messages.find((it) => it.number === number);
    if (message === undefined) return;
    const does = (label: string, verb: 'deliver' | 'drop' | 'duplicate') => ({
      label,
      does: () => this.#theatre.act(aboutMessage(verb, message, messages)),
    });
    const items = [
      does('Deliver', 'deliver'),
      does('Duplicate', 'duplicate'),
      does('Drop', 'drop'),
    ];
    this.#menu.open(describe(message), items, x, y, `message ${number}`);
  }

  /** Why is this entry not committed? The node itself says what it knows. */
  #openCell(cell: Element, x: number, y: number): void {
    const id = cell.closest('[data-log]')?.getAttribute('data-log') ?? '';
    const account = this.#theatre.session.explain(id, Number(cell.getAttribute('data-index')));
    const said = cell.getAttribute('data-tip') ?? '';
    this.#menu.open([`${id}, ${said}`, '', ...account].join('\n'), [], x, y, null);
  }

  #openLink(link: string, x: number, y: number): void {
    const [a = '', b = ''] = link.split(' ');
    const { cuts } = this.#theatre.picture;
    const isCut = cuts.includes(`${a}>${b}`) || cuts.includes(`${b}>${a}`);
    const does = (label: string, line: string) => ({ label, does: () => this.#theatre.act(line) });
    const items = isCut
      ? [does('Heal', `heal ${a} ${b}`)]
      : [
          does('Cut', `cut ${a} ${b}`),
          does(`Cut ${a} → ${b}`, `cut from ${a} to ${b}`),
          does(`Cut ${b} → ${a}`, `cut from ${b} to ${a}`),
        ];
    const title = `The link of ${a} and ${b}\nWhat would arrive over a cut link is lost.`;
    this.#menu.open(title, items, x, y, null);
  }
}
