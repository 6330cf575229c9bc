/** What clients asked, and how it ended. */

import type { ClientEvent } from '../../trace/format.ts';
import { encodeBounded } from './columns.ts';
import { type OperationColumns, type Outcome, outcomes } from './format.ts';
import type { Keeper, Kept } from './keeper.ts';
import type { Values } from './values.ts';

type Invoke = Extract<ClientEvent, { readonly kind: 'invoke' }>;
type Complete = Extract<ClientEvent, { readonly kind: 'complete' }>;

export interface Operation extends Kept {
  readonly invoke: Invoke;
  readonly invokedUs: number;
  readonly node: number;
  completedUs: number | null;
  complete: Complete | null;
}

export class Operations {
  readonly #keeper: Keeper<Operation>;
  readonly #open = new Map<number, Operation>();

  constructor(keeper: Keeper<Operation>) {
    this.#keeper = keeper;
  }

  invoke(atUs: number, node: number, invoke: Invoke): void {
    const { operation } = invoke;
    const forget = () => void this.#open.delete(operation);
    const opened = { invoke, invokedUs: atUs, node, completedUs: null, complete: null, forget };
    this.#open.set(operation, opened);
    this.#keeper.keep(atUs, opened);
  }

  complete(atUs: number, complete: Complete): void {
    const operation = this.#open.get(complete.operation);
    if (operation === undefined) return;
    operation.completedUs = atUs;
    operation.complete = complete;
    this.#open.delete(complete.operation);
    if (complete.type === 'info') this.#keeper.mark(operation.invokedUs, 1);
  }
}

export function encodeOperations(
  operations: readonly Operation[],
  endUs: number,
  values: Values,
): OperationColumns {
  const sorted = [...operations].sort((a, b) => a.invokedUs - b.invokedUs);
  const column = (of: (operation: Operation) => number) => encodeBounded(sorted.map(of));
  const outcomeOf = ({ complete }: Operation): Outcome => complete?.type ?? 'open';
  return {
    count: sorted.length,
    id: column(({ invoke }) => invoke.operation),
    invokedUs: column(({ invokedUs }) => invokedUs),
    durationUs: column(({ invokedUs, completedUs }) => (completedUs ?? endUs) - invokedUs),
    node: column(({ node }) => node),
    outcome: column((operation) => outcomes.indexOf(outcomeOf(operation))),
    client: column(({ invoke }) => values.add(invoke.client)),
    f: column(({ invoke }) => values.add(invoke.final === true ? `${invoke.f} (final)` : invoke.f)),
    key: column(({ invoke }) => values.add(invoke.key)),
    value: column(({ invoke }) => values.add(invoke.value)),
    result: column(({ complete }) => values.add(complete?.value ?? null)),
    error: column(({ complete }) => values.add(complete?.error ?? null)),
  };
}
