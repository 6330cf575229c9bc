/** All about one node, and all that can be done to it. */

import { changeTo, freeName, nextCommand } from './commands.ts';
import { button, type Child, html, replace } from './dom.ts';
import type { NodePicture, Picture } from './picture.ts';
import { describeTimer, roleNames } from './wording.ts';

export type Act = (...lines: readonly string[]) => void;

export function renderNodePanel(
  root: HTMLElement,
  picture: Picture,
  selected: string | null,
  select: (id: string) => void,
  act: Act,
): void {
  const node = picture.nodes.find(({ id }) => id === selected);
  const choice = html(
    'div',
    { class: 'choice', role: 'group', 'aria-label': 'Which node' },
    picture.nodes.map(({ id }) =>
      button(id, () => select(id), {
        'aria-pressed': String(id === selected),
        'data-key': `choose ${id}`,
      }),
    ),
  );
  if (node === undefined) {
    replace(root, choice, html('p', { class: 'soft' }, 'Choose a node, here or on the stage.'));
    return;
  }
  replace(
    root,
    choice,
    html('h3', {}, `${node.id}: ${roleNames[node.role]} in term ${node.term}`),
    html('p', { class: 'account' }, node.account.join('\n')),
    node.role === 'down' ? downActions(node, act) : runningActions(node, picture, act),
    linkActions(node, picture, act),
    facts(node),
  );
}

function group(name: string, ...children: readonly Child[]): Child {
  return html('fieldset', {}, html('legend', {}, name), ...children);
}

function downActions({ id }: NodePicture, act: Act): Child {
  const restart = () => act(`restart ${id}`);
  return group('It is down', button('Restart', restart, { class: 'first', 'data-key': 'restart' }));
}

function runningActions(node: NodePicture, picture: Picture, act: Act): Child {
  const { id, role, disk } = node;
  const does = (label: string, line: string, attributes = {}) =>
    button(label, () => act(line), { 'data-key': label, title: line, ...attributes });
  const waiting = [
    disk.pendingWrites > 0 ? does('Finish a write', `sync ${id} 1`) : null,
    disk.pendingWrites > 1 ? does('Finish all writes', `sync ${id}`) : null,
    disk.pendingSnapshots > 0 ? does('Save the snapshot', `save ${id}`) : null,
    disk.pendingParts > 0 ? does('Read the part', `load ${id}`) : null,
  ];
  return [
    group(
      'Time and trouble',
      does('Tick', `tick ${id}`),
      role === 'leader'
        ? does('Until its heartbeat', `heartbeat ${id}`)
        : does('Until it times out', `timeout ${id}`, { disabled: role === 'halted' }),
      does('Crash', `crash ${id}`),
      does('Cut off', `isolate ${id}`),
    ),
    role === 'halted' ? null : clientForms(node, picture, act),
    group('Disk', diskChoice(node, act), ...waiting),
  ];
}

function diskChoice({ id, disk }: NodePicture, act: Act): Child {
  const choice = html('select', { 'aria-label': `disk of ${id}`, 'data-key': 'disk' });
  for (const [mode, text] of [
    ['instant', 'writes at once'],
    ['slow', 'slow: writes wait'],
    ['failing', 'fails'],
    ['slowSnapshots', 'slow with snapshots'],
  ] as const) {
    choice.append(html('option', { value: mode, selected: mode === disk.mode }, text));
  }
  choice.addEventListener('change', () => act(`disk ${id} ${choice.value}`));
  return choice;
}

function clientForms(node: NodePicture, picture: Picture, act: Act): Child {
  const { id } = node;
  const command = html('input', {
    'aria-label': 'Command to propose',
    value: nextCommand(picture),
    size: 6,
    maxlength: 24,
    'data-key': 'command',
  });
  const propose = html(
    'form',
    { class: 'inline' },
    command,
    html('button', { 'data-key': 'propose' }, 'Propose'),
  );
  propose.addEventListener('submit', (event) => {
    event.preventDefault();
    // A word of the language has no spaces, and `=` means something else there.
    const word = command.value.trim().replaceAll(/[\s=]+/g, '-');
    if (word !== '') act(`propose ${id} ${freeName(picture, word)}`);
  });
  const read = (how: string) => act(`read ${id} ${freeName(picture, 'r')}${how}`);
  return [
    group(
      'A client asks',
      propose,
      button('Read', () => read(''), { 'data-key': 'read', title: 'linearizable, by read index' }),
      button('Read by lease', () => read(' lease'), {
        'data-key': 'lease',
        title: 'by the clock, if the cluster was made with leases; else by read index',
      }),
    ),
    group('An operator asks', transferForm(node, picture, act), changeForm(node, picture, act)),
  ];
}

