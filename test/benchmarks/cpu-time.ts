/** What a process has used of the processors. */

import { readFileSync } from 'node:fs';

/**
 * Milliseconds of all threads of a process since its start, in steps of 10. NaN where there is no
 * /proc/PID/stat, which is to say anywhere but on Linux.
 */
export function cpuMsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return Number.NaN;
  }
}
