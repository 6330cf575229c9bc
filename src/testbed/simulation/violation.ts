/** How a simulated run went wrong. */

/** What has noticed it. */
export type Net =
  /** A rule about the states of all nodes together, checked after each step. */
  | 'invariants'
  /** The second opinion: a transition that Raft does not have. */
  | 'specification'
  /** What clients were told cannot have happened in any order. */
  | 'linearizability'
  /** Machines that were given the same commands differ, or a machine has thrown. */
  | 'machine'
  /** A node has stopped itself, or has said what no node may say. */
  | 'node'
  /** The faults have ended, and the cluster did not come to rest. */
  | 'liveness';

export const allNets: readonly Net[] = [
  'invariants',
  'specification',
  'linearizability',
  'machine',
  'node',
  'liveness',
];

/** What a run broke: the first that was noticed ends it. */
export interface Violation {
  /** What has noticed it. */
  readonly net: Net;
  /** The rule, in words that are the same for every run that breaks it. */
  readonly rule: string;
  /** Who, where, and what instead. */
  readonly detail: string;
  /** Who has broken it, where that can be said. */
  readonly node: string | null;
  /** By the simulation's clock. */
  readonly timeMs: number;
}
