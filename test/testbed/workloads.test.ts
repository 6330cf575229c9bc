/** Runs of all workloads from outside: correct nodes pass, and each planted fault is found. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readTrace } from '../../src/trace/index.ts';
import { repositoryFile, run } from '../process.ts';
import { bench, nodeProgram, raftwright, resultsOf } from './benching.ts';

const base = ['--node-count', '3', '--time-limit', '1.2', '--rate', '100', '--quiet-time', '0.4'];
const partitions = ['--nemesis', 'partition', '--nemesis-interval', '0.3'];

const correct: [workload: string, program: string, flags: string[], args: string[]][] = [
  ['echo', 'plain', partitions, []],
  ['unique-ids', 'plain', ['--nemesis', 'kill', '--nemesis-interval', '0.3'], []],
  ['g-set', 'gossip-set', partitions, []],
  ['broadcast', 'gossip-set', partitions, ['correct', 'broadcast']],
  ['g-counter', 'gossip-counter', partitions, []],
  ['pn-counter', 'gossip-counter', [...partitions, '--concurrency', '4'], []],
  ['g-set', 'central', ['--consistency-models', 'linearizable'], ['set']],
  ['pn-counter', 'central', ['--consistency-models', 'linearizable'], ['counter']],
  ['g-set', 'central', [], ['set', 'local']],
  ['g-counter', 'central', [], ['counter', 'local']],
];

describe('our own node passes, under partitions and held to more than is asked', () => {
  for (const workload of ['echo', 'unique-ids', 'g-set', 'broadcast', 'g-counter', 'pn-counter']) {
    test(workload, async () => {
      const isSum = !['echo', 'unique-ids'].includes(workload);
      const models = isSum ? ['--consistency-models', 'linearizable'] : [];
      const flags = [...base, '--time-limit', '3', ...partitions, '-w', workload, ...models];
      const machine = ['--machine', workload];
      const ended = await bench(repositoryFile('bin/raft-node'), flags, machine);
      assert.equal(ended.status, 0, ended.stdout);
      const report = readFileSync(join(resultsOf(ended), 'report.html'), 'utf8');
      assert.match(report, /<h2>Leaders<\/h2>/);
    });
  }
});

// They wait most of their time.
describe('correct nodes', { concurrency: 3 }, () => {
  for (const [workload, program, flags, args] of correct) {
    test(`${workload}: ${[program, ...args].join(' ')} passes with ${flags.join(' ')}`, async () => {
      const ended = await bench(nodeProgram(program), [...base, '-w', workload, ...flags], args);
      assert.equal(ended.status, 0, ended.stdout);
      assert.match(ended.stdout, /\nVALID: (?!the history)/);
      const directory = resultsOf(ended);
      const checked = await run(raftwright, ['check', join(directory, 'history.jsonl')]);
      assert.equal(checked.status, 0, checked.stdout + checked.stderr);
      const page = readFileSync(join(directory, 'report.html'), 'utf8');
      const again = await run(raftwright, ['report', directory]);
      assert.equal(again.status, 0, again.stderr);
      assert.equal(
        readFileSync(join(directory, 'report.html'), 'utf8'),
        page,
        'made anew, the same',
      );
    });
  }
});

const wrong: [workload: string, program: string, flags: string[], args: string[], why: RegExp][] = [
  ['echo', 'plain', [], ['lies'], /Not the same: "Please echo/],
  ['echo', 'plain', [], ['extra-key'], /echo_ok must not have "at"/],
  [
    'unique-ids',
    'plain',
    ['--nemesis', 'kill', '--nemesis-interval', '0.3', '--seed', '2'],
    ['restarts'],
    /Not unique: "n\d-1" was given to process/,
  ],
  ['unique-ids', 'plain', [], ['no-id'], /generate_ok must have "id"/],
  ['g-set', 'gossip-set', partitions, ['drops'], /Lost: element \d+, acknowledged to process/],
  ['g-set', 'gossip-set', [], ['deaf'], /Lost: element \d+, .* no final read has it/],
  [
    'g-set',
    'gossip-set',
    [],
    ['phantom'],
    /Unexpected: element \d+ .* refused to process .* for good/,
  ],
  ['g-set', 'gossip-set', [], ['doubles'], /Duplicated: element \d+ is 2 times/],
  ['g-set', 'gossip-set', [], ['counts'], /"value" of read_ok must be a list/],
  ['g-set', 'gossip-set', [], ['extra-key'], /add_ok must not have "version"/],
  [
    'g-set',
    'central',
    ['--consistency-models', 'linearizable'],
    ['set', 'local'],
    /Not linearizable: .*element \d+/,
  ],
  ['broadcast', 'gossip-set', partitions, ['drops', 'broadcast'], /Lost: message \d+/],
  ['broadcast', 'gossip-set', [], ['invents', 'broadcast'], /message "what nobody said" .* nobody/],
  ['g-counter', 'gossip-counter', [], ['twice'], /Wrong sum: \d+ in the final read/],
  ['g-counter', 'gossip-counter', [], ['boasts'], /Impossible: \d+ in the read of/],
  ['pn-counter', 'gossip-counter', [], ['forgets'], /Wrong sum: -?\d+ in the final read/],
  ['pn-counter', 'gossip-counter', [], ['text'], /"value" of read_ok must be a whole number/],
  [
    'pn-counter',
    'central',
    ['--consistency-models', 'linearizable'],
    ['counter', 'local'],
    /Not linearizable: -?\d+ in the read|read -?\d+ before process/,
  ],
  [
    'echo',
    'plain',
    ['--availability', '0.9'],
    ['misses'],
    /operations ended ok, .*asked for: 90 %/,
  ],
];

describe('planted faults', { concurrency: 3 }, () => {
  for (const [workload, program, flags, args, why] of wrong) {
    test(`${workload}: ${[program, ...args].join(' ')} is caught ${flags.join(' ')}`, async () => {
      const ended = await bench(nodeProgram(program), [...base, '-w', workload, ...flags], args);
      assert.equal(ended.status, 1, ended.stdout);
      assert.match(ended.stdout, why);
      assert.match(ended.stdout, /\nINVALID: see above/);
      const report = readFileSync(join(resultsOf(ended), 'report.html'), 'utf8');
      assert.match(report, /<span class="verdict invalid">invalid/);
    });
  }
});

test('the final phase: faults are over, who was killed is there again, every client reads', async () => {
  const ended = await bench(nodeProgram('gossip-set'), [
    ...['-w', 'g-set', '--node-count', '3', '--time-limit', '2', '--rate', '50', '--seed', '5'],
    ...['--nemesis', 'kill,pause,partition', '--nemesis-interval', '0.5', '--quiet-time', '0.5'],
    ...['--concurrency', '4'],
  ]);
  const directory = resultsOf(ended);
  const lines = readFileSync(join(directory, 'history.jsonl'), 'utf8').trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line));
  const begin = events.findIndex(({ final }) => final === true);
  const finals = events.filter(({ final, type }) => final === true && type === 'invoke');
  assert.equal(finals.length, 4);
  assert.ok(events.slice(begin).every(({ process }) => process !== 'nemesis'));
  const last = (begins: string, ends: string) =>
    events.findLast(({ f }) => f === begins || f === ends)?.f ?? ends;
  assert.equal(last('start-partition', 'stop-partition'), 'stop-partition');
  assert.equal(last('pause', 'resume'), 'resume');
  assert.equal(last('kill', 'start'), 'start');
  const quietNs = events[begin].time - events[begin - 1].time;
  assert.ok(quietNs > 0.49e9, `${quietNs} ns`);
  const traced = [...readTrace(join(directory, 'trace.jsonl')).events];
  assert.equal(traced.filter((it) => it.kind === 'invoke' && it.final === true).length, 4);
  const { statistics, figures, history } = JSON.parse(
    readFileSync(join(directory, 'results.json'), 'utf8'),
  );
  assert.equal(
    statistics.byFunction.read.invoked + statistics.byFunction.add.invoked,
    statistics.all.invoked,
  );
  assert.equal(figures['final reads answered'], 4);
  // Whoever keeps a set in memory alone may lose some of it when killed.
  assert.equal(history, ended.status === 0 ? 'valid' : 'invalid');
});

test('a node that does not want to know a topology breaks off the run', async () => {
  const flags = ['-w', 'broadcast', '--node-count', '2'];
  const ended = await bench(nodeProgram('gossip-set'), flags, ['no-topology', 'broadcast']);
  assert.equal(ended.status, 255, ended.stdout);
  assert.match(ended.stdout, /node n0 did not answer topology as it must: expected topology_ok/);
});

test('a node that answers no final read is named', async () => {
  const ended = await bench(nodeProgram('gossip-set'), [...base, '-w', 'g-set'], ['silent']);
  assert.equal(ended.status, 2, ended.stdout);
  assert.match(ended.stdout, /No final read was answered by n1/);
  const checked = await run(raftwright, ['check', join(resultsOf(ended), 'history.jsonl')]);
  assert.equal(checked.status, 2);
  assert.match(checked.stdout, /No final read was answered by n1/);
  const asLinKv = await run(raftwright, [
    ...['check', '-w', 'lin-kv', join(resultsOf(ended), 'history.jsonl')],
  ]);
  assert.equal(asLinKv.status, 254);
  assert.match(asLinKv.stderr, /f is "add", not one of read, write, cas/);
});

test('flags that a workload cannot use are refused, with what it can', async () => {
  const plain = nodeProgram('plain');
  const table: [flags: string[], error: RegExp][] = [
    [['-w', 'queue'], /--workload must be one of lin-kv, echo, unique-ids, g-set, broadcast/],
    [['-w', 'echo', '--concurrency', '0'], /--concurrency must be a number from 1 to 100000/],
    [['-w', 'echo', '--consistency-models', 'linearizable'], /echo is judged by no consistency/],
    [
      ['-w', 'g-set', '--consistency-models', 'serializable'],
      /for g-set it can be linearizable, not serializable/,
    ],
    [['-w', 'g-set', '--availability', 'some'], /--availability must be total, or a number/],
    [['-w', 'broadcast', '--topology', 'star'], /--topology must be one of line, grid, tree2/],
    [['-w', 'g-set', '--quiet-time=-1'], /--quiet-time must be a number from 0/],
    [['--key-count', '0'], /--key-count must be a number from 1/],
  ];
  for (const [flags, error] of table) {
    const ended = await run(raftwright, ['test', '--bin', plain, ...flags]);
    assert.equal(ended.status, 254, flags.join(' '));
    assert.match(ended.stderr, error);
  }
});

test('lin-kv says what it has decided, and why compare-and-sets fail', async () => {
  const ended = await bench(repositoryFile('bin/lin-kv'), [...base, '--time-limit', '2']);
  assert.equal(ended.status, 0, ended.stdout);
  assert.match(ended.stdout, /% ok \(compare-and-set fails when it finds another value\)/);
  assert.match(ended.stdout, /VALID: the history is linearizable\./);
});
