/** Finds Maelstrom and what it needs, before a run rather than after it. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { UsageError } from '../exit-status.ts';

export interface Environment {
  readonly [name: string]: string | undefined;
}

/** Class files of its libraries are of Java 11 (jepsen-io/maelstrom, issue 53). */
const leastJava = 11;

const whereToGetIt = `Get maelstrom.tar.bz2 from https://github.com/jepsen-io/maelstrom/releases, unpack it, and set
MAELSTROM to the directory: MAELSTROM=/path/to/maelstrom maelstrom/run …
It needs a JDK, ${leastJava} or newer (17 serves), gnuplot and Graphviz; on Debian:
  apt install openjdk-17-jdk-headless gnuplot graphviz
Without any of that, maelstrom/run --bench … runs the same presets under this project's own bench.`;

/**
 * The path of Maelstrom's script.
 *
 * @throws UsageError when there is none; says where to get it
 */
export function findMaelstrom(env: Environment): string {
  const given = env['MAELSTROM'] ?? '';
  if (given !== '') {
    const path = isDirectory(given) ? join(given, 'maelstrom') : given;
    if (isExecutable(path)) return resolve(path);
    throw new UsageError(`MAELSTROM=${given}: ${path} is not an executable file.\n${whereToGetIt}`);
  }
  const found = onPath('maelstrom', env);
  if (found !== null) return found;
  throw new UsageError(
    `Maelstrom was not found: MAELSTROM is not set, and there is no maelstrom on PATH.\n${whereToGetIt}`,
  );
}

/**
 * Looks for the programs that Maelstrom calls; returns what is worth a warning.
 *
 * @throws UsageError when one is missing without which no run can be good
 */
export function demandPrograms(env: Environment): readonly string[] {
  const missing = [javaProblem(env), gnuplotProblem(env)].filter((problem) => problem !== null);
  if (missing.length > 0) throw new UsageError(missing.join('\n'));
  if (onPath('dot', env) !== null) return [];
  return [
    'dot is missing, with which Maelstrom draws anomalies of transactions; on Debian: apt install graphviz',
  ];
}

function javaProblem(env: Environment): string | null {
  const wanted = `Maelstrom needs a JDK, ${leastJava} or newer; on Debian: apt install openjdk-17-jdk-headless`;
  if (onPath('java', env) === null) return `java is missing. ${wanted}`;
  const { stdout, stderr, status } = spawnSync('java', ['-version'], { encoding: 'utf8', env });
  const text = `${stderr ?? ''}${stdout ?? ''}`;
  const version = /version "(?:1\.)?(\d+)/.exec(text)?.[1];
  if (status !== 0 || version === undefined) {
    return `java -version says no version: ${text.trim().slice(0, 200)}. ${wanted}`;
  }
  return Number(version) < leastJava ? `java is version ${version}. ${wanted}` : null;
}

/** Jepsen calls a run unknown when it cannot draw its plots. */
function gnuplotProblem(env: Environment): string | null {
  if (onPath('gnuplot', env) !== null) return null;
  return 'gnuplot is missing, and without it Maelstrom calls every run unknown; on Debian: apt install gnuplot';
}

function onPath(program: string, env: Environment): string | null {
  for (const directory of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory === '' ? '.' : directory, program);
    if (isExecutable(path)) return resolve(path);
  }
  return null;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
