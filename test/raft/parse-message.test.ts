import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asNodeId, type Message, type MessageFormat, parseMessage } from '../../src/raft/index.ts';
import { TestCluster, testSettings } from './cluster.ts';

const from = asNodeId('n2');
const to = asNodeId('n1');

const format: MessageFormat<string> = {
  parseCommand(value) {
    if (typeof value !== 'string') throw new TypeError('a command is a string');
    return value;
  },
  parseSnapshotData(value) {
    if (typeof value !== 'string') throw new TypeError('snapshot data is no text');
    return new TextEncoder().encode(value);
  },
};

function parse(kind: Message<string>['kind'], fields: Record<string, unknown>): string | undefined {
  const parsed = parseMessage(kind, from, to, fields, format);
  return parsed.ok ? undefined : parsed.fault;
}

test('every message that a cluster sends survives JSON unchanged', () => {
  const settings = { ...testSettings, quietTicks: 10, snapshotEntries: 20, trailingEntries: 2 };
  const cluster = TestCluster.of(['n1', 'n2', 'n3'], { settings });
  const seen = new Set<string>();
  const late: Message<string>[] = [];
  const check = () => {
    for (const node of cluster.nodes) {
      for (const message of node.outgoing) {
        seen.add(message.kind);
        if (message.kind === 'appendRequest') late.push(message);
        const { kind, from, to, ...fields } = message;
        const text = JSON.stringify(fields, (_name, value) =>
          value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
        );
        const carried = JSON.parse(text);
        const parsed = parseMessage(kind, from, to, carried, format);
        assert.ok(parsed.ok, parsed.ok ? '' : parsed.fault);
        assert.deepEqual(parsed.message, message);
      }
    }
  };
  cluster.node('n1').timeOut();
  for (let i = 0; i < 100; i++) {
    if (i === 20) cluster.node('n1').propose('a');
    if (i === 25) cluster.isolate('n1');
    if (i === 58)
      for (const node of cluster.leaders) for (let n = 0; n < 40; n++) node.propose('b');
    if (i === 60) cluster.heal();
    if (i === 61) for (const message of late.slice(0, 2)) cluster.node(message.to).receive(message);
    if (i === 70) for (const node of cluster.nodes) node.read();
    if (i === 75) for (const node of cluster.nodes) node.changeMembership(['n1', 'n3'], ['n2']);
    if (i === 90) for (const node of cluster.leaders) node.transfer(null);
    for (const node of cluster.nodes) node.tick();
    do check();
    while (cluster.deliverRound() > 0);
  }
  assert.deepEqual([...seen].sort(), [
    'appendRequest',
    'appendResponse',
    'commitHint',
    'heartbeatRequest',
    'heartbeatResponse',
    'newerTerm',
    'preVoteRequest',
    'preVoteResponse',
    'readIndexRequest',
    'readIndexResponse',
    'snapshotRequest',
    'snapshotResponse',
    'timeoutNow',
    'voteRequest',
    'voteResponse',
  ]);
});

test('impossible contents are refused, and the fault names the field', () => {
  const append = {
    term: 3,
    prevIndex: 1,
    prevTerm: 1,
    entries: [
      { kind: 'command', index: 2, term: 2, command: 'a', bytes: 1 },
      { kind: 'noop', index: 3, term: 3, bytes: 0 },
    ],
    commitIndex: 1,
    round: 1,
    electionTicks: 10,
  };
  assert.equal(parse('appendRequest', append), undefined);
  const withEntry = (entry: Record<string, unknown>) => ({
    ...append,
    entries: [{ ...append.entries[0], ...entry }],
  });
  const faults: [Message<string>['kind'], Record<string, unknown>, RegExp][] = [
    ['appendRequest', { ...append, term: -1 }, /term is not a whole number/],
    ['appendRequest', { ...append, term: 1.5 }, /term is not a whole number/],
    ['appendRequest', { ...append, term: '3' }, /term is not a whole number/],
    ['appendRequest', { ...append, prevIndex: undefined }, /prevIndex is not a whole number/],
    ['appendRequest', { ...append, prevIndex: 0 }, /zero together/],
    ['appendRequest', { ...append, prevTerm: 4, entries: [] }, /prevTerm is a later term/],
    ['appendRequest', { ...append, commitIndex: 2 ** 60 }, /commitIndex is not a whole number/],
    ['appendRequest', { ...append, round: null }, /round is not a whole number/],
    ['appendRequest', { ...append, entries: null }, /entries is not an array/],
    ['appendRequest', { ...append, entries: [7] }, /an entry is not an object/],
    ['appendRequest', { ...append, term: 2 }, /later term than its leader/],
    ['appendRequest', withEntry({ index: 3 }), /leave a gap/],
    ['appendRequest', withEntry({ term: 0 }), /terms of entries decrease/],
    ['appendRequest', withEntry({ kind: 'magic' }), /unknown kind/],
    ['appendRequest', withEntry({ command: 5 }), /command is malformed/],
    ['appendRequest', withEntry({ bytes: -1 }), /bytes is not a whole number/],
    ['appendResponse', { term: 1, round: 1 }, /result is not an object/],
    ['appendResponse', { term: 1, round: 1, result: { kind: 'x' } }, /unknown kind: x/],
    // What cannot become a text is told by its type.
    [
      'appendResponse',
      { term: 1, round: 1, result: { kind: { toString: 1, valueOf: 1 } } },
      /unknown kind: object/,
    ],
    [
      'appendRequest',
      withEntry({
        kind: 'membership',
        membership: { voters: ['n1'], outgoing: ['n1', 'n1'], learners: [] },
      }),
      /outgoing names a node twice/,
    ],
    [
      'appendResponse',
      { term: 1, round: 1, result: { kind: 'accepted', matchIndex: -4 } },
      /matchIndex is not a whole number/,
    ],
    ['heartbeatRequest', { term: 1, round: 1 }, /commitIndex is not a whole number/],
    ['heartbeatResponse', { term: 1, matchIndex: 1 }, /round is not a whole number/],
    ['voteRequest', { term: 2, lastLogIndex: 1, lastLogTerm: 2 }, /later term than the log/],
    ['voteRequest', { term: 2, lastLogIndex: 1, lastLogTerm: 0 }, /empty log/],
    ['voteResponse', { term: 2, granted: 'yes' }, /granted is neither true nor false/],
    [
      'voteResponse',
      { term: 2, granted: true, lastLogIndex: 1, lastLogTerm: 3 },
      /later term than its node/,
    ],
    ['preVoteRequest', { term: 2, lastLogIndex: 0, lastLogTerm: 0 }, /round is not/],
    ['preVoteResponse', { term: 2, round: 1 }, /granted is neither/],
  ];
  for (const [kind, fields, fault] of faults) {
    assert.match(parse(kind, fields) ?? 'accepted', fault, `${kind} ${JSON.stringify(fields)}`);
  }
});
