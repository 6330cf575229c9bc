/** How replicas reach each other. */

import type { Message, NodeId } from '../raft/index.ts';
import type { Outcome } from './operation.ts';

/**
 * A command of a session, carried from the node that was asked to the one that leads. One that was
 * not answered is forwarded again, as another attempt.
 */
export interface ForwardRequest<Command> {
  readonly kind: 'forwardRequest';
  readonly from: NodeId;
  readonly to: NodeId;
  /**
   * Names the request among those that `from` has open, and this attempt among all of `from`, those
   * before it was last started included; both are echoed.
   */
  readonly id: number;
  readonly attempt: number;
  /** With its number in its session, so that it takes effect once however often it is tried. */
  readonly command: Command;
  /** How long the sender will wait, in milliseconds. Later answers are of no use. */
  readonly timeoutMs: number;
}

/** How a forwarded command ended at the node that was asked, or at the leader it knows. */
export interface ForwardResponse<Result> {
  readonly kind: 'forwardResponse';
  readonly from: NodeId;
  readonly to: NodeId;
  /** Echo of the request's id. */
  readonly id: number;
  /** Echo of the request's attempt. */
  readonly attempt: number;
  readonly outcome: Outcome<Result>;
}

/**
 * All that replicas say to each other: the core's messages, and clients' commands on their way.
 */
export type PeerMessage<Command, Result> =
  | Message<Command>
  | ForwardRequest<Command>
  | ForwardResponse<Result>;

/**
 * Carries messages, in any order, late or not at all; most may arrive more than once. But it never
 * delivers a `forwardRequest` twice. A command that arrives twice takes effect once all the same;
 * but one copy may be refused while the other is in a log, and then a client would be told that
 * what may still happen never will.
 */
export interface Transport<Command, Result> {
  /** Sends a message to `message.to`, or loses it. It must not throw. */
  send(message: PeerMessage<Command, Result>): void;
  /**
   * False when a node is known to be out of reach, or to be silent: it is given nothing then whose
   * fate would be open. Default: true.
   */
  reaches?(node: NodeId): boolean;
  /** Nothing is sent any more. */
  stop?(): void;
}
