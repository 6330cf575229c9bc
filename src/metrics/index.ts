/**
 * Metrics of a process: instruments, the text formats of Prometheus and OpenMetrics, and an HTTP
 * server that shows them with the process's health.
 *
 * ```ts
 * import { Registry, registerProcessFamilies, serveMetrics } from 'raftwright/metrics';
 *
 * const registry = new Registry();
 * registerProcessFamilies(registry);
 * const requests = registry.counter({
 *   name: 'my_requests_total',
 *   help: 'Requests so far, by how they ended.',
 *   labels: ['outcome'],
 * });
 * requests.labels('ok').inc();
 * await serveMetrics({ registry, basePort: 9500, position: 0, log: console.error });
 * ```
 */

export type { Counter } from './counter.ts';
export type {
  Buckets,
  Definition,
  LabelledDefinition,
  LabelNames,
  LabelValues,
} from './definition.ts';
export type {
  CollectedFamily,
  Encoding,
  Exemplar,
  Family,
  FamilyType,
  HistogramFamily,
  HistogramSample,
  Sample,
  ScalarFamily,
} from './family.ts';
export { contentTypeOf } from './family.ts';
export type { Gauge } from './gauge.ts';
export type { HealthCheck, HealthResult } from './health.ts';
export { exponentialBuckets, type Histogram } from './histogram.ts';
export type { Labelled } from './labelled.ts';
export { registerNodejsFamilies } from './nodejs-families.ts';
export { openMetricsFormat } from './openmetrics-format.ts';
export { registerProcessFamilies } from './process-families.ts';
export { type ReadSamples, type ReadValue, Registry, type RegistryOptions } from './registry.ts';
export {
  type RunningServer,
  type ServeOptions,
  type ServerLimits,
  serveMetrics,
} from './server.ts';
export { textFormat } from './text-format.ts';
