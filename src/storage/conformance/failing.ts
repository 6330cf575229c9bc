/** Rules of a store whose medium fails. */

import { type StoreRule, storeRule } from './rule.ts';
import { command, commands, hardState, metaAt, text } from './samples.ts';
import { assertThat, type StoreHarness, type Trial } from './trial.ts';

/** A harness that can make the medium fail. */
export interface FailingStoreHarness extends StoreHarness {
  /** From now on, and until the next `open`, nothing can be made durable: each try fails. */
  fail(): void;
  /** After `fail`: what is tried from now on would work. */
  recover(): void;
}

async function assertFails(outcome: Promise<void>, what: string): Promise<void> {
  const failed = await outcome.then(
    () => false,
    () => true,
  );
  assertThat(failed, () => `${what} was reported as durable`);
}

async function assertAllFail(trial: Trial<FailingStoreHarness>): Promise<void> {
  const failures = [
    trial.queue({ entries: [command(6)] }),
    trial.queue({ hardState: hardState(2, 'n2') }),
    trial.queue({ entries: commands(7, 9) }),
  ];
  for (const failure of failures) await assertFails(failure, 'a write that failed');
}

export const failingRules: readonly StoreRule<FailingStoreHarness>[] = [
  storeRule(
    'a write that fails is not reported as durable, and what was is kept',
    async (trial) => {
      await trial.write({ hardState: hardState(1, 'n1'), entries: commands(1, 5) });
      trial.harness.fail();
      await assertAllFail(trial);
      await trial.reopen();
      await trial.write({ entries: [command(trial.reported.lastIndex + 1, 3)] });
      await trial.reopen();
    },
  ),

  storeRule('after a failure every later write fails, though it could be done', async (trial) => {
    await trial.write({ hardState: hardState(1, 'n1'), entries: commands(1, 5) });
    trial.harness.fail();
    await assertFails(trial.queue({ entries: [command(6)] }), 'a write that failed');
    trial.harness.recover();
    await assertFails(trial.queue({ entries: [command(7)] }), 'a write after a failed one');
    await assertFails(trial.queue({}), 'a barrier after a failed write');
    await trial.reopen();
  }),

  storeRule('a snapshot that cannot be saved leaves the one before it', async (trial) => {
    await trial.write({ entries: commands(1, 9) });
    await trial.save(metaAt(4), text('before'));
    trial.harness.fail();
    await assertFails(trial.queueSave(metaAt(8), text('after')), 'a snapshot that failed');
    await trial.assertRead([4, 0, 10], text('before'));
    await trial.reopen();
  }),
];
