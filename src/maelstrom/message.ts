/** Messages as Maelstrom carries them: one JSON object a line. */

import { isJsonObject, type Json, stringifyJson } from '../machine/json.ts';
import { malformed } from './errors.ts';
import { quoteName } from './quoted-names.ts';

/** What a message says. `type` says what kind it is; the other fields depend on it. */
export interface Body {
  /** Says what kind it is; the other fields depend on it. */
  readonly type: string;
  /** Set by whoever wants an answer; unique among its own. */
  readonly msg_id?: number;
  /** The `msg_id` that this answers. */
  readonly in_reply_to?: number;
  readonly [field: string]: Json | undefined;
}

/** A message on its way: who says it, to whom, and what. */
export interface MaelstromMessage {
  /** Who says it: a node, a client, or a service. */
  readonly src: string;
  /** Who is to get it. */
  readonly dest: string;
  readonly body: Body;
}

/** A message as members of a JSON object that may have others before them, and its end. */
export function membersOf({ src, dest, body }: MaelstromMessage): string {
  // Half as much work as to hand JSON.stringify the whole.
  return `"src":${quoteName(src)},"dest":${quoteName(dest)},"body":${stringifyJson(body)}}`;
}

/** Where an answer to a malformed message goes. */
export interface ReturnAddress {
  /** Who gets the answer. */
  readonly to: string;
  /** Who was asked. */
  readonly from: string;
  readonly msgId: number;
}

/** A message, or what is wrong with it. */
export type CheckedMessage =
  | { readonly ok: true; readonly message: MaelstromMessage }
  | { readonly ok: false; readonly fault: string };

/** Checks the envelope and what every body has. */
export function checkMessage(value: Json): CheckedMessage {
  if (!isJsonObject(value)) return wrong('not a JSON object');
  const { src, dest, body } = value;
  if (typeof src !== 'string' || src === '') return wrong('src is not a name');
  if (typeof dest !== 'string' || dest === '') return wrong('dest is not a name');
  if (!isJsonObject(body)) return wrong('body is not an object');
  const { type, msg_id, in_reply_to } = body;
  if (typeof type !== 'string' || type === '') return wrong('body has no type');
  if (!isAbsentOrId(msg_id)) return wrong('msg_id is not an integer');
  if (!isAbsentOrId(in_reply_to)) return wrong('in_reply_to is not an integer');
  // Every field that `Body` names has been checked.
  return { ok: true, message: { src, dest, body: body as unknown as Body } };
}

function wrong(fault: string): CheckedMessage {
  return { ok: false, fault };
}

function isAbsentOrId(value: Json | undefined): boolean {
  return value === undefined || Number.isSafeInteger(value);
}

/** Who sent a message and waits for an answer, if the message shows as much. */
export function returnAddress(value: Json): ReturnAddress | null {
  if (!isJsonObject(value) || !isJsonObject(value['body'])) return null;
  const { src, dest } = value;
  const { msg_id, in_reply_to } = value['body'];
  const isAnswerable =
    typeof src === 'string' &&
    src !== '' &&
    typeof dest === 'string' &&
    dest !== '' &&
    typeof msg_id === 'number' &&
    Number.isSafeInteger(msg_id);
  // Answers are not answered: two nodes would go on for ever.
  return isAnswerable && in_reply_to === undefined ? { to: src, from: dest, msgId: msg_id } : null;
}

/** The cluster's names, as `init` has them. */
export function checkNodeIds(value: Json | undefined): string[] {
  if (!Array.isArray(value)) throw malformed('node_ids is not an array');
  const nodeIds = value.map((name: Json) => {
    if (typeof name !== 'string' || name === '') throw malformed('node_ids has what is no name');
    return name;
  });
  if (new Set(nodeIds).size !== nodeIds.length) throw malformed('node_ids names a node twice');
  return nodeIds;
}
