/**
 * What goes wrong in a simulation, and how hard: one number each, so that a run can be described,
 * repeated and shrunk by numbers. 0 turns a fault off.
 */

import { nextFraction, nextInteger, type Random } from '../../raft/index.ts';
import type { Disturbance } from '../network.ts';
import type { FileFaults } from './node-store.ts';

/** Chances are from 0 to 1; what ends in `EveryMs` is the mean time between two such events. */
export interface Faults extends FileFaults {
  /** Messages between servers take so long on average. */
  readonly latencyMs: number;
  /** 0: all the same. 1: uniformly distributed. 2: exponentially. */
  readonly latencySpread: 0 | 1 | 2;
  /** The chance that a message is lost. */
  readonly loss: number;
  /** The chance that a message arrives twice. */
  readonly duplication: number;
  /** 1: messages overtake each other. */
  readonly reordering: 0 | 1;
  /** The chance that a message is held up for `spikeMs` more. */
  readonly spikes: number;
  /** See `spikes`. */
  readonly spikeMs: number;
  /** Partitions begin and end; half of the time there is one. */
  readonly partitionEveryMs: number;
  /** Somewhere a node crashes, in the middle of what it is doing. */
  readonly crashEveryMs: number;
  /** The chance that all nodes crash with it. */
  readonly massCrash: number;
  /** A crashed node stays down for so long on average. */
  readonly downMs: number;
  /** Somewhere a node stands still, for `pauseMs` on average. */
  readonly pauseEveryMs: number;
  /** See `pauseEveryMs`. */
  readonly pauseMs: number;
  /**
   * The chance that a node which starts again finds its disk rotten, and is lost for good; one node
   * at most, of at least three, and only while nobody changes the membership. Where nodes have
   * files, a bit of them turns round: then the node is lost if that matters.
   */
  readonly rot: number;
  /** A node's clock runs at a rate from 1 - this to 1 + this, drawn at each start. */
  readonly clockSpread: number;
  /** Somebody asks a leader for other voters and learners. */
  readonly membershipEveryMs: number;
  /** Somebody asks a leader to hand over. */
  readonly transferEveryMs: number;
  /** Nodes act on what has happened only after so long, so that more happens together. */
  readonly deferMs: number;
  /** 1: messages travel as text, as they do between processes. */
  readonly textWire: 0 | 1;
}

/** Nothing goes wrong: messages take a millisecond, and that is all. */
export const noFaults: Faults = {
  latencyMs: 1,
  latencySpread: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  spikes: 0,
  spikeMs: 0,
  partitionEveryMs: 0,
  crashEveryMs: 0,
  massCrash: 0,
  downMs: 0,
  pauseEveryMs: 0,
  pauseMs: 0,
  diskMs: 0,
  diskFailure: 0,
  lostWrites: 0,
  rot: 0,
  clockSpread: 0,
  membershipEveryMs: 0,
  transferEveryMs: 0,
  deferMs: 0,
  textWire: 0,
  files: 0,
  kills: 0,
  segmentBytes: 0,
  syncFailure: 0,
  looseSectors: 0,
  diskRoomBytes: 0,
};

/**
 * Draws which faults a run has, swarm style: each is on in about half of the runs, and of those
 * that are on some are brutal. Runs that have everything at once hide what a single fault shows.
 * (Groce and others, "Swarm Testing", 2012)
 *
 * @param electionMs the shortest election timeout, to which delays and pauses are compared
 */
export function drawFaults(random: Random, electionMs: number): Omit<Faults, keyof OwnFileFaults> {
  const chance = (probability: number): boolean => nextFraction(random) < probability;
  /** From 0 to 1, more often small. A product: what a power returns is left to the engine. */
  const small = (): number => nextFraction(random) * nextFraction(random);
  /** A number up to `most`, more often small, and 0 for half of the runs. */
  const upTo = (most: number, isOn = chance(0.5)): number =>
    isOn ? round(most * (chance(0.2) ? 1 : small())) : 0;
  /** A mean time between events, from some election timeouts down to a fraction of one. */
  const every = (isOn = chance(0.5)): number =>
    isOn ? round(electionMs * (0.3 + 12 * small())) : 0;
  const spread = nextInteger(random, 0, 3);
  const isCrashing = chance(0.6);
  const isSpiky = chance(0.3);
  return {
    latencyMs: chance(0.5)
      ? 1
      : round(electionMs * (chance(0.1) ? 1 : 0.15 * nextFraction(random))),
    latencySpread: spread === 2 ? 2 : spread === 1 ? 1 : 0,
    loss: upTo(0.3),
    duplication: upTo(0.5),
    reordering: chance(0.6) ? 1 : 0,
    spikes: isSpiky ? round(0.1 * small()) : 0,
    spikeMs: isSpiky ? round(electionMs * 10 * nextFraction(random)) : 0,
    partitionEveryMs: every(),
    crashEveryMs: every(isCrashing),
    massCrash: isCrashing && chance(0.3) ? round(0.5 * nextFraction(random)) : 0,
    downMs: isCrashing ? round(electionMs * 3 * nextFraction(random)) : 0,
    pauseEveryMs: every(chance(0.25)),
    pauseMs: round(electionMs * 3 * nextFraction(random)),
    diskMs: upTo(electionMs / 10),
    diskFailure: chance(0.15) ? 0.002 : 0,
    lostWrites: 0.8,
    rot: chance(0.15) ? 0.2 : 0,
    clockSpread: upTo(0.5),
    membershipEveryMs: every(chance(0.35)),
    transferEveryMs: every(chance(0.3)),
    deferMs: upTo(10, chance(0.25)),
    textWire: chance(0.05) ? 1 : 0,
  };
}

/** What means something for files alone. */
type OwnFileFaults = Omit<FileFaults, 'diskMs' | 'diskFailure' | 'lostWrites'>;

/** Draws whether nodes have files, and how these fail; they came later, and have a stream of their own. */
export function drawFileFaults(random: Random): OwnFileFaults {
  const chance = (probability: number): boolean => nextFraction(random) < probability;
  const small = (): number => nextFraction(random) * nextFraction(random);
  const segmentBytes = [0, 600, 4096, 16_384][nextInteger(random, 0, 4)] ?? 0;
  return {
    files: chance(0.2) ? 1 : 0,
    segmentBytes,
    syncFailure: chance(0.2) ? 0.002 : 0,
    looseSectors: chance(0.5) ? round(nextFraction(random)) : 0,
    kills: chance(0.5) ? round(nextFraction(random)) : 0,
    diskRoomBytes: chance(0.15) ? round(2000 + 60_000 * small()) : 0,
  };
}

/** Short numbers can be copied by hand; they are what is run, not a rounded image of it. */
function round(value: number): number {
  return Number(value.toPrecision(2));
}

/** The network's part, or null when it behaves. */
export function disturbanceOf(faults: Faults): Disturbance | null {
  const { loss, duplication, reordering, spikes, spikeMs } = faults;
  if (loss + duplication + reordering + spikes === 0) return null;
  return {
    loss,
    duplication,
    isReordering: reordering === 1,
    spikeChance: spikes,
    spikeMs,
  };
}
