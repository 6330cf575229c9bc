/** What a space-time diagram makes of a trace. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, causeOf, chainOf, coneOf } from '../../src/pages/browser/diagram/causes.ts';
import { readFragment, writeFragment } from '../../src/pages/browser/diagram/fragment.ts';
import { groupOf, groups } from '../../src/pages/browser/diagram/groups.ts';
import { rowsOf } from '../../src/pages/browser/diagram/layout.ts';
import { Model } from '../../src/pages/browser/diagram/model.ts';
import { applyFilter, noFilter } from '../../src/pages/browser/diagram/shown.ts';
import { moment, stretch } from '../../src/pages/browser/diagram/times.ts';
import { countColumn, decodeColumn, encodeColumn } from '../../src/pages/diagram/columns.ts';
import { type DiagramLimits, diagramData } from '../../src/pages/diagram-data.ts';
import type { Effect, Input } from '../../src/raft/index.ts';
import type { TraceEvent, TraceHeader } from '../../src/trace/format.ts';
import { generatedEvents, generatedHeader, state } from './generated-trace.ts';

const header: TraceHeader = { ...generatedHeader, nodes: ['n1', 'n2', 'n3'] };

function modelOf(
  events: Iterable<TraceEvent>,
  limits?: DiagramLimits,
  changes: Partial<TraceHeader> = {},
): Model {
  const data = diagramData({ ...header, ...changes }, events, limits);
  // As it comes out of the page.
  return new Model(JSON.parse(JSON.stringify(data)));
}

const send = (timeMs: number, id: number, from: string, to: string, body: object): TraceEvent =>
  ({ timeMs, kind: 'send', id, from, to, body }) as TraceEvent;
const receive = (timeMs: number, id: number): TraceEvent => ({ timeMs, kind: 'receive', id });
const lose = (timeMs: number, id: number): TraceEvent => ({ timeMs, kind: 'lose', id });
const step = (timeMs: number, node: string, input: object, changes = {}): TraceEvent => ({
  timeMs,
  kind: 'step',
  node,
  input: input as Input<unknown>,
  state: state(changes),
});
const drain = (timeMs: number, node: string, effects: object[]): TraceEvent => ({
  timeMs,
  kind: 'drain',
  node,
  effects: effects as Effect<unknown>[],
});

/** `n1>n2 heartbeatRequest 1..3 received` for each message. */
function arrows(model: Model): string[] {
  const { count, from, to, sentMs, endMs } = model.messages;
  return Array.from({ length: count }, (_, at) => {
    const ends = `${model.nameOf(from[at] ?? 0)}>${model.nameOf(to[at] ?? 0)}`;
    return `${ends} ${model.typeOf(at)} ${sentMs[at]}..${endMs[at]} ${model.fateOf(at)}`;
  });
}

test('a column gives back its integers, whatever their size and sign', () => {
  const columns = [[], [0], [5, 5, 5, 4, 1000, -7], [2 ** 50, -(2 ** 50), 0, 2 ** 31, 2 ** 32]];
  for (const values of columns) {
    const text = encodeColumn(values);
    assert.equal(countColumn(text), values.length);
    assert.deepEqual([...decodeColumn(text, values.length)], values);
  }
  assert.equal(encodeColumn([0, 0, 1, 1, 2]), 'AACAC', 'a small step takes one character');
  assert.throws(() => encodeColumn([0.5]), /not for a column: 0.5/);
  assert.throws(() => decodeColumn('AA', 3), /ends or errs/);
  assert.throws(() => decodeColumn('AAA', 2), /goes on/);
  assert.throws(() => decodeColumn('A!', 2), /ends or errs/);
});

