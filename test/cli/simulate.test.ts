/** `raftwright simulate`: what it prints, and how it ends. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeSoakPages } from '../../src/cli/simulation-pages.ts';
import { SimulationSummary } from '../../src/cli/simulation-summary.ts';
import { allNets } from '../../src/testbed/simulation/violation.ts';
import { repositoryFile } from '../process.ts';

const store = mkdtempSync(join(tmpdir(), 'raftwright-simulate-'));
after(() => rmSync(store, { recursive: true }));

function run(...args: readonly string[]): { readonly status: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [repositoryFile('bin/raftwright'), 'simulate', '--store', store, ...args],
    { encoding: 'utf8' },
  );
  return { status, out: stdout + stderr };
}

const short = ['--set', 'faultyMs=300'];

test('a seed without a broken rule ends with 0, and has the same trace hash each time', () => {
  const first = run('--seed', '5', ...short);
  assert.equal(first.status, 0);
  assert.match(first.out, /^VALID: every rule held/m);
  const hashOf = (out: string): string | undefined => /^trace hash ([0-9a-f]{16})$/m.exec(out)?.[1];
  assert.ok(hashOf(first.out) !== undefined);
  assert.equal(hashOf(run('--seed', '5', ...short).out), hashOf(first.out));
  assert.notEqual(hashOf(run('--seed', '6', ...short).out), hashOf(first.out));
});

test('--json says all in one line, the same in one thread and in two', () => {
  const read = (jobs: string) => {
    const { status, out } = run('--seeds', '4', '--jobs', jobs, '--json', ...short);
    assert.equal(status, 0);
    const { verdict, seeds, failures, traceHash, counts } = JSON.parse(out);
    return { verdict, seeds, failures, traceHash, counts };
  };
  const one = read('1');
  assert.deepEqual([one.verdict, one.seeds, one.failures], ['valid', 4, []]);
  assert.deepEqual(read('2'), one);
});

test('what makes no sense is an error of usage', () => {
  const cases: [args: string[], message: RegExp][] = [
    [['--seeds', '9..1'], /--seeds must be a number from 9/],
    [['--seeds', 'many'], /--seeds must be like 1\.\.1000/],
    [['--seed', '1', '--seeds', '2'], /either --seed or --seeds/],
    [['--seed', '4294967296'], /--seed must be a number from 0 to 4294967295/],
    [['--nodes', '0'], /--nodes must be a number from 1 to 15/],
    [['--set', 'faults.loss=2'], /faults.loss=2: must be a number from 0 to 1/],
    [['--set', 'faults.weather=1'], /no "faults.weather"/],
    [['--net', 'fishing'], /--net must be one of invariants/],
    [['--jobs', '0'], /--jobs must be/],
    [['--nonsense'], /--nonsense/],
  ];
  for (const [args, message] of cases) {
    const { status, out } = run(...args);
    assert.equal(status, 254, args.join(' '));
    assert.match(out, message);
    assert.doesNotMatch(out, /\n {4}at /, 'no stack');
  }
});

test('whoever has seen enough may stop reading', () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" "${repositoryFile('bin/raftwright')}" simulate --help | head -1`],
    { encoding: 'utf8' },
  );
  assert.deepEqual([status, stderr], [0, '']);
});

test('one run leaves its pages and says where; --json and --no-pages leave none', () => {
  const directory = join(store, 'simulation', 'seed-31');
  for (const flag of ['--json', '--no-pages']) {
    assert.equal(run('--seed', '31', flag, ...short).status, 0);
    assert.ok(!existsSync(directory), flag);
  }
  const { status, out } = run('--seed', '31', ...short);
  assert.equal(status, 0);
  assert.ok(out.includes(`report: ${join(directory, 'report.html')}`), out);
  assert.deepEqual(readdirSync(directory).sort(), ['diagram.html', 'report.html']);
});

test('of many runs there is one page; none of them has its own, for none has failed', () => {
  const own = join(store, 'many');
  const { status, out } = run('--seeds', '40..42', '--store', own, ...short);
  assert.equal(status, 0);
  const page = join(own, 'simulation', 'report.html');
  assert.ok(out.includes(`report: ${page}`), out);
  assert.deepEqual(readdirSync(join(own, 'simulation')), ['report.html']);
  const html = readFileSync(page, 'utf8');
  assert.match(html, /Simulations: seeds 40 to 42/);
  assert.match(html, /<strong>3<\/strong>seeds ran/);
  const hash = /trace hash ([0-9a-f]{16})/.exec(out)?.[1] ?? 'none';
  assert.ok(html.includes(hash));
  assert.match(html, /raftwright simulate --store/);
});

test('seeds that failed get pages of their own, the first ten of them, and links to these', async () => {
  const own = join(store, 'failing');
  const summary = new SimulationSummary({ from: 1, to: 12, isJson: true, store: own });
  const counts = { steps: 1, messages: 1, elections: 0, crashes: 0, committed: 0 };
  for (let seed = 1; seed <= 12; seed++) {
    summary.add({
      seed,
      verdict: 'invalid',
      violation: {
        ...{ net: 'invariants', rule: 'one leader a term', node: 'n<1>', timeMs: 1234 },
        detail: 'first line\nsecond line',
      },
      traceHash: '0',
      simulatedMs: 1000,
      counts: { ...counts, ok: 0, fail: 0, info: 0 },
    });
  }
  const options = { hasSpecification: false, nets: allNets };
  const flags = { changes: { faultyMs: 100 }, options, store: own };
  await writeSoakPages(summary, flags, ['--seeds', '1..12']);
  const directory = join(own, 'simulation');
  const html = readFileSync(join(directory, 'report.html'), 'utf8');
  const links = [...html.matchAll(/href="(seed-\d+\/report\.html)"/g)].map(([, link = '']) => link);
  assert.equal(links.length, 10);
  for (const link of links) assert.ok(existsSync(join(directory, link)), link);
  assert.match(html, /<strong>invariants: one leader a term<\/strong><br>first line<\/td>/);
  assert.match(html, /n&lt;1&gt;/);
  assert.match(html, /For those without pages: <code>raftwright simulate --seed N/);
  assert.ok(existsSync(join(directory, 'seed-12.json')), 'and what the summary leaves of each');
});
