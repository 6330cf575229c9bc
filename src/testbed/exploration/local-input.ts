/** What may happen to a node of a small world. */

import type { Message, NodeId } from '../../raft/index.ts';

/** What may happen to a node, apart from a message that arrives. */
export type LocalAction =
  /** No leader was heard for too long; or, at a leader, no quorum of followers. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'heartbeat' }
  /** A leader takes what it has sent for lost. */
  | { readonly kind: 'resend' }
  /** A transfer has taken too long. */
  | { readonly kind: 'abandon' }
  /** Loses its memory and the writes in flight, and starts again from its disk. */
  | { readonly kind: 'crash' }
  /** The oldest write in flight becomes durable. */
  | { readonly kind: 'sync' }
  /** The snapshot that is being taken becomes durable, and what it covers may go. */
  | { readonly kind: 'saveSnapshot' }
  | { readonly kind: 'propose'; readonly request: number }
  | { readonly kind: 'read'; readonly request: number }
  | { readonly kind: 'transfer'; readonly request: number; readonly target: NodeId }
  | {
      readonly kind: 'change';
      readonly request: number;
      readonly voters: readonly NodeId[];
      readonly learners: readonly NodeId[];
    };

export type LocalInput = LocalAction | { readonly kind: 'receive'; readonly message: SmallMessage };

/** A message without the bytes of a snapshot, which are all alike. */
export type SmallMessage = Message<number>;
