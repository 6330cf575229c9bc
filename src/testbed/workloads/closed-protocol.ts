/**
 * The requests of a workload and what may answer them. Replies are closed, as in Maelstrom: what is
 * not exactly what the table says, or an error, is a fault of the node.
 */

import type { Json } from '../../machine/json.ts';
import { isDefiniteCode } from '../../maelstrom/errors.ts';
import type { Body } from '../../maelstrom/message.ts';
import type { ClientOperation, Completion } from '../client-operation.ts';
import { MalformedReply, type Protocol } from '../workload.ts';

/** One kind of request, and its answer. */
export interface Exchange {
  readonly toRequest: (operation: ClientOperation) => Body;
  /** The type of the reply. */
  readonly reply: string;
  /** The only field that the reply has, and must have; without it, it has none. */
  readonly result?: string;
  /** Says what is wrong with the result; null when nothing is. */
  readonly faultOf?: (result: Json, operation: ClientOperation) => string | null;
  /** It only looks: without an answer, too, it has surely changed nothing. */
  readonly isHarmless?: boolean;
}

/** @param exchanges by `f` of the operation */
export function closedProtocol(exchanges: {
  readonly [f: string]: Exchange;
}): Protocol<ClientOperation, Completion, Body> {
  const exchangeOf = ({ f }: ClientOperation): Exchange => {
    const exchange = exchanges[f];
    if (exchange === undefined) throw new Error(`no request for ${f}`);
    return exchange;
  };
  return {
    toRequest: (operation) => exchangeOf(operation).toRequest(operation),
    toCompletion(operation, reply) {
      const { reply: type, result: name, faultOf, isHarmless = false } = exchangeOf(operation);
      if (reply.type === 'error') return errorCompletion(reply, isHarmless);
      demandClosedReply(reply, type, name === undefined ? [] : [name]);
      if (name === undefined) return { type: 'ok' };
      const value = reply[name] as Json;
      const fault = faultOf?.(value, operation) ?? null;
      if (fault !== null) throw new MalformedReply(`"${name}" of ${type} ${fault}`);
      return { type: 'ok', value };
    },
    unanswered: (operation, why) => ({
      type: exchangeOf(operation).isHarmless === true ? 'fail' : 'info',
      error: why,
    }),
  };
}

/**
 * @param names the fields that there must be beside those that every reply has
 * @throws MalformedReply when it is of another type, or has more or fewer fields
 */
export function demandClosedReply(reply: Body, type: string, names: readonly string[]): void {
  if (reply.type !== type) throw new MalformedReply(`expected ${type}, got ${reply.type}`);
  const allowed = ['type', 'in_reply_to', 'msg_id', ...names];
  for (const name of Object.keys(reply)) {
    if (!allowed.includes(name)) throw new MalformedReply(`${type} must not have "${name}"`);
  }
  if (reply.msg_id === null) throw new MalformedReply('msg_id must be an integer, or be left out');
  for (const name of names) {
    if (reply[name] === undefined) throw new MalformedReply(`${type} must have "${name}"`);
  }
}

function errorCompletion(reply: Body, isHarmless: boolean): Completion {
  const code = typeof reply['code'] === 'number' ? reply['code'] : -1;
  const text = typeof reply['text'] === 'string' ? reply['text'] : '';
  return { type: isHarmless || isDefiniteCode(code) ? 'fail' : 'info', error: [code, text] };
}

/** For a result that must be a list. */
export function faultOfList(result: Json): string | null {
  return Array.isArray(result) ? null : 'must be a list';
}

/** For a result that must be a whole number. */
export function faultOfInteger(result: Json): string | null {
  return Number.isSafeInteger(result) ? null : 'must be a whole number';
}
