/**
 * Injects faults while a test runs. Each kind begins and ends by its own clock and its own chance:
 * a partition, a pause, the next partition; so kinds overlap in every way there is.
 */

import { nextFraction, nextInteger, type Random } from '../raft/index.ts';
import type { Cancel, Clock } from '../replica/index.ts';
import type { Grudge, Network } from './network.ts';
import { drawPartition, type PartitionShape, partitionShapes } from './partitions.ts';
import { drawTarget, type Target } from './targets.ts';

export const faultKinds = ['partition', 'kill', 'pause'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** The names of events are those of Jepsen. `nodes` are those to which it was done. */
export type FaultEvent =
  | { readonly f: 'start-partition'; readonly shape: PartitionShape; readonly grudge: Grudge }
  | { readonly f: 'stop-partition' }
  | { readonly f: 'kill' | 'pause'; readonly target: Target; readonly nodes: readonly string[] }
  | { readonly f: 'start' | 'resume'; readonly nodes: readonly string[] }
  /** A node has answered `init` again, so long after it was to be started. */
  | { readonly f: 'restarted'; readonly node: string; readonly tookMs: number };

/** What can be done to the processes of nodes. Each says to whom it was done. */
export interface Processes {
  kill(nodes: readonly string[]): readonly string[];
  /** Starts all that were killed. */
  startAll(): readonly string[];
  /** Leaves alone who is down, or has not answered `init` yet. */
  pause(nodes: readonly string[]): readonly string[];
  resumeAll(): readonly string[];
}

export interface NemesisOptions {
  readonly clock: Clock;
  readonly kinds: readonly FaultKind[];
  /** Each kind has a chance of its own: adding one does not change when the others come. */
  readonly randomOf: (kind: FaultKind) => Random;
  readonly network: Pick<Network, 'partition' | 'heal'>;
  readonly processes: Processes;
  readonly nodes: readonly string[];
  /** How long a fault, or the time until the next of its kind, lasts on average. */
  readonly intervalMs: number;
  readonly onEvent: (event: FaultEvent) => void;
}

/**
 * Begins with a partition at once. Kills and pauses first wait for a random time: a cluster that
 * has just started has nothing to lose.
 *
 * The returned function ends the faults: who is paused goes on, so that what clients wait for can
 * come to its end. The network stays as it is, and who is down stays down.
 */
export function startNemesis(options: NemesisOptions): Cancel {
  const { kinds, processes, onEvent } = options;
  const cancels = kinds.map((kind) => alternate(options, kind, faults[kind](options)));
  return () => {
    for (const cancel of cancels) cancel();
    const nodes = processes.resumeAll();
    if (nodes.length > 0) onEvent({ f: 'resume', nodes });
  };
}

interface Fault {
  readonly begin: (random: Random) => void;
  readonly end: () => void;
}

function alternate(options: NemesisOptions, kind: FaultKind, fault: Fault): Cancel {
  const { clock, intervalMs } = options;
  const random = options.randomOf(kind);
  let cancel: Cancel = () => {};
  const wait = (action: () => void): void => {
    cancel = clock.after(2 * intervalMs * nextFraction(random), action);
  };
  const begin = (): void => {
    fault.begin(random);
    wait(end);
  };
  const end = (): void => {
    fault.end();
    wait(begin);
  };
  if (kind === 'partition') begin();
  else wait(begin);
  return () => cancel();
}

const faults: { readonly [Kind in FaultKind]: (options: NemesisOptions) => Fault } = {
  partition: ({ network, nodes, onEvent }) => ({
    begin(random) {
      const shape = partitionShapes[nextInteger(random, 0, partitionShapes.length)] ?? 'one';
      const grudge = drawPartition(shape, nodes, random);
      network.partition(grudge);
      onEvent({ f: 'start-partition', shape, grudge });
    },
    end() {
      network.heal();
      onEvent({ f: 'stop-partition' });
    },
  }),
  kill: ({ processes, nodes, onEvent }) => ({
    begin(random) {
      const drawn = drawTarget(nodes, random);
      onEvent({ f: 'kill', target: drawn.target, nodes: processes.kill(drawn.nodes) });
    },
    end() {
      onEvent({ f: 'start', nodes: processes.startAll() });
    },
  }),
  pause: ({ processes, nodes, onEvent }) => {
    let isOn = false;
    return {
      begin(random) {
        const drawn = drawTarget(nodes, random);
        const paused = processes.pause(drawn.nodes);
        // Kills may have been there first.
        isOn = paused.length > 0;
        if (isOn) onEvent({ f: 'pause', target: drawn.target, nodes: paused });
      },
      end() {
        const resumed = processes.resumeAll();
        if (isOn) onEvent({ f: 'resume', nodes: resumed });
      },
    };
  },
};

/** What an event begins or ends; null when it does neither. */
export function turnOf(
  f: FaultEvent['f'],
): { readonly kind: FaultKind; readonly isBeginning: boolean } | null {
  switch (f) {
    case 'start-partition':
    case 'stop-partition':
      return { kind: 'partition', isBeginning: f === 'start-partition' };
    case 'kill':
    case 'start':
      return { kind: 'kill', isBeginning: f === 'kill' };
    case 'pause':
    case 'resume':
      return { kind: 'pause', isBeginning: f === 'pause' };
    case 'restarted':
      return null;
  }
}

/**
 * A partition in a few words: "n1 | n0 n2 n3 n4" when it cuts the nodes into parts that hear
 * themselves and nobody else; otherwise who hears whom.
 */
export function describeGrudge(grudge: Grudge, nodes: readonly string[]): string {
  const heardBy = (node: string): readonly string[] =>
    nodes.filter((other) => !grudge.get(node)?.has(other));
  const views = new Set(nodes.map((node) => heardBy(node).join(' ')));
  if (views.size === 1) return 'nobody is cut off';
  const isSplit = [...views].join(' ').split(' ').length === nodes.length;
  if (isSplit) return [...views].sort((a, b) => a.length - b.length).join(' | ');
  return nodes
    .map((node) => [node, 'hears', ...heardBy(node).filter((other) => other !== node)].join(' '))
    .join(', ');
}
