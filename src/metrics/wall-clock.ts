import { performance } from 'node:perf_hooks';

const originMs = performance.timeOrigin;

/** The time of day, in seconds since the Unix epoch; never goes back. */
export function wallSeconds(): number {
  return (originMs + performance.now()) / 1e3;
}
