/**
 * The part of the core's benchmark that is measured in a process of its own, so that neither heap
 * nor compiled code is anybody else's. Arguments: `core`, `bound` or `allocations`; the window.
 * Started by itself, to be profiled, it prints what it finds.
 */

import { Session } from 'node:inspector';
import { asLogIndex, asTerm, defaultSettings, type Entry } from '../../src/raft/index.ts';
import { createCoreCluster } from './core-cluster.ts';

/** Commands a second: of processor time, of all threads together; and by the clock. */
export interface Rate {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

/** What one command costs in allocations: of the core and its driver, on all three nodes. */
export interface Allocations {
  readonly objects: number;
  readonly bytes: number;
}

const warmUpCpuMs = 3000;
const measuredCpuMs = 2000;
const countedCommands = 64 * 1024;

/** Three logs that are arrays and nothing else; each gets the same entry, and is cut as the core's. */
function createBareLogs(): (window: number) => void {
  const { snapshotEntries, trailingEntries } = defaultSettings;
  const logs: Entry<Uint8Array>[][] = [[], [], []];
  const command = new Uint8Array(8);
  let index = 0;
  return (window) => {
    for (let i = 0; i < window; i++) {
      index++;
      const entry: Entry<Uint8Array> = {
        kind: 'command',
        index: asLogIndex(index),
        term: asTerm(1),
        command,
        bytes: 8,
      };
      for (const log of logs) log.push(entry);
    }
    for (const log of logs) {
      if (log.length >= snapshotEntries + trailingEntries) log.splice(0, snapshotEntries);
    }
  };
}

/** Goes on for so long; what a garbage collector's threads do counts as well. */
function rateOf(replicate: (window: number) => void, window: number, cpuMs: number): Rate {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  let commands = 0;
  let usedMs = 0;
  while (usedMs < cpuMs) {
    for (let i = 0; i < 4096; i += window) replicate(window);
    commands += 4096;
    const { user, system } = process.cpuUsage(startCpu);
    usedMs = (user + system) / 1000;
  }
  return {
    perCpuSecond: (1000 * commands) / usedMs,
    perSecond: (1000 * commands) / (performance.now() - startMs),
  };
}

/** Lets V8 count every allocation. */
function allocationsOf(replicate: (window: number) => void, window: number): Allocations {
  const session = new Session();
  session.connect();
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ params }) => chunks.push(params.chunk));
  session.post('HeapProfiler.startTrackingHeapObjects', { trackAllocations: true });
  for (let i = 0; i < countedCommands; i += window) replicate(window);
  session.post('HeapProfiler.stopTrackingHeapObjects');
  session.disconnect();
  const { objects, bytes } = sumOf(JSON.parse(chunks.join('')) as Trace);
  return { objects: objects / countedCommands, bytes: bytes / countedCommands };
}

/** The part of a heap snapshot that says which calls have allocated. */
interface Trace {
  /** Six items for each function; the third is the number of its script's name. */
  readonly trace_function_infos: readonly number[];
  /** Five items for each call: id, function, objects, their bytes, and the calls within it. */
  readonly trace_tree: readonly unknown[];
  readonly strings: readonly string[];
}

/** All but what the inspector itself has allocated. */
function sumOf(trace: Trace, tree: readonly unknown[] = trace.trace_tree): Allocations {
  let objects = 0;
  let bytes = 0;
  for (let at = 0; at < tree.length; at += 5) {
    const script = trace.trace_function_infos[6 * Number(tree[at + 1]) + 2] ?? 0;
    if (trace.strings[script] === 'node:inspector') continue;
    const within = sumOf(trace, tree[at + 4] as readonly unknown[]);
    objects += Number(tree[at + 2]) + within.objects;
    bytes += Number(tree[at + 3]) + within.bytes;
  }
  return { objects, bytes };
}

const [what, window] = [process.argv[2], Number(process.argv[3])];
const replicate = what === 'bound' ? createBareLogs() : createCoreCluster().replicate;
rateOf(replicate, window, warmUpCpuMs);
const found =
  what === 'allocations'
    ? allocationsOf(replicate, window)
    : rateOf(replicate, window, measuredCpuMs);
if (process.send === undefined) process.stdout.write(`${JSON.stringify(found)}\n`);
else process.send(found, () => process.disconnect());
