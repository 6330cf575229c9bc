import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Registry } from './registry.ts';

/**
 * Registers the standard families of a process, named as all Prometheus clients name them ("Writing
 * client libraries: Process metrics"). What the system does not tell is left out.
 *
 * @param procPath where Linux describes this process.
 */
export function registerProcessFamilies(registry: Registry, procPath = '/proc/self'): void {
  registry.collectCounter(
    {
      name: 'process_cpu_seconds_total',
      help: 'CPU time spent in user and system mode, in seconds.',
      unit: 'seconds',
    },
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  );
  registry.collectGauge(
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory size, in bytes.',
      unit: 'bytes',
    },
    () => process.memoryUsage.rss(),
  );
  registry.collectGauge(
    {
      name: 'process_start_time_seconds',
      help: 'When the process started, in seconds since the Unix epoch.',
      unit: 'seconds',
    },
    () => performance.timeOrigin / 1e3,
  );
  registry.collectGauge(
    { name: 'process_open_fds', help: 'Number of open file descriptors.' },
    () => countOpenFiles(procPath),
  );
  registry.collectGauge(
    { name: 'process_max_fds', help: 'Most file descriptors that the process may have open.' },
    () => readOpenFilesLimit(procPath),
  );
}

function countOpenFiles(procPath: string): number | undefined {
  try {
    return readdirSync(`${procPath}/fd`).length - 1; // the directory itself was open while it was read
  } catch {
    return undefined;
  }
}

/**
 * The soft limit, which is the one that is enforced; undefined when there is none ("unlimited").
 */
function readOpenFilesLimit(procPath: string): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync(`${procPath}/limits`, 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
