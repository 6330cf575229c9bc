/** What others use of traces. */

export { coreStartOf, raftOptionsOf } from './core-start.ts';
export { encodeEvent, encodeHeader } from './encode.ts';
export type * from './format.ts';
export { traceFormat, traceVersion } from './format.ts';
export { isOfAllNodes, mergeTraces } from './merge.ts';
export { NodeTrace, type NodeTraceOptions } from './node-trace.ts';
export {
  type PlacedEvent,
  type PlacedTrace,
  readPlacedTrace,
  readTrace,
  type Trace,
  withoutPlaces,
} from './read-trace.ts';
export { CoreReplay, isOfNode, ReplayDifference } from './replay.ts';
export { benchTraceName, nodeTracesName, tracesAt } from './run-traces.ts';
export { eventKinds, innerSchema, schema } from './schema.ts';
export { shivizLines, shivizPattern } from './shiviz.ts';
export { summaryOf } from './summary.ts';
export { TraceFault } from './trace-fault.ts';
export { writeTrace } from './write-trace.ts';
export { FileSink, type LineSink, TraceWriter } from './writer.ts';
