/**
 * What a node writes down of itself, in a file of its own.
 *
 * Whatever its core hands over is in the file before anything of it is carried out: so when the
 * process is killed, the file has all that anybody else can have seen of it. What the core has taken
 * in since then is written when the event loop has come round.
 */

import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import type { Effect, Input, RaftOptions, RaftView, RoleChange } from '../raft/index.ts';
import { coreStartOf } from './core-start.ts';
import { decodeHeader } from './decode.ts';
import {
  type Happening,
  type TraceHeader,
  type TraceLevel,
  traceFormat,
  traceVersion,
} from './format.ts';
import { summaryOf } from './summary.ts';
import { TraceFault } from './trace-fault.ts';
import { TraceWriter, writeAll } from './writer.ts';

export interface NodeTraceOptions {
  readonly path: string;
  readonly level: TraceLevel;
  readonly node: string;
  readonly nodes: readonly string[];
  /**
   * Names the run of which this life of the node is a part: what the file holds of this run, at
   * this level, is continued; anything else is replaced.
   */
  readonly run: string;
  /** Milliseconds since 1970, with a fraction; the same for all nodes of a machine. */
  readonly nowMs: () => number;
  /** Calls `action` when the event loop has come round. */
  readonly later: (action: () => void) => void;
  /** The file cannot be written any more; nothing is written from now on. */
  readonly onFailed: (reason: string) => void;
}

export class NodeTrace {
  readonly #options: NodeTraceOptions;
  readonly #file: number;
  readonly #writer: TraceWriter;
  readonly #startedAtMs: number;
  #isIdle = false;
  #isFlushDue = false;
  #isOff = false;

  /** @throws Error when the file cannot be opened, or is there already and no trace */
  constructor(options: NodeTraceOptions) {
    this.#options = options;
    const { path, level, node, nodes, run } = options;
    const opened = openForRun(
      path,
      (header) => header.about['run'] === run && header.level === level,
    );
    this.#file = opened.file;
    this.#writer = new TraceWriter({ write: (lines) => this.#put(lines) });
    this.#startedAtMs = opened.header?.startedAtMs ?? options.nowMs();
    if (opened.header !== null) return;
    this.#writer.writeHeader({
      format: traceFormat,
      version: traceVersion,
      source: 'node',
      level,
      nodes,
      startedAtMs: this.#startedAtMs,
      about: { node, run },
    });
  }

  get #isFull(): boolean {
    return this.#options.level === 'full';
  }

  readonly onLoaded = (
    view: RaftView,
    {
      options,
      headStartTicks,
    }: { readonly options: RaftOptions<unknown>; readonly headStartTicks: number },
  ): void => {
    const core = this.#isFull ? coreStartOf(options, headStartTicks) : null;
    this.#write({ kind: 'start', node: this.#options.node, state: summaryOf(view), core });
    this.flush();
  };

  /** At the full level. */
  readonly onStep = (input: Input<unknown>, view: RaftView): void => {
    const step = { kind: 'step', node: this.#options.node, input, state: summaryOf(view) } as const;
    this.#write(this.#isIdle ? { ...step, afterIdle: true } : step);
    this.#isIdle = false;
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#options.later(() => {
      this.#isFlushDue = false;
      this.flush();
    });
  };

  /** At the full level. */
  readonly onDrain = (effects: readonly Effect<unknown>[]): void => {
    this.#write({ kind: 'drain', node: this.#options.node, effects });
    this.flush();
  };

  /** At the full level. */
  readonly onIdle = (): void => {
    this.#isIdle = true;
  };

  /** At the level of roles; at the full one a drain says so. */
  readonly onRoleChange = ({ role, term, leader, reason }: RoleChange): void => {
    this.#write({ kind: 'role', node: this.#options.node, role, term, leader, reason });
    this.flush();
  };

  readonly onHalted = (reason: string, input: Input<unknown> | null): void => {
    this.#write({ kind: 'halt', node: this.#options.node, reason, input });
    this.flush();
  };

  /** What was collected is in the hands of the operating system now. */
  flush(): void {
    this.#writer.flush();
  }

  #write(event: Happening): void {
    if (this.#isOff) return;
    try {
      this.#writer.write({ timeMs: this.#options.nowMs() - this.#startedAtMs, ...event });
    } catch (error) {
      // A log may be too long to be put into a line.
      this.#fail(error as Error);
    }
  }

  #put(lines: string): void {
    if (this.#isOff) return;
    try {
      writeAll(this.#file, lines);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail({ message }: Error): void {
    if (this.#isOff) return;
    this.#isOff = true;
    closeSync(this.#file);
    this.#options.onFailed(message);
  }
}

interface Opened {
  readonly file: number;
  /** Of the trace that is continued; null for a new one. */
  readonly header: TraceHeader | null;
}

/** Whoever reads the first line of a file that is none must not read all of it. */
const maxHeaderBytes = 1024 * 1024;

function openForRun(path: string, isOfRun: (header: TraceHeader) => boolean): Opened {
  // Reads anywhere, writes at the end only.
  const file = openSync(path, 'a+');
  try {
    const header = headerOf(path, file);
    const isContinued = header !== null && isOfRun(header);
    if (isContinued) cutAfterLastLine(file);
    else ftruncateSync(file, 0);
    return { file, header: isContinued ? header : null };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Null for an empty file. */
function headerOf(path: string, file: number): TraceHeader | null {
  const start = Buffer.alloc(maxHeaderBytes);
  const length = readSync(file, start, 0, maxHeaderBytes, 0);
  if (length === 0) return null;
  const end = start.subarray(0, length).indexOf('\n');
  try {
    return decodeHeader(start.toString('utf8', 0, end < 0 ? length : end));
  } catch (error) {
    if (!(error instanceof TraceFault)) throw error;
    throw new Error(`${path} is there already, and is ${error.message}`);
  }
}

/** A kill may have cut the last line short. */
function cutAfterLastLine(file: number): void {
  const piece = Buffer.alloc(64 * 1024);
  let end = fstatSync(file).size;
  for (;;) {
    const from = Math.max(0, end - piece.length);
    const length = readSync(file, piece, 0, end - from, from);
    const at = piece.subarray(0, length).lastIndexOf('\n');
    if (at >= 0 || from === 0) return ftruncateSync(file, from + at + 1);
    end = from;
  }
}
