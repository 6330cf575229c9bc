/** What others use of traces. */

export { coreStartOf, raftOptionsOf } from './core-start.ts';
export { encodeEvent, encodeHeader } from './encode.ts';
export type * from './format.ts';
export { traceFormat, traceVersion } from './format.ts';
export {
  type PlacedEvent,
  type PlacedTrace,
  readPlacedTrace,
  readTrace,
  type Trace,
} from './read-trace.ts';
export { summaryOf } from './summary.ts';
export { TraceFault } from './trace-fault.ts';
export { FileSink, type LineSink, TraceWriter } from './writer.ts';
