/** What clients and operators ask for, and how a driver hands it over. */

import { asNodeId } from '../../../raft/index.ts';
import { type Commands, takeNode, takeRestAsNodes } from '../command.ts';
import { demand } from '../fault.ts';
import { NamedWords, type Words } from '../words.ts';
import type { World } from '../world.ts';

/** `as NAME`, or a name of its own. */
function takeRequest(world: World, words: Words, kind: string) {
  const name = words.skip('as') ? words.next('NAME') : world.requests.freeName(kind);
  return world.requests.add(name).id;
}

function takeUntil(words: Words, ends: readonly string[]): readonly string[] {
  const taken: string[] = [];
  while (!words.isDone && !ends.includes(words.peek() ?? '')) taken.push(words.next('NODE'));
  return taken;
}

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
    usage: 'read NODE NAME... [lease]',
    does: 'A client asks for a linearizable read, to be known by this name; perhaps by lease.',
    run({ world }, words) {
      const node = takeNode(world, words);
      const rest = words.rest();
      const isByLease = rest.at(-1) === 'lease';
      const names = isByLease ? rest.slice(0, -1) : rest;
      const consistency = isByLease ? 'linearizableByLease' : 'linearizable';
      demand(names.length > 0, 'NAME is missing');
      for (const name of names) {
        const requestId = world.requests.add(name).id;
        node.step({ kind: 'read', requestId, consistency });
      }
      return undefined;
    },
  },
  change: {
    usage: 'change NODE to NODE... [learners NODE...] [as NAME]',
    does:
      'An operator wants these voters and learners; the request is known by the name, or as ' +
      '`change`, `change2` and so on.',
    run({ world }, words) {
      const node = takeNode(world, words);
      demand(words.skip('to'), 'say "to NODE..."');
      const voters = takeUntil(words, ['learners', 'as']).map(asNodeId);
      const learners = words.skip('learners') ? takeUntil(words, ['as']).map(asNodeId) : [];
      const requestId = takeRequest(world, words, 'change');
      node.step({ kind: 'changeMembership', requestId, voters, learners });
      return undefined;
    },
  },
  transfer: {
    usage: 'transfer NODE to NODE|best [as NAME]',
    does: 'An operator wants the leader to hand over; the request is `transfer` without a name.',
    run({ world }, words) {
      const node = takeNode(world, words);
      demand(words.skip('to'), 'say "to NODE" or "to best"');
      const target = words.next('NODE');
      const requestId = takeRequest(world, words, 'transfer');
      const id = target === 'best' ? null : asNodeId(target);
      node.step({ kind: 'transferLeadership', requestId, target: id });
      return undefined;
    },
  },
  unreachable: {
    usage: 'unreachable NODE PEER',
    does: "The node's transport reports that it has lost its connection to the peer.",
    run({ world }, words) {
      const node = takeNode(world, words);
      node.step({ kind: 'peerUnreachable', peer: asNodeId(words.next('PEER')) });
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
  'drain-once': {
    usage: 'drain-once NODE...',
    does: 'It hands over what is due, but what follows from that waits until `drain`.',
    run({ world }, words) {
      for (const node of takeRestAsNodes(world, words)) node.drainOnce();
      return undefined;
    },
  },
};
