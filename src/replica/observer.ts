/** What a replica tells whoever wants to watch it: metrics, logs, a trace. */

import type {
  DropReason,
  Effect,
  Input,
  MessageKind,
  NodeId,
  RaftOptions,
  RaftView,
  RoleChange,
} from '../raft/index.ts';
import type { Operation, Outcome } from './operation.ts';
import type { PeerMessage } from './transport.ts';

/** Each is called after the fact, must not throw, and must not call the replica. */
export interface Observer {
  /**
   * The core begins with what the store held: it was created from `options`. Next it is given so
   * many ticks, which `onStep` does not tell of.
   */
  onLoaded?(core: RaftView, options: RaftOptions<unknown>, headStartTicks: number): void;
  /** The core has taken in what happened; `core` is its memory afterwards. */
  onStep?(input: Input<unknown>, core: RaftView): void;
  /** The core has handed over effects. They are carried out next. */
  onDrain?(effects: readonly Effect<unknown>[], core: RaftView): void;
  /** The core was asked for effects, and had none; it may have changed all the same. */
  onIdle?(): void;
  onRoleChange?(change: RoleChange): void;
  onSent?(message: PeerMessage<unknown, unknown>): void;
  onReceived?(message: PeerMessage<unknown, unknown>): void;
  /** The core did not act on a message. */
  onDropped?(kind: MessageKind, from: NodeId, reason: DropReason): void;
  /** An operation of this node's clients has ended, after so many milliseconds. */
  onAnswered?(
    kind: Operation<unknown, unknown>['kind'],
    outcome: Outcome<unknown>,
    durationMs: number,
  ): void;
  /** Another node has answered an operation that was forwarded to it. */
  onForwarded?(outcome: Outcome<unknown>): void;
  /**
   * The store has failed, or a rule of the protocol was broken; the replica has stopped. `during`
   * is what the core was taking in, if it was.
   */
  onHalted?(reason: string, during: Input<unknown> | null): void;
}
