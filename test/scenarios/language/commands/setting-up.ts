/** Making a cluster. */

import type { Settings } from '../../../../src/raft/index.ts';
import { checkSettings } from '../../../../src/raft/index.ts';
import { type Commands, takeNode, takeNodes } from '../command.ts';
import { demand } from '../fault.ts';
import { parseCount } from '../words.ts';
import { scenarioSettings } from '../world.ts';

/** `heartbeatTicks=3`, `electionTimeoutTicks=10..20`: any setting of the core, by its name. */
function parseSettings(words: readonly string[]): Settings {
  const settings: { [name: string]: unknown } = { ...scenarioSettings };
  for (const word of words) {
    const [name = '', value = ''] = word.split('=');
    const known = Object.keys(scenarioSettings).join(' ');
    demand(name in settings, `no setting "${name}"; known: seed ${known}`);
    const [min, max] = value.split('..');
    settings[name] =
      max === undefined
        ? parseCount(value, name)
        : { min: parseCount(min ?? '', name), max: parseCount(max, name) };
  }
  const checked: Settings = { ...scenarioSettings, ...settings };
  checkSettings(checked);
  return checked;
}

export const settingUp: Commands = {
  cluster: {
    usage: 'cluster NODE... [seed=N] [SETTING=VALUE...]',
    does: 'Begins anew with these voters, whose disks are empty and instant.',
    run({ world }, words) {
      const all = words.rest();
      const voters = all.filter((word) => !word.includes('='));
      demand(voters.length > 0, 'NODE is missing');
      const seed = all.find((word) => word.startsWith('seed='));
      world.create({
        voters,
        settings: parseSettings(all.filter((word) => word.includes('=') && word !== seed)),
        seed: seed === undefined ? 0 : parseCount(seed.slice('seed='.length), 'seed'),
      });
      return undefined;
    },
  },
  log: {
    usage: 'log NODE TERM...',
    does: 'The node starts with a log of entries of these terms, and with at least the last term.',
    run({ world }, words) {
      const node = takeNode(world, words);
      node.prepare({ log: words.rest().map((word) => parseCount(word, 'TERM')) });
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
