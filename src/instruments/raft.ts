/** All families of a replica, whatever it replicates. */

import type { Registry } from '../metrics/registry.ts';
import type { NodeId, RaftStatus } from '../raft/index.ts';
import { type Clock, joinObservers, type Observer, realClock } from '../replica/index.ts';
import { registerElections } from './elections.ts';
import { registerLeadership } from './leadership.ts';
import { registerMarks } from './marks.ts';
import { registerMessages } from './messages.ts';
import { registerPeers } from './peers.ts';
import { registerApplying, registerForwarding, registerProposals } from './proposals.ts';
import { RaftSource } from './raft-source.ts';
import { registerReads } from './reads.ts';
import { registerRole } from './role.ts';
import { registerRoundTrips } from './round-trips.ts';
import { registerSnapshots } from './snapshots.ts';
import { registerTiming } from './timing.ts';

export interface RaftMetricsOptions {
  /** Of this software, for people. */
  readonly version: string;
  /** The replica's own; default: the real one. */
  readonly clock?: Clock;
}

/** The instruments of one replica, as the observer that feeds them. */
export interface RaftMetrics {
  /** For the replica. */
  readonly observer: Observer;
  /** A peer's message made no sense, and the replica was not given it. */
  readonly onMalformedPeerMessage: () => void;
  /** The replica has started: what is read at a scrape can be read now. */
  readonly attach: (replica: { status(): RaftStatus }) => void;
  /** The other members, once the replica's core was loaded. */
  readonly peers: () => readonly NodeId[];
}

/** Registers the families whose names begin with `raft_`, except those of a write-ahead log. */
export function registerRaftMetrics(
  registry: Registry,
  { version, clock = realClock }: RaftMetricsOptions,
): RaftMetrics {
  const source = new RaftSource(clock);
  const role = registerRole(registry, source, version);
  const elections = registerElections(registry, source);
  const leadership = registerLeadership(registry, source);
  const marks = registerMarks(registry, source);
  const proposals = registerProposals(registry, source);
  const applying = registerApplying(registry);
  const forwarding = registerForwarding(registry);
  const reads = registerReads(registry, source);
  const peers = registerPeers(registry, source);
  const roundTrips = registerRoundTrips(registry, source);
  const messages = registerMessages(registry, source);
  const snapshots = registerSnapshots(registry, source);
  const timing = registerTiming(registry);
  const { onMalformedPeerMessage, ...messageObserver } = messages;
  return {
    observer: joinObservers(
      source.observer,
      role,
      elections,
      leadership,
      marks,
      proposals,
      applying,
      forwarding,
      reads,
      peers,
      roundTrips,
      messageObserver,
      snapshots,
      timing,
    ),
    onMalformedPeerMessage,
    attach: (replica) => source.attach(replica),
    peers: () => source.peers,
  };
}
