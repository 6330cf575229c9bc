/** What a trace is: what was written is what is read, and what is none is refused with its place. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, asNodeId, asTerm } from '../../src/raft/index.ts';
import {
  encodeEvent,
  encodeHeader,
  eventKinds,
  readPlacedTrace,
  readTrace,
  type TraceEvent,
  TraceFault,
  type TraceHeader,
} from '../../src/trace/index.ts';
import { directory, fileOf } from './simulated.ts';

const header: TraceHeader = {
  format: 'raftwright-trace',
  version: 1,
  source: 'simulation',
  level: 'full',
  nodes: ['n1', 'n2'],
  startedAtMs: null,
  about: { seed: '7' },
};

const state = {
  role: 'follower',
  term: 2,
  votedFor: null,
  leader: 'n2',
  lastIndex: 5,
  lastTerm: 2,
  durableIndex: 4,
  commitIndex: 3,
  appliedIndex: 3,
};

const snapshot = {
  index: asLogIndex(3),
  term: asTerm(1),
  membership: { index: asLogIndex(0), membership: { voters: [], outgoing: [], learners: [] } },
};
const bytes = new Uint8Array([0, 127, 128, 255]);
const chunk = { snapshot, offset: 0, data: bytes, isLast: true };
const part = { from: asNodeId('n2'), to: asNodeId('n1'), term: asTerm(2), round: 1 };
const message = { kind: 'snapshotRequest', ...part, ...chunk } as const;

/** One of each kind, in each of its shapes; bytes wherever bytes may be. */
const events: readonly TraceEvent[] = [
  { timeMs: -3.5, kind: 'start', node: 'n1', state, core: null },
  {
    timeMs: 0,
    kind: 'start',
    node: 'n2',
    state,
    core: {
      seed: 1,
      membership: snapshot.membership.membership,
      settings: { leaseReads: false },
      hardState: { currentTerm: asTerm(2), votedFor: asNodeId('n1') },
      snapshot,
      entries: [{ kind: 'noop', index: 4, term: 1, bytes: 0 }],
      headStartTicks: 9,
    },
  },
  { timeMs: 1, kind: 'step', node: 'n1', input: { kind: 'tick' }, state },
  { timeMs: 1, kind: 'step', node: 'n1', input: { kind: 'tick' }, state, afterIdle: true },
  { timeMs: 1, kind: 'step', node: 'n1', input: { kind: 'receive', message }, state },
  {
    timeMs: 1.001,
    kind: 'step',
    node: 'n2',
    input: {
      kind: 'snapshotRead',
      peer: asNodeId('n1'),
      chunk: { snapshotIndex: asLogIndex(3), offset: 0, data: bytes, isLast: true },
    },
    state,
  },
  { timeMs: 2, kind: 'drain', node: 'n1', effects: [{ kind: 'send', message }] },
  {
    timeMs: 2,
    kind: 'drain',
    node: 'n1',
    effects: [
      {
        kind: 'persist',
        token: 1 as never,
        hardState: null,
        snapshotChunk: chunk,
        truncateFrom: asLogIndex(3),
        entries: [],
        messages: [],
      },
    ],
  },
  {
    timeMs: 3,
    kind: 'role',
    node: 'n1',
    role: 'candidate',
    term: 3,
    leader: null,
    reason: 'preVoteWon',
  },
  { timeMs: 4, kind: 'durable', node: 'n1', write: { snapshotChunk: chunk } },
  { timeMs: 4, kind: 'snapshot', node: 'n1', index: 3, bytes: 17 },
  { timeMs: 5, kind: 'halt', node: 'n1', reason: 'a line\nand another', input: null },
  { timeMs: 5, kind: 'halt', node: 'n1', reason: '', input: { kind: 'receive', message } },
  { timeMs: 6, kind: 'crash', node: 'n1' },
  { timeMs: 7, kind: 'send', id: 0, from: 'n1', to: 'n2', body: { type: 'x', more: [1] } },
  { timeMs: 8, kind: 'receive', id: 0 },
  { timeMs: 8, kind: 'lose', id: 0 },
  {
    timeMs: 9,
    kind: 'invoke',
    operation: 0,
    client: 'c1',
    node: 'n1',
    f: 'cas',
    key: 1,
    value: [1, 2],
  },
  { timeMs: 9, kind: 'complete', operation: 0, type: 'fail', value: [1, 2], error: [22, 'no'] },
  { timeMs: 10, kind: 'fault', fault: 'kill', phase: 'begin', nodes: ['n1'], text: 'n1' },
  { timeMs: 11, kind: 'broken', rule: 'a rule', node: null, detail: '' },
];

const head = encodeHeader(header);
const lines = [head, ...events.map(encodeEvent)];

function faultOf(...wrong: readonly string[]): string {
  const path = fileOf(wrong);
  try {
    for (const _event of readTrace(path).events);
  } catch (error) {
    assert.ok(error instanceof TraceFault, String(error));
    return error.message.replace(path, 'FILE');
  }
  assert.fail('nothing was wrong');
}

