/** The file that a command writes its trace to. */

import { FileSink, type TraceHeader, TraceWriter } from '../trace/index.ts';
import { UsageError } from './exit-status.ts';

/**
 * Runs what writes a trace, and closes the file when it is over, however it ends.
 *
 * @throws UsageError when the file cannot be opened
 */
export async function writingTo<T>(
  path: string,
  header: TraceHeader,
  run: (writer: TraceWriter) => T | Promise<T>,
): Promise<T> {
  const file = openTrace(path);
  const writer = new TraceWriter(file);
  try {
    writer.writeHeader(header);
    return await run(writer);
  } finally {
    writer.flush();
    file.close();
  }
}

function openTrace(path: string): FileSink {
  try {
    return new FileSink(path);
  } catch (error) {
    throw new UsageError(`the trace cannot be written: ${(error as Error).message}`);
  }
}
