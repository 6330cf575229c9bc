/** Looking at the cluster, and choosing what traces show. */

import { asLogIndex } from '../../../raft/index.ts';
import { type Commands, type Stage, takeNode, takeNodes } from '../command.ts';
import { drawLogs, drawStatus } from '../draw.ts';
import { demand } from '../fault.ts';
import { messageKinds } from '../messages.ts';
import { effectTopics, otherTopics } from '../trace.ts';
import type { Words } from '../words.ts';

const groups: { readonly [name: string]: readonly string[] } = {
  all: [...messageKinds, ...effectTopics, ...otherTopics],
  messages: messageKinds,
  heartbeats: ['heartbeatRequest', 'heartbeatResponse'],
  snapshots: [
    'snapshotRequest',
    'snapshotResponse',
    'takeSnapshot',
    'restore',
    'compact',
    'readSnapshot',
  ],
  appends: ['appendRequest', 'appendResponse'],
  preVotes: ['preVoteRequest', 'preVoteResponse'],
  votes: ['voteRequest', 'voteResponse'],
};

function takeTopics(words: Words): readonly string[] {
  const names = words.rest();
  demand(names.length > 0, 'TOPIC is missing');
  const known = [...Object.keys(groups), ...(groups['all'] ?? [])];
  return names.flatMap((name) => {
    demand(known.includes(name), `no topic "${name}"; known: ${known.join(' ')}`);
    return groups[name] ?? [name];
  });
}

export const looking: Commands = {
  status: {
    usage: 'status [NODE...]',
    does: 'Prints role, term, vote and indices, and what a leader knows of the others.',
    run({ world }, words) {
      const nodes = words.isDone ? world.nodes : takeNodes(world, words);
      words.end();
      return nodes.flatMap(drawStatus);
    },
  },
  logs: {
    usage: 'logs [NODE...]',
    does:
      'Draws the logs: the term of each entry, `|` behind the last committed one, and ' +
      'parentheses around those that are not durable.',
    run({ world }, words) {
      const nodes = words.isDone ? world.nodes : takeNodes(world, words);
      words.end();
      return drawLogs(nodes);
    },
  },
  explain: {
    usage: 'explain NODE [INDEX]',
    does: 'Prints what the node waits for, or why an index is not committed.',
    run({ world }, words) {
      const node = takeNode(world, words);
      const index = words.isDone ? undefined : asLogIndex(words.count('INDEX'));
      return node.raft.explain(index).split('\n');
    },
  },
  timers: {
    usage: 'timers [NODE...]',
    does:
      'Prints the shortest election timeout T as a node knows it, the wait that it has drawn ' +
      'from [T, 4/3 T), and how much of that has passed.',
    run({ world }, words) {
      return takeNodes(world, words).map(({ id, raft }) => {
        const { electionTicks, electionTimeoutTicks, electionElapsedTicks } = raft.save();
        const passed = `passed=${electionElapsedTicks}`;
        return `${id} T=${electionTicks} wait=${electionTimeoutTicks} ${passed}`;
      });
    },
  },
  hide: {
    usage: 'hide TOPIC...',
    does: 'Traces leave out such events from here on: kinds of messages or effects, `disk`, `all`.',
    run({ hidden }: Stage, words) {
      for (const topic of takeTopics(words)) hidden.add(topic);
      return undefined;
    },
  },
  show: {
    usage: 'show TOPIC...',
    does: 'Traces show such events again.',
    run({ hidden }: Stage, words) {
      for (const topic of takeTopics(words)) hidden.delete(topic);
      return undefined;
    },
  },
  mark: {
    usage: 'mark',
    does: '`expect count` counts messages that leave from here on.',
    run({ world }, words) {
      words.end();
      world.countFrom = world.network.sent.length;
      return undefined;
    },
  },
};
