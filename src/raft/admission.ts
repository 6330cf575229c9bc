/** Who takes something new: a leader, and not while it hands over. */

import { refuse } from './outbox.ts';
import { knownLeader, type Leader, type RaftState } from './state.ts';
import type { RequestId } from './types.ts';

/** The leader that may take the request; null when the request was refused. */
export function admit(state: RaftState<unknown>, requestId: RequestId): Leader | null {
  const { role } = state;
  if (role.kind !== 'leader') {
    refuse(state, requestId, { kind: 'notLeader', definite: true, leader: knownLeader(state) });
    return null;
  }
  if (role.transfer !== null) {
    const { target } = role.transfer;
    refuse(state, requestId, { kind: 'transferring', definite: true, target });
    return null;
  }
  return role;
}
