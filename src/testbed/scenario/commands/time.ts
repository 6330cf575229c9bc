/** Time passes. */

import { type Commands, takeNode, takeNodes } from '../command.ts';
import { demand } from '../fault.ts';
import type { ScenarioNode } from '../node.ts';
import { demandFew } from '../words.ts';
import type { World } from '../world.ts';

function repeat(world: World, count: number, act: () => void): void {
  demandFew(count, 'COUNT');
  if (count === 1) return act();
  for (let number = 1; number <= count; number++) {
    world.journal.enclose({ kind: 'tick', number }, act);
  }
}

/** Ticks until the node's election timer has run out once more. */
export function timeOut(node: ScenarioNode): void {
  demand(node.status.role !== 'leader', `${node.id} is leader: it does not time out`);
  const before = node.roleChanges.length;
  for (let tick = 0; tick < node.settings.electionTimeoutTicks.max; tick++) {
    node.step({ kind: 'tick' });
    const news = node.roleChanges.slice(before);
    if (news.some(({ reason }) => reason === 'electionTimeout')) return;
  }
  demand(false, `${node.id} does not time out`);
}

/** Ticks a leader until it speaks to all. */
function speak(node: ScenarioNode): void {
  const before = roundOf(node);
  while (node.status.role === 'leader' && roundOf(node) === before) node.step({ kind: 'tick' });
}

function roundOf(node: ScenarioNode): number {
  const { role } = node.raft.save();
  demand(role.kind === 'leader', `${node.id} is not leader`);
  return role.round;
}

export const time: Commands = {
  tick: {
    usage: 'tick [NODE...] [COUNT]',
    does: 'One or more units of time pass for these nodes, or all; nothing is delivered.',
    run({ world }, words) {
      const nodes = takeNodes(world, words);
      repeat(world, words.optionalCount(1), () => {
        for (const node of nodes) node.step({ kind: 'tick' });
      });
      return undefined;
    },
  },
  run: {
    usage: 'run [NODE...] COUNT',
    does: 'Like `tick`, and within each tick everything on its way is delivered.',
    run({ world }, words) {
      const nodes = takeNodes(world, words);
      repeat(world, words.count('COUNT'), () => {
        for (const node of nodes) node.step({ kind: 'tick' });
        world.settle();
      });
      return undefined;
    },
  },
  timeout: {
    usage: 'timeout NODE',
    does: 'Time passes for this node until its election timer has run out.',
    run({ world }, words) {
      timeOut(takeNode(world, words));
      return undefined;
    },
  },
  heartbeat: {
    usage: 'heartbeat NODE',
    does: 'Time passes for this leader until it speaks to all.',
    run({ world }, words) {
      speak(takeNode(world, words));
      return undefined;
    },
  },
};
