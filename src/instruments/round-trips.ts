/**
 * How long followers take to answer their leader.
 *
 * At most one question a follower is timed at once, and what may have been sent twice is not timed:
 * nobody could tell which of the two was answered. (Karn and Partridge, "Improving Round-Trip Time
 * Estimates in Reliable Transport Protocols", 1987)
 */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';
import type { AppendResponse, HeartbeatResponse, NodeId } from '../raft/index.ts';
import type { Observer } from '../replica/index.ts';
import type { RaftSource } from './raft-source.ts';

/** A question that waits for its answer. */
interface Question {
  readonly round: number;
  readonly sentMs: number;
  /** Where an append ends; null for a heartbeat. */
  readonly lastIndex: number | null;
}

export function registerRoundTrips(registry: Registry, source: RaftSource): Observer {
  const times = registry.histogram({
    name: 'raft_peer_round_trip_time_seconds',
    help: 'How long a follower took to answer a heartbeat or an append of this leader, its own write to disk and the waiting for other messages on the same link included, in seconds. Known to the leader only.',
    unit: 'seconds',
    labels: ['peer'],
    upperBounds: exponentialBuckets(0.0005, 2, 14),
  });
  const timed = new Map<NodeId, Question>();
  return {
    onLoaded() {
      for (const peer of source.peers) times.labels(peer);
    },
    onSent(message) {
      if (message.kind !== 'heartbeatRequest' && message.kind !== 'appendRequest') return;
      const { to, round } = message;
      const lastIndex =
        message.kind === 'appendRequest' ? message.prevIndex + message.entries.length : null;
      const question = timed.get(to);
      if (question === undefined) timed.set(to, { round, sentMs: source.now(), lastIndex });
      else if (isSentAgain(question, lastIndex)) timed.delete(to);
    },
    onReceived(message) {
      if (message.kind !== 'heartbeatResponse' && message.kind !== 'appendResponse') return;
      const { from } = message;
      const question = timed.get(from);
      if (question === undefined || message.term !== source.core?.currentTerm) return;
      const match = matchOf(message, question);
      if (match === 'earlier') return;
      timed.delete(from);
      if (match === 'answer') times.labels(from).observe((source.now() - question.sentMs) / 1000);
    },
    onRoleChange() {
      timed.clear();
    },
  };
}

/** An append that ends no later than the one that is timed brings the same once more. */
function isSentAgain(question: Question, lastIndex: number | null): boolean {
  return lastIndex !== null && question.lastIndex !== null && lastIndex <= question.lastIndex;
}

/** Whether this answers the question, or something before it, or something after it. */
function matchOf(
  message: HeartbeatResponse | AppendResponse,
  { round, lastIndex }: Question,
): 'earlier' | 'answer' | 'later' {
  if (message.round !== round) return message.round < round ? 'earlier' : 'later';
  if (message.kind === 'heartbeatResponse') return lastIndex === null ? 'answer' : 'earlier';
  if (lastIndex === null || message.result.kind !== 'accepted') return 'earlier';
  const { matchIndex } = message.result;
  if (matchIndex === lastIndex) return 'answer';
  return matchIndex < lastIndex ? 'earlier' : 'later';
}
