/**
 * When a read may be answered, and at which index. (Dissertation 6.4)
 *
 * Two things are demanded. What the algorithm does: a leader that has committed an entry of its own
 * term hears from a quorum, in answers to messages that were sent after the read came. And what it
 * is for: the index covers all that was committed anywhere when the read came.
 *
 * (Divergence: who asks for a read index counts as having answered. Dissertation 6.4 has the leader
 * hear from a quorum after the question came. But what must come after the reads is only that the
 * members of a quorum were in no later term; and the question was sent after its reads came, in the
 * leader's term. So the index of a question covers what was committed when that was first sent.)
 *
 * A read by lease is answered without a new word from a quorum, and rests on clocks. (6.4.1) It is
 * held against what was committed only where somebody has said that the clocks agree.
 */

import type { MessageView, ReadIndexRequestView, ReadIndexResponseView } from './message-view.ts';
import { type Leading, membershipOf, type Node, type Read, type World } from './node.ts';
import { isQuorum } from './quorums.ts';
import type { InputView } from './step-view.ts';
import { demand } from './violation.ts';

function createRead(
  leading: Leading | null,
  askedAt: number,
  { asker = null, isByLease = false }: Partial<Pick<Read, 'asker' | 'isByLease'>>,
): Read {
  const read: Read = {
    askedAt,
    asker,
    roundBefore: leading?.sentRound ?? null,
    isByLease,
    isConfirmed: false,
    sequence: null,
    answers: [],
  };
  leading?.unconfirmed.push(read);
  return read;
}

/** A client of this node asks for a read. */
export function noteRead(
  world: World,
  node: Node,
  { requestId, consistency }: Extract<InputView, { kind: 'read' }>,
): void {
  const isByLease = consistency === 'linearizableByLease' && hasLease(world, node);
  const { committedIndex } = world.history;
  node.reads.set(requestId, createRead(node.leading, committedIndex, { isByLease }));
}

/**
 * Whether a quorum has answered rounds that began less than an election timeout ago, by the leader's
 * own clock. Once somebody was told to campaign, the others wait for nobody. (6.4.1)
 */
function hasLease({ leaseTicks }: World, { id, ticks, leading, memberships }: Node): boolean {
  const membership = memberships.at(-1)?.membership;
  if (leading === null || leading.told.size > 0 || membership === undefined) return false;
  const { acked, roundStarts } = leading;
  const isFresh = (voter: string) => {
    const start = roundStarts.findLast(({ round }) => round <= (acked.get(voter) ?? -1));
    return start !== undefined && ticks - start.ticks < leaseTicks;
  };
  return isQuorum(membership, (voter) => voter === id || isFresh(voter));
}

/** A lease does not go back farther than so many rounds, however long it may last. */
const maxRoundStarts = 4096;

/** A leader has spoken: its word is of this round. */
export function noteRoundSent(
  { leaseTicks }: World,
  node: Node,
  leading: Leading,
  round: number,
): void {
  if (round <= leading.sentRound) return;
  leading.sentRound = round;
  const { roundStarts } = leading;
  roundStarts.push({ round, ticks: node.ticks });
  // The older ones give no lease any more.
  const isOld = () => node.ticks - (roundStarts[0]?.ticks ?? node.ticks) >= leaseTicks;
  while (isOld() || roundStarts.length > maxRoundStarts) roundStarts.shift();
}

/** More than that do not wait at the same time. */
const maxQuestions = 1 << 17;

const nameOf = (peer: string, sequence: number): string => `${sequence} of ${peer}`;

/** What messages tell about reads. */
export function noteReadMessage(world: World, node: Node, message: MessageView): void {
  if (message.term !== node.term) return;
  switch (message.kind) {
    case 'readIndexRequest':
      return noteQuestion(world, node, message);
    case 'readIndexResponse':
      return noteAnswer(node, message);
    case 'appendResponse':
    case 'heartbeatResponse':
    case 'snapshotResponse': {
      // Each shows that its sender took this node for the leader after the round began.
      // (Divergence: dissertation 6.4 speaks of heartbeats only.)
      const { leading } = node;
      if (leading === null) return;
      const { from, round } = message;
      leading.acked.set(from, Math.max(leading.acked.get(from) ?? 0, round));
      return confirmReads(node);
    }
    default:
      return;
  }
}

