/**
 * The lin-kv workload as Maelstrom generates it: reads, writes and compare-and-sets of small
 * numbers, on one key for each group of clients at a time.
 *
 * A group has twice as many clients as there are nodes: one half reads, the other writes and
 * compares-and-sets, and each half covers every node. When enough operations on a key have gone
 * wrong without a verdict, the group takes a new key, so that each history stays easy to judge.
 */

import type { Json } from '../machine/json.ts';
import { isDefiniteCode } from '../maelstrom/errors.ts';
import type { Body } from '../maelstrom/message.ts';
import { nextInteger, type Random } from '../raft/index.ts';
import { MalformedReply, type Protocol, type Workload } from './workload.ts';

/** What a client is about to do. `value` is what is written, or [from, to]; null for a read. */
export interface Operation {
  readonly f: 'read' | 'write' | 'cas';
  readonly key: number;
  readonly value: number | readonly [from: number, to: number] | null;
}

/** How an operation ended. `value` is what was read. */
export type Completion =
  | { readonly type: 'ok'; readonly value?: Json }
  | {
      readonly type: 'fail' | 'info';
      readonly error: string | readonly [code: number, text: string];
    };

/** Values are drawn from 0 to 4: small enough that compare-and-set succeeds now and then. */
const valueCount = 5;

/** How many processes may work on a key, crashed ones included. */
const processesPerKey = 20;

interface Group {
  key: number;
  processes: number;
}

export class LinKvWorkload implements Workload<Operation> {
  readonly #random: Random;
  readonly #groupSize: number;
  readonly #groups: Group[];
  #nextKey = 0;

  /** @param concurrency the number of clients, a multiple of twice the number of nodes */
  constructor(nodeCount: number, concurrency: number, random: Random) {
    this.#random = random;
    this.#groupSize = 2 * nodeCount;
    this.#groups = Array.from({ length: concurrency / this.#groupSize }, () => this.#newGroup());
  }

  /** The next operation of one of the clients, numbered from 0. */
  next(client: number): Operation {
    const { key } = this.#groupOf(client);
    const isReader = client % this.#groupSize < this.#groupSize / 2;
    if (isReader) return { f: 'read', key, value: null };
    const draw = (): number => nextInteger(this.#random, 0, valueCount);
    // Two compare-and-sets for each write.
    return nextInteger(this.#random, 0, 3) === 0
      ? { f: 'write', key, value: draw() }
      : { f: 'cas', key, value: [draw(), draw()] };
  }

  /** A client goes on as a new process, since nobody knows how its last operation ended. */
  replaceProcess(client: number): void {
    const group = this.#groupOf(client);
    group.processes++;
    if (group.processes > Math.max(processesPerKey, 2 * this.#groupSize)) {
      Object.assign(group, this.#newGroup());
    }
  }

  #groupOf(client: number): Group {
    const group = this.#groups[Math.floor(client / this.#groupSize)];
    if (group === undefined) throw new Error(`no group for client ${client}`);
    return group;
  }

  #newGroup(): Group {
    return { key: this.#nextKey++, processes: this.#groupSize };
  }
}

export function toRequest({ f, key, value }: Operation): Body {
  switch (f) {
    case 'read':
      return { type: 'read', key };
    case 'write':
      return { type: 'write', key, value: value as number };
    case 'cas': {
      const [from, to] = value as readonly [number, number];
      return { type: 'cas', key, from, to };
    }
  }
}

/**
 * What a reply says about an operation.
 *
 * @throws MalformedReply when it is neither an error nor exactly what this request is answered with
 */
export function toCompletion({ f }: Operation, reply: Body): Completion {
  if (reply.type === 'error') return errorCompletion(f, reply);
  const allowed = new Set(['type', 'in_reply_to', 'msg_id', ...(f === 'read' ? ['value'] : [])]);
  const expected = `${f}_ok`;
  if (reply.type !== expected) throw new MalformedReply(`expected ${expected}, got ${reply.type}`);
  for (const name of Object.keys(reply)) {
    if (!allowed.has(name)) throw new MalformedReply(`${expected} must not have "${name}"`);
  }
  if (reply.msg_id === null) throw new MalformedReply('msg_id must be an integer, or be left out');
  if (f !== 'read') return { type: 'ok' };
  const value = reply['value'];
  if (value === undefined) throw new MalformedReply('read_ok must have a value');
  return { type: 'ok', value };
}

function errorCompletion(f: Operation['f'], reply: Body): Completion {
  const code = typeof reply['code'] === 'number' ? reply['code'] : -1;
  const text = typeof reply['text'] === 'string' ? reply['text'] : '';
  // A read that fails has changed nothing, whatever the reason.
  const isDefinite = f === 'read' || isDefiniteCode(code);
  return { type: isDefinite ? 'fail' : 'info', error: [code, text] };
}

/** Without an answer, only a read has surely changed nothing. */
function unanswered({ f }: Operation, why: string): Completion {
  return { type: f === 'read' ? 'fail' : 'info', error: why };
}

export const linKvProtocol: Protocol<Operation, Completion, Body> = {
  toRequest,
  toCompletion,
  unanswered,
};
