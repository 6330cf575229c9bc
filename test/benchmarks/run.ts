/**
 * `make bench`: measures everything and writes docs/benchmarks.md. With names of benchmarks, prints
 * those and writes nothing.
 */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { availability } from './availability.ts';
import type { Benchmark } from './benchmark.ts';
import { checker } from './checker.ts';
import { core } from './core.ts';
import { failover } from './failover.ts';
import { http } from './http.ts';
import { latency } from './latency.ts';
import { loop } from './loop.ts';
import { nodes } from './nodes.ts';
import { scale } from './scale.ts';
import { tried } from './tried.ts';
import { workloads } from './workloads.ts';

const benchmarks: readonly Benchmark[] = [
  availability,
  workloads,
  failover,
  latency,
  nodes,
  http,
  core,
  loop,
  checker,
  scale,
];

function head(): string {
  const [cpu] = cpus();
  const describe = ['describe', '--always', '--dirty', '--exclude', '*'];
  const commit = execFileSync('git', describe).toString().trim();
  return `# Benchmarks

Written by \`make bench\`. The command under each heading repeats that section, and prints it. Machines
differ and are shared: read the ratios, each to a bound or a peer that was measured in the same run.
What misses its target says so.

Machine: ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node.js ${process.version}. Source: ${commit}.
`;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  const known = benchmarks.map(({ name }) => name).join(', ');
  process.stderr.write(`no such benchmark: ${unknown.join(', ')}; there are ${known}\n`);
  process.exit(254);
}
const print = (line: string): void => void process.stderr.write(`${line}\n`);
const sections: string[] = [];
for (const { name, title, measure } of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  print(`--- ${name}`);
  const text = (await measure(print)).trim();
  sections.push(`## ${title}\n\n\`make bench ARGS=${name}\`\n\n${text}\n`);
}
if (wanted.length > 0) process.stdout.write(sections.join('\n'));
else writeFileSync('docs/benchmarks.md', [head(), ...sections, tried].join('\n'));
