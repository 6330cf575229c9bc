/** What a run of Maelstrom was: from the map of the test that `jepsen.log` begins with. */

import type { RunFiles } from './files.ts';

export interface MaelstromTest {
  readonly workload: string | null;
  readonly nodes: readonly string[] | null;
  readonly concurrency: number | null;
  /** The mean between servers. */
  readonly latencyMs: number | null;
  readonly timeLimitSeconds: number | null;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** The map comes first; what nodes write comes after it, and may be long. */
const readBytes = 512 * 1024;

/** Whatever the log does not tell is null: it is for people, and changes with Jepsen's versions. */
export function readMaelstromTest(files: RunFiles): MaelstromTest {
  const log = files.beginning('jepsen.log', readBytes);
  const number = (pattern: RegExp): number | null => {
    const text = pattern.exec(log)?.[1];
    return text === undefined ? null : Number(text);
  };
  const nodes = stringsIn(/:nodes\s+\[([^\]]*)\]/.exec(log)?.[1]);
  const argv = stringsIn(/:argv\s+[([]([^)\]]*)[)\]]/.exec(log)?.[1]);
  const concurrency = number(/:concurrency\s+(\d+)/);
  const rate = number(/:rate\s+([\d.]+)/);
  const latencyMs = number(/:latency\s+\{[^}]*:mean\s+([\d.]+)/) ?? number(/:latency\s+([\d.]+)/);
  const timeLimitSeconds = number(/:time-limit\s+(\d+)/);
  const facts: [string, string][] = [];
  if (argv !== null) facts.push(['command line', ['maelstrom', ...argv].join(' ')]);
  if (nodes !== null) facts.push(['nodes', nodes.join(' ')]);
  if (concurrency !== null) facts.push(['clients', String(concurrency)]);
  if (rate !== null) facts.push(['rate', `${rate} operations a second`]);
  if (latencyMs !== null) facts.push(['latency between servers', `${latencyMs} ms on average`]);
  return {
    workload: /:workload\s+:([\w-]+)/.exec(log)?.[1] ?? null,
    nodes,
    concurrency,
    latencyMs,
    timeLimitSeconds,
    facts,
  };
}

/** Null when there are none. */
function stringsIn(text: string | undefined): readonly string[] | null {
  const strings = [...(text ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, it = '']) => it);
  return strings.length === 0 ? null : strings;
}
