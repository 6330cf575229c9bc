/** What clients ask for, and how a driver hands it over. */

import { type Commands, takeNode, takeRestAsNodes } from '../command.ts';
import { demand } from '../fault.ts';
import { NamedWords } from '../words.ts';

export const clients: Commands = {
  propose: {
    usage: 'propose NODE COMMAND... [bytes=N]',
    does: 'A client wants these commands replicated, one after the other.',
    run({ world }, words) {
      const node = takeNode(world, words);
      const all = words.rest();
      const bytes = new NamedWords(all.filter((word) => word.includes('='))).count('bytes') ?? 1;
      const commands = all.filter((word) => !word.includes('='));
      demand(commands.length > 0, 'COMMAND is missing');
      for (const command of commands) {
        const requestId = world.requests.add(command).id;
        node.step({ kind: 'propose', requestId, command, bytes });
      }
      return undefined;
    },
  },
  read: {
    usage: 'read NODE NAME...',
    does: 'A client asks for a linearizable read, to be known by this name.',
    run({ world }, words) {
      const node = takeNode(world, words);
      const names = words.rest();
      demand(names.length > 0, 'NAME is missing');
      for (const name of names) {
        const requestId = world.requests.add(name).id;
        node.step({ kind: 'read', requestId, consistency: 'linearizable' });
      }
      return undefined;
    },
  },
  batch: {
    usage: 'batch NODE...',
    does: 'The node takes in inputs and hands over no effects, until `drain`.',
    run({ world }, words) {
      for (const node of takeRestAsNodes(world, words)) node.batch();
      return undefined;
    },
  },
  drain: {
    usage: 'drain NODE...',
    does: 'The node hands over all effects that have become due since `batch`.',
    run({ world }, words) {
      for (const node of takeRestAsNodes(world, words)) node.endBatch();
      return undefined;
    },
  },
};
