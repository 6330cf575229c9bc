import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { connectTo, readToEnd } from './raw-http.ts';

/**
 * A process that serves all families, prints its port, and has nothing to do once its stdin ends.
 */
const program = `
  import { registerNodejsFamilies } from '${import.meta.resolve('../../src/metrics/nodejs-families.js')}';
  import { registerProcessFamilies } from '${import.meta.resolve('../../src/metrics/process-families.js')}';
  import { Registry } from '${import.meta.resolve('../../src/metrics/registry.js')}';
  import { serveMetrics } from '${import.meta.resolve('../../src/metrics/server.js')}';
  process.stdin.resume();
  const registry = new Registry();
  registerProcessFamilies(registry);
  registerNodejsFamilies(registry);
  const server = await serveMetrics({ registry, basePort: 0, position: 0, log: console.error });
  console.log(server.port);
`;

const timeout = 10_000; // milliseconds; a process that does not end would otherwise hang the tests

test('a process that serves metrics ends when its own work does, whoever is connected', {
  timeout,
}, async (t) => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line);

  const silent = await connectTo(port);
  const halfway = await connectTo(port);
  halfway.write('GET /metrics HTTP/1.1\r\n');
  const keptAlive = await connectTo(port);
  keptAlive.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(keptAlive, 'readable');

  child.stdin.end();
  const cut = Promise.all([silent, halfway, keptAlive].map(readToEnd));
  const before = performance.now();
  assert.deepEqual(await exited, [0, null]);
  assert.ok(performance.now() - before < 2_000, 'long before any time-out of the server');
  await cut;
});
