/**
 * Three cores in one process and the least that can drive them: a write is durable at once, a
 * message is stepped into its receiver as it is (nothing is copied or encoded), applying does
 * nothing, and a snapshot is taken at once, so that the logs are cut as the default settings say.
 */

import { asNodeId, asRequestId, type Effect, membershipOf, Raft } from '../../src/raft/index.ts';

type Command = Uint8Array;

export interface CoreCluster {
  /**
   * Proposes so many commands to the leader, and drives until it has applied them all. The
   * followers have them by then, and learn that they are committed with the next.
   */
  readonly replicate: (window: number) => void;
}

interface Node {
  readonly core: Raft<Command>;
  isDue: boolean;
  applied: number;
}

/** So many commands, and every core ticks: at 400,000 a second that is every 10 milliseconds. */
const commandsPerTick = 4096;

/** What clients have sent: eight bytes each, made beforehand, for the core never looks at them. */
const commands = Array.from({ length: 1024 }, (_, i) => Uint8Array.of(i, i >> 8, 0, 0, 0, 0, 0, 0));

export function createCoreCluster(): CoreCluster {
  const ids = ['n1', 'n2', 'n3'].map(asNodeId);
  const nodes: Node[] = ids.map((id, seed) => ({
    core: Raft.create({ id, membership: membershipOf(ids), seed }),
    isDue: false,
    applied: 0,
  }));
  const [leader, second, third] = nodes;
  if (leader === undefined || second === undefined || third === undefined)
    throw new Error('three nodes');
  let requests = 0;

  const nodeOf = (id: string): Node => (id === 'n1' ? leader : id === 'n2' ? second : third);

  const step = (node: Node, input: Parameters<Raft<Command>['step']>[0]): void => {
    node.core.step(input);
    node.isDue = true;
  };

  const carryOut = (node: Node, effect: Effect<Command>): void => {
    switch (effect.kind) {
      case 'send':
        return step(nodeOf(effect.message.to), { kind: 'receive', message: effect.message });
      case 'persist':
        for (const message of effect.messages) {
          step(nodeOf(message.to), { kind: 'receive', message });
        }
        return step(node, { kind: 'persisted', token: effect.token });
      case 'apply':
        node.applied += effect.entries.length;
        return step(node, { kind: 'applied', index: lastOf(effect.entries).index });
      case 'takeSnapshot':
        return step(node, { kind: 'snapshotTaken', index: effect.snapshot.index });
      case 'compact':
      case 'roleChange':
      case 'drop':
        return;
      default:
        throw new Error(`nothing here leads to ${effect.kind}`);
    }
  };

  const drain = (node: Node): void => {
    if (!node.isDue) return;
    node.isDue = false;
    for (const effect of node.core.drain()) carryOut(node, effect);
  };

  /** Drains who is due, in turns, until the leader has applied so many entries. */
  const driveUntil = (applied: number): void => {
    for (;;) {
      drain(leader);
      if (leader.applied >= applied) return;
      drain(second);
      drain(third);
    }
  };

  while (leader.core.status().role !== 'leader') {
    step(leader, { kind: 'tick' });
    for (const node of nodes) drain(node);
  }
  // What it begins with.
  driveUntil(1);
  return {
    replicate: (window) => {
      const wanted = leader.applied + window;
      for (let i = 0; i < window; i++) {
        const command = commands[requests % commands.length] as Command;
        const requestId = asRequestId(requests++);
        leader.core.step({ kind: 'propose', requestId, command, bytes: 8 });
        if (requests % commandsPerTick === 0) {
          for (const node of nodes) step(node, { kind: 'tick' });
        }
      }
      leader.isDue = true;
      driveUntil(wanted);
      if (leader.applied > wanted) throw new Error('more was applied than was proposed');
    },
  };
}

function lastOf<T>(items: readonly T[]): T {
  const last = items.at(-1);
  if (last === undefined) throw new Error('an effect without entries');
  return last;
}
