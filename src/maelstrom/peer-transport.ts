/** How replicas on Maelstrom nodes reach each other: packets over links, round broken ones. */

import { asNodeId, type NodeId } from '../raft/index.ts';
import {
  type Addressed,
  type Clock,
  type PeerMessage,
  type PeerMessageKind,
  parsePeerMessage,
  peerMessageFields,
  peerMessageKinds,
  RelayingTransport,
  type WireFormat,
} from '../replica/index.ts';
import { malformed } from './errors.ts';
import type { Body } from './message.ts';
import type { MaelstromNode } from './node.ts';
import { PeerLinks } from './peer-links.ts';
import { packetBody, packetTypes, parsePackets } from './peer-packets.ts';

export interface PeerTransportOptions<Command, Result> {
  readonly node: MaelstromNode;
  readonly clock: Clock;
  /** Tells this life of the node from others: a number below 2 ** 29. */
  readonly life: number;
  readonly format: WireFormat<Command, Result>;
  readonly deliver: (message: PeerMessage<Command, Result>) => void;
  readonly onLost: (peer: NodeId) => void;
  /** A message made no sense and was dropped. */
  readonly onMalformed: (from: string, fault: string) => void;
}

export type PeerTransport<Command, Result> = RelayingTransport<PeerMessage<Command, Result>, Body>;

/** The transport of a node that has been initialized. */
export function createPeerTransport<Command, Result>(
  options: PeerTransportOptions<Command, Result>,
): PeerTransport<Command, Result> {
  const { node, clock, life, format, deliver, onLost, onMalformed } = options;
  const links = new PeerLinks({
    clock,
    nodeCount: node.nodeIds.length,
    send: (to, body) => node.send(to, body),
  });
  return new RelayingTransport<PeerMessage<Command, Result>, Body>({
    id: asNodeId(node.id),
    nodes: node.nodeIds.map(asNodeId),
    clock,
    life,
    sendOver: (to, packet) => links.send(to, packetBody(packet)),
    encode: encodeMessage,
    decode(from, body) {
      try {
        return parsePeerMessage(asKind(body.type), from, node.id, body, format);
      } catch (error) {
        onMalformed(from, (error as Error).message);
        return null;
      }
    },
    deliver,
    onLost,
  });
}

/** Hands what peers send to the transport, as soon as there is one. */
export function receivePeers(
  node: MaelstromNode,
  transport: () => Pick<RelayingTransport<Addressed, Body>, 'receive'> | null,
  onMalformed: (from: string, fault: string) => void,
): void {
  for (const type of [...peerMessageKinds, ...packetTypes]) {
    node.handle(type, (body, { src }) => {
      try {
        if (src === node.id || !node.nodeIds.includes(src)) {
          throw malformed('the sender is no peer');
        }
        for (const packet of parsePackets(body)) transport()?.receive(asNodeId(src), packet);
      } catch (error) {
        onMalformed(src, (error as Error).message);
        // No peer asks for an answer by `msg_id`; whoever does gets one.
        throw error;
      }
      return undefined;
    });
  }
}

function encodeMessage(message: PeerMessage<unknown, unknown>): Body {
  return { type: message.kind, ...peerMessageFields(message) } as Body;
}

function asKind(type: string): PeerMessageKind {
  const kind = peerMessageKinds.find((known) => known === type);
  if (kind === undefined) throw malformed(`no message between nodes: ${type}`);
  return kind;
}

/**
 * Whether a network that doubles messages may double this one: it carries no `forwardRequest`, which
 * Transport never delivers twice.
 */
export function mayArriveTwice({ type, ...fields }: Body): boolean {
  switch (type) {
    case 'forwardRequest':
      return false;
    case 'relay':
      return mayArriveTwice(fields['message'] as unknown as Body);
    case 'bundle':
      return (fields['parts'] as unknown as readonly Body[]).every(mayArriveTwice);
    default:
      return true;
  }
}
