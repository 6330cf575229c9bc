/**
 * The fate of this node's own proposals.
 *
 * A leader that is deposed cannot know whether what it appended will be committed: its successors
 * may have it. So a proposal is not given up with the leadership. It is decided when its *index* is
 * committed: with its own term it took effect, with another term it never will, since an entry that
 * was proposed once stands at one index only. (Log matching and leader completeness, paper 5.3,
 * 5.4)
 */

import { assert } from './assert.ts';
import { lastIndex, termAt } from './log.ts';
import { refuse } from './outbox.ts';
import type { ProposalRun, RaftState } from './state.ts';
import { asLogIndex, type LogIndex, type RequestId } from './types.ts';

/** Takes note that the entry just appended by this leader is the proposal `requestId`. */
export function trackProposal(state: RaftState<unknown>, requestId: RequestId): void {
  const index = lastIndex(state.log);
  const term = termAt(state.log, index);
  assert(term === state.currentTerm, 'a leader proposes in its own term');
  const run = state.proposals.at(-1);
  // A leader appends memberships of its own between what was proposed.
  if (run?.term === term && run.firstIndex + run.requestIds.length === index) {
    run.requestIds.push(requestId);
  } else {
    state.proposals.push({ term, firstIndex: index, requestIds: [requestId] });
  }
}

/**
 * Decides the proposals at the indices `from` to `to`, which have just been committed. Returns for
 * each index the proposal that became that entry, or null; what lost its place is refused.
 */
export function settleProposals(
  state: RaftState<unknown>,
  from: LogIndex,
  to: LogIndex,
): readonly (RequestId | null)[] {
  if (isOneRun(state, from, to)) return state.proposals.pop()?.requestIds ?? [];
  const settled = noRequests(to - from + 1);
  if (state.proposals.length === 0) return settled;
  for (const run of state.proposals) {
    assert(run.firstIndex >= from, 'proposals are decided in the order of the log');
    let index = run.firstIndex;
    for (const requestId of takeUpTo(run, to)) {
      if (termAt(state.log, index) === run.term) {
        settled[index - from] = requestId;
      } else {
        refuse(state, requestId, { kind: 'superseded', definite: true });
      }
      index = asLogIndex(index + 1);
    }
  }
  dropDecided(state);
  return settled;
}

/** Whether these are one run and nothing else, as they are unless the leader has changed. */
function isOneRun({ proposals, log }: RaftState<unknown>, from: LogIndex, to: LogIndex): boolean {
  const run = proposals[0];
  if (run === undefined || proposals.length > 1) return false;
  const isAll = run.firstIndex === from && run.requestIds.length === to - from + 1;
  // Terms never decrease: what is between is of the same term as both ends.
  return isAll && termAt(log, from) === run.term && termAt(log, to) === run.term;
}

/** So many nulls, by hand: `fill` is slow for a few. */
function noRequests(count: number): (RequestId | null)[] {
  const list = new Array<RequestId | null>(count);
  for (let i = 0; i < count; i++) list[i] = null;
  return list;
}

/** Takes the proposals at the indices up to `to` out of their run. */
function takeUpTo(run: ProposalRun, to: LogIndex): readonly RequestId[] {
  const count = Math.max(0, Math.min(run.requestIds.length, to - run.firstIndex + 1));
  run.firstIndex = asLogIndex(run.firstIndex + count);
  return run.requestIds.splice(0, count);
}

function dropDecided(state: RaftState<unknown>): void {
  const isUndecided = ({ requestIds }: ProposalRun): boolean => requestIds.length > 0;
  if (!state.proposals.every(isUndecided)) state.proposals = state.proposals.filter(isUndecided);
}

/**
 * A snapshot has taken the place of everything up to `to`. It contains what was committed there,
 * and does not tell whether that was a proposal of this node.
 */
export function abandonProposals(state: RaftState<unknown>, to: LogIndex): void {
  for (const run of state.proposals) {
    for (const requestId of takeUpTo(run, to)) {
      refuse(state, requestId, { kind: 'outcomeUnknown', definite: false });
    }
  }
  dropDecided(state);
}
