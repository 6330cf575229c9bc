/** Where runs leave their results. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../process.ts';

test('runs that begin at the same moment in one store do not get into each other’s way', async (t) => {
  const store = mkdtempSync(join(tmpdir(), 'raftwright-runs-'));
  t.after(() => rmSync(store, { recursive: true }));
  const [processes, runs] = [4, 100];
  const begin = `
    import { RunDirectory } from '${new URL('../../src/testbed/run-directory.js', import.meta.url)}';
    for (let run = 0; run < ${runs}; run++) new RunDirectory(${JSON.stringify(store)}, 'echo', new Date());
  `;
  const ended = await Promise.all(
    Array.from({ length: processes }, () =>
      run(process.execPath, ['--input-type=module', '--eval', begin]),
    ),
  );
  for (const { status, stderr } of ended) assert.equal(status, 0, stderr);
  const names = readdirSync(join(store, 'echo')).filter((name) => name !== 'latest');
  assert.equal(names.length, processes * runs);
  assert.ok(names.includes(readlinkSync(join(store, 'echo', 'latest'))));
  assert.deepEqual(readdirSync(store).sort(), ['echo', 'latest'], 'nothing is left over');
});
