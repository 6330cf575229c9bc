import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { UsageError } from '../../src/cli/exit-status.ts';
import { writingTo } from '../../src/cli/trace-file.ts';

test('a trace for which the disk has no room is a sentence that names the file', {
  skip: !existsSync('/dev/full') && 'there is no /dev/full',
}, async () => {
  const header = {
    format: 'raftwright-trace',
    version: 1,
    source: 'simulation',
    level: 'full',
    nodes: ['n1'],
    startedAtMs: null,
    about: {},
  } as const;
  await assert.rejects(
    writingTo('/dev/full', header, () => null),
    (error: unknown) => error instanceof UsageError && error.message.includes('/dev/full'),
  );
});
