import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/cli/exit-status.ts';
import { demandStore } from '../../src/cli/store-directory.ts';

test('a store that cannot be a directory is refused before the run, by the name of its flag', () => {
  assert.throws(
    () => demandStore(process.execPath),
    (error: unknown) => error instanceof UsageError && error.message.startsWith('--store'),
  );
});
