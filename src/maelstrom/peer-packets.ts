/**
 * How packets between nodes stand in Maelstrom's messages:
 *
 * ```
 * {"type":"heartbeatRequest", …}                                   a message, straight to its receiver
 * {"type":"relay","origin":"n1","number":7,"path":["n3"],
 *  "message":{"type":"heartbeatRequest", …}}                       one that others pass on
 * {"type":"survey","number":3,"heard":{"n1":["n2"],"n2":[]}}       a word of a survey
 * {"type":"bundle","parts":[{"type": …}, …]}                       several of these at once
 * ```
 */

import { isJsonObject, type Json } from '../machine/json.ts';
import { asNodeId, type NodeId } from '../raft/index.ts';
import type { Packet, SurveyWord } from '../replica/index.ts';
import { malformed } from './errors.ts';
import type { Body } from './message.ts';

/** The types of messages that carry packets, beside those of the messages themselves. */
export const packetTypes = ['relay', 'survey', 'bundle'] as const;

/** No node sends more at once. */
const maxBundleParts = 100_000;

export function packetBody(packet: Packet<Body>): Body {
  switch (packet.kind) {
    case 'direct':
      return packet.payload;
    case 'relayed': {
      const { origin, number, path, payload } = packet;
      return { type: 'relay', origin, number, path, message: payload as Json };
    }
    case 'survey':
      return { type: 'survey', ...packet.word };
  }
}

/** What is sent at once becomes one message. */
export function bundleBody(bodies: readonly Body[]): Body {
  const [only, ...more] = bodies;
  if (only !== undefined && more.length === 0) return only;
  return { type: 'bundle', parts: bodies as readonly Json[] };
}

/**
 * The packets of one message; what a packet carries has not been looked at.
 *
 * @throws RpcError when it is none
 */
export function parsePackets(body: Body): readonly Packet<Body>[] {
  if (body.type !== 'bundle') return [parsePacket(body)];
  const parts = body['parts'];
  if (!Array.isArray(parts)) throw malformed('parts is not an array');
  if (parts.length > maxBundleParts) throw malformed(`a bundle of ${parts.length} parts`);
  return parts.map((part: Json) => {
    const inner = asBody(part, 'a part');
    if (inner.type === 'bundle') throw malformed('a bundle in a bundle');
    return parsePacket(inner);
  });
}

function parsePacket(body: Body): Packet<Body> {
  switch (body.type) {
    case 'relay':
      return {
        kind: 'relayed',
        origin: asName(body['origin'], 'origin'),
        number: asCount(body['number'], 'number'),
        path: asNames(body['path'], 'path'),
        payload: asBody(body['message'], 'message'),
      };
    case 'survey':
      return { kind: 'survey', word: parseWord(body) };
    default:
      return { kind: 'direct', payload: body };
  }
}

function parseWord(body: Body): SurveyWord {
  const heard = body['heard'];
  if (!isJsonObject(heard)) throw malformed('heard is not an object');
  const known = Object.entries(heard).map(
    ([hearer, senders]) => [hearer, asNames(senders, 'heard')] as const,
  );
  return { number: asCount(body['number'], 'number'), heard: Object.fromEntries(known) };
}

function asBody(value: Json | undefined, what: string): Body {
  if (!isJsonObject(value)) throw malformed(`${what} is not an object`);
  if (typeof value['type'] !== 'string') throw malformed(`${what} has no type`);
  return value as unknown as Body;
}

function asName(value: Json | undefined, what: string): NodeId {
  if (typeof value !== 'string' || value === '') throw malformed(`${what} is not a name`);
  return asNodeId(value);
}

function asNames(value: Json | undefined, what: string): NodeId[] {
  if (!Array.isArray(value)) throw malformed(`${what} is not an array`);
  return value.map((name: Json) => asName(name, what));
}

function asCount(value: Json | undefined, what: string): number {
  const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (!isCount) throw malformed(`${what} is not a count`);
  return value;
}
