/**
 * `make profile`: where the time goes. Without arguments, in a loaded cluster: its leader, a
 * follower, and the bench. With the name of a script, in that script, which gets what follows.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { repositoryFile } from '../process.ts';
import { DrivenCluster, type Mix } from './driven-cluster.ts';
import { profileText } from './profile-text.ts';
import { ProfiledProcess } from './profiler.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nodes: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    mix: { type: 'string', default: 'mixed' },
    clients: { type: 'string', default: '40' },
  },
});
const directory = mkdtempSync(join(tmpdir(), 'raftwright-profile-'));

function report(what: string, file: string): void {
  const profile = JSON.parse(readFileSync(file, 'utf8'));
  process.stdout.write(`\n## ${what}\n\n${file}\n\n${profileText(profile)}`);
}

async function profileScript(script: string, args: readonly string[]): Promise<void> {
  const flags = ['--expose-gc', '--cpu-prof', `--cpu-prof-dir=${directory}`];
  const child = spawn(process.execPath, [...flags, script, ...args], { stdio: 'inherit' });
  const [status] = await once(child, 'close');
  process.exitCode = status;
  for (const file of readdirSync(directory)) report(script, join(directory, file));
}

async function profileNodes(): Promise<void> {
  const nodeCount = Number(values.nodes);
  const profiler = fileURLToPath(new URL('profiler.js', import.meta.url));
  const cluster = new DrivenCluster({
    nodeCount,
    bin: process.execPath,
    args: ['--import', profiler, repositoryFile('bin/lin-kv')],
    env: { PROFILE_DIRECTORY: directory },
  });
  await cluster.start();
  const load = {
    mix: values.mix as Mix,
    rate: Number.POSITIVE_INFINITY,
    concurrency: Number(values.clients) * nodeCount,
  };
  await cluster.run({ ...load, seconds: 3 });
  const bench = new ProfiledProcess();
  for (const pid of cluster.pids) process.kill(pid, 'SIGUSR2');
  bench.start();
  const figures = await cluster.run({ ...load, seconds: Number(values.seconds) });
  const benchFile = join(directory, 'bench.cpuprofile');
  bench.stop(benchFile);
  for (const pid of cluster.pids) process.kill(pid, 'SIGUSR2');
  const files = cluster.pids.map((pid) => join(directory, `${pid}.cpuprofile`));
  while (!files.every(existsSync)) await new Promise((resolve) => setTimeout(resolve, 50));
  await cluster.stop();

  const rate = Math.round(figures.operationsPerSecond);
  process.stdout.write(`${rate} operations a second while all were profiled\n`);
  const byCpu = files.toSorted((a, b) => cpuOf(b) - cpuOf(a));
  // Only the leader sends entries to all others.
  function cpuOf(file: string): number {
    return figures.nodeCpuUs[files.indexOf(file)] ?? 0;
  }
  const [leader = '', follower = ''] = byCpu;
  report('the leader', leader);
  report('a follower', follower);
  report('the bench', benchFile);
}

const [script, ...args] = positionals;
await (script === undefined ? profileNodes() : profileScript(script, args));
