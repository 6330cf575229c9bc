/**
 * The lin-kv workload as Maelstrom generates it: reads, writes and compare-and-sets of small
 * numbers, on one key for each group of clients at a time.
 *
 * A group has twice as many clients as there are nodes: one half reads, the other writes and
 * compares-and-sets, and each half covers every node. When enough operations on a key have gone
 * wrong without a verdict, the group takes a new key, so that each history stays easy to judge.
 */

import { checkHistory, describeResult } from '../../checker/index.ts';
import type { Body } from '../../maelstrom/message.ts';
import { nextInteger, type Random } from '../../raft/index.ts';
import { asCheckerHistory } from '../checker-history.ts';
import type { ClientOperation, Completion } from '../client-operation.ts';
import type { Protocol, Workload } from '../workload.ts';
import type { BenchWorkload, ClientEvent, JudgeContext, Judgement } from './bench-workload.ts';
import { closedProtocol } from './closed-protocol.ts';

/** What a client is about to do. `value` is what is written, or [from, to]; null for a read. */
export interface Operation extends ClientOperation {
  readonly f: 'read' | 'write' | 'cas';
  readonly key: number;
  readonly value: number | readonly [from: number, to: number] | null;
}

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

export const linKvProtocol: Protocol<ClientOperation, Completion, Body> = closedProtocol({
  read: {
    toRequest: ({ key }) => ({ type: 'read', key }),
    reply: 'read_ok',
    result: 'value',
    isHarmless: true,
  },
  write: { toRequest: ({ key, value }) => ({ type: 'write', key, value }), reply: 'write_ok' },
  cas: {
    toRequest({ key, value }) {
      const [from, to] = value as Operation['value'] & object;
      return { type: 'cas', key, from, to };
    },
    reply: 'cas_ok',
  },
});

function judge(
  events: readonly ClientEvent[],
  { strict, lineOf }: Pick<JudgeContext, 'strict' | 'lineOf'>,
): Judgement {
  if (events.length === 0) return { verdict: 'valid', reasons: [], figures: {} };
  const checked = checkHistory(asCheckerHistory(events, lineOf), { strict });
  const { verdict } = checked;
  const reasons = verdict === 'valid' ? [] : [describeResult(checked)];
  return { verdict, reasons, figures: {}, linearizability: checked };
}

export const linKv: BenchWorkload = {
  name: 'lin-kv',
  functions: ['read', 'write', 'cas'],
  concurrencyUnit: (nodeCount) => 2 * nodeCount,
  consistencyModels: ['linearizable'],
  claim: () => 'the history is linearizable',
  validWord: 'linearizable',
  whyFail: 'compare-and-set fails when it finds another value',
  create: ({ nodes, concurrency, random }) => new LinKvWorkload(nodes.length, concurrency, random),
  protocol: linKvProtocol,
  judge,
};
