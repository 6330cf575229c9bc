/** What goes into a node and what comes out of it, as the specification looks at it. */

import type { MessageView } from './message-view.ts';
import type { ChunkView, EntryView, SnapshotView } from './view.ts';

/** What a node takes in. */
export type InputView =
  | { readonly kind: 'receive'; readonly message: MessageView }
  | { readonly kind: 'propose'; readonly requestId: number; readonly command: unknown }
  | {
      readonly kind: 'read';
      readonly requestId: number;
      readonly consistency: 'linearizable' | 'linearizableByLease';
    }
  | { readonly kind: 'persisted'; readonly token: number }
  | { readonly kind: 'snapshotTaken'; readonly index: number }
  | { readonly kind: 'snapshotFailed'; readonly index: number }
  | { readonly kind: 'applied'; readonly index: number }
  | { readonly kind: 'storageFailed' }
  | {
      readonly kind: 'snapshotRead';
      readonly chunk: {
        readonly snapshotIndex: number;
        readonly offset: number;
        readonly data: Uint8Array;
        readonly isLast: boolean;
      };
    }
  | {
      readonly kind:
        | 'tick'
        | 'changeMembership'
        | 'transferLeadership'
        | 'snapshotLost'
        | 'peerUnreachable';
    };

/** One write to the disk, and what may be said only when it is done. */
export interface WriteView {
  readonly kind: 'persist';
  readonly token: number;
  readonly hardState: { readonly currentTerm: number; readonly votedFor: string | null } | null;
  readonly snapshotChunk: ChunkView | null;
  readonly truncateFrom: number | null;
  readonly entries: readonly EntryView[];
  readonly messages: readonly MessageView[];
}

/** What a node wants to be done. */
export type EffectView =
  | { readonly kind: 'send'; readonly message: MessageView }
  | WriteView
  | {
      readonly kind: 'apply';
      readonly entries: readonly EntryView[];
      readonly requestIds: readonly (number | null)[];
    }
  | { readonly kind: 'restore' | 'takeSnapshot'; readonly snapshot: SnapshotView }
  | { readonly kind: 'compact'; readonly index: number }
  | { readonly kind: 'readReady'; readonly requestId: number; readonly index: number }
  | {
      readonly kind: 'refuse';
      readonly requestId: number;
      readonly refusal: { readonly kind: string; readonly definite: boolean };
    }
  | { readonly kind: 'roleChange' | 'readSnapshot' | 'transferred' | 'drop' | 'halt' };
