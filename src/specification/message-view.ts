/** The messages, as the specification looks at them. */

import type { ChunkView, EntryView } from './view.ts';

interface Envelope {
  readonly from: string;
  readonly to: string;
  /** The sender's current term; in a request for pre-votes, the term after it. */
  readonly term: number;
}

/** Where the sender's log ends. */
interface LogEnd {
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
}

export interface PreVoteRequestView extends Envelope, LogEnd {
  readonly kind: 'preVoteRequest';
  readonly round: number;
}

export interface PreVoteResponseView extends Envelope {
  readonly kind: 'preVoteResponse';
  readonly round: number;
  readonly granted: boolean;
}

export interface VoteRequestView extends Envelope, LogEnd {
  readonly kind: 'voteRequest';
  readonly isTransfer: boolean;
}

export interface VoteResponseView extends Envelope, LogEnd {
  readonly kind: 'voteResponse';
  readonly granted: boolean;
}

export interface AppendRequestView extends Envelope {
  readonly kind: 'appendRequest';
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly entries: readonly EntryView[];
  readonly commitIndex: number;
  readonly round: number;
  readonly electionTicks: number;
}

export interface AppendResponseView extends Envelope {
  readonly kind: 'appendResponse';
  readonly round: number;
  readonly result:
    | { readonly kind: 'accepted'; readonly matchIndex: number }
    | {
        readonly kind: 'inconsistent';
        readonly prevIndex: number;
        readonly hintIndex: number;
        readonly hintTerm: number;
      };
}

export interface HeartbeatRequestView extends Envelope {
  readonly kind: 'heartbeatRequest';
  readonly commitIndex: number;
  readonly round: number;
  readonly electionTicks: number;
}

export interface HeartbeatResponseView extends Envelope {
  readonly kind: 'heartbeatResponse';
  readonly round: number;
  readonly matchIndex: number;
  readonly priority: number;
}

export interface CommitHintView extends Envelope {
  readonly kind: 'commitHint';
  readonly commitIndex: number;
  readonly electionTicks: number;
}

export interface SnapshotRequestView extends Envelope, ChunkView {
  readonly kind: 'snapshotRequest';
  readonly round: number;
}

export interface SnapshotResponseView extends Envelope {
  readonly kind: 'snapshotResponse';
  readonly round: number;
  readonly snapshotIndex: number;
  readonly offset: number;
  readonly result:
    | { readonly kind: 'expects'; readonly offset: number }
    | { readonly kind: 'installed' };
}

export interface ReadIndexRequestView extends Envelope {
  readonly kind: 'readIndexRequest';
  readonly sequence: number;
}

export interface ReadIndexResponseView extends Envelope {
  readonly kind: 'readIndexResponse';
  readonly sequence: number;
  readonly index: number | null;
}

export interface NewerTermView extends Envelope {
  readonly kind: 'newerTerm';
}

export interface TimeoutNowView extends Envelope {
  readonly kind: 'timeoutNow';
}

export type MessageView =
  | PreVoteRequestView
  | PreVoteResponseView
  | VoteRequestView
  | VoteResponseView
  | AppendRequestView
  | AppendResponseView
  | HeartbeatRequestView
  | HeartbeatResponseView
  | CommitHintView
  | SnapshotRequestView
  | SnapshotResponseView
  | ReadIndexRequestView
  | ReadIndexResponseView
  | NewerTermView
  | TimeoutNowView;
