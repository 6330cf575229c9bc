/** Writes a whole trace to a file. */

import type { Trace } from './read-trace.ts';
import { FileSink, TraceWriter } from './writer.ts';

/** @throws Error when the file cannot be written */
export function writeTrace({ header, events }: Trace, path: string): void {
  const file = new FileSink(path);
  try {
    const writer = new TraceWriter(file);
    writer.writeHeader(header);
    for (const event of events) writer.write(event);
    writer.flush();
  } finally {
    file.close();
  }
}
