/** What goes over a network between nodes, as bytes: packets as JSON, in UTF-8. */

import { check, count, type Fields, object } from '../raft/fields.ts';
import { asNodeId, type NodeId } from '../raft/index.ts';
import {
  type Packet,
  type PeerMessageKind,
  parsePeerMessage,
  peerMessageFields,
  peerMessageKinds,
} from '../replica/index.ts';
import { type NodeMessage, wireFormat } from './logged-command.ts';

/** A message as packets carry it: its kind, and its fields. */
export type Payload = Fields;

export function payloadOf(message: NodeMessage): Payload {
  return { kind: message.kind, ...peerMessageFields(message) };
}

/** @throws Error saying what is wrong */
export function parsePayload(from: string, to: string, payload: Payload): NodeMessage {
  const { kind } = payload;
  const known = peerMessageKinds.find((name) => name === kind);
  check(known !== undefined, 'a message of an unknown kind');
  return parsePeerMessage(known as PeerMessageKind, from, to, payload, wireFormat);
}

export function packetBytes(packet: Packet<Payload>): Uint8Array {
  return Buffer.from(JSON.stringify(packet));
}

/**
 * The packet, of which the payload has not been looked at.
 *
 * @throws Error saying what is wrong
 */
export function parsePacket(bytes: Uint8Array): Packet<Payload> {
  const { buffer, byteOffset, byteLength } = bytes;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString();
  const fields = object(JSON.parse(text), 'a packet');
  switch (fields['kind']) {
    case 'direct':
      return { kind: 'direct', payload: object(fields['payload'], 'payload') };
    case 'relayed':
      return {
        kind: 'relayed',
        origin: name(fields['origin'], 'origin'),
        number: count(fields, 'number'),
        path: names(fields['path'], 'path'),
        payload: object(fields['payload'], 'payload'),
      };
    default: {
      check(fields['kind'] === 'survey', 'a packet of an unknown kind');
      const word = object(fields['word'], 'word');
      const heard = Object.entries(object(word['heard'], 'heard')).map(
        ([hearer, senders]) => [hearer, names(senders, 'heard')] as const,
      );
      const number = count(word, 'number');
      return { kind: 'survey', word: { number, heard: Object.fromEntries(heard) } };
    }
  }
}

function name(value: unknown, what: string): NodeId {
  check(typeof value === 'string' && value !== '', `${what} is not a name`);
  return asNodeId(value);
}

function names(value: unknown, what: string): readonly NodeId[] {
  check(Array.isArray(value), `${what} is not a list`);
  return value.map((item: unknown) => name(item, what));
}
