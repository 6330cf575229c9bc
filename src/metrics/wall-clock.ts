import { performance } from 'node:perf_hooks';

/** The time of day, in seconds since the Unix epoch; never goes back. */
export function wallSeconds(): number {
  return (performance.timeOrigin + performance.now()) / 1e3;
}
