/** What travels from one node to the next: a message, on its way alone or by others, or a survey. */

import type { NodeId } from '../../raft/index.ts';
import type { SurveyWord } from './survey.ts';

/** `Payload` is a message as the link carries it; who only passes it on does not look into it. */
export type Packet<Payload> =
  | { readonly kind: 'direct'; readonly payload: Payload }
  | RelayedPacket<Payload>
  | { readonly kind: 'survey'; readonly word: SurveyWord };

/** A message on its way over other nodes. */
export interface RelayedPacket<Payload> {
  readonly kind: 'relayed';
  /** Who has sent the message. */
  readonly origin: NodeId;
  /** Numbers what `origin` sends by others, so that a second copy is known for one. */
  readonly number: number;
  /** Who is to get it from the receiver, and from whom then; empty when it has arrived. */
  readonly path: readonly NodeId[];
  /** The message, as `origin` has encoded it. */
  readonly payload: Payload;
}
