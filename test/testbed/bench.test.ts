/** The bench from outside: real processes, real verdicts, exit statuses. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTrace } from '../../src/trace/index.ts';
import { repositoryFile, run } from '../process.ts';
import { bench, linKv, nodeProgram, raftwright, resultsOf, store } from './benching.ts';

test('five nodes of ours under partitions: linearizable, with everything on record', async () => {
  const ended = await bench(linKv, [
    ...['--node-count', '5', '--time-limit', '6', '--rate', '200', '--concurrency', '4n'],
    ...['--nemesis', 'partition', '--nemesis-interval', '1', '--seed', '11'],
  ]);
  assert.equal(ended.status, 0, ended.stdout);
  assert.match(ended.stdout, /VALID: the history is linearizable/);
  assert.match(ended.stdout, /% answered of what could be answered: \d+ of \d+/);
  assert.match(ended.stdout, /5 s +\d+ op\/s +ok \d+ +fail \d+ +info \d+/, 'live progress');
  assert.match(ended.stdout, /partition \((one|majority|majorities-ring|minority-third)\)/);

  const directory = resultsOf(ended);
  assert.equal(
    join(store, readlinkSync(join(store, 'latest'))),
    directory,
    'store/latest leads to it',
  );
  const results = JSON.parse(readFileSync(join(directory, 'results.json'), 'utf8'));
  assert.equal(results.verdict, 'valid');
  assert.equal(results.options.seed, 11);
  const { all } = results.statistics;
  assert.equal(all.invoked, all.ok + all.fail + all.info);
  const { attainable, attained, unattainable, uncertain } = results.bound;
  assert.equal(attainable + unattainable.invoked + uncertain.invoked, all.invoked);
  assert.ok(attained > 0);
  assert.equal(unattainable.answered, 0, 'the bound holds');
  const history = readFileSync(join(directory, 'history.jsonl'), 'utf8').trimEnd().split('\n');
  assert.equal(history.filter((line) => JSON.parse(line).type === 'invoke').length, all.invoked);
  const events = [...readTrace(join(directory, 'trace.jsonl')).events];
  const lost = events.filter(({ kind }) => kind === 'lose').length;
  assert.equal(lost, results.statistics.messages.lost);
  assert.ok(lost > 0);
  for (const node of ['n0', 'n1', 'n2', 'n3', 'n4']) {
    assert.match(readFileSync(join(directory, 'node-logs', `${node}.log`), 'utf8'), /in term/);
  }
  const report = readFileSync(join(directory, 'report.html'), 'utf8');
  assert.match(report, /<span class="verdict valid">linearizable/);
  assert.match(report, /<h2>Leaders<\/h2>/, 'roles are known by the traces of nodes');
  assert.match(report, /<a href="diagram.html">/);
  assert.ok(existsSync(join(directory, 'diagram.html')));
  const again = await run(raftwright, ['report', directory]);
  assert.equal(again.status, 0, again.stderr);
  assert.equal(readFileSync(join(directory, 'report.html'), 'utf8'), report, 'made anew, the same');

  const checked = await run(raftwright, ['check', '--strict', join(directory, 'history.jsonl')]);
  assert.equal(checked.status, 0, checked.stdout);
});

test('three nodes on a slow network with exponential latency', async () => {
  const ended = await bench(linKv, [
    ...['--node-count', '3', '--time-limit', '5', '--rate', '100', '--latency', '20'],
    ...['--latency-dist', 'exponential', '--seed', '3', '--concurrency', '4n'],
  ]);
  assert.equal(ended.status, 0, ended.stdout);
});

test('nodes are named n1 to n5 unless they are counted', async () => {
  const ended = await bench(linKv, ['--time-limit', '1.5', '--rate', '100']);
  assert.ok(existsSync(join(resultsOf(ended), 'node-logs', 'n5.log')), ended.stdout);
});

const wrong: [what: string, program: string, flags: string[], args: string[]][] = [
  ['each node answers from its own map', 'own-map', [], []],
  ['reads are 100 ms old', 'stale-reads', ['--concurrency', '2n'], []],
  // Whoever does not lead learns at least one delay later what was answered.
  ['every node of a Raft reads locally', 'local-reads', ['--latency', '20'], ['--who', 'all']],
  [
    'a deposed leader reads locally',
    'local-reads',
    // With this seed each of the three nodes, and so the leader, is cut off for more than a second.
    ['--nemesis', 'partition', '--nemesis-interval', '1', '--seed', '885', '--time-limit', '8'],
    ['--who', 'leader'],
  ],
];

for (const [what, program, flags, args] of wrong) {
  test(`a broken node is caught: ${what}`, async () => {
    const base = ['--node-count', '3', '--time-limit', '4', '--rate', '200'];
    const ended = await bench(nodeProgram(program), [...base, ...flags], args);
    assert.equal(ended.status, 1, ended.stdout);
    assert.match(ended.stdout, /INVALID/);
    const checked = await run(raftwright, ['check', join(resultsOf(ended), 'history.jsonl')]);
    assert.equal(checked.status, 1, 'the recorded history gets the same verdict');
    assert.ok(existsSync(join(resultsOf(ended), 'counterexample.html')));
  });
}

const badLines: [manner: string, fault: RegExp][] = [
  ['garbage', /not JSON.*Hello, this is a debugging message/],
  ['blank', /a blank line/],
  ['unknown-dest', /no such node in the network: n99/],
  ['extra-field', /unknown top-level field "time"/],
  ['no-body', /body is not an object/],
];

for (const [manner, fault] of badLines) {
  test(`one bad line on stdout is reported as what it is: ${manner}`, async () => {
    const flags = ['--node-count', '2', '--time-limit', '1.5', '--rate', '100'];
    const ended = await bench(nodeProgram('misbehaved'), flags, [manner]);
    assert.equal(ended.status, 1, ended.stdout);
    assert.match(ended.stdout, /FAULT: node n[01] printed a line to stdout that is no message/);
    assert.match(ended.stdout, fault);
  });
}

test('a reply with more than its type allows makes the run invalid', async () => {
  for (const [manner, fault] of [
    ['extra-reply', /read_ok must not have "term"/],
    ['wrong-reply', /expected write_ok, got wrote/],
  ] as const) {
    const flags = ['--node-count', '2', '--time-limit', '1', '--rate', '100'];
    const ended = await bench(nodeProgram('misbehaved'), flags, [manner]);
    assert.equal(ended.status, 1, ended.stdout);
    assert.match(ended.stdout, fault);
  }
});

test('a proxy of the lin-kv service is fine, and console.log does it no harm', async () => {
  const flags = ['--node-count', '2', '--time-limit', '2', '--rate', '100'];
  const ended = await bench(nodeProgram('misbehaved'), flags, ['console']);
  assert.equal(ended.status, 0, ended.stdout);
  const log = readFileSync(join(resultsOf(ended), 'node-logs', 'n0.log'), 'utf8');
  assert.match(log, /this must not reach the protocol\nnor this/);
});

test('a node that ends breaks off the run, with its last words', async () => {
  const flags = ['--node-count', '2', '--time-limit', '20', '--rate', '100'];
  const ended = await bench(nodeProgram('misbehaved'), flags, ['crash']);
  assert.equal(ended.status, 255, ended.stdout);
  assert.match(ended.stdout, /node n1 has ended on its own: exit status 3/);
  assert.match(ended.stdout, /about to divide by zero/);
});

test('a node that does not accept init breaks off the run', async () => {
  const ended = await bench(nodeProgram('misbehaved'), ['--node-count', '2'], ['no-init']);
  assert.equal(ended.status, 255, ended.stdout);
  assert.match(ended.stdout, /node n0 answered init with .*I would rather not/);
});

test('too little to judge by is unknown, not valid', async () => {
  const ended = await bench(linKv, ['--node-count', '1', '--time-limit', '0.3', '--rate', '0']);
  assert.equal(ended.status, 2, ended.stdout);
  assert.match(ended.stdout, /no read ended ok/);
});

test('wrong flags are refused with the flag named', async () => {
  const table: [flags: string[], error: RegExp][] = [
    [[], /--bin is missing/],
    [['--bin', '/no/such/file'], /--bin does not exist/],
    [['--bin', repositoryFile('package.json')], /--bin is not executable/],
    [['--bin', repositoryFile('bin')], /--bin is not a file/],
    [['--bin', linKv, '--wat'], /Unknown option '--wat'/],
    [['--bin', linKv, '-w', 'queue'], /--workload must be one of lin-kv, .*: queue/],
    [['--bin', linKv, '--node-count', '0'], /--node-count must be a number from 1/],
    [['--bin', linKv, '--nodes', 'a,a'], /--nodes must be distinct names/],
    [['--bin', linKv, '--rate', 'fast'], /--rate must be a number/],
    [['--bin', linKv, '--concurrency', '3n'], /--concurrency must be a positive multiple of 2n/],
    [['--bin', linKv, '--concurrency', '7'], /multiple of 2n, which is 10 for 5 nodes: 7/],
    [['--bin', linKv, '--latency-dist', 'odd'], /--latency-dist must be one of constant/],
    [
      ['--bin', linKv, '--nemesis', 'partition,fire'],
      /--nemesis must be one of partition, kill, pause: fire/,
    ],
    [['--bin', linKv, '--seed', '1.5'], /--seed must be a whole number/],
    [['--bin', linKv, '--time-limit', ''], /--time-limit must be a number/],
  ];
  for (const [flags, error] of table) {
    const ended = await run(raftwright, ['test', ...flags]);
    assert.equal(ended.status, 254, flags.join(' '));
    assert.match(ended.stderr, error);
  }
});
