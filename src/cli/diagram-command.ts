/** `raftwright diagram`: a run as a picture of messages in space and time. */

import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { renderDiagram } from '../pages/diagram.ts';
import {
  mergeTraces,
  readPlacedTrace,
  TraceFault,
  tracesAt,
  withoutPlaces,
} from '../trace/index.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { parseFlags } from './flags.ts';

export const diagramHelp = `Usage: raftwright diagram FILE... [--output FILE] [--title TEXT]

Draws a run as one HTML page: time runs to the right, each node has a lane, each message is an
arrow. FILE is a trace, as simulate, scenario, test and nodes write it; several, one of the network
and one of each node, become one picture. docs/diagram.md says how to read it.

      --output FILE    where the page is written; default: diagram.html
      --title TEXT     what stands above it; default: the name of the first file

Exit status: 0 written, 254 a file cannot be read or is no trace.
`;

export function diagramCommand(args: readonly string[]): number {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      output: { type: 'string', short: 'o', default: 'diagram.html' },
      title: { type: 'string' },
    },
  });
  if (values.help) {
    process.stdout.write(diagramHelp);
    return exitStatus.valid;
  }
  const [first, ...more] = positionals;
  if (first === undefined) {
    throw new UsageError('diagram takes traces; see raftwright diagram --help');
  }
  const page = render([first, ...more], values.title ?? nameOf(first));
  write(values.output, page);
  const megabytes = (Buffer.byteLength(page) / 1e6).toFixed(1);
  process.stdout.write(`${values.output}: ${megabytes} MB\n`);
  return exitStatus.valid;
}

/** The directory of a run is often named by a link. */
function nameOf(path: string): string {
  return basename(existsSync(path) ? realpathSync(path) : path);
}

function render(files: readonly string[], title: string): string {
  try {
    const paths = files.flatMap(tracesAt);
    const { header, events } = withoutPlaces(mergeTraces(paths.map(readPlacedTrace)));
    return renderDiagram({ title, header, events, links: [] });
  } catch (error) {
    if (error instanceof TraceFault) throw new UsageError(error.message);
    throw unreadable(error);
  }
}

function write(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
  }
}

/** Errors of the file system become sentences; all others are ours. */
function unreadable(error: unknown): unknown {
  const isFileError = error instanceof Error && 'syscall' in error;
  return isFileError ? new UsageError(`cannot read: ${error.message}`) : error;
}
