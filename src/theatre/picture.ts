/**
 * What there is to see of a scenario's world at one moment, as plain values: the views draw a
 * picture and never touch the world itself.
 */

import type { Entry, Membership, MessageKind } from '../raft/index.ts';
import { demand } from '../testbed/scenario/fault.ts';
import { formatMessageFields } from '../testbed/scenario/messages.ts';
import type { ScenarioNode } from '../testbed/scenario/node.ts';
import { type Command, formatMembership } from '../testbed/scenario/notation.ts';
import type { Outcome } from '../testbed/scenario/requests.ts';
import type { World } from '../testbed/scenario/world.ts';

/** More than these do not fit on the stage. */
const nodesMax = 9;

/** So much of the end of a log is seen. */
export const cellsMax = 60;

export type RolePicture =
  | 'follower'
  | 'preCandidate'
  | 'candidate'
  | 'leader'
  | 'learner'
  | 'outside'
  | 'halted'
  | 'down';

export interface CellPicture {
  readonly index: number;
  readonly term: number;
  readonly kind: 'command' | 'noop' | 'membership';
  /** The command, or the membership as it is written in traces; empty for a plain entry. */
  readonly text: string;
  readonly isDurable: boolean;
  readonly isCommitted: boolean;
  readonly isApplied: boolean;
}

/** What a leader knows of a follower. */
export interface PeerPicture {
  readonly peer: string;
  readonly mode: string;
  readonly matchIndex: number;
  readonly nextIndex: number;
}

/** How much of a wait has passed, in ticks. */
export interface TimerPicture {
  readonly kind: 'election' | 'heartbeat';
  readonly passed: number;
  readonly total: number;
}

export interface NodePicture {
  readonly id: string;
  readonly role: RolePicture;
  /** The term and the vote in memory; on disk while the node is down. */
  readonly term: number;
  readonly vote: string | null;
  readonly leader: string | null;
  /** Null while the node is down or has halted. */
  readonly timer: TimerPicture | null;
  /** Who has granted a candidate its votes, and how many it needs; one for each side when joint. */
  readonly granted: readonly string[];
  /** The end of its log. */
  readonly log: readonly CellPicture[];
  /** Where the whole log begins. */
  readonly firstIndex: number;
  readonly commitIndex: number;
  readonly snapshotIndex: number;
  readonly membership: Membership;
  readonly peers: readonly PeerPicture[];
  readonly transferTarget: string | null;
  readonly pendingReads: number;
  readonly disk: {
    readonly mode: string;
    readonly pendingWrites: number;
    readonly pendingSnapshots: number;
    readonly pendingParts: number;
  };
  /** The commands that its state machine has been given. */
  readonly commands: readonly string[];
  /** The core's own account of what it waits for. */
  readonly account: readonly string[];
}

export interface MessagePicture {
  /** Counts the messages of a cluster in the order in which they left. */
  readonly number: number;
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: string;
  readonly term: number;
  /** Its fields as traces write them, such as `term=2 granted`. */
  readonly fields: string;
  /** `hold` keeps it. */
  readonly isHeld: boolean;
}

export interface RequestPicture {
  readonly name: string;
  readonly outcome: Outcome;
}

export interface Picture {
  readonly nodes: readonly NodePicture[];
  readonly messages: readonly MessagePicture[];
  /** Links that lose what would arrive, as `from>to`. */
  readonly cuts: readonly string[];
  readonly requests: readonly RequestPicture[];
  /** Whether the rules about all nodes are watched: not where messages are forged or logs given. */
  readonly isJudged: boolean;
}

export const emptyPicture: Picture = {
  nodes: [],
  messages: [],
  cuts: [],
  requests: [],
  isJudged: true,
};

/** @param numberOf numbers the messages that have left */
export function pictureOf(world: World, numberOf: (message: object) => number): Picture {
  const nodes = world.nodes;
  demand(nodes.length <= nodesMax, `the theatre has room for ${nodesMax} nodes, not more`);
  const free = new Set(world.network.findFree());
  return {
    nodes: nodes.map(nodePicture),
    messages: world.network.flying.map((message) => ({
      number: numberOf(message),
      kind: message.kind,
      from: message.from,
      to: message.to,
      term: message.term,
      fields: formatMessageFields(message),
      isHeld: !free.has(message),
    })),
    cuts: world.network.cutLinks,
    requests: world.requests.all.map(({ name, outcome }) => ({ name, outcome })),
    isJudged: !world.judge.isOff,
  };
}

