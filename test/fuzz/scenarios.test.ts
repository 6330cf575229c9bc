/** Scripts of scenarios: each is refused with file and line, or runs, twice with the same trace. */

import assert from 'node:assert/strict';
import { nextInteger, type Random } from '../../src/raft/index.ts';
import { expectations, nodeExpectations } from '../../src/testbed/scenario/expectations.ts';
import { ScriptFault } from '../../src/testbed/scenario/fault.ts';
import { messageKinds } from '../../src/testbed/scenario/messages.ts';
import { commands, runScenario } from '../../src/testbed/scenario/run.ts';
import { parseScenario, type Scenario } from '../../src/testbed/scenario/script.ts';
import { readScenarios } from '../scenarios/collection.ts';
import { happens, oddNames, oddNumerals, pick, several } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateText } from './mutators.ts';

const path = 'topic/name.txt';

const header = [
  '# rule: A rule is a sentence.',
  '# source: paper 5.2; dissertation 9.6',
  '# code: src/raft/elections.ts answerVote, acceptVote',
];

/** What usages write in capitals. */
function wordFor(random: Random, name: string): string {
  const number = (): string => String(nextInteger(random, 0, happens(random, 0.1) ? 40 : 5));
  const position = `${number()}@${number()}`;
  switch (name.replace(/[^A-Z=]/g, '')) {
    case 'NODE':
    case 'PEER':
      return pick(random, 'n1', 'n2', 'n3', 'n1', 'n4');
    case 'KIND':
      return pick(random, ...messageKinds);
    case 'FIELD':
      return pick(
        random,
        `term=${number()}`,
        'granted',
        `last=${position}`,
        `prev=${position}`,
        'last',
      );
    case 'ENTRY':
      return pick(
        random,
        number(),
        position,
        `1..${number()}@1`,
        `${position}:noop`,
        '1@1:{n1}',
        '2:a',
      );
    case 'SETTING=VALUE':
      return pick(random, `seed=${number()}`, 'electionTimeoutTicks=10..20', 'leaseReads=true');
    case 'TOPIC':
      return pick(random, 'all', 'messages', 'disk', 'snapshots', 'persist', ...messageKinds);
    case 'COMMAND':
    case 'NAME':
      return pick(random, 'a', 'b', 'c', 'r1', 'best');
    default:
      return number();
  }
}

/** A line as its usage says: optional parts are left out, repeated ones said more than once. */
function lineFor(random: Random, usage: string): string {
  const branch = pick(random, ...usage.split(' | '));
  const chosen = branch
    .replace(/\[[^\][]*\](\.\.\.)?/g, (part) =>
      happens(random, 0.4) ? part.replace(/[\][]/g, '') : '',
    )
    .replace(/\S+\|\S+/g, (choice) => pick(random, ...choice.split('|')));
  return chosen
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '...')
    .flatMap((word) => {
      if (!/[A-Z]{2}|\bN\b/.test(word)) return [word];
      const times = word.endsWith('...') ? nextInteger(random, 1, 4) : 1;
      return Array.from({ length: times }, () =>
        word
          .replace(/[A-Z]{2,}(=VALUE)?|\bN\b/, (name) => wordFor(random, name))
          .replace('...', ''),
      );
    })
    .join(' ');
}

const usages = Object.values(commands).map(({ usage }) => usage);
const wanted = [...Object.values(expectations).map(({ usage }) => usage), ...nodeExpectations];

function someLine(random: Random): string {
  const kind = nextInteger(random, 0, 10);
  if (kind < 2) return `expect ${lineFor(random, pick(random, ...wanted))}`;
  if (kind < 5)
    return pick(random, 'tick 3', 'settle', 'elect n1', 'propose n1 x', 'run 5', 'deliver');
  if (kind === 5 && happens(random, 0.4)) return oddLine(random);
  const line = lineFor(random, pick(random, ...usages));
  return happens(random, 0.1) ? `quiet ${line}` : line;
}

/** A line with a word that a table has only by accident, or a number that is far too large. */
function oddLine(random: Random): string {
  const name = pick(random, 'constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf');
  const number = pick(random, '99999999', '9007199254740993', '1e9', '4294967296');
  const lines = [`${name} n1`, `expect ${name} 1`, `expect n1 ${name} 1`, `cluster n1 ${name}=1`];
  const large = [`log n1 1..${number}@1`, `tick ${number}`, `term ${number}`, `log n2 ${number}@1`];
  return pick(random, ...lines, `expect disk n1 ${name} 1`, `show ${name}`, ...large);
}

const words = [
  ...[
    'n1',
    'n9',
    'quiet',
    'expect',
    'as',
    'to',
    'from',
    'by',
    'learners',
    'outside',
    '|',
    '=',
    '..',
  ],
  ...[
    '@',
    '{n1,n2>n3+n4}',
    '{',
    '}',
    '+',
    '>',
    'n1,n2',
    '1..99999999@1',
    '1..999999999999999999999@1',
  ],
  ...['99999999', '9007199254740993', '  ', '\t', '#', '# rule: x', ...oddNames, ...oddNumerals],
  ...Object.keys(commands),
];

const written: readonly string[] = readScenarios().map(({ text }) => text);

fuzz<string>({
  name: 'a script is refused with its line, or runs twice alike',
  file: import.meta.url,
  seeds: 500,
  generate(random) {
    const lines = ['cluster n1 n2 n3', ...several(random, 14, () => someLine(random))];
    const fresh = `${[...header, ...lines].join('\n')}\n`;
    let text = happens(random, 0.5) ? fresh : pick(random, ...written);
    while (happens(random, 0.6)) text = mutateText(random, text, words);
    return text;
  },
  check(text) {
    const parsed = orFault(() => parseScenario(path, text));
    if (parsed === null) return;
    const scenario: Scenario = parsed;
    const outcome = orFault(() => runScenario(scenario));
    if (outcome === null) return;
    const again = runScenario(parseScenario(path, outcome.text));
    assert.equal(again.text, outcome.text, 'another trace the second time');
    assert.equal(again.failures.length, outcome.failures.length, 'other failures');
    const steps = scenario.lines.filter(({ step }) => step?.command === 'expect');
    assert.equal(outcome.expectations, steps.length, 'an expectation is passed over');
    const kept = outcome.text.split('\n').filter((row) => !row.startsWith(' '));
    const own = text.replace(/\n$/, '').split('\n');
    assert.deepEqual(
      kept.slice(0, -1),
      own.filter((row) => !row.startsWith(' ')),
      'lines are lost',
    );
  },
});

/** What it gives, or null when it refuses, as it may. */
function orFault<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    assert.ok(error instanceof ScriptFault, `refused by ${String(error)}`);
    assert.match(error.message, /^topic\/name\.txt:[1-9]\d*: /, 'refused without a place');
    let reason: unknown = error;
    while (reason instanceof Error && reason.cause !== undefined) reason = reason.cause;
    const isMeant =
      reason instanceof ScriptFault || (reason as Error).name === 'InvariantViolation';
    assert.ok(isMeant, `refused by accident: ${String(reason)}`);
    return null;
  }
}