function noteQuestion(
  world: World,
  { leading }: Node,
  { from, sequence }: ReadIndexRequestView,
): void {
  if (leading === null) return;
  const { questions } = leading;
  const name = nameOf(from, sequence);
  // A question that comes again may be answered again: what has confirmed the first answer came
  // after the question was sent, and confirms the second as well.
  if (questions.has(name)) return;
  const askedAt = world.questions.get(name) ?? 0;
  questions.set(name, createRead(leading, askedAt, { asker: from }));
  forgetOldest(questions);
}

function forgetOldest(questions: Map<string, unknown>): void {
  if (questions.size <= maxQuestions) return;
  const [oldest = ''] = questions.keys();
  questions.delete(oldest);
}

/** An answer is good for all that was asked for before its question was sent. */
function noteAnswer(node: Node, { sequence, index }: ReadIndexResponseView): void {
  if (index === null) return;
  for (const read of node.reads.values()) {
    if (read.sequence !== null && read.sequence <= sequence) read.answers.push(index);
  }
}

/** A quorum has answered rounds that began after these reads came, or has asked itself. */
export function confirmReads(node: Node): void {
  const { id, term, window } = node;
  // Who leaves the leadership as it hands over effects has answered before.
  const leading = node.leading ?? window.led;
  if (leading?.term !== term) return;
  const { unconfirmed, acked } = leading;
  for (const read of unconfirmed) {
    const before = read.roundBefore ?? 0;
    const isHeard = (voter: string) =>
      voter === id || voter === read.asker || (acked.get(voter) ?? 0) > before;
    read.isConfirmed = isQuorum(membershipOf(node), isHeard);
  }
  const waiting = unconfirmed.filter((read) => !read.isConfirmed);
  unconfirmed.splice(0, unconfirmed.length, ...waiting);
}

/**
 * A follower's question has been sent: it stands for all reads that came before. One of a term that
 * the node has left since says nothing of reads that came after that.
 */
export function noteQuestionSent(
  { history, questions }: World,
  node: Node,
  { from, sequence, term }: ReadIndexRequestView,
): void {
  const name = nameOf(from, sequence);
  if (!questions.has(name)) {
    questions.set(name, history.committedIndex);
    forgetOldest(questions);
  }
  if (term !== node.term) return;
  for (const read of node.reads.values()) read.sequence ??= sequence;
}

export function judgeReadReady(world: World, node: Node, requestId: number, index: number): void {
  const { id } = node;
  const read = node.reads.get(requestId);
  demand(read !== undefined, id, 'only what was asked for is answered', requestId);
  node.reads.delete(requestId);
  demand(index <= node.applied, id, 'a read waits until its index is applied', index);
  if (read.roundBefore === null) {
    const isGiven = read.answers.includes(index);
    demand(isGiven, id, 'a follower reads at an index that the leader has confirmed', index);
  } else if (read.isByLease && !read.isConfirmed) {
    if (world.doClocksAgree) judgeIndex(id, read, index);
    return;
  } else {
    demand(read.isConfirmed, id, 'a read waits for a quorum', requestId);
    judgeTermStart(node, index);
  }
  judgeIndex(id, read, index);
}

function judgeIndex(id: string, read: Read, index: number): void {
  const rule = 'a read sees all that was committed when it was asked for';
  demand(index >= read.askedAt, id, rule, index, read.askedAt);
}

/** Before an entry of its own term is committed, a leader does not know what is. */
function judgeTermStart(node: Node, index: number): void {
  const leading = node.leading ?? node.window.led;
  const rule = 'a leader reads only when an entry of its own term is committed';
  if (leading !== null) demand(index >= leading.termStart, node.id, rule, index);
}

/** An answer to a follower's question. */
export function judgeAnswer(node: Node, leading: Leading, message: ReadIndexResponseView): void {
  const { id } = node;
  const { to, sequence, index } = message;
  if (index === null) return;
  const name = nameOf(to, sequence);
  const read = leading.questions.get(name);
  demand(read !== undefined, id, 'only what was asked is answered', name);
  demand(read.isConfirmed, id, 'a read index waits for a quorum', name);
  demand(index <= node.commit, id, 'a read index is committed', index, node.commit);
  judgeTermStart(node, index);
  judgeIndex(id, read, index);
}
