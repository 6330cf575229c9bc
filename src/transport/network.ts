/**
 * What a node needs of a network: it carries messages, as bytes, from one node to another. There are
 * two here, in one process (local-network.ts) and over TCP (tcp-network.ts); another one has to keep
 * what is said of `Links`.
 */

import type { Random } from '../raft/index.ts';
import type { Clock } from '../replica/index.ts';

/** Carries messages between nodes: one object for each process, or one for all in it. */
export interface Network {
  /** No message may be longer than this, in bytes. */
  readonly maxMessageBytes: number;
  /**
   * A node takes its place.
   *
   * @throws Error when it cannot be had: the name is taken, or the address
   */
  open(place: NetworkPlace): Promise<Links>;
}

/** Who takes a place in a network, and what it is told. */
export interface NetworkPlace {
  readonly id: string;
  /** The name of the cluster: nodes of different ones do not hear each other. */
  readonly cluster: string;
  /** False when a node forgets all when it stops: then it must not come back under its name. */
  readonly isDurable: boolean;
  readonly clock: Clock;
  /** For delays that must not be the same everywhere. */
  readonly random: Random;
  /** A message has arrived. What `from` is was made sure of as far as the network can. */
  receive(from: string, message: Uint8Array): void;
  /** What was sent to a node lately may be lost; what is sent now may well arrive. */
  lost(peer: string): void;
  /** There is another node in the network, to which messages may be sent from now on. */
  added(peer: string): void;
}

/** A node's place in a network. */
export interface Links {
  /** The other nodes that messages may be sent to now. */
  readonly peers: readonly string[];
  /**
   * Sends a message. It may be late, overtaken or lost, and need not wait for a node that is not
   * there: whatever matters is sent again. But **no message arrives twice**, changed, or in part. The
   * bytes are the network's from now on.
   */
  send(to: string, message: Uint8Array): void;
  /** Ends all that it has begun; resolves when nothing of it keeps the process alive. */
  close(): Promise<void>;
}