test('every kind of event is read as it was written', () => {
  const trace = readTrace(fileOf(lines));
  assert.deepEqual(trace.header, header);
  assert.deepEqual([...trace.events], events);
  assert.deepEqual([...trace.events], events, 'and once more');
  assert.deepEqual([...new Set(events.map(({ kind }) => kind))].sort(), [...eventKinds].sort());
});

test('commands that JSON has no words for do not stop a trace', () => {
  const odd = { big: 12n, map: new Map([[1, bytes]]), set: new Set(['a']) };
  const input = { kind: 'propose', requestId: 1 as never, command: odd, bytes: 1 } as const;
  const event: TraceEvent = { timeMs: 0, kind: 'step', node: 'n1', input, state };
  const told = JSON.parse(encodeEvent(event)).input.command;
  assert.deepEqual(told, { big: '12', map: [[1, 'AH+A/w==']], set: ['a'] });
});

test('times have three decimals', () => {
  assert.match(encodeEvent({ timeMs: 1 / 3, kind: 'receive', id: 0 }), /^\{"timeMs":0\.333,/);
});

test('an event says in which line of which file it stands', () => {
  const path = fileOf(lines);
  const places = Array.from(readPlacedTrace(path).events, ({ place }) => place);
  assert.deepEqual(
    places,
    events.map((_event, at) => `${path}:${at + 2}`),
  );
});

test('a last line that a kill has cut short is left out, and one in the middle is not', () => {
  const cut = (lines.at(-1) ?? '').slice(0, 30);
  const path = fileOf([...lines.slice(0, -1), cut], '');
  assert.deepEqual([...readTrace(path).events], events.slice(0, -1));
  assert.match(faultOf(head, cut, lines[1] ?? ''), /^FILE:2: not a JSON object: \{"timeMs":11/);
  // Whole, but for its line break.
  assert.deepEqual([...readTrace(fileOf(lines, '')).events], events);
});

test('a line may be as long as a log, and longer than what is read at a time', () => {
  const long = [1, 2, 3].map((timeMs): TraceEvent => {
    const value = 'ü€'.repeat(timeMs * 150_000);
    return { timeMs, kind: 'complete', operation: 0, type: 'ok', value, error: null };
  });
  assert.deepEqual([...readTrace(fileOf([head, ...long.map(encodeEvent)])).events], long);
});

test('kinds and fields that later writers of the version add do no harm', () => {
  const path = fileOf([
    head.replace('{', '{"added":1,'),
    '{"timeMs":1,"kind":"later","what":"ever"}',
    '{"timeMs":2,"kind":"crash","node":"n1","added":{}}',
  ]);
  assert.deepEqual(
    [...readTrace(path).events],
    [{ timeMs: 2, kind: 'crash', node: 'n1', added: {} }],
  );
});

test('what is no trace is refused, with file and line', () => {
  assert.match(faultOf(''), /^FILE:1: no trace: it does not begin with \{"format"/);
  assert.match(faultOf('{"time":1,"event":"send"}'), /^FILE:1: no trace/);
  assert.match(faultOf('[]'), /^FILE:1: no trace/);
  assert.throws(() => readTrace(fileOf([], '')), /: no trace: it is empty/);
  assert.throws(() => readTrace(directory), /cannot be read/);
  assert.throws(() => readTrace(`${directory}/none`), /none cannot be read: ENOENT/);
});

test('a newer version is refused, and says so', () => {
  assert.equal(
    faultOf(head.replace('"version":1', '"version":2')),
    'FILE:1: version 2 of the format, this reads 1; a newer raftwright can',
  );
  assert.match(faultOf(head.replace('"version":1', '"version":"x"')), /^FILE:1: version "x"/);
});

const wrongLines: readonly (readonly [line: string, fault: RegExp])[] = [
  ['7', /^FILE:2: not a JSON object: 7$/],
  ['{"timeMs":1}', /^FILE:2: an event without a kind/],
  ['{"kind":"crash","node":"n1"}', /^FILE:2: timeMs is not a number$/],
  ['{"timeMs":1,"kind":"crash"}', /^FILE:2: node of a crash is not a text$/],
  ['{"timeMs":1,"kind":"receive","id":-1}', /^FILE:2: id of a receive is not a whole number$/],
  [
    '{"timeMs":1,"kind":"drain","node":"n1","effects":[{"kind":"send"}]}',
    /^FILE:2: effects of a drain is not a list of effects of a core$/,
  ],
  [
    '{"timeMs":1,"kind":"fault","fault":"kill","phase":"middle","nodes":[],"text":""}',
    /^FILE:2: phase of a fault is not one of begin, end, moment$/,
  ],
  ['{"timeMs":1,"kind":"step","node":"n1","input":{"kind":"tick"}}', /^FILE:2: state of a step/],
];

for (const [line, fault] of wrongLines) {
  test(`a line that makes no sense is refused: ${line}`, () => {
    assert.match(faultOf(head, line), fault);
  });
}

test('a header that lacks something is refused', () => {
  for (const name of ['source', 'level', 'nodes', 'startedAtMs', 'about']) {
    const { [name as 'about']: _left, ...rest } = header;
    assert.match(faultOf(JSON.stringify(rest)), new RegExp(`^FILE:1: ${name} of the header`));
  }
});
