/** Making a cluster. */

import type { Settings } from '../../../raft/index.ts';
import { checkSettings } from '../../../raft/index.ts';
import { type Commands, takeNode, takeNodes } from '../command.ts';
import { demand, ScriptFault } from '../fault.ts';
import { parseEntries } from '../notation.ts';
import { demandFew, NamedWords, parseCount } from '../words.ts';
import { scenarioSettings } from '../world.ts';

function parseValue(name: string, value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  const [min, max] = value.split('..');
  if (max === undefined) return parseCount(value, name);
  const range = { min: parseCount(min ?? '', name), max: parseCount(max, name) };
  demandFew(range.max, name);
  return range;
}

/** `priority=3`, `electionTimeoutTicks=10..20`, `leaseReads=true`: any setting of the core. */
function parseSettings(words: readonly string[], base: Settings): Settings {
  const settings: { [name: string]: unknown } = { ...base };
  for (const word of words) {
    const [name = '', value = ''] = word.split('=');
    const known = Object.keys(scenarioSettings).join(' ');
    demand(Object.hasOwn(settings, name), `no setting "${name}"; known: seed ${known}`);
    settings[name] = parseValue(name, value);
  }
  const checked: Settings = { ...base, ...settings };
  try {
    checkSettings(checked);
  } catch (error) {
    throw new ScriptFault(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return checked;
}

/** `n1 n2 learners n3 outside n4`: the words behind each heading. */
function parseGroups(words: readonly string[]) {
  const groups = { voters: [] as string[], learners: [] as string[], outside: [] as string[] };
  let group = groups.voters;
  for (const word of words) {
    if (word === 'learners') group = groups.learners;
    else if (word === 'outside') group = groups.outside;
    else group.push(word);
  }
  return groups;
}

export const settingUp: Commands = {
  cluster: {
    usage: 'cluster NODE... [learners NODE...] [outside NODE...] [seed=N] [SETTING=VALUE...]',
    does:
      'Begins anew with these voters, learners, and nodes that are no members yet; their disks ' +
      'are empty and instant.',
    run({ world }, words) {
      const all = words.rest();
      const groups = parseGroups(all.filter((word) => !word.includes('=')));
      demand(groups.voters.length > 0, 'NODE is missing');
      const seed = all.find((word) => word.startsWith('seed='));
      world.create({
        ...groups,
        settings: parseSettings(
          all.filter((word) => word.includes('=') && word !== seed),
          scenarioSettings,
        ),
        seed: seed === undefined ? 0 : parseCount(seed.slice('seed='.length), 'seed'),
      });
      return undefined;
    },
  },
  setting: {
    usage: 'setting NODE... SETTING=VALUE...',
    does: 'These nodes start with settings of their own.',
    run({ world }, words) {
      const nodes = takeNodes(world, words);
      const changes = words.rest();
      demand(changes.length > 0, 'SETTING=VALUE is missing');
      for (const node of nodes) node.prepare({ settings: parseSettings(changes, node.settings) });
      return undefined;
    },
  },
  log: {
    usage: 'log NODE ENTRY... [snapshot=INDEX] [first=INDEX]',
    does:
      'The node starts with a log of these entries, of which a term is enough, and with at least ' +
      'the last term; entries up to the index are in a snapshot, and the log begins behind it, ' +
      'or with the first that is named.',
    run({ world }, words) {
      const node = takeNode(world, words);
      const all = words.rest();
      const options = new NamedWords(all.filter((word) => word.includes('=')));
      const snapshotIndex = options.count('snapshot');
      const firstIndex = options.count('first');
      options.end('log has snapshot=INDEX first=INDEX');
      const entries = all.filter((word) => !word.includes('='));
      node.prepare({
        log: entries.length === 0 ? [] : parseEntries(entries.join(','), 0),
        ...(snapshotIndex === null ? {} : { snapshotIndex }),
        ...(firstIndex === null ? {} : { firstIndex }),
      });
      return undefined;
    },
  },
  term: {
    usage: 'term [NODE...] TERM [vote NODE]',
    does: 'These nodes, or all, start in this term, perhaps with their vote given.',
    run({ world }, words) {
      const nodes = takeNodes(world, words);
      const term = words.count('TERM');
      const vote = words.skip('vote') ? takeNode(world, words).id : null;
      for (const node of nodes) node.prepare({ term, vote });
      return undefined;
    },
  },
};
