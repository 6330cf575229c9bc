/** Traces of one run become one: by time, and never a message before it was sent. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeEvent,
  encodeHeader,
  mergeTraces,
  type PlacedTrace,
  readPlacedTrace,
  type TraceEvent,
  type TraceHeader,
} from '../../src/trace/index.ts';
import { fileOf } from './simulated.ts';

function traceOf(header: Partial<TraceHeader>, events: readonly TraceEvent[]): PlacedTrace {
  const whole: TraceHeader = {
    format: 'raftwright-trace',
    version: 1,
    source: 'node',
    level: 'full',
    nodes: ['n1', 'n2'],
    startedAtMs: 1000,
    about: {},
    ...header,
  };
  return readPlacedTrace(fileOf([encodeHeader(whole), ...events.map(encodeEvent)]));
}

const crash = (timeMs: number, node: string): TraceEvent => ({ timeMs, kind: 'crash', node });

const state = {
  role: 'leader',
  term: 1,
  votedFor: 'n1',
  leader: 'n1',
  lastIndex: 1,
  lastTerm: 1,
  durableIndex: 1,
  commitIndex: 0,
  appliedIndex: 0,
};

const heartbeat = (round: number): never =>
  ({
    kind: 'heartbeatRequest',
    from: 'n1',
    to: 'n2',
    term: 1,
    commitIndex: 0,
    round,
    electionTicks: 10,
  }) as never;

const sends = (timeMs: number, round: number): TraceEvent => ({
  timeMs,
  kind: 'drain',
  node: 'n1',
  effects: [{ kind: 'send', message: heartbeat(round) }],
});

const takesIn = (timeMs: number, round: number): TraceEvent => ({
  timeMs,
  kind: 'step',
  node: 'n2',
  input: { kind: 'receive', message: heartbeat(round) },
  state,
});

const told = ({ events }: PlacedTrace): string[] =>
  Array.from(events, ({ event }) =>
    `${event.timeMs} ${event.kind} ${'node' in event ? event.node : ''}`.trimEnd(),
  );

test('each trace counts from its own moment; the bench, or else the first, gives the common one', () => {
  const one = traceOf({ about: { node: 'n1' } }, [crash(0, 'n1'), crash(40, 'n1')]);
  const two = traceOf({ startedAtMs: 1020, about: { node: 'n2' } }, [crash(5, 'n2')]);
  assert.deepEqual(told(mergeTraces([two, one])), ['0 crash n1', '25 crash n2', '40 crash n1']);
  const bench = traceOf({ source: 'bench', startedAtMs: 1500, about: { seed: '1' } }, [
    { timeMs: -490, kind: 'receive', id: 0 },
  ]);
  const merged = mergeTraces([one, bench, two]);
  assert.deepEqual(told(merged), [
    '-500 crash n1',
    '-490 receive',
    '-475 crash n2',
    '-460 crash n1',
  ]);
  assert.deepEqual(merged.header, {
    ...bench.header,
    level: 'full',
    nodes: ['n1', 'n2'],
    about: { seed: '1' },
  });
});

test('a trace of role changes alone makes no whole of the others', () => {
  const full = traceOf({ about: { node: 'n1' } }, []);
  const roles = traceOf({ level: 'roles', about: { node: 'n2' } }, []);
  assert.equal(mergeTraces([full, roles]).header.level, 'roles');
});

test('a clock that is behind puts no message before it was sent, and time never goes back', () => {
  // The clock of n2 is 30 ms behind that of n1.
  const sender = traceOf({ about: { node: 'n1' } }, [
    sends(100, 1),
    sends(101, 2),
    crash(150, 'n1'),
  ]);
  const receiver = traceOf({ about: { node: 'n2' } }, [
    crash(60, 'n2'),
    takesIn(71, 1),
    takesIn(72, 2),
    takesIn(72, 1),
    crash(80, 'n2'),
  ]);
  assert.deepEqual(told(mergeTraces([receiver, sender])), [
    '60 crash n2',
    '100 drain n1',
    '100 step n2',
    '101 drain n1',
    '101 step n2',
    '101 step n2',
    '101 crash n2',
    '150 crash n1',
  ]);
});

test('nobody waits for what is not in the sender’s trace', () => {
  const sender = traceOf({ about: { node: 'n1' } }, [crash(50, 'n1'), crash(5000, 'n1')]);
  const receiver = traceOf({ about: { node: 'n2' } }, [takesIn(71, 1), crash(80, 'n2')]);
  assert.deepEqual(told(mergeTraces([receiver, sender])), [
    '50 crash n1',
    '71 step n2',
    '80 crash n2',
    '5000 crash n1',
  ]);
});

test('what cannot be of one run is not merged', () => {
  const bench = traceOf({ source: 'bench' }, []);
  const simulation = traceOf({ source: 'simulation', startedAtMs: null }, []);
  assert.throws(() => mergeTraces([bench, bench]), /each of a whole run: bench and bench/);
  assert.throws(() => mergeTraces([simulation, traceOf({}, [])]), /virtual time/);
  assert.throws(() => mergeTraces([]), /no trace to merge/);
});

test('a line that makes no sense is named in the file in which it stands', () => {
  const good = traceOf({ about: { node: 'n1' } }, [crash(1, 'n1')]);
  const { header } = good;
  const path = fileOf([encodeHeader(header), encodeEvent(crash(1, 'n2')), 'nonsense', '']);
  const merged = mergeTraces([good, readPlacedTrace(path)]);
  assert.throws(() => told(merged), new RegExp(`${path}:3: not a JSON object: nonsense`));
});
