import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Registry } from '../../src/metrics/registry.ts';
import { type RunningServer, type ServeOptions, serveMetrics } from '../../src/metrics/server.ts';

/** A server on a free port, closed when the test ends, and what it logs. */
export async function serve(
  t: TestContext,
  options: Partial<ServeOptions> = {},
): Promise<RunningServer & { readonly logged: readonly string[] }> {
  const logged: string[] = [];
  const server = await serveMetrics({
    registry: new Registry(),
    basePort: 0,
    position: 0,
    log: (line) => logged.push(line),
    ...options,
  });
  assert.ok(server !== null, logged.join('\n'));
  t.after(() => server.close());
  return { ...server, logged };
}