function nodePicture(node: ScenarioNode): NodePicture {
  return node.isUp ? runningPicture(node) : stoppedPicture(node);
}

function diskPicture({ disk }: ScenarioNode): NodePicture['disk'] {
  return {
    mode: disk.mode,
    pendingWrites: disk.pending.length,
    pendingSnapshots: disk.saving.length,
    pendingParts: disk.reading.length,
  };
}

/** Of a node that is down there is only what its disk has. */
function stoppedPicture(node: ScenarioNode): NodePicture {
  const { hardState, entries, snapshot } = node.disk;
  const snapshotIndex = snapshot?.meta.index ?? 0;
  return {
    id: node.id,
    role: 'down',
    term: hardState.currentTerm,
    vote: hardState.votedFor,
    leader: null,
    timer: null,
    granted: [],
    log: entries
      .slice(-cellsMax)
      .map((entry) => cellOf(entry, entry.index, snapshotIndex, snapshotIndex)),
    firstIndex: entries[0]?.index ?? snapshotIndex + 1,
    commitIndex: snapshotIndex,
    snapshotIndex,
    membership: node.firstMembership,
    peers: [],
    transferTarget: null,
    pendingReads: 0,
    disk: diskPicture(node),
    commands: [],
    account: [`${node.id} is down. Its disk has term ${hardState.currentTerm}, its vote and log.`],
  };
}

function runningPicture(node: ScenarioNode): NodePicture {
  const { raft, status } = node;
  const { role, log } = raft.save();
  const { durableIndex, commitIndex, appliedIndex, snapshotIndex } = status;
  const isAsking = role.kind === 'candidate' || role.kind === 'preCandidate';
  return {
    id: node.id,
    role: roleOf(node),
    term: status.currentTerm,
    vote: status.votedFor,
    leader: status.leader,
    timer: timerOf(node),
    granted: isAsking ? role.granted : [],
    log: log.entries
      .slice(-cellsMax)
      .map((entry) => cellOf(entry, durableIndex, commitIndex, appliedIndex)),
    firstIndex: status.firstIndex,
    commitIndex,
    snapshotIndex,
    membership: status.membership,
    peers: status.peers.map(({ peer, mode, matchIndex, nextIndex }) => ({
      peer,
      mode,
      matchIndex,
      nextIndex,
    })),
    transferTarget: status.transferTarget,
    pendingReads: status.pendingReads,
    disk: diskPicture(node),
    commands: node.commands,
    account: raft.explain().split('\n'),
  };
}

function roleOf({ id, status }: ScenarioNode): RolePicture {
  const { role, haltReason, membership } = status;
  if (haltReason !== null) return 'halted';
  if (role !== 'follower') return role;
  if (membership.learners.includes(id)) return 'learner';
  const isVoter = membership.voters.includes(id) || membership.outgoing.includes(id);
  return isVoter ? role : 'outside';
}

function timerOf({ raft, status, settings }: ScenarioNode): TimerPicture | null {
  if (status.haltReason !== null) return null;
  const { role, electionElapsedTicks, electionTimeoutTicks } = raft.save();
  if (role.kind !== 'leader') {
    return { kind: 'election', passed: electionElapsedTicks, total: electionTimeoutTicks };
  }
  const total = Math.max(role.intervalTicks, settings.heartbeatTicks);
  return { kind: 'heartbeat', passed: Math.min(role.ticksSinceBroadcast, total), total };
}

function cellOf(
  entry: Entry<Command>,
  durableIndex: number,
  commitIndex: number,
  appliedIndex: number,
): CellPicture {
  return {
    index: entry.index,
    term: entry.term,
    kind: entry.kind,
    text: textOf(entry),
    isDurable: entry.index <= durableIndex,
    isCommitted: entry.index <= commitIndex,
    isApplied: entry.index <= appliedIndex,
  };
}

function textOf(entry: Entry<Command>): string {
  if (entry.kind === 'noop') return 'no-op';
  if (entry.kind === 'membership') return formatMembership(entry.membership);
  return entry.command === `${entry.index}@${entry.term}` ? '' : entry.command;
}
