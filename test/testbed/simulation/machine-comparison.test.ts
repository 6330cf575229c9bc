/** What is noticed when the machines of nodes are compared, command by command. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MachineComparison } from '../../../src/testbed/simulation/machine-comparison.ts';

function compare(): { readonly machines: MachineComparison; readonly broken: string[] } {
  const broken: string[] = [];
  const machines = new MachineComparison(
    (rule) => broken.push(rule),
    (command) => (typeof command === 'number' ? command : null),
  );
  return { machines, broken };
}

test('a command that is carried out twice is noticed, if it can be told from all others', () => {
  const { machines, broken } = compare();
  for (const [at, command] of [7, 8, 'set', 'set'].entries()) {
    for (const node of ['n1', 'n2']) machines.note(node, at + 1, command, 'done');
  }
  assert.deepEqual(broken, []);
  machines.note('n2', 5, 7, 'done');
  assert.deepEqual(broken, ['a command is carried out once']);
});

test('other commands, other results and gaps are noticed', () => {
  const { machines, broken } = compare();
  machines.note('n1', 1, 1, 'a');
  machines.note('n2', 1, 2, 'a');
  machines.note('n3', 1, 1, 'b');
  machines.note('n3', 3, 3, 'c');
  assert.deepEqual(broken, [
    'machines carry out the same commands',
    'the same commands have the same results',
    'machines carry out every command',
  ]);
});
