/** The dialogs: which scenario, the script itself, how the network is split, a new cluster. */

import { partition } from './commands.ts';
import { button, html, replace } from './dom.ts';
import type { Picture } from './picture.ts';
import { guides, type Programme } from './programme.ts';

/** A dialog that closes by its own button, by Escape, and by a click beside it. */
function openDialog(dialog: HTMLDialogElement): void {
  dialog.showModal();
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
}

function head(dialog: HTMLDialogElement, title: string): HTMLElement {
  return html(
    'header',
    {},
    html('h2', {}, title),
    button('Close', () => dialog.close(), { class: 'quiet' }),
  );
}

export function showProgramme(
  dialog: HTMLDialogElement,
  programme: Programme,
  current: string | null,
  open: (path: string) => void,
): void {
  const choose = (path: string) => {
    dialog.close();
    open(path);
  };
  const search = html('input', {
    type: 'search',
    placeholder: 'lease, split, snapshot …',
    'aria-label': 'Find a rule',
  });
  const found = html('div', { class: 'collection' });
  const topics = [...programme.topics].filter(([topic]) => topic !== 'guided');
  const list = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const sections = topics.flatMap(([topic, scenarios]) => {
      const hits = scenarios.filter(({ path, rule }) =>
        words.every((word) => `${path} ${rule}`.toLowerCase().includes(word)),
      );
      if (hits.length === 0) return [];
      return html(
        'details',
        { open: words.length > 0 },
        html('summary', {}, `${topic} `, html('span', { class: 'soft' }, `${hits.length}`)),
        hits.map(({ path, rule }) =>
          button(rule, () => choose(path), { class: 'rule', title: path }),
        ),
      );
    });
    replace(
      found,
      sections.length > 0 ? sections : html('p', { class: 'soft' }, 'No rule says that.'),
    );
  };
  search.addEventListener('input', list);
  list();
  const count = topics.reduce((sum, [, scenarios]) => sum + scenarios.length, 0);
  replace(
    dialog,
    head(dialog, 'Scenarios'),
    html(
      'div',
      { class: 'guides' },
      guides
        .filter(({ path }) => programme.has(path))
        .map(({ path, title }) => {
          const card = button(title, () => choose(path), {
            class: 'guide',
            'aria-current': path === current ? 'true' : null,
          });
          card.append(html('small', {}, programme.playbill(path)?.rule ?? ''));
          return card;
        }),
    ),
    html('h3', {}, `All ${count} scenarios of the tests, one rule each`),
    search,
    found,
  );
  openDialog(dialog);
}

export function showScript(
  dialog: HTMLDialogElement,
  script: string,
  link: string,
  play: (text: string) => string | null,
): void {
  const area = html('textarea', { rows: 14, spellcheck: 'false', 'aria-label': 'The script' });
  area.value = script;
  const note = html('p', { class: 'note', role: 'status' });
  const copy = async (text: string, what: string) => {
    try {
      await navigator.clipboard.writeText(text);
      note.className = 'note';
      note.textContent = `${what} is on the clipboard.`;
    } catch {
      area.value = text;
      area.select();
      note.textContent = 'The browser does not let a page copy: it is selected, copy it yourself.';
    }
  };
  const start = () => {
    const fault = play(area.value);
    if (fault === null) return dialog.close();
    note.className = 'note problem';
    note.textContent = fault;
  };
  replace(
    dialog,
    head(dialog, 'The script of what was played'),
    html(
      'p',
      { class: 'soft' },
      'Save it as a file, and ',
      html('code', {}, 'raftwright scenario FILE'),
      ' plays it and prints the same trace. Or paste another one here. ',
      html('a', { href: '../scenarios.md' }, 'The language'),
    ),
    area,
    note,
    html(
      'div',
      { class: 'buttons' },
      button('Play this script', start, { class: 'first', 'data-key': 'play-script' }),
      button('Copy script', () => copy(area.value, 'The script')),
      button('Copy link', () => copy(link, 'A link to this very situation')),
    ),
  );
  openDialog(dialog);
}

export function showSplit(
  dialog: HTMLDialogElement,
  { nodes }: Picture,
  act: (line: string) => void,
): void {
  const rows = nodes.map(({ id }, at) => {
    const box = html('select', { 'aria-label': `side of ${id}` });
    for (const side of ['A', 'B', 'C']) {
      const isHere = side === (at < nodes.length / 2 ? 'A' : 'B');
      box.append(html('option', { selected: isHere }, side));
    }
    return { id, box };
  });
  const note = html('p', { class: 'note', role: 'status' });
  const split = () => {
    const groups = ['A', 'B', 'C']
      .map((side) => rows.filter(({ box }) => box.value === side).map(({ id }) => id))
      .filter((group) => group.length > 0);
    if (groups.length < 2) {
      note.className = 'note problem';
      note.textContent = 'Put nodes on two sides at least.';
      return;
    }
    dialog.close();
    act(partition(groups));
  };
  replace(
    dialog,
    head(dialog, 'Split the network'),
    html(
      'div',
      { class: 'members' },
      rows.map(({ id, box }) => html('label', {}, html('b', {}, id), box)),
    ),
    note,
    html('div', { class: 'buttons' }, button('Split', split, { class: 'first' })),
  );
  openDialog(dialog);
}

export function showNewCluster(dialog: HTMLDialogElement, start: (line: string) => void): void {
  const choice = (label: string, values: readonly string[], value: string) => {
    const box = html('select', { 'aria-label': label });
    for (const each of values) box.append(html('option', { selected: each === value }, each));
    return { row: html('label', {}, html('span', {}, label), box), box };
  };
  const voters = choice('voters', ['1', '2', '3', '4', '5', '6', '7'], '5');
  const outside = choice('nodes that are no members yet', ['0', '1', '2'], '0');
  const seed = choice('chance (seed)', ['0', '2', '12', '14', '20', '26', '42'], '14');
  const leases = html('input', { type: 'checkbox' });
  const begin = () => {
    const count = Number(voters.box.value);
    const ids = Array.from({ length: count + Number(outside.box.value) }, (_, at) => `n${at + 1}`);
    const words = ['cluster', ...ids.slice(0, count)];
    if (ids.length > count) words.push('outside', ...ids.slice(count));
    if (seed.box.value !== '0') words.push(`seed=${seed.box.value}`);
    if (leases.checked) words.push('leaseReads=true');
    dialog.close();
    start(words.join(' '));
  };
  replace(
    dialog,
    head(dialog, 'A cluster of your own'),
    html(
      'div',
      { class: 'rows' },
      voters.row,
      outside.row,
      seed.row,
      html('label', {}, html('span', {}, 'reads by lease'), leases),
    ),
    html(
      'div',
      { class: 'buttons' },
      button('Begin', begin, { class: 'first', 'data-key': 'begin-cluster' }),
    ),
  );
  openDialog(dialog);
}
