import { registerEventLoopLag } from './event-loop-lag.ts';
import { registerGarbageCollection } from './garbage-collection.ts';
import type { Registry } from './registry.ts';

/**
 * Registers the families of the JavaScript engine and its event loop, named as prom-client names
 * them, and starts what measures them. None of it keeps the process alive.
 */
export function registerNodejsFamilies(registry: Registry): void {
  registerVersion(registry);
  registry.collectGauge(
    {
      name: 'nodejs_heap_size_used_bytes',
      help: 'Memory in use on the JavaScript heap, in bytes.',
      unit: 'bytes',
    },
    () => process.memoryUsage().heapUsed,
  );
  registerEventLoopLag(registry);
  registerGarbageCollection(registry);
}

function registerVersion(registry: Registry): void {
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  registry
    .gauge({
      name: 'nodejs_version_info',
      help: 'Version of Node.js, as labels; the value is always 1.',
      labels: ['version', 'major', 'minor', 'patch'],
    })
    .labels(process.version, major, minor, patch)
    .set(1);
}
