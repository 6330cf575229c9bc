/** A small text beside the pointer. */

export class Tip {
  readonly #box = document.createElement('div');

  constructor() {
    this.#box.className = 'tip';
    this.#box.setAttribute('role', 'status');
    this.#box.hidden = true;
    document.body.append(this.#box);
  }

  /** @param x and `y` are where the pointer is, in the window */
  show(text: string, x: number, y: number): void {
    const box = this.#box;
    if (box.textContent !== text) box.textContent = text;
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    const left = x + 14 + width > innerWidth ? x - 14 - width : x + 14;
    const top = y + 14 + height > innerHeight ? y - 14 - height : y + 14;
    box.style.left = `${Math.max(4, left)}px`;
    box.style.top = `${Math.max(4, top)}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }
}

/** Whatever has a `data-tip` says it beside the pointer, but for what is inside `except`. */
export function showTips(tip: Tip = new Tip(), except: Element | null = null): void {
  addEventListener('pointermove', ({ target, clientX, clientY }) => {
    if (!(target instanceof Element) || except?.contains(target) === true) return;
    const text = target.closest('[data-tip]')?.getAttribute('data-tip') ?? '';
    if (text === '') tip.hide();
    else tip.show(text, clientX, clientY);
  });
}
