/**
 * Metrics servers of nobody, as a child process: what is done to them costs the machine, and no node
 * of the cluster. It sends their ports.
 */

import { registerNodeMetrics } from '../../src/maelstrom/node-metrics.ts';
import { linKv } from '../../src/maelstrom/workloads/lin-kv.ts';
import { Registry } from '../../src/metrics/registry.ts';
import { serveMetrics } from '../../src/metrics/server.ts';

const ports: number[] = [];
for (let server = 0; server < 3; server++) {
  const registry = new Registry();
  registerNodeMetrics(registry, linKv, '', () => 0);
  const running = await serveMetrics({ registry, basePort: 0, position: 0, log: console.error });
  if (running !== null) ports.push(running.port);
}
process.send?.(ports);
