/** The legend, which is the filter, and everything else above the picture that one can set. */

import { element } from '../parts/data.ts';
import { type Group, groups } from './groups.ts';
import type { Jump } from './jumps.ts';
import type { Model } from './model.ts';
import { Search } from './search.ts';
import { type Filter, firstFilter, noFilter } from './shown.ts';

/** Of more terms than this, the last can be chosen. */
const maxTerms = 2000;

export class Controls {
  readonly #model: Model;
  readonly #onFilter: (filter: Filter) => void;
  #filter: Filter = firstFilter();

  constructor(model: Model, onFilter: (filter: Filter) => void) {
    this.#model = model;
    this.#onFilter = onFilter;
    this.#makeKinds();
    this.#makeNodes();
    this.#makeTerms();
    const lost = element<HTMLInputElement>('#lost');
    lost.addEventListener('change', () => this.#change({ onlyLost: lost.checked }));
    this.#makeSearch();
  }

  /** Lets this message through, whatever hides it. */
  reveal(): void {
    for (const box of document.querySelectorAll<HTMLInputElement>('.kinds input'))
      box.checked = true;
    element<HTMLInputElement>('#lost').checked = false;
    element<HTMLSelectElement>('#term').value = '';
    element<HTMLInputElement>('#search').value = '';
    element('#found').textContent = '';
    this.#filter = noFilter;
    this.#onFilter(noFilter);
  }

  showTerm(term: number): void {
    element<HTMLSelectElement>('#term').value = String(term);
    this.#change({ term });
  }

  #change(change: Partial<Filter>): void {
    this.#filter = { ...this.#filter, ...change };
    this.#onFilter(this.#filter);
  }

  #makeKinds(): void {
    const counts = new Uint32Array(groups.length);
    for (const group of this.#model.messages.group) counts[group] = (counts[group] ?? 0) + 1;
    const box = element('#kinds');
    groups.forEach((group, position) => {
      const count = counts[position] ?? 0;
      if (count === 0) return;
      const label = this.#toggle(box, group.label, (isShown) => {
        const hiddenGroups = new Set(this.#filter.hiddenGroups);
        if (isShown) hiddenGroups.delete(position);
        else hiddenGroups.add(position);
        this.#change({ hiddenGroups });
      });
      label.title = group.help;
      const input = label.querySelector('input');
      if (input !== null) input.checked = group.isHiddenAtFirst !== true;
      input?.after(sampleOf(group));
      label.dataset['kind'] = group.name;
      const number = document.createElement('b');
      number.textContent = count.toLocaleString('en');
      label.append(number);
    });
  }

  #makeNodes(): void {
    const box = element('#nodes');
    box.hidden = this.#model.nodes.length < 2;
    this.#model.nodes.forEach((name, node) => {
      const label = this.#toggle(box, name, (isShown) => {
        const hiddenNodes = new Set(this.#filter.hiddenNodes);
        if (isShown) hiddenNodes.delete(node);
        else hiddenNodes.add(node);
        this.#change({ hiddenNodes });
      });
      label.dataset['node'] = name;
      label.title = `messages from and to ${name}`;
    });
  }

  #toggle(box: HTMLElement, text: string, onChange: (isShown: boolean) => void): HTMLLabelElement {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'checkbox';
    input.checked = true;
    input.addEventListener('change', () => onChange(input.checked));
    label.append(input, text);
    box.append(label);
    return label;
  }

  #makeTerms(): void {
    const terms = new Set<number>();
    for (const term of this.#model.messages.term) if (term >= 0) terms.add(term);
    const select = element<HTMLSelectElement>('#term');
    select.append(new Option('all terms', ''));
    for (const term of [...terms].sort((a, b) => a - b).slice(-maxTerms)) {
      select.append(new Option(`term ${term}`, String(term)));
    }
    select.addEventListener('change', () => {
      this.#change({ term: select.value === '' ? null : Number(select.value) });
    });
  }

  #makeSearch(): void {
    const found = element('#found');
    const search = new Search(this.#model, (matches, count) => {
      found.textContent = matches === null ? '' : `${count.toLocaleString('en')} found`;
      this.#change({ matches });
    });
    const input = element<HTMLInputElement>('#search');
    input.addEventListener('input', () => {
      found.textContent = input.value.trim() === '' ? '' : '…';
      search.start(input.value);
    });
  }
}

/** The kinds of events, with how many there are; those with none cannot be chosen. */
export function makeJumps(jumps: readonly Jump[]): void {
  const select = element<HTMLSelectElement>('#jump');
  for (const { name, label, stops } of jumps) {
    const option = new Option(`${label} (${stops.length.toLocaleString('en')})`, name);
    option.disabled = stops.length === 0;
    select.append(option);
  }
  select.value = jumps.find(({ stops }) => stops.length > 0)?.name ?? '';
}

const svg = 'http://www.w3.org/2000/svg';

/** A short arrow as the picture has them. */
function sampleOf({ dash, width, head, colour }: Group): SVGElement {
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('width', '34');
  picture.setAttribute('height', '12');
  picture.setAttribute('aria-hidden', 'true');
  picture.setAttribute('stroke', `var(${colour})`);
  picture.setAttribute('fill', head === 'barb' ? 'none' : `var(${colour})`);
  const line = document.createElementNS(svg, 'path');
  line.setAttribute('d', 'M1 6H31');
  line.setAttribute('stroke-width', String(width));
  line.setAttribute('stroke-dasharray', dash.join(' '));
  const end = document.createElementNS(svg, 'path');
  end.setAttribute('d', head === 'diamond' ? 'M33 6l-5 3.5l-5-3.5l5-3.5z' : 'M26 2.5L33 6L26 9.5');
  picture.append(line, end);
  return picture;
}
