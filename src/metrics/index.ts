/**
 * Metrics of a process: instruments, the text formats of Prometheus and OpenMetrics, and an HTTP
 * server that shows them with the process's health.
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
