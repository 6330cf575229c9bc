/** Where a node keeps its data, and the store there. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WalObserver } from '../instruments/wal.ts';
import type { SessionCommand } from '../machine/session-command.ts';
import type { MaelstromNode } from '../maelstrom/node.ts';
import { workloadLogFormat } from '../maelstrom/serve-workload.ts';
import { type Clock, realClock } from '../replica/index.ts';
import type { Disk } from '../storage/disk.ts';
import { FileStore } from '../storage/file-store.ts';
import { nodeDisk } from '../storage/node-disk.ts';
import { StoreRefusal } from '../storage/refusal.ts';

/** What a node is told about the run of which it is a part. */
export interface Surroundings {
  readonly env: { readonly [name: string]: string | undefined };
  /** The process that has started this one. */
  readonly parentPid: number;
}

/**
 * The test run of which a node is a part; empty for none. A run names itself in RAFTWRIGHT_RUN;
 * Maelstrom does not, and is known by its process, a Java virtual machine that lives as long as the
 * run.
 */
export function runOf({ env, parentPid }: Surroundings): string {
  return env['RAFTWRIGHT_RUN'] ?? javaRun(parentPid) ?? '';
}

/**
 * Where a node's data is: in `base`, by its name; and in a test run, of which there may be many with
 * one `base`, by the run before that.
 */
export function dataDirectory(base: string, node: string, surroundings: Surroundings): string {
  const run = runOf(surroundings);
  return run === '' ? join(base, fileName(node)) : join(base, fileName(run), fileName(node));
}

/** A name that stays in its directory, whatever it contains; different for different names. */
export function fileName(name: string): string {
  return encodeURIComponent(name).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));
}

/** The parent's id and the moment of its start, if it is a Java virtual machine. */
function javaRun(parentPid: number): string | null {
  try {
    const status = readFileSync(`/proc/${parentPid}/stat`, 'latin1');
    const nameEnd = status.lastIndexOf(')');
    if (status.slice(status.indexOf('(') + 1, nameEnd) !== 'java') return null;
    const started = status.slice(nameEnd + 2).split(' ')[19];
    return `maelstrom-${parentPid}-${started}`;
  } catch {
    return null;
  }
}

/** Of a workload, what its files depend on. */
interface StoredWorkload<Command> {
  readonly name: string;
  readonly machine: { parseCommand(value: unknown): Command };
}

/**
 * Tells a cluster from others, and from those that have other machines: what one has logged the
 * next must not take for its own. lin-kv, which was the first, goes without saying.
 */
function clusterName(nodeIds: readonly string[], machine: string): string {
  const nodes = [...nodeIds].sort().join(' ');
  return machine === 'lin-kv' ? nodes : `${nodes}, machine ${machine}`;
}

/** A node's store in its directory. What it has to say goes to `log`. */
export function nodeFileStore<Command>(
  node: MaelstromNode,
  { name, machine }: StoredWorkload<Command>,
  path: string,
  observer: WalObserver,
  log: (line: string) => void,
): FileStore<SessionCommand<Command>> {
  log(`data in ${path}`);
  const store = new FileStore({
    disk: patiently(nodeDisk(path, observer), realClock),
    node: node.id,
    cluster: clusterName(node.nodeIds, name),
    format: workloadLogFormat(machine),
    onRepair: (repair) => {
      observer.onRepair?.(repair);
      const { file, offset, bytes } = repair;
      log(`${file}: a write that a crash had cut off was removed: ${bytes} bytes at ${offset}`);
    },
  });
  observer.onOpen?.(() => store.logUsage);
  return store;
}

const patienceMs = 3000;
const retryMs = 50;

/** A process that was killed a moment ago may still be about to go, and hold its directory. */
function patiently(disk: Disk, clock: Clock): Disk {
  const acquire = async (): Promise<void> => {
    const deadlineMs = clock.now() + patienceMs;
    for (;;) {
      try {
        return await disk.acquire();
      } catch (error) {
        const mayEnd = error instanceof StoreRefusal && error.problem === 'inUse';
        if (!mayEnd || clock.now() > deadlineMs) throw error;
      }
      await new Promise<void>((resolve) => {
        clock.after(retryMs, resolve);
      });
    }
  };
  return { ...disk, acquire };
}
