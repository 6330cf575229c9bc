/** What may be chosen of a network over TCP. */

import type { TlsOptions } from 'node:tls';

/** What a network over TCP is given. */
export interface TcpNetworkOptions {
  /** Where each node listens, this one included, as host:port. */
  readonly addresses: { readonly [node: string]: string };
  /** Where this node listens, when that is not where the others reach it. */
  readonly listen?: string;
  /**
   * Of both sides of each connection, as node:tls takes them: `key`, `cert` and `ca`. Both sides
   * must show a certificate of that authority; its name is not compared with the node's. Default:
   * nothing is encrypted, and whoever reaches the port may claim to be a node.
   */
  readonly tls?: Pick<TlsOptions, 'key' | 'cert' | 'ca' | 'passphrase' | 'minVersion'>;
  /** No message may be longer, in bytes. Default: 16 MiB. */
  readonly maxMessageBytes?: number;
  /** What may wait for one node, in bytes; beyond, messages to it are lost. Default: 64 MiB. */
  readonly maxWaitingBytes?: number;
  readonly observer?: TcpObserver;
}

/** Told of connections; for logs and metrics. Each is called after the fact, and must not throw. */
export interface TcpObserver {
  /** What this node says to a peer arrives there from now on. */
  onConnected?(peer: string): void;
  /** The connection to a peer has ended, or could not be made; it is tried again. */
  onDisconnected?(peer: string, reason: string): void;
  /** A peer says that this node is not welcome: it has another cluster's name, or an old one. */
  onRefused?(peer: string, reason: string): void;
  /** Somebody has called who is no peer, or does not keep to the protocol; null: not known who. */
  onTurnedAway?(peer: string | null, reason: string): void;
  /** A message to a peer was dropped: too much waits already, or it is too long. */
  onMessageLost?(peer: string, reason: 'waiting' | 'tooLong'): void;
}

export interface TcpLimits {
  readonly maxMessageBytes: number;
  readonly maxWaitingBytes: number;
}

export const defaultTcpLimits: TcpLimits = {
  maxMessageBytes: 16 * 1024 * 1024,
  maxWaitingBytes: 64 * 1024 * 1024,
};

/** Between attempts to connect; doubled each time, and drawn from the upper half. In milliseconds. */
export const firstRetryMs = 50;
export const maxRetryMs = 2000;

/** To be connected and welcome, or to say hello. */
export const helloTimeoutMs = 3000;

/** Who is turned away has so long to read why. */
export const farewellMs = 1000;

/** A ping leaves so often; who has not answered for so long is gone. */
export const pingIntervalMs = 500;
export const silenceMs = 2000;

/** How many callers may be there that have not said who they are. */
export const maxStrangers = 64;