function transferForm({ id }: NodePicture, { nodes }: Picture, act: Act): Child {
  const others = nodes.filter((node) => node.id !== id);
  const target = html('select', { 'aria-label': 'Hand over to', 'data-key': 'target' });
  for (const name of ['best', ...others.map((node) => node.id)]) {
    target.append(html('option', { value: name }, name === 'best' ? 'the best one' : name));
  }
  const hand = button('Hand over to', () => act(`transfer ${id} to ${target.value}`), {
    'data-key': 'transfer',
  });
  return html('span', { class: 'inline' }, hand, target);
}

function changeForm(node: NodePicture, { nodes }: Picture, act: Act): Child {
  const voters: readonly string[] = node.membership.voters;
  const learners: readonly string[] = node.membership.learners;
  const rows = nodes.map(({ id }) => {
    const box = html('select', { 'aria-label': `${id} is to be`, 'data-key': `member ${id}` });
    const is = voters.includes(id) ? 'voter' : learners.includes(id) ? 'learner' : 'out';
    for (const kind of ['voter', 'learner', 'out']) {
      box.append(html('option', { value: kind, selected: kind === is }, kind));
    }
    return { id, box };
  });
  const change = button('Change membership', () => {
    const of = (kind: string) => rows.filter(({ box }) => box.value === kind).map(({ id }) => id);
    if (of('voter').length > 0) act(changeTo(node.id, of('voter'), of('learner')));
  });
  return html(
    'details',
    {},
    html('summary', { 'data-key': 'members' }, 'Change membership'),
    html(
      'div',
      { class: 'members' },
      rows.map(({ id, box }) => html('label', {}, html('b', {}, id), box)),
    ),
    change,
  );
}

function linkActions({ id }: NodePicture, { nodes, cuts }: Picture, act: Act): Child {
  const others = nodes.filter((node) => node.id !== id);
  if (others.length === 0) return null;
  return group(
    'Links to',
    others.map((other) => {
      const isCut = cuts.includes(`${id}>${other.id}`) || cuts.includes(`${other.id}>${id}`);
      return button(other.id, () => act(`${isCut ? 'heal' : 'cut'} ${id} ${other.id}`), {
        class: isCut ? 'cut' : '',
        'aria-pressed': String(!isCut),
        'data-key': `link ${other.id}`,
        title: isCut ? 'cut; click to heal' : 'works; click to cut',
      });
    }),
  );
}

function facts(node: NodePicture): Child {
  const { membership, commands, log, snapshotIndex, commitIndex, peers, disk } = node;
  const { voters, outgoing, learners } = membership;
  const members =
    (outgoing.length > 0
      ? `${outgoing.join(' ')} → ${voters.join(' ')} (joint)`
      : voters.join(' ')) + (learners.length > 0 ? `, learners ${learners.join(' ')}` : '');
  const rows: [string, string][] = [
    ['vote', node.vote ?? 'nobody'],
    ['leader', node.leader ?? 'none known'],
    ['timer', describeTimer(node)],
    ['log', `to ${log.at(-1)?.index ?? snapshotIndex}, committed to ${commitIndex}`],
    ['voters', members],
    ['applied', commands.join(' ') || 'nothing'],
    [
      'disk',
      `${disk.mode}, ${disk.pendingWrites === 1 ? '1 write waits' : `${disk.pendingWrites || 'no'} writes wait`}`,
    ],
    ...peers.map(({ peer, mode, matchIndex, nextIndex }): [string, string] => [
      `knows of ${peer}`,
      `${mode}, match ${matchIndex}, next ${nextIndex}`,
    ]),
  ];
  return html(
    'dl',
    { class: 'facts' },
    rows.map(([name, value]) => [html('dt', {}, name), html('dd', {}, value)]),
  );
}
