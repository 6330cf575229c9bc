/** Clients' operations as a trace has them: numbered, with the client and the node that it asks. */

import type { Happening } from '../trace/format.ts';
import type { Recorder } from './load.ts';
import type { NumberedOperation, OperationEnding } from './simulation/numbered-operation.ts';
import type { Ending } from './workload.ts';

/** An operation in the trace's words. */
export interface TracedOperation {
  readonly f: string;
  readonly key: unknown;
  readonly value: unknown;
  readonly final?: true;
}

export interface ClientTraceOptions {
  readonly nodes: readonly string[];
  readonly concurrency: number;
  readonly emit: (event: Happening) => void;
}

export class ClientTrace<Operation, Completion extends Ending>
  implements Recorder<Operation, Completion>
{
  readonly #options: ClientTraceOptions;
  /** The open operation of each process. */
  readonly #open = new Map<number, number>();
  #count = 0;

  constructor(options: ClientTraceOptions) {
    this.#options = options;
  }

  invoke(_timeMs: number, process: number, asked: Operation): void {
    const { nodes, concurrency, emit } = this.#options;
    const operation = this.#count++;
    this.#open.set(process, operation);
    // The same client goes on as another process when it does not know how an operation ended.
    const number = process % concurrency;
    const client = `c${nodes.length + number}`;
    const node = nodes[number % nodes.length] ?? '';
    emit({ kind: 'invoke', operation, client, node, ...describeOperation(asked) });
  }

  complete(_timeMs: number, process: number, asked: Operation, completion: Completion): void {
    const operation = this.#open.get(process);
    if (operation === undefined) return;
    this.#open.delete(process);
    const { type } = completion;
    const value = outcomeOf(asked, completion);
    const error = type === 'ok' ? null : errorOf(completion);
    this.#options.emit({ kind: 'complete', operation, type, value, error });
  }
}

/** An operation of a workload of the bench, or of a machine of somebody's own. */
function describeOperation(asked: unknown): TracedOperation {
  const told = asked as TracedOperation | NumberedOperation<unknown, unknown>;
  if ('f' in told) {
    const { f, key, value, final } = told;
    return final === undefined ? { f, key, value } : { f, key, value, final };
  }
  const { operation } = told;
  const isQuery = operation.kind === 'query';
  return { f: operation.kind, key: null, value: isQuery ? operation.query : operation.command };
}

/** What an operation has led to, or, where that is nothing, what it asked for. */
export function outcomeOf(asked: unknown, completion: object): unknown {
  if ('value' in completion) return completion.value;
  if ('outcome' in completion) {
    const { outcome } = completion as OperationEnding<unknown>;
    if (outcome?.kind === 'done') return outcome.result;
  }
  return describeOperation(asked).value;
}

function errorOf(completion: object): unknown {
  if ('error' in completion) return completion.error;
  return 'outcome' in completion ? completion.outcome : null;
}
