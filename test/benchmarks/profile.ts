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
if (values.mix !== 'mixed' && values.mix !== 'writes') {
  process.stderr.write(`--mix must be mixed or writes: ${values.mix}\n`);
  process.exit(254);
}
const mix: Mix = values.mix;
const directory = mkdtempSync(join(tmpdir(), 'raftwright-profile-'));

function report(what: string, file: string): void {
  const profile = JSON.parse(readFileSync(file, 'utf8'));
  process.stdout.write(`\n## ${what}\n\n${file}\n\n${profileText(profile)}`);
}

async function profileScript(script: string, args: readonly string[]): Promise<void> {
  const flags = ['--cpu-prof', `--cpu-prof-dir=${directory}`];
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
    mix,
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
  await Promise.race([cluster.failed, written(files)]);
  await cluster.stop();

  const rate = Math.round(figures.operationsPerSecond);
  process.stdout.write(`${rate} operations a second while all were profiled\n`);
  const cpuOf = (file: string): number => figures.nodeCpuUs[files.indexOf(file)] ?? 0;
  // Only the leader sends entries to all others.
  const byCpu = files.toSorted((a, b) => cpuOf(b) - cpuOf(a));
  const [leader = '', follower = ''] = byCpu;
  report('the leader', leader);
  report('a follower', follower);
  report('the bench', benchFile);
}

async function written(files: readonly string[]): Promise<void> {
  while (!files.every(existsSync)) await new Promise((resolve) => setTimeout(resolve, 50));
}

const [script, ...args] = positionals;
await (script === undefined ? profileNodes() : profileScript(script, args));
