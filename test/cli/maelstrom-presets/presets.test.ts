/** The presets themselves, and how they are chosen. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../src/cli/exit-status.ts';
import {
  flagValue,
  groups,
  needsDisk,
  presets,
  secondsOf,
} from '../../../src/cli/maelstrom-presets/presets.ts';
import { parseSelection } from '../../../src/cli/maelstrom-presets/selection.ts';
import { parseTestFlags } from '../../../src/cli/test-command.ts';
import { repositoryFile } from '../../process.ts';

const names = presets.map(({ name }) => name);

test('names are distinct, of presets and groups together, and groups name presets', () => {
  const all = [...names, ...groups.map(({ name }) => name)];
  assert.equal(new Set(all).size, all.length);
  for (const group of groups) for (const name of group.presets) assert.ok(names.includes(name));
});

test('every workload of Maelstrom has a preset of its name', () => {
  const workloads = ['echo', 'unique-ids', 'g-set', 'broadcast', 'g-counter', 'pn-counter'];
  workloads.push('kafka', 'txn-list-append', 'txn-rw-register', 'lin-kv');
  for (const workload of workloads) {
    assert.equal(presets.find(({ name }) => name === workload)?.workload, workload);
  }
});

test('none asks for what consensus cannot promise, and transactions ask for all that it can', () => {
  for (const { name, workload, flags } of presets) {
    assert.equal(flagValue(flags, '--availability'), null, name);
    const models = workload.startsWith('txn-') ? 'strict-serializable' : null;
    assert.equal(flagValue(flags, '--consistency-models'), models, name);
  }
});

test('the bench takes the flags of every preset', () => {
  for (const { name, workload, flags } of presets) {
    const args = ['-w', workload, '--bin', repositoryFile('bin/lin-kv'), ...flags];
    assert.doesNotThrow(() => parseTestFlags(args, () => {}), name);
  }
});

test('the default group fits in ten minutes', () => {
  const group = groups.find(({ name }) => name === 'default');
  const seconds = presets
    .filter(({ name }) => group?.presets.includes(name))
    .reduce((sum, preset) => sum + secondsOf(preset), 0);
  assert.ok(seconds <= 600, `${seconds} s`);
});

test('nodes have a directory where they are killed', () => {
  assert.deepEqual(
    presets.filter(({ flags }) => needsDisk(flags)).map(({ name }) => name),
    ['kill5', 'chaos5', 'kafka-kill', 'txn-kill'],
  );
});

test('a flag counts where it stands last', () => {
  assert.equal(flagValue(['--rate', '5', '--rate=7'], '--rate'), '7');
  assert.equal(flagValue(['--rate=7', '--rate', '5'], '--rate'), '5');
  assert.equal(flagValue(['--rate-limit', '5'], '--rate'), null);
});

test('presets run in the order in which they are named, each once', () => {
  const selection = parseSelection(['latency', 'restarts', 'kill5', 'latency']);
  assert.ok(typeof selection !== 'string');
  assert.deepEqual(
    selection.chosen.map(({ preset, isNamed }) => [preset.name, isNamed]),
    [
      ['latency', true],
      ['kill5', true],
      ['pause5', false],
      ['chaos5', false],
    ],
  );
});

test('what comes after the second -- is the node’s, further -- included', () => {
  const selection = parseSelection(['hard', '--', '--rate', '5', '--', '--seed', '1', '--', 'x']);
  assert.ok(typeof selection !== 'string');
  assert.deepEqual(selection.moreFlags, ['--rate', '5']);
  assert.deepEqual(selection.nodeArguments, ['--seed', '1', '--', 'x']);
});

test('--list shows every preset with its flags, and every group with about how long it takes', () => {
  const list = parseSelection(['--list']);
  assert.ok(typeof list === 'string');
  for (const { workload, flags } of presets) {
    assert.ok(list.includes(`-w ${workload} ${flags.join(' ')}\n`));
  }
  for (const { name } of groups)
    assert.match(list, new RegExp(`^${name} +about \\d+ minutes`, 'm'));
});

test('nothing to run is a mistake', () => {
  assert.throws(() => parseSelection([]), UsageError);
});
