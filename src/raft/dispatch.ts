/**
 * What each role does with each message: the protocol at a glance.
 *
 * Terms are compared before anything else (paper 5.1), so that the table only speaks of messages
 * of the current term. A cell that is missing does not compile.
 */

import type { RoleKind } from './contract.ts';
import { sendWhenDurable } from './durability.ts';
import { acceptPreVote, acceptVote, answerPreVote, answerVote, takeOver } from './elections.ts';
import { acceptReadIndex } from './follower-reads.ts';
import { acceptAppend, acceptCommitHint, acceptHeartbeat } from './following.ts';
import type { Message, MessageKind } from './messages.ts';
import { drop } from './outbox.ts';
import { answerReadIndex } from './reads.ts';
import {
  acceptAppendResponse,
  acceptHeartbeatResponse,
  acceptSnapshotResponse,
} from './replication.ts';
import { adoptTerm, isBoundByLease, protectsLeaderFrom } from './roles.ts';
import { acceptSnapshot } from './snapshots.ts';
import type { RaftState, Role } from './state.ts';

type RoleOf<R extends RoleKind> = Extract<Role, { kind: R }>;
type MessageOf<Command, M extends MessageKind> = Extract<Message<Command>, { kind: M }>;

type Handler<R extends RoleKind, M extends MessageKind> = <Command>(
  state: RaftState<Command>,
  role: RoleOf<R>,
  message: MessageOf<Command, M>,
) => void;

/** It answers a question that this node, in this role, no longer asks. */
const stale = (state: RaftState<unknown>, _role: Role, message: Message<unknown>): void =>
  drop(state, message, 'stale');

/** No other node can be the leader of a term that this node leads. */
const impossible = (state: RaftState<unknown>, _role: Role, message: Message<unknown>): void =>
  drop(state, message, 'impossible');

const handlers: {
  readonly [R in RoleKind]: { readonly [M in MessageKind]: Handler<R, M> };
} = {
  follower: {
    preVoteRequest: (state, _role, message) => answerPreVote(state, message),
    preVoteResponse: stale,
    voteRequest: (state, _role, message) => answerVote(state, message),
    voteResponse: stale,
    newerTerm: stale,
    appendRequest: (state, _role, message) => acceptAppend(state, message),
    appendResponse: stale,
    heartbeatRequest: (state, _role, message) => acceptHeartbeat(state, message),
    heartbeatResponse: stale,
    commitHint: (state, _role, message) => acceptCommitHint(state, message),
    snapshotRequest: (state, _role, message) => acceptSnapshot(state, message),
    snapshotResponse: stale,
    readIndexRequest: stale,
    readIndexResponse: (state, _role, message) => acceptReadIndex(state, message),
    timeoutNow: (state, _role, message) => takeOver(state, message),
  },
  preCandidate: {
    preVoteRequest: (state, _role, message) => answerPreVote(state, message),
    preVoteResponse: acceptPreVote,
    voteRequest: (state, _role, message) => answerVote(state, message),
    voteResponse: stale,
    newerTerm: stale,
    appendRequest: (state, _role, message) => acceptAppend(state, message),
    appendResponse: stale,
    heartbeatRequest: (state, _role, message) => acceptHeartbeat(state, message),
    heartbeatResponse: stale,
    commitHint: (state, _role, message) => acceptCommitHint(state, message),
    snapshotRequest: (state, _role, message) => acceptSnapshot(state, message),
    snapshotResponse: stale,
    readIndexRequest: stale,
    readIndexResponse: (state, _role, message) => acceptReadIndex(state, message),
    timeoutNow: stale,
  },
  candidate: {
    preVoteRequest: (state, _role, message) => answerPreVote(state, message),
    preVoteResponse: stale,
    voteRequest: (state, _role, message) => answerVote(state, message),
    voteResponse: acceptVote,
    newerTerm: stale,
    appendRequest: (state, _role, message) => acceptAppend(state, message),
    appendResponse: stale,
    heartbeatRequest: (state, _role, message) => acceptHeartbeat(state, message),
    heartbeatResponse: stale,
    commitHint: (state, _role, message) => acceptCommitHint(state, message),
    snapshotRequest: (state, _role, message) => acceptSnapshot(state, message),
    snapshotResponse: stale,
    readIndexRequest: stale,
    readIndexResponse: (state, _role, message) => acceptReadIndex(state, message),
    timeoutNow: stale,
  },
  leader: {
    preVoteRequest: (state, _role, message) => answerPreVote(state, message),
    preVoteResponse: stale,
    voteRequest: (state, _role, message) => answerVote(state, message),
    voteResponse: stale,
    newerTerm: stale,
    appendRequest: impossible,
    appendResponse: acceptAppendResponse,
    heartbeatRequest: impossible,
    heartbeatResponse: acceptHeartbeatResponse,
    commitHint: impossible,
    snapshotRequest: impossible,
    snapshotResponse: acceptSnapshotResponse,
    readIndexRequest: answerReadIndex,
    readIndexResponse: impossible,
    timeoutNow: impossible,
  },
};

/** Acts on a message from another node, or drops it and says why. */
export function receive<Command>(state: RaftState<Command>, message: Message<Command>): void {
  // Each once: the engine must look for what it reads from messages of all kinds.
  const { kind, from, to, term } = message;
  if (from === state.id || to !== state.id) return drop(state, message, 'impossible');
  // The term of a pre-vote is one that nobody has entered yet: it binds nobody. (Dissertation 9.6)
  if (kind === 'preVoteRequest') return dispatch(state, message, kind);
  // A request that could depose a live leader is ignored as if it had been lost, unless the leader
  // itself wants it. (4.2.3)
  if (kind === 'voteRequest' && protectsLeader(state, message)) {
    return drop(state, message, 'leaderIsAlive');
  }
  if (term > state.currentTerm) adoptTerm(state, term);
  if (term === state.currentTerm) return dispatch(state, message, kind);
  // A node of an older term may well grant a pre-vote.
  if (kind === 'preVoteResponse') return dispatch(state, message, kind);
  refuseOldTerm(state, message);
  drop(state, message, 'stale');
}

function protectsLeader(state: RaftState<unknown>, request: Message<unknown>): boolean {
  if (request.kind !== 'voteRequest' || request.isTransfer) return false;
  if (request.term < state.currentTerm) return false;
  if (isBoundByLease(state)) return true;
  return request.term > state.currentTerm && protectsLeaderFrom(state, request.from);
}

/** Whoever asks in an older term is told the current one. (Paper 5.1) */
function refuseOldTerm(state: RaftState<unknown>, message: Message<unknown>): void {
  switch (message.kind) {
    case 'voteRequest':
    case 'appendRequest':
    case 'heartbeatRequest':
    case 'snapshotRequest': {
      const { id, currentTerm } = state;
      sendWhenDurable(state, { kind: 'newerTerm', from: id, to: message.from, term: currentTerm });
    }
  }
}

function dispatch<Command>(
  state: RaftState<Command>,
  message: Message<Command>,
  kind: MessageKind,
): void {
  // The table pairs each handler with its role and message; the compiler cannot follow a lookup.
  const handler = handlers[state.role.kind][kind] as (
    state: RaftState<Command>,
    role: Role,
    message: Message<Command>,
  ) => void;
  handler(state, state.role, message);
}
