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
import type { RaftState } from './state.ts';
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
): (RequestId | null)[] {
  const settled = new Array<RequestId | null>(to - from + 1).fill(null);
  for (const run of state.proposals) {
    assert(run.firstIndex >= from, 'proposals are decided in the order of the log');
    const decided = run.requestIds.splice(0, Math.max(0, to - run.firstIndex + 1));
    decided.forEach((requestId, offset) => {
      const index = asLogIndex(run.firstIndex + offset);
      if (termAt(state.log, index) === run.term) {
        settled[index - from] = requestId;
      } else {
        refuse(state, requestId, { kind: 'superseded', definite: true });
      }
    });
    run.firstIndex = asLogIndex(run.firstIndex + decided.length);
  }
  dropDecided(state);
  return settled;
}

function dropDecided(state: RaftState<unknown>): void {
  const undecided = state.proposals.filter((run) => run.requestIds.length > 0);
  state.proposals.splice(0, state.proposals.length, ...undecided);
}

/**
 * A snapshot has taken the place of everything up to `to`. It contains what was committed there,
 * and does not tell whether that was a proposal of this node.
 */
export function abandonProposals(state: RaftState<unknown>, to: LogIndex): void {
  for (const run of state.proposals) {
    const lost = run.requestIds.splice(0, Math.max(0, to - run.firstIndex + 1));
    for (const requestId of lost) {
      refuse(state, requestId, { kind: 'outcomeUnknown', definite: false });
    }
    run.firstIndex = asLogIndex(run.firstIndex + lost.length);
  }
  dropDecided(state);
}
