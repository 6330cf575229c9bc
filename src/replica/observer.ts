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

/** What a core begins with. */
export interface Beginning {
  /** What it was created from. */
  readonly options: RaftOptions<unknown>;
  /** So many ticks it is given next, which `onStep` does not tell of. */
  readonly headStartTicks: number;
}

/** Each is called after the fact, must not throw, and must not call the replica. */
export interface Observer {
  /** The core begins with what the store held; `core` stays its memory. */
  onLoaded?(core: RaftView, beginning: Beginning): void;
  /** The core has taken in what happened; `core` is its memory afterwards. */
  onStep?(input: Input<unknown>, core: RaftView): void;
  /** The core has handed over effects. They are carried out next. */
  onDrain?(effects: readonly Effect<unknown>[], core: RaftView): void;
  /** The core was asked for effects, and had none; it may have changed all the same. */
  onIdle?(): void;
  /** The node's role, term or leader has changed. */
  onRoleChange?(change: RoleChange): void;
  /** A message was handed to the transport. */
  onSent?(message: PeerMessage<unknown, unknown>): void;
  /** A message has come in, and is taken up next. */
  onReceived?(message: PeerMessage<unknown, unknown>): void;
  /** The core did not act on a message. */
  onDropped?(kind: MessageKind, from: NodeId, reason: DropReason): void;
  /** An operation of this node's clients has ended, after so many milliseconds. */
  onAnswered?(
    kind: Operation<unknown, unknown>['kind'],
    outcome: Outcome<unknown>,
    durationMs: number,
  ): void;
  /** The timer has called, so many milliseconds later than a tick after its last call. */
  onTimer?(lateMs: number): void;
  /** The store held a snapshot of so many bytes; what else it held follows. */
  onSnapshotLoaded?(bytes: number): void;
  /** The machine has applied so many entries at once, and whoever asked for them was answered. */
  onApplied?(entries: number, durationMs: number): void;
  /** A snapshot of the machine is durable: that took so long, from the machine's first word. */
  onSnapshotTaken?(bytes: number, durationMs: number): void;
  /** Another node has answered an operation that was forwarded to it. */
  onForwarded?(outcome: Outcome<unknown>): void;
  /**
   * The store has failed, or a rule of the protocol was broken; the replica has stopped. `during`
   * is what the core was taking in, if it was.
   */
  onHalted?(reason: string, during: Input<unknown> | null): void;
}