test('a message is an arrow from where and when it was sent to where and when it was received', () => {
  const model = modelOf([
    send(1, 0, 'n1', 'n2', { type: 'heartbeatRequest', term: 3 }),
    send(1.5, 1, 'n2', 'n3', { type: 'voteRequest', term: 4 }),
    receive(2.25, 1),
    receive(3, 0),
  ]);
  assert.deepEqual(arrows(model), [
    'n1>n2 heartbeatRequest 1..3 received',
    'n2>n3 voteRequest 1.5..2.25 received',
  ]);
  assert.deepEqual([...model.messages.term], [3, 4]);
});

test('a lost message ends where it was lost; of one that is on its way no end is known', () => {
  const model = modelOf([
    send(1, 0, 'n1', 'n2', { type: 'a' }),
    send(1, 1, 'n1', 'n3', { type: 'b' }),
    lose(2, 0),
    { timeMs: 9, kind: 'crash', node: 'n3' },
  ]);
  assert.deepEqual(arrows(model), ['n1>n2 a 1..2 lost', 'n1>n3 b 1..1 inFlight']);
});

test('a message that is received twice is two arrows from one moment', () => {
  const model = modelOf([
    send(1, 0, 'n1', 'n2', { type: 'a', term: 5 }),
    receive(2, 0),
    receive(4, 0),
  ]);
  assert.deepEqual(arrows(model), ['n1>n2 a 1..2 received', 'n1>n2 a 1..4 receivedAgain']);
  assert.deepEqual(model.contents(1), { type: 'a', term: 5 });
  assert.equal(model.messages.packet[0], model.messages.packet[1]);
});

test('a bundle is its messages, and a relayed message is what it carries, for its origin', () => {
  const inner = { type: 'voteRequest', term: 7 };
  const relay = { type: 'relay', origin: 'n3', number: 9, path: [], message: inner };
  const parts = [{ type: 'appendResponse', term: 7, result: { kind: 'accepted' } }, relay];
  const model = modelOf([send(1, 4, 'n1', 'n2', { type: 'bundle', parts }), receive(2, 4)]);
  assert.deepEqual(arrows(model), [
    'n1>n2 appendResponse 1..2 received',
    'n1>n2 voteRequest 1..2 received',
  ]);
  assert.equal(model.messages.packet[0], model.messages.packet[1]);
  assert.deepEqual([...model.messages.origin], [0, 2]);
  assert.deepEqual(model.contents(0), parts[0]);
  assert.deepEqual(model.contents(1), { ...inner, relay: { number: 9, path: [] } });
  assert.equal(model.field(0, 'result', 'kind'), 'accepted');
});

