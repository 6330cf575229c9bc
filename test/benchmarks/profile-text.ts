/** Where the time goes, from a .cpuprofile: by area of the source, by file and by function. */

import type { Profiler } from 'node:inspector';
import { figure, table } from './benchmark.ts';

/** Shares below this are left out, in percent. */
const leastShare = 0.5;

const mostFunctions = 25;

/** Tables of self time, in percent of the time that the process was not idle. */
export function profileText(profile: Profiler.Profile): string {
  const selfUs = selfTimes(profile);
  const total = sum(selfUs.values());
  const idle = sum(
    profile.nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(timeOf),
  );
  function timeOf({ id }: Profiler.ProfileNode): number {
    return selfUs.get(id) ?? 0;
  }
  const busy = total - idle;
  const shares = (nameOf: (frame: Frame) => string | null, most = Number.POSITIVE_INFINITY) => {
    const byName = new Map<string, number>();
    for (const node of profile.nodes) {
      const name = nameOf(node.callFrame);
      if (name !== null) byName.set(name, (byName.get(name) ?? 0) + timeOf(node));
    }
    return [...byName]
      .map(([name, us]) => [name, (100 * us) / busy] as const)
      .filter(([, share]) => share >= leastShare)
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([name, share]) => [name, figure(share, 1)]);
  };
  const busyShare = figure((100 * busy) / total, 0);
  return `busy ${busyShare} % of ${figure(total / 1e6, 1)} s

${table([['area', '% of busy time'], ...shares(areaOf)])}

${table([['file', '%'], ...shares(fileOf)])}

${table([['function', '%'], ...shares(functionOf, mostFunctions)])}
`;
}

type Frame = Profiler.ProfileNode['callFrame'];

function selfTimes({ samples = [], timeDeltas = [] }: Profiler.Profile): Map<number, number> {
  const selfUs = new Map<number, number>();
  for (const [at, id] of samples.entries()) {
    // A sample stands for the time until the next one.
    selfUs.set(id, (selfUs.get(id) ?? 0) + Math.max(0, timeDeltas[at + 1] ?? 0));
  }
  return selfUs;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The path in the repository, or of a module of Node.js; null for what is not JavaScript. */
function pathOf({ url }: Frame): string | null {
  if (url === '') return null;
  if (url.startsWith('node:')) return url;
  return url.replace(/^.*\/dist\//, '').replace(/\.js$/, '.ts');
}

/** src/raft, node:internal and so on. */
function areaOf(frame: Frame): string | null {
  const { functionName } = frame;
  if (functionName === '(idle)') return null;
  const path = pathOf(frame);
  if (path === null) return nativeArea(functionName);
  if (path.startsWith('node:')) return 'Node.js itself (JavaScript)';
  return path.split('/').slice(0, 2).join('/');
}

function nativeArea(functionName: string): string {
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === '(program)') return 'outside JavaScript: system calls, event loop';
  return 'native functions that JavaScript calls';
}

function fileOf(frame: Frame): string | null {
  const path = pathOf(frame);
  return path?.startsWith('src/') || path?.startsWith('test/') ? path : null;
}

function functionOf(frame: Frame): string | null {
  const { functionName } = frame;
  if (functionName === '(idle)') return null;
  return `${functionName || '(anonymous)'} ${pathOf(frame) ?? ''}`.trim();
}
