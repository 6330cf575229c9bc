/**
 * What txn-list-append and txn-rw-register have in common: transactions of reads and writes, drawn
 * as Maelstrom draws them, each asked of one node in one request.
 */

import {
  allModelNames,
  MalformedHistory,
  type ModelName,
  modelNamed,
  reasonsOfTransactions,
  type Transaction,
  type TransactionsResult,
} from '../../checker/index.ts';
import { canonicalJson, type Json } from '../../machine/json.ts';
import { nextFraction, nextInteger, type Random } from '../../raft/index.ts';
import type { ClientOperation } from '../client-operation.ts';
import type { Workload } from '../workload.ts';
import type {
  BenchWorkload,
  JudgeContext,
  Judgement,
  WorkloadOptions,
  WorkloadSetup,
} from './bench-workload.ts';
import { callsOf, type TracedCall } from './calls-of.ts';
import { closedProtocol } from './closed-protocol.ts';
import { KeyPool } from './key-pool.ts';
import { textOf } from './value-text.ts';

/** One step in a request: what to do, on which key, and what is written; null in a read. */
type Step = readonly [verb: string, key: Json, value: Json];

export class TransactionWorkload implements Workload<ClientOperation> {
  readonly #random: Random;
  readonly #maxLength: number;
  readonly #writeVerb: string;
  readonly #pool: KeyPool;

  constructor(random: Random, options: WorkloadOptions, writeVerb: string) {
    this.#random = random;
    this.#maxLength = options.maxTxnLength;
    this.#writeVerb = writeVerb;
    this.#pool = new KeyPool(random, options.keyCount, options.maxWritesPerKey);
  }

  next(): ClientOperation {
    const length = nextInteger(this.#random, 1, this.#maxLength + 1);
    return { f: 'txn', key: null, value: Array.from({ length }, () => this.#step()) };
  }

  /** Keys belong to nobody. */
  replaceProcess(): void {}

  #step(): Step {
    if (nextFraction(this.#random) < 0.5) return ['r', this.#pool.draw(), null];
    const { key, value } = this.#pool.drawWrite();
    return [this.#writeVerb, key, value];
  }
}

/** What one of the two kinds is besides. */
export interface TransactionKind<Read> {
  readonly name: string;
  /** How a request says that something is written. */
  readonly writeVerb: string;
  /** What a read saw; undefined when it is not a value that a read can have. */
  readonly readOf: (value: Json) => Read | undefined;
  /** What a reply is told whose read has such a value. */
  readonly expected: string;
  readonly check: (
    transactions: readonly Transaction<Read>[],
    models: readonly ModelName[],
  ) => TransactionsResult;
  /** What holds when nothing was found. */
  readonly claimOf: (models: string) => string;
}

export function transactionWorkload<Read>(kind: TransactionKind<Read>): BenchWorkload {
  return {
    name: kind.name,
    functions: ['txn'],
    concurrencyUnit: () => 1,
    consistencyModels: allModelNames,
    claim: (context) => kind.claimOf(modelsOf(context).join(', ')),
    create: ({ random, options }: WorkloadSetup) =>
      new TransactionWorkload(random, options, kind.writeVerb),
    protocol: closedProtocol({
      txn: {
        toRequest: ({ value }) => ({ type: 'txn', txn: value }),
        reply: 'txn_ok',
        result: 'txn',
        faultOf: (result, { value }) => faultOfReply(kind, value, result),
      },
    }),
    judge: (events, context) => judge(kind, callsOf(events, context.lineOf), context),
  };
}

/** Maelstrom's, unless others are asked for. */
function modelsOf({ consistencyModels }: Pick<JudgeContext, 'consistencyModels'>): ModelName[] {
  const asked = consistencyModels.flatMap((name) => modelNamed(name) ?? []);
  return asked.length > 0 ? [...new Set(asked)] : ['strict-serializable'];
}

/** A reply says the same steps, with the reads filled in. */
function faultOfReply<Read>(kind: TransactionKind<Read>, asked: Json, result: Json): string | null {
  const steps = asked as readonly Step[];
  if (!Array.isArray(result)) return 'is not an array';
  if (result.length !== steps.length) {
    return `has ${result.length} steps, and the request had ${steps.length}`;
  }
  for (const [position, [verb, key, value]] of steps.entries()) {
    const step: Json = result[position] ?? null;
    if (!Array.isArray(step) || step.length !== 3)
      return `has a step ${position} not of three parts`;
    const isSame = step[0] === verb && canonicalJson(step[1]) === canonicalJson(key);
    if (!isSame) return `has a step ${position} that is not the one that was asked`;
    if (verb !== 'r') {
      if (canonicalJson(step[2]) !== canonicalJson(value)) {
        return `has a step ${position} that writes another value than was asked`;
      }
    } else if (kind.readOf(step[2]) === undefined) {
      return `has a step ${position} whose read is not ${kind.expected}`;
    }
  }
  return null;
}

function judge<Read>(
  kind: TransactionKind<Read>,
  calls: readonly TracedCall[],
  context: JudgeContext,
): Judgement {
  const transactions = calls.map((call) => transactionOf(kind, call));
  const result = kind.check(transactions, modelsOf(context));
  return {
    verdict: result.verdict,
    reasons: reasonsOfTransactions(result),
    figures: { ...result.figures, anomalies: { ...result.counts } },
  };
}

function transactionOf<Read>(kind: TransactionKind<Read>, call: TracedCall): Transaction<Read> {
  const { process, invoked, completed } = call;
  // Of what is still open nobody knows, either.
  const outcome = call.outcome === 'open' ? 'info' : call.outcome;
  const isOk = outcome === 'ok';
  const value = isOk ? call.result : call.asked;
  const fault = (problem: string): never => {
    throw new MalformedHistory((isOk ? completed : invoked)?.line, problem);
  };
  if (!Array.isArray(value)) return fault('a transaction is an array of steps');
  const operations = value.map((step: Json): Transaction<Read>['operations'][number] => {
    if (!Array.isArray(step) || step.length !== 3) return fault('a step is an array of three');
    const [verb, key, operand] = step as unknown as Step;
    if (verb === kind.writeVerb) return { kind: 'write', key: textOf(key), value: textOf(operand) };
    if (verb !== 'r') return fault(`a step is "r" or "${kind.writeVerb}", not ${textOf(verb)}`);
    if (!isOk) return { kind: 'read', key: textOf(key), value: undefined };
    const read = kind.readOf(operand);
    if (read === undefined) return fault(`a read is ${kind.expected}, not ${textOf(operand)}`);
    return { kind: 'read', key: textOf(key), value: read };
  });
  return { process, outcome, invoked, completed, operations };
}
