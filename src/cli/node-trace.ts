/** The trace of a lin-kv node: which file, and who is told what. */

import { dirname, extname, join } from 'node:path';
import type { MaelstromNode } from '../maelstrom/node.ts';
import type { WorkloadObserver } from '../maelstrom/serve-workload.ts';
import { joinObservers, type Observer, realClock } from '../replica/index.ts';
import { makeDirectories } from '../storage/make-directories.ts';
import { NodeTrace, type TraceLevel } from '../trace/index.ts';
import { fileName, runOf } from './data-directory.ts';

/** What a node is to write down, and where; null for nothing. */
export interface TraceWish {
  /** The nodes of a cluster share it: see traceFile. */
  readonly path: string;
  readonly level: TraceLevel;
}

/**
 * The node's own file. All nodes of Maelstrom share one command line and one directory, so its name
 * goes before the extension: `trace.jsonl` is `trace.n1.jsonl`, and `traces/` is `traces/n1.jsonl`.
 */
export function traceFile(path: string, node: string): string {
  const name = fileName(node);
  if (path.endsWith('/')) return join(path, `${name}.jsonl`);
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${name}${extension}`;
}

/** Tells `observer` what happens, and writes it down. What cannot be written is said in a log. */
export function withTrace<Machine>(
  node: MaelstromNode,
  wish: TraceWish,
  observer: WorkloadObserver<Machine>,
  log: (line: string) => void,
): WorkloadObserver<Machine> {
  // Only when the node knows its name.
  let trace: NodeTrace | null | undefined;
  const opened = (): NodeTrace | null => {
    if (trace === undefined) trace = open(node, wish, log);
    return trace;
  };
  const always: Observer = {
    onLoaded: (core, beginning) => opened()?.onLoaded(core, beginning),
    onHalted: (reason, during) => opened()?.onHalted(reason, during),
  };
  // Nothing is called in each step of a node that writes down its roles alone.
  const tracing: Observer =
    wish.level === 'roles'
      ? { ...always, onRoleChange: (change) => opened()?.onRoleChange(change) }
      : {
          ...always,
          onStep: (input, core) => opened()?.onStep(input, core),
          onDrain: (effects) => opened()?.onDrain(effects),
          onIdle: () => opened()?.onIdle(),
        };
  return { ...observer, ...joinObservers(observer, tracing) };
}

function open(
  node: MaelstromNode,
  { path, level }: TraceWish,
  log: (line: string) => void,
): NodeTrace | null {
  const file = traceFile(path, node.id);
  const onFailed = (reason: string): void => log(`${file} cannot be written, no trace: ${reason}`);
  try {
    makeDirectories(dirname(file));
    const trace = new NodeTrace({
      path: file,
      level,
      node: node.id,
      nodes: node.nodeIds,
      run: runOf({ env: process.env, parentPid: process.ppid }),
      nowMs: () => performance.timeOrigin + realClock.now(),
      later: setImmediate,
      onFailed,
    });
    process.once('exit', () => trace.flush());
    return trace;
  } catch (error) {
    onFailed((error as Error).message);
    return null;
  }
}
