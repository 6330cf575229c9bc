/** A node's connection with the others: packets over a network, round broken links. */

import { asNodeId, createRandom, type NodeId, nextInteger } from '../raft/index.ts';
import { type Clock, RelayingTransport } from '../replica/index.ts';
import type { Links, Network } from '../transport/index.ts';
import type { NodeMessage } from './logged-command.ts';
import type { Storage } from './node-options.ts';
import { type Payload, packetBytes, parsePacket, parsePayload, payloadOf } from './packets.ts';
import type { Text } from './text.ts';

export interface ConnectOptions {
  readonly id: string;
  readonly cluster: string;
  readonly storage: Storage;
  /** Left out for a node that is alone. */
  readonly network?: Network;
  readonly clock: Clock;
  readonly seed: number;
  readonly receive: (message: NodeMessage) => void;
  /** Throws at what is no command here: it is for a log, where it would stop whoever applies it. */
  readonly checkCommand: (command: Text) => void;
  readonly lost: (peer: NodeId) => void;
  readonly onMalformed: (from: string, fault: string) => void;
}

export interface Connection {
  readonly transport: {
    readonly send: (message: NodeMessage) => void;
    readonly reaches: (node: NodeId) => boolean;
  };
  /** Whether the network can carry a message to a node, be it there or not. */
  readonly knows: (node: string) => boolean;
  readonly close: () => Promise<void>;
}

/** @throws Error when the network has no place for this node */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { id, cluster, storage, network, clock, seed, receive, lost, onMalformed } = options;
  const { checkCommand } = options;
  const random = createRandom(seed);
  const life = nextInteger(random, 0, 2 ** 29);
  let relaying: RelayingTransport<NodeMessage, Payload> | null = null;
  const attempt = (from: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      onMalformed(from, error instanceof Error ? error.message : String(error));
    }
  };
  const links: Links = (await network?.open({
    id,
    cluster,
    isDurable: storage !== 'memory',
    clock,
    random,
    receive: (from, bytes) =>
      attempt(from, () => relaying?.receive(asNodeId(from), parsePacket(bytes))),
    lost: (peer) => lost(asNodeId(peer)),
    added: (peer) => relaying?.add(asNodeId(peer)),
  })) ?? { peers: [], send: () => {}, close: async () => {} };
  const transport = new RelayingTransport<NodeMessage, Payload>({
    id: asNodeId(id),
    nodes: [id, ...links.peers].map(asNodeId),
    clock,
    life,
    sendOver: (to, packet) => links.send(to, packetBytes(packet)),
    encode: payloadOf,
    decode(from, payload) {
      let message: NodeMessage | null = null;
      attempt(from, () => {
        const parsed = parsePayload(from, id, payload);
        if (parsed.kind === 'forwardRequest' && parsed.command.kind === 'command') {
          checkCommand(parsed.command.command);
        }
        message = parsed;
      });
      return message;
    },
    deliver: receive,
    onLost: lost,
  });
  relaying = transport;
  return {
    transport: {
      send: (message) => transport.send(message),
      reaches: (node) => transport.reaches(node),
    },
    knows: (node) => node === id || links.peers.includes(node),
    close: async () => {
      transport.stop();
      await links.close();
    },
  };
}
