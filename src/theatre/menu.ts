/** A small menu beside what was clicked: for messages and links. */

import { button, html, replace } from './dom.ts';

export interface MenuItem {
  readonly label: string;
  readonly does: () => void;
}

export class Menu {
  readonly #box = html('div', {
    class: 'menu',
    role: 'dialog',
    tabindex: -1,
    'aria-label': 'What to do',
    hidden: true,
  });
  #opener: string | null = null;

  constructor() {
    document.body.append(this.#box);
    addEventListener('pointerdown', ({ target }) => {
      if (!this.#box.hidden && target instanceof Node && !this.#box.contains(target)) this.close();
    });
    addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.#box.hidden) return;
      event.stopPropagation();
      this.close();
    });
  }

  get isOpen(): boolean {
    return !this.#box.hidden;
  }

  /** @param x and `y` are where it opens, in the window; `key` is whose focus returns */
  open(text: string, items: readonly MenuItem[], x: number, y: number, key: string | null): void {
    this.#opener = key;
    const [title = '', ...rest] = text.split('\n');
    replace(
      this.#box,
      html('b', {}, title),
      html('p', {}, rest.join('\n').trim()),
      html(
        'div',
        { class: 'buttons' },
        items.map(({ label, does }) =>
          button(label, () => {
            this.close();
            does();
          }),
        ),
      ),
    );
    this.#box.hidden = false;
    const { width, height } = this.#box.getBoundingClientRect();
    this.#box.style.left = `${Math.max(6, Math.min(x + 8, innerWidth - width - 6))}px`;
    this.#box.style.top = `${Math.max(6, Math.min(y + 8, innerHeight - height - 6))}px`;
    (this.#box.querySelector('button') ?? this.#box).focus();
  }

  close(): void {
    if (this.#box.hidden) return;
    this.#box.hidden = true;
    if (this.#opener === null) return;
    const key = CSS.escape(this.#opener);
    document.querySelector<SVGElement>(`[data-key="${key}"]`)?.focus();
  }
}
