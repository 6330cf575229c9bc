/** Messages arrive, or do not. */

import type { Message } from '../../../raft/index.ts';
import { type Commands, takeNode, takeRestAsNodes } from '../command.ts';
import { demand } from '../fault.ts';
import { formatMessage, parseForged } from '../messages.ts';
import type { Command } from '../notation.ts';
import { parsePattern } from '../pattern.ts';
import type { Words } from '../words.ts';
import type { World } from '../world.ts';

/** `first` and `last` mean one of the messages, in the order in which they left. */
function takeMessages(world: World, words: Words): readonly Message<Command>[] {
  const isFirst = words.skip('first');
  const isLast = !isFirst && words.skip('last');
  const isBackwards = !isFirst && !isLast && words.skip('backwards');
  const found = world.network.demandSome(parsePattern(words));
  if (isFirst) return found.slice(0, 1);
  if (isLast) return found.slice(-1);
  return isBackwards ? found.toReversed() : found;
}

/** Both directions of every link between the two groups. */
function between(
  world: World,
  left: readonly string[],
  right: readonly string[],
): [string, string][] {
  return left.flatMap((a) =>
    right.flatMap((b): [string, string][] => {
      const [one, other] = [world.node(a).id, world.node(b).id];
      return one === other
        ? []
        : [
            [one, other],
            [other, one],
          ];
    }),
  );
}

/** `NODE NODE...` means both directions, `from NODE to NODE...` one. */
function takeLinks(world: World, words: Words): [string, string][] {
  const isOneWay = words.skip('from');
  const from = takeNode(world, words).id;
  if (isOneWay) demand(words.skip('to'), 'say "from NODE to NODE..."');
  const others = takeRestAsNodes(world, words).map(({ id }) => id);
  return isOneWay ? others.map((to) => [from, to]) : between(world, [from], others);
}

const moving: Commands = {
  deliver: {
    usage: 'deliver [first|last|backwards] [KIND] [from NODE] [to NODE] [FIELD...]',
    does: 'What is on its way and matches arrives; what is sent meanwhile waits.',
    run({ world }, words) {
      for (const message of takeMessages(world, words)) world.deliver(message);
      return undefined;
    },
  },
  settle: {
    usage: 'settle [NODE...]',
    does: 'Delivers until nothing is on its way, or nothing between these nodes.',
    run({ world }, words) {
      const ids: readonly string[] = words.isDone
        ? world.ids
        : takeRestAsNodes(world, words).map(({ id }) => id);
      world.settle(({ from, to }) => ids.includes(from) && ids.includes(to));
      return undefined;
    },
  },
  drop: {
    usage: 'drop [first|last] [KIND] [from NODE] [to NODE] [FIELD...]',
    does: 'What is on its way and matches is lost.',
    run({ world }, words) {
      for (const message of takeMessages(world, words)) {
        world.network.remove(message);
        world.journal.record({ kind: 'lost', message, why: 'lost' });
      }
      return undefined;
    },
  },
  duplicate: {
    usage: 'duplicate [first|last] [KIND] [from NODE] [to NODE] [FIELD...]',
    does: 'A second copy of each message that matches is on its way, behind all others.',
    run({ world }, words) {
      for (const message of takeMessages(world, words)) {
        const copy = { ...message };
        world.network.send(copy);
        world.journal.record({ kind: 'duplicated', message, copy });
      }
      return undefined;
    },
  },
  hold: {
    usage: 'hold [KIND] [from NODE] [to NODE] [FIELD...]',
    does: '`settle`, `run` and elections leave such messages on their way, until `release`.',
    run({ world }, words) {
      world.network.hold(parsePattern(words));
      return undefined;
    },
  },
  release: {
    usage: 'release',
    does: 'Nothing is held any more.',
    run({ world }, words) {
      words.end();
      world.network.releaseAll();
      return undefined;
    },
  },
  messages: {
    usage: 'messages',
    does: 'Prints what is on its way, in the order in which it left.',
    run({ world }) {
      return world.network.flying.map(
        (message) => `${message.from} → ${message.to} ${formatMessage(message)}`,
      );
    },
  },
  receive: {
    usage: 'receive NODE KIND from NODE [FIELD...]',
    does:
      'A message made by hand arrives. It is of the current term and round unless it says ' +
      'otherwise; a request for a vote is of the next term.',
    run({ world }, words) {
      const node = takeNode(world, words);
      const kind = words.next('KIND');
      demand(words.skip('from'), 'say "from NODE"');
      const from = words.next('NODE');
      const { currentTerm, role, preVoteRound } = node.raft.save();
      const round = role.kind === 'leader' ? role.round : 0;
      const defaults = { term: currentTerm, round, preVoteRound };
      const message = parseForged(kind, from, node.id, words.rest(), defaults);
      world.safety.isOff = true;
      world.judge.turnOff();
      world.handOver(message);
      return undefined;
    },
  },
};

const links: Commands = {
  cut: {
    usage: 'cut NODE NODE... | cut from NODE to NODE...',
    does: 'What would arrive over these links is lost: in both directions, or in one.',
    run({ world }, words) {
      for (const [from, to] of takeLinks(world, words)) world.network.cut(from, to);
      return undefined;
    },
  },
  isolate: {
    usage: 'isolate NODE...',
    does: 'Cuts all links of these nodes.',
    run({ world }, words) {
      for (const { id } of takeRestAsNodes(world, words)) {
        for (const [from, to] of between(world, [id], world.ids)) world.network.cut(from, to);
      }
      return undefined;
    },
  },
  partition: {
    usage: 'partition NODE... | NODE... [| NODE...]',
    does: 'Cuts all links between the groups.',
    run({ world }, words) {
      const groups = words
        .rest()
        .join(' ')
        .split('|')
        .map((group) => group.trim().split(' '));
      demand(groups.length > 1, 'separate the groups with "|"');
      for (const [at, left] of groups.entries()) {
        for (const right of groups.slice(at + 1)) {
          for (const [from, to] of between(world, left, right)) world.network.cut(from, to);
        }
      }
      return undefined;
    },
  },
  heal: {
    usage: 'heal [NODE NODE... | from NODE to NODE...]',
    does: 'All links work again, or these.',
    run({ world }, words) {
      if (words.isDone) world.network.healAll();
      else for (const [from, to] of takeLinks(world, words)) world.network.heal(from, to);
      return undefined;
    },
  },
};

export const network: Commands = { ...moving, ...links };
