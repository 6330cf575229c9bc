/**
 * A machine with a bug that no test on one node would show, found by simulation: a cluster on virtual
 * time, under faults that a seed draws, in which every step is checked.
 */

import {
  drawPlan,
  explainFailure,
  type RunPlan,
  type SimulateOptions,
  type StateMachine,
  simulate,
} from 'raftwright/simulator';

interface Stock {
  readonly left: number;
  readonly sold: number;
}

/** Sells tickets, numbered in the order in which they are sold. */
class TicketOffice implements StateMachine<'buy', 'left', number | null, Partial<Stock>> {
  protected stock: Stock = { left: 20, sold: 0 };

  apply(_command: 'buy'): number | null {
    const { left, sold } = this.stock;
    if (left === 0) return null;
    this.stock = { left: left - 1, sold: sold + 1 };
    return this.stock.sold;
  }

  query(_query: 'left'): number {
    return this.stock.left;
  }

  snapshot(): Partial<Stock> {
    return this.stock;
  }

  restore({ left = 0, sold = 0 }: Partial<Stock>): void {
    this.stock = { left, sold };
  }
}

/** The bug: how many were sold is not in the snapshot, so that a number is sold twice. */
class ForgetfulOffice extends TicketOffice {
  override snapshot(): Partial<Stock> {
    return { left: this.stock.left };
  }
}

type Options = SimulateOptions<'buy', 'left', number | null, Partial<Stock>>;

const optionsOf = (machine: () => TicketOffice): Omit<Options, 'seed'> => ({
  machine,
  workload: (random) =>
    random() < 0.3 ? { kind: 'query', query: 'left' } : { kind: 'command', command: 'buy' },
  // Snapshots are taken often, so that what they lack is missed soon.
  plan: { faultyMs: 2000, settings: { snapshotEntries: 4 } },
});

/** The first seed whose run breaks a rule. */
async function search(machine: () => TicketOffice, seeds: number): Promise<number | null> {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violation } = await simulate({ ...optionsOf(machine), seed });
    if (violation === null) continue;
    console.log(`seed ${seed} breaks a rule: ${violation.rule}`);
    return seed;
  }
  return null;
}

const forgetful = () => new ForgetfulOffice();
const seed = await search(forgetful, 50);
if (seed === null) throw new Error('the bug was not found');

const options = optionsOf(forgetful);
const run: RunPlan = (plan, others) =>
  simulate({ ...options, ...others, seed: plan.seed, plan, faults: plan.faults });
const { plan, result, trace } = await explainFailure(drawPlan(seed, options.plan), run);
console.log(`the smallest run that breaks it has ${plan.nodes} node${plan.nodes === 1 ? '' : 's'}`);
console.log(result.violation?.detail);
console.log('the end of its story:');
console.log(trace.trimEnd().split('\n').slice(-8).join('\n'));

const fixed = await search(() => new TicketOffice(), 20);
console.log(`the fixed machine: ${fixed === null ? '20 seeds, and no rule is broken' : 'broken'}`);