test('contents come back as they were, whatever they are', () => {
  const bodies: { readonly type: string; readonly [field: string]: unknown }[] = [
    { type: 'x', a: 1, b: null, c: 'text', d: [1, { e: 2 }], f: { g: { h: { i: 1 } } }, j: {} },
    { type: 'x', a: -5, b: 1.5, c: false, d: [], f: 0, j: 2 ** 53 },
    { type: 'other programs', 'a.b': 1, '': 2, type2: '<script>' },
    { type: 'wide', ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`, at])) },
  ];
  const model = modelOf(bodies.map((body, id) => send(id, id, 'n1', 'n2', body)));
  bodies.forEach((body, at) => {
    assert.deepEqual(model.contents(at), body);
  });
  assert.equal(model.field(3, 'f59'), 59);
  assert.deepEqual(model.field(0, 'f', 'g', 'h'), { i: 1 });
});

test('a type whose fields have ever other names keeps its name, its numbers and its contents', () => {
  const bodies = Array.from({ length: 100 }, (_, at) => {
    const heard = { [`n${at}`]: [], [`m${at}`]: at };
    return { type: 'survey', term: at, heard, ...(at < 60 ? {} : { [`own${at}`]: 1 }) };
  });
  const model = modelOf(bodies.map((body, at) => send(at, at, 'n1', 'n2', body)));
  bodies.forEach((body, at) => {
    assert.equal(model.typeOf(at), 'survey');
    assert.deepEqual(model.contents(at), body);
    assert.equal(model.field(at, 'heard', `m${at}`), at);
  });
  assert.equal(model.messages.term[59], 59);
});

test('a trace from anywhere is drawn as far as it makes sense', () => {
  const huge = Number.MAX_SAFE_INTEGER;
  const model = modelOf([
    drain(1, 'n1', [{ kind: 'send' }, { kind: 'persist', token: 1 }, { kind: 'roleChange' }]),
    step(2, 'n1', { kind: 'receive' }, { term: huge, lastIndex: huge }),
    step(2, 'n1', { kind: 'receive', message: { kind: 'x', from: 1, to: null } }),
    { timeMs: 1e300, kind: 'crash', node: 'nobody' },
    { timeMs: 3, kind: 'invoke', operation: huge, client: '', node: '', f: '', key: 0, value: 0 },
    send(4, huge, 'n1', 'n1', { type: '' }),
    receive(3, huge),
    lose(5, 17),
  ]);
  assert.equal(model.messages.count, 1);
  assert.ok(model.endMs > 1e11);
});

test('of a hundred nodes and more the first have lanes, and the page says so', () => {
  const nodes = Array.from({ length: 130 }, (_, at) => `n${at}`);
  const model = modelOf([send(1, 0, 'n99', 'n2', { type: 'a' })], undefined, { nodes });
  assert.equal(model.nodes.length, 100);
  assert.equal(model.leftOut.nodes, 30);
  assert.deepEqual(arrows(model), ['n99>n2 a 1..1 inFlight']);
});

test('text that is too long is cut, and the page says of how many', () => {
  const data = diagramData(header, [send(1, 0, 'n1', 'n2', { type: 'a', text: 'x'.repeat(9000) })]);
  assert.equal(data.leftOut.contents, 1);
  const model = new Model(data);
  assert.match(String(model.contents(0)['text']), /^"x{3999}… \(9002 characters in all\)$/);
});

test('clients have no lane, and services that nodes ask have one', () => {
  const model = modelOf([
    send(1, 0, 'c7', 'n1', { type: 'read' }),
    send(2, 1, 'n1', 'c7', { type: 'read_ok' }),
    send(3, 2, 'n1', 'seq-kv', { type: 'read' }),
    send(4, 3, 'seq-kv', 'n1', { type: 'read_ok' }),
    {
      timeMs: 5,
      kind: 'invoke',
      operation: 3,
      client: 'p1',
      node: 'n2',
      f: 'read',
      key: 1,
      value: null,
    },
  ]);
  assert.deepEqual(model.nodes, ['n1', 'n2', 'n3', 'seq-kv']);
  assert.deepEqual(
    arrows(model).map((text) => text.split(' ')[0]),
    ['n1>seq-kv', 'seq-kv>n1'],
  );
  assert.equal(model.leftOut.clientMessages, 2);
  assert.equal(model.operations[0]?.node, 1);
  assert.equal(model.operations[0]?.outcome, 'open');
});

test('without a network, messages are matched by what they say, in order', () => {
  const beat = { kind: 'heartbeatRequest', from: 'n1', to: 'n2', term: 1, round: 1 };
  const other = { ...beat, round: 2 };
  const input = (message: object) => ({ kind: 'receive', message });
  const model = modelOf([
    drain(1, 'n1', [{ kind: 'send', message: beat }]),
    drain(2, 'n1', [{ kind: 'send', message: beat }]),
    drain(3, 'n1', [{ kind: 'send', message: other }]),
    // The order of fields says nothing.
    step(4, 'n2', input({ round: 2, term: 1, to: 'n2', from: 'n1', kind: 'heartbeatRequest' })),
    step(5, 'n2', input(beat)),
    step(6, 'n2', input(beat)),
    step(7, 'n2', input(beat)),
  ]);
  assert.deepEqual(arrows(model), [
    'n1>n2 heartbeatRequest 1..5 received',
    'n1>n2 heartbeatRequest 2..6 received',
    'n1>n2 heartbeatRequest 2..7 receivedAgain',
    'n1>n2 heartbeatRequest 3..4 received',
  ]);
});

test('what waits for its write leaves when that is durable, and never after a crash', () => {
  const vote = { kind: 'voteResponse', from: 'n2', to: 'n1', term: 1, granted: true };
  const model = modelOf([
    drain(1, 'n2', [{ kind: 'persist', token: 1, messages: [vote] }]),
    step(3, 'n2', { kind: 'persisted', token: 1 }),
    drain(4, 'n2', [{ kind: 'persist', token: 2, messages: [{ ...vote, term: 2 }] }]),
    { timeMs: 5, kind: 'crash', node: 'n2' },
    step(6, 'n2', { kind: 'persisted', token: 2 }),
    step(7, 'n1', { kind: 'receive', message: vote }),
  ]);
  assert.deepEqual(arrows(model), ['n2>n1 voteResponse 3..7 received']);
});

test('where one node alone has told, its messages have one known end', () => {
  const beat = { kind: 'heartbeatRequest', from: 'n1', to: 'n2', term: 1 };
  const model = modelOf([
    drain(1, 'n1', [{ kind: 'send', message: beat }]),
    step(2, 'n1', { kind: 'receive', message: { ...beat, from: 'n3', to: 'n1' } }),
    step(9, 'n1', { kind: 'tick' }),
  ]);
  assert.deepEqual(arrows(model), [
    'n1>n2 heartbeatRequest 1..1 inFlight',
    'n3>n1 heartbeatRequest 2..2 sentUnseen',
  ]);
});

test('what the network has told is not told again by the nodes', () => {
  const message = { kind: 'timeoutNow', from: 'n1', to: 'n2', term: 1 };
  const model = modelOf([
    drain(1, 'n1', [{ kind: 'send', message }]),
    send(1, 0, 'n1', 'n2', { type: 'timeoutNow', term: 1 }),
    receive(2, 0),
    step(2, 'n2', { kind: 'receive', message }),
  ]);
  assert.deepEqual(arrows(model), ['n1>n2 timeoutNow 1..2 received']);
});

test('a node is one thing after the other, through a crash and a restart', () => {
  const change = { kind: 'roleChange', role: 'candidate', term: 2, leader: null };
  const model = modelOf([
    { timeMs: 0, kind: 'start', node: 'n1', state: state(), core: null },
    step(10, 'n1', { kind: 'tick' }, { role: 'candidate', term: 2, votedFor: 'n1' }),
    drain(10, 'n1', [{ ...change, previousRole: 'follower', reason: 'electionTimeout' }]),
    step(11, 'n1', { kind: 'tick' }, { role: 'candidate', term: 2, votedFor: 'n1' }),
    { timeMs: 20, kind: 'crash', node: 'n1' },
    {
      timeMs: 30,
      kind: 'start',
      node: 'n1',
      state: state({ term: 2, votedFor: 'n1' }),
      core: null,
    },
    { timeMs: 40, kind: 'halt', node: 'n1', reason: 'disk full', input: null },
    { timeMs: 50, kind: 'broken', rule: 'one leader', node: null, detail: 'two' },
  ]);
  assert.deepEqual(
    model.spans[0]?.map(({ role, term, fromMs, toMs, reason }) => [
      role,
      term,
      fromMs,
      toMs,
      reason,
    ]),
    [
      ['follower', 0, 0, 10, null],
      ['candidate', 2, 10, 20, 'electionTimeout'],
      ['down', 2, 20, 30, 'crashed'],
      ['follower', 2, 30, 40, null],
      ['down', 2, 40, 50, 'disk full'],
    ],
  );
  assert.equal(model.spanAt(0, 15)?.role, 'candidate');
  assert.equal(model.spanAt(1, 15), null, 'nothing was heard of n2');
  assert.deepEqual(
    model.marks.map(({ kind, node, text }) => `${kind} ${node} ${text}`),
    [
      'start 0 started in term 0',
      'crash 0 crashed',
      'start 0 started in term 2',
      'halt 0 disk full',
      'broken -1 one leader: two',
    ],
  );
});

test('a process that was killed is down until it is back, whether it says so or not', () => {
  const kill = (timeMs: number, phase: 'begin' | 'end'): TraceEvent => {
    return { timeMs, kind: 'fault', fault: 'kill', phase, nodes: ['n1', 'n2'], text: 'n1 n2' };
  };
  const role = { role: 'follower', term: 1, leader: null, reason: 'higherTerm' };
  const model = modelOf(
    [
      { timeMs: -3, kind: 'role', node: 'n1', ...role },
      kill(10, 'begin'),
      kill(20, 'end'),
      { timeMs: 25, kind: 'start', node: 'n1', state: state({ term: 1 }), core: null },
      { timeMs: 30, kind: 'crash', node: 'n3' },
    ],
    undefined,
    { source: 'bench' },
  );
  const roles = model.spans.map((spans) => spans.map((span) => `${span.role} ${span.fromMs}`));
  assert.deepEqual(roles[0], ['follower -3', 'down 10', 'unknown 20', 'follower 25']);
  assert.deepEqual(roles[1], ['down 10', 'unknown 20']);
  assert.equal(model.startMs, -3, 'nodes begin before clients do');
  assert.deepEqual(model.faults, [
    { kind: 'kill', text: 'n1 n2', nodes: [0, 1], fromMs: 10, toMs: 20 },
  ]);
});

test('a fault lasts until it is ended, until the next of its kind, or as long as the run', () => {
  const fault = (
    timeMs: number,
    kind: string,
    phase: 'begin' | 'end' | 'moment',
    nodes: string[],
  ) => ({ timeMs, kind: 'fault', fault: kind, phase, nodes, text: nodes.join(' ') }) as TraceEvent;
  const model = modelOf([
    fault(1, 'partition', 'begin', ['n1']),
    fault(2, 'pause', 'begin', ['n1']),
    fault(3, 'pause', 'begin', ['n2']),
    fault(4, 'partition', 'begin', ['n3']),
    fault(5, 'pause', 'end', ['n1']),
    fault(6, 'transferLeadership', 'moment', ['n2']),
    fault(9, 'partition', 'end', []),
    fault(12, 'rot', 'moment', ['n2']),
  ]);
  assert.deepEqual(
    model.faults.map(({ kind, fromMs, toMs }) => `${kind} ${fromMs}..${toMs}`),
    [
      'partition 1..4',
      'pause 2..5',
      'pause 3..12',
      'partition 4..9',
      'transferLeadership 6..6',
      'rot 12..12',
    ],
  );
});

test('a node that is killed while it is paused does not come back paused', () => {
  const fault = (timeMs: number, kind: string, phase: 'begin' | 'end', nodes: string[]) =>
    ({ timeMs, kind: 'fault', fault: kind, phase, nodes, text: '' }) as TraceEvent;
  const model = modelOf([
    fault(1, 'pause', 'begin', ['n1', 'n2']),
    fault(3, 'kill', 'begin', ['n1']),
    fault(4, 'kill', 'end', ['n1']),
    fault(6, 'kill', 'begin', ['n2']),
    fault(8, 'pause', 'end', []),
    fault(9, 'kill', 'end', ['n2']),
  ]);
  assert.deepEqual(model.pausesOf(0), [{ fromMs: 1, toMs: 3 }]);
  assert.deepEqual(model.pausesOf(1), [{ fromMs: 1, toMs: 6 }]);
  assert.deepEqual(model.pausesOf(2), []);
  assert.deepEqual(
    model.faults.map(({ kind, fromMs, toMs }) => `${kind} ${fromMs}..${toMs}`),
    ['pause 1..8', 'kill 3..4', 'kill 6..9'],
  );
});

test('times have as many digits as matter', () => {
  assert.equal(moment(9956.29), '9.956290 s');
  assert.equal(moment(2500), '2.500 s');
  assert.equal(moment(-1152.225), '−1.152225 s');
  assert.equal(stretch(-1152.225, 13_208.457), '−1.2 s – 13.2 s (14.4 s)');
  assert.equal(stretch(2488.47, 2888.47), '2.488 s – 2.888 s (400.0 ms)');
  assert.equal(stretch(1000, 1000.02), '1.000000 s – 1.000020 s (20 µs)');
  assert.equal(stretch(-0.001, 14_000), '0.0 s – 14.0 s (14.0 s)');
});

test('how far a log was can be asked for any moment', () => {
  const at = (timeMs: number, lastIndex: number, commitIndex: number) =>
    step(timeMs, 'n2', { kind: 'tick' }, { lastIndex, commitIndex });
  const model = modelOf([at(1, 5, 2), at(2, 5, 2), at(3, 6, 2), at(4, 4, 4)]);
  assert.deepEqual([...(model.progress[1]?.atMs ?? [])], [1, 3, 4]);
  assert.equal(model.progressAt(1, 0.5), -1);
  assert.equal(model.progress[1]?.lastIndex[model.progressAt(1, 3.5)], 6);
});

test('when there is too much, what is near faults and failures stays, and then the end', () => {
  const messages = 4000;
  const events: TraceEvent[] = [];
  for (let id = 0; id < messages; id++) {
    events.push(send(id * 10, id, 'n1', 'n2', { type: 'a' }), receive(id * 10 + 1, id));
    if (id === 1000) {
      events.push({ timeMs: 10_000, kind: 'halt', node: 'n3', reason: 'x', input: null });
    }
  }
  const model = modelOf(events, { messages: 500, operations: 10 });
  const { count, sentMs } = model.messages;
  assert.ok(count > 400 && count <= 500, `${count} are kept`);
  assert.equal(model.leftOut.messages, messages - count);
  const isKept = (ms: number) => sentMs.includes(ms);
  assert.ok(isKept(10_000) && isKept(9500) && isKept(10_500), 'around the failure');
  assert.ok(isKept(39_990), 'the end');
  assert.ok(!isKept(0) && !isKept(20_000));
  const isLeftOut = (ms: number) =>
    model.leftOut.spans.some(({ fromUs, toUs }) => ms * 1000 >= fromUs && ms * 1000 < toUs);
  assert.ok(isLeftOut(20_000) && !isLeftOut(10_000) && !isLeftOut(39_990), 'the page says where');
});

test('what was on its way at some time is found among the messages, whenever it was sent', () => {
  const events: TraceEvent[] = [send(0, 0, 'n1', 'n2', { type: 'appendRequest' })];
  for (let id = 1; id < 1000; id++) {
    events.push(send(id, id, 'n1', 'n3', { type: 'appendRequest' }), receive(id + 0.5, id));
  }
  events.push(receive(900.2, 0));
  const model = modelOf(events.sort((a, b) => a.timeMs - b.timeMs));
  const append = groupOf('appendRequest');
  const index = applyFilter(model, noFilter)[append];
  const found: number[] = [];
  index?.collect(500.1, 502.1, found, 100);
  assert.deepEqual(found, [0, 500, 501, 502]);
  assert.equal(index?.countSent(500.1, 502.1), 2);
  const few: number[] = [];
  index?.collect(0, 1000, few, 3);
  assert.equal(few.length, 3);
});

test('a filter lets through what is of its groups, nodes, term and fate, and matches', () => {
  const model = modelOf([
    send(1, 0, 'n1', 'n2', { type: 'voteRequest', term: 1 }),
    send(2, 1, 'n1', 'n3', { type: 'appendRequest', term: 2 }),
    send(3, 2, 'n2', 'n3', { type: 'appendRequest', term: 1 }),
    lose(3, 2),
  ]);
  const shown = (change: object): number[] =>
    applyFilter(model, { ...noFilter, ...change })
      .flatMap(({ members }) => [...members])
      .sort((a, b) => a - b);
  assert.deepEqual(shown({}), [0, 1, 2]);
  assert.deepEqual(shown({ hiddenGroups: new Set([groupOf('voteRequest')]) }), [1, 2]);
  assert.deepEqual(shown({ hiddenNodes: new Set([0]) }), [2]);
  assert.deepEqual(shown({ term: 1 }), [0, 2]);
  assert.deepEqual(shown({ onlyLost: true }), [2]);
  assert.deepEqual(shown({ matches: Uint8Array.of(0, 1, 0) }), [1]);
});

test('messages of other programs belong to groups by their names', () => {
  const nameOf = (type: string) => groups[groupOf(type)]?.name;
  assert.equal(nameOf('request_vote'), 'vote');
  assert.equal(nameOf('request_vote_res'), 'vote');
  assert.equal(nameOf('append_entries'), 'append');
  assert.equal(nameOf('preVoteRequest'), 'preVote');
  assert.equal(nameOf('gossip'), 'other');
});

/** n1 asks n2 and n3 for votes; n2 answers; n1 leads and appends. */
const election: readonly TraceEvent[] = [
  send(10, 0, 'n1', 'n2', { type: 'voteRequest', term: 2 }),
  send(10, 1, 'n1', 'n3', { type: 'voteRequest', term: 2 }),
  receive(12, 0),
  lose(12, 1),
  send(13, 2, 'n2', 'n1', { type: 'voteResponse', term: 2, granted: true }),
  receive(15, 2),
  send(15, 3, 'n1', 'n3', { type: 'appendRequest', term: 2, round: 1, prevIndex: 0 }),
  receive(17, 3),
  send(20, 4, 'n3', 'n1', { type: 'appendResponse', term: 2, round: 1 }),
  receive(22, 4),
];

test('a message has an answer, a cause, and a chain of causes back to a timer', () => {
  const model = modelOf(election);
  assert.equal(answerOf(model, 0), 2);
  assert.equal(answerOf(model, 1), null, 'what is lost is not answered');
  assert.equal(answerOf(model, 3), 4, 'by what it repeats');
  assert.equal(causeOf(model, 3), 2, 'what was received at the same moment');
  assert.equal(causeOf(model, 0), null, 'a timer');
  assert.deepEqual([...chainOf(model, 4)].sort(), [0, 2, 3, 4]);
});

test('a cone has what may have led to a moment, and what it may have led to', () => {
  const model = modelOf(election);
  const cone = coneOf(model, { node: 0, atMs: 15 }, { node: 0, atMs: 15 });
  assert.deepEqual([...cone.pastMs], [15, 13, Number.NEGATIVE_INFINITY]);
  assert.deepEqual([...cone.futureMs], [15, Number.POSITIVE_INFINITY, 17]);
});

test('things at the same time get rows of their own, as long as there are rows', () => {
  const at = (fromMs: number, toMs: number) => ({ fromMs, toMs });
  assert.deepEqual(
    [...rowsOf([at(0, 5), at(1, 3), at(3, 4), at(4, 6), at(5, 9)], 2)],
    [0, 1, 1, 1, 0],
  );
});

test('an address names a moment, an operation, a node, and comes back the same', () => {
  const place = readFragment('#ms=12345.6&operation=17&node=n1');
  assert.deepEqual(place, {
    ms: 12345.6,
    operation: 17,
    message: null,
    index: null,
    node: 'n1',
    span: null,
  });
  assert.equal(writeFragment(place), '#ms=12345.6&operation=17&node=n1');
  assert.deepEqual(readFragment('#ms=x&operation=-1&message=1.5&span=0').ms, null);
  assert.equal(readFragment('#operation=-1').operation, null);
});

test('a hundred thousand messages take some bytes each', () => {
  const data = diagramData(generatedHeader, generatedEvents(100_000));
  assert.ok(data.messages.count >= 100_000);
  const bytes = JSON.stringify(data).length / data.messages.count;
  assert.ok(bytes < 40, `${bytes} bytes`);
});
