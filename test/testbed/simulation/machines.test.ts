/** Somebody's own state machine is simulated, and what is wrong with it is found. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StateMachine } from '../../../src/machine/machine.ts';
import type { Operation } from '../../../src/replica/index.ts';
import {
  drawPlan,
  explainFailure,
  type RunPlan,
  simulate,
  type Violation,
} from '../../../src/testbed/simulator.ts';

interface Deposit {
  readonly account: string;
  readonly amount: number;
}

type Accounts = { readonly [account: string]: number };

/** Balances, and how many deposits there were. */
class Bank implements StateMachine<Deposit, string, number, Accounts> {
  protected balances: Record<string, number> = {};

  apply({ account, amount }: Deposit): number {
    this.balances[account] = (this.balances[account] ?? 0) + amount;
    return this.balances[account];
  }

  query(account: string): number {
    return this.balances[account] ?? 0;
  }

  snapshot(): Accounts {
    return { ...this.balances };
  }

  restore(snapshot: Accounts): void {
    this.balances = { ...snapshot };
  }
}

function askBank(random: () => number): Operation<Deposit, string> {
  const account = random() < 0.5 ? 'anna' : 'ben';
  if (random() < 0.4) return { kind: 'query', query: account };
  return { kind: 'command', command: { account, amount: 1 + Math.floor(random() * 9) } };
}

async function findFault(machine: () => Bank, seeds: number): Promise<Violation | null> {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violation } = await simulate({
      seed,
      machine,
      workload: askBank,
      plan: { faultyMs: 3000, settings: { snapshotEntries: 6 } },
    });
    if (violation !== null) return violation;
  }
  return null;
}

test('a machine without a fault keeps its promises', async () => {
  assert.equal(await findFault(() => new Bank(), 12), null);
});

test('the same seed gives the same run of a machine', async () => {
  const run = () =>
    simulate({ seed: 9, machine: () => new Bank(), workload: askBank, plan: { faultyMs: 1000 } });
  assert.equal((await run()).traceHash, (await run()).traceHash);
});

test('a machine that draws lots is found', async () => {
  let calls = 0;
  class Gambler extends Bank {
    override apply(deposit: Deposit): number {
      // Every node comes to another number.
      return super.apply(deposit) + (++calls % 7 === 0 ? 1 : 0);
    }
  }
  const fault = await findFault(() => new Gambler(), 3);
  assert.equal(fault?.rule, 'the same commands have the same results');
});

test('a machine that forgets something in its snapshots is found', async () => {
  class Forgetful extends Bank {
    override snapshot(): Accounts {
      const { anna = 0 } = this.balances;
      return { anna };
    }
  }
  const fault = await findFault(() => new Forgetful(), 10);
  assert.ok(fault !== null);
});

test('a machine that shares memory with its snapshots is found', async () => {
  class Sharing extends Bank {
    override restore(snapshot: Accounts): void {
      // Adds to what was there, instead of taking its place.
      for (const [account, balance] of Object.entries(snapshot)) {
        this.balances[account] = (this.balances[account] ?? 0) + balance;
      }
    }
  }
  const fault = await findFault(() => new Sharing(), 20);
  assert.equal(fault?.net, 'machine');
});

test('a query that changes something is found', async () => {
  class Nosy extends Bank {
    override query(account: string): number {
      this.balances[account] = super.query(account) + 1;
      return super.query(account);
    }
  }
  const fault = await findFault(() => new Nosy(), 3);
  assert.ok(fault !== null);
});

test('a machine that throws is found, and named', async () => {
  class Fragile extends Bank {
    override apply(deposit: Deposit): number {
      const balance = super.apply(deposit);
      if (balance > 60) throw new RangeError('no account holds so much');
      return balance;
    }
  }
  const fault = await findFault(() => new Fragile(), 3);
  assert.equal(fault?.net, 'node');
  assert.match(fault?.detail ?? '', /no account holds so much/);
});

test('a machine that changes the command that it was given is found', async () => {
  class Careless extends Bank {
    override apply(deposit: Deposit): number {
      Object.assign(deposit, { amount: 0 });
      return super.apply(deposit);
    }
  }
  const fault = await findFault(() => new Careless(), 3);
  assert.match(fault?.detail ?? '', /read only property 'amount'/);
});

test('a run of a machine that fails is made small', async () => {
  class Forgetful extends Bank {
    override snapshot(): Accounts {
      return {};
    }
  }
  const run: RunPlan = (plan, options) =>
    simulate({
      ...options,
      seed: plan.seed,
      plan,
      faults: plan.faults,
      machine: () => new Forgetful(),
      workload: askBank,
    });
  const isFailing = async (seed: number): Promise<boolean> =>
    (await run(drawPlan(seed, { faultyMs: 2000 }))).violation !== null;
  let seed = 1;
  while (!(await isFailing(seed))) seed++;
  const before = drawPlan(seed, { faultyMs: 2000 });
  const { plan, result, script, trace } = await explainFailure(before, run, { maxRuns: 150 });
  assert.doesNotMatch(trace, /\[object/, 'commands can be read');
  assert.equal(script, null, 'the cores did nothing wrong');
  assert.equal(result.violation?.rule, (await run(before)).violation?.rule);
  assert.ok(plan.faultyMs < before.faultyMs || plan.nodes < before.nodes, 'it is smaller');
  assert.deepEqual((await run(plan)).violation, result.violation, 'and can be repeated');
});

test('a machine needs a workload, and snapshots that can be written down', async () => {
  await assert.rejects(
    simulate({ seed: 1, machine: () => new Bank() }),
    /a machine needs a workload/,
  );
  class WithMap extends Bank {
    override snapshot(): Accounts {
      return new Map([['anna', 1]]) as unknown as Accounts;
    }
  }
  const fault = await findFault(() => new WithMap(), 3);
  assert.match(fault?.detail ?? '', /give a snapshotFormat/);
});
