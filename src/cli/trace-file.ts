/** The file that a command writes its trace to. */

import { FileSink, type TraceHeader, TraceWriter } from '../trace/index.ts';
import { UsageError } from './exit-status.ts';

/**
 * Runs what writes a trace, and closes the file when it is over, however it ends.
 *
 * @throws UsageError when the file cannot be opened or written
 */
export async function writingTo<T>(
  path: string,
  header: TraceHeader,
  run: (writer: TraceWriter) => T | Promise<T>,
): Promise<T> {
  const file = openTrace(path);
  const writer = new TraceWriter({ write: (lines) => writeTo(file, path, lines) });
  try {
    writer.writeHeader(header);
    return await run(writer);
  } finally {
    try {
      writer.flush();
    } finally {
      file.close();
    }
  }
}

function writeTo(file: FileSink, path: string, lines: string): void {
  try {
    file.write(lines);
  } catch (error) {
    throw new UsageError(`the trace ${path} cannot be written: ${(error as Error).message}`);
  }
}

function openTrace(path: string): FileSink {
  try {
    return new FileSink(path);
  } catch (error) {
    throw new UsageError(`the trace cannot be written: ${(error as Error).message}`);
  }
}
