/** Which warnings in a log of Maelstrom speak against a node. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  faultOfNode,
  findingsIn,
  mergeFindings,
} from '../../../src/cli/maelstrom-presets/log-warnings.ts';

const time = '2023-08-31 07:34:14,717';

function console(level: string, thread: string, logger: string, text: string): string {
  return `${level} [${time}] ${thread} - ${logger} ${text}`;
}

function file(level: string, thread: string, logger: string, text: string): string {
  return `${time}{GMT}\t${level}\t[${thread}] ${logger}: ${text}`;
}

const counts = (log: string): [ofNodes: number, others: number] => {
  const { ofNodes, others } = findingsIn(log);
  return [ofNodes.length, others.length];
};

test('what a node must not do is found, on the console and in the file', () => {
  const faults: readonly (readonly [thread: string, logger: string, text: string])[] = [
    [
      'n1 stdout',
      'maelstrom.process',
      'Error!\nclojure.lang.ExceptionInfo: Node n1 printed a line to STDOUT which was not well-formed JSON:\nhello',
    ],
    [
      'n1 stdout',
      'maelstrom.process',
      'Error!\nclojure.lang.ExceptionInfo: Malformed network message. Node n1 tried to send the following message via STDOUT:',
    ],
    [
      'n2 stdout',
      'maelstrom.process',
      'Error!\njava.lang.AssertionError: Assert failed: Invalid dest for message #maelstrom.net.message.Message{:id 71, :dest "n9"}',
    ],
    [
      'jepsen worker 3',
      'jepsen.generator.interpreter',
      'Process 3 crashed\nclojure.lang.ExceptionInfo: Malformed RPC response. Maelstrom sent node n0 the following request:',
    ],
    [
      'main',
      'jepsen.cli',
      "Oh jeez, I'm sorry, Jepsen broke. Here's why:\nclojure.lang.ExceptionInfo: Node n2 crashed with exit status 1.",
    ],
    [
      'main',
      'jepsen.cli',
      "Oh jeez, I'm sorry, Jepsen broke. Here's why:\nclojure.lang.ExceptionInfo: Expected node n0 to respond to an init message, but node did not respond.",
    ],
    ['node n1', 'maelstrom.process', 'error processing stdout:\nnonsense'],
  ];
  for (const [thread, logger, text] of faults) {
    for (const level of ['WARN', 'ERROR']) {
      assert.deepEqual(counts(console(level, thread, logger, text)), [1, 0], text);
      assert.deepEqual(counts(file(level, thread, logger, text)), [1, 0], text);
    }
  }
});

test('what Jepsen and the JVM warn of otherwise is no fault of a node', () => {
  const warnings = [
    console(
      'WARN',
      'clojure-agent-send-off-pool-2',
      'jepsen.checker',
      'Error while checking history:\njava.lang.IllegalStateException: Error rendering plot, verify gnuplot is installed and reachable',
    ),
    console(
      'WARN',
      'jepsen worker 0',
      'jepsen.generator.interpreter',
      'Process 0 crashed\nclojure.lang.ExceptionInfo: Client read timeout',
    ),
    file('WARN', 'main', 'jepsen.util', 'nano clock is far from the wall clock'),
  ];
  for (const warning of warnings) assert.deepEqual(counts(warning), [0, 1], warning);
});

test('what is no entry of the log, and what nodes write to stderr, counts for nothing', () => {
  assert.deepEqual(
    counts('SLF4J: Class path contains multiple SLF4J bindings.\nWARNING: illegal access'),
    [0, 0],
  );
  const ownWords = 'n1: a message from n2 was dropped: not well-formed JSON';
  assert.deepEqual(counts(console('INFO', 'n1 stderr', 'maelstrom.process', ownWords)), [0, 0]);
});

test('nodes that speak to those that are gone already, at the end, do no wrong', () => {
  const late = file(
    'WARN',
    'n1 stdout',
    'maelstrom.process',
    'Error!\njava.lang.AssertionError: Assert failed: Invalid dest for message #maelstrom.net.message.Message{:dest "n0"}',
  );
  const end = file('INFO', 'jepsen node n0', 'maelstrom.db', 'Tearing down n0');
  const start = file('INFO', 'jepsen node n0', 'maelstrom.db', 'Setting up n0');
  assert.deepEqual(counts(`${start}\n${late}\n${end}`), [1, 0]);
  assert.deepEqual(counts(`${start}\n${end}\n${late}`), [0, 1]);
  // A second test in the same log, with --test-count.
  assert.deepEqual(counts(`${start}\n${end}\n${start}\n${late}`), [1, 0]);
  const broken = late.replace(/Assert.*/, 'not well-formed JSON');
  assert.deepEqual(counts(`${start}\n${end}\n${broken}`), [1, 0]);
});

test('half a line of a node that was killed as it wrote is no fault; a bad one before or after is', () => {
  const db = (text: string): string => file('INFO', 'jepsen node n1', 'maelstrom.db', text);
  const half = (node: string): string =>
    file(
      'WARN',
      `${node} stdout`,
      'maelstrom.process',
      `Error!\nclojure.lang.ExceptionInfo: Node ${node} printed a line to STDOUT which was not well-formed JSON:\n{"src":"`,
    );
  assert.deepEqual(counts([db('Killing n1'), half('n1')].join('\n')), [0, 1]);
  assert.deepEqual(counts([db('Killing n1'), half('n2')].join('\n')), [1, 0]);
  assert.deepEqual(counts([db('Killing n1'), db('Setting up n1'), half('n1')].join('\n')), [1, 0]);
});

test('a summary says who warned of what, and equal ones are counted', () => {
  const bad = file('WARN', 'n1 stdout', 'maelstrom.process', 'Error!\nException: nonsense\n\tat x');
  assert.deepEqual(findingsIn(`${bad}\n${bad}`).ofNodes, [
    { text: 'n1 stdout (maelstrom.process): Error! Exception: nonsense', times: 2 },
  ]);
});

test('a log full of different warnings is summed up in bounds', () => {
  const line = (at: number): string =>
    file('WARN', 'n1 stdout', 'maelstrom.process', `fault ${at}`);
  const { ofNodes } = findingsIn(Array.from({ length: 1000 }, (_, at) => line(at)).join('\n'));
  assert.ok(ofNodes.length <= 21);
  assert.equal(
    ofNodes.reduce((sum, { times }) => sum + times, 0),
    1000,
  );
});

test('what the console and the file both have counts once', () => {
  const of = (entry: typeof file): ReturnType<typeof findingsIn> =>
    findingsIn(entry('WARN', 'n1 stdout', 'maelstrom.process', 'Error!\nnonsense'));
  const merged = mergeFindings(of(file), of(console));
  assert.deepEqual(
    merged.ofNodes.map(({ times }) => times),
    [1],
  );
});

test('the exceptions in results are looked through as well', () => {
  assert.equal(
    faultOfNode('[{:count 3, :message "Malformed RPC response. Maelstrom sent node n0 …"}]'),
    'Malformed RPC response. Maelstrom sent node n0 …"}]',
  );
  assert.equal(faultOfNode('[{:count 3, :message "Client read timeout"}]'), null);
});
