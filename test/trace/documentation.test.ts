/** docs/trace.md says what traces really hold: each kind, each field, in examples that are read. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BenchTrace } from '../../src/testbed/bench-trace.ts';
import type { FaultEvent } from '../../src/testbed/nemesis.ts';
import { RunDirectory } from '../../src/testbed/run-directory.ts';
import {
  eventKinds,
  innerSchema,
  readTrace,
  schema,
  type TraceEvent,
  traceVersion,
} from '../../src/trace/index.ts';
import { repositoryFile } from '../process.ts';
import { directory, fileOf, simulatedTrace } from './simulated.ts';

const page = readFileSync(repositoryFile('docs/trace.md'), 'utf8');

const examples = Array.from(page.matchAll(/^```json\n(.*?)^```$/gms), ([, body = '']) => body)
  .join('')
  .trimEnd()
  .split('\n');

const exampleTrace = readTrace(fileOf(examples));
const exampleEvents = [...exampleTrace.events];

/** The names of all members, those inside `state` and `core` included. */
function fieldsOf(event: object): string {
  const names = Object.entries(event).flatMap(([name, value]) =>
    (name === 'state' || name === 'core') && value !== null
      ? Object.keys(value).map((inner) => `${name}.${inner}`)
      : [name],
  );
  return names.filter((name) => name !== 'afterIdle').join(' ');
}

test('the examples are a trace', () => {
  assert.equal(exampleTrace.header.version, traceVersion);
  assert.equal(exampleEvents.length, examples.length - 1);
});

test('each kind has an example and is named, with all its fields', () => {
  assert.deepEqual(
    [...new Set(exampleEvents.map(({ kind }) => kind))].sort(),
    [...eventKinds].sort(),
  );
  for (const kind of eventKinds) {
    const at = page.indexOf(`**\`${kind}\`**`);
    assert.ok(at >= 0, `${kind} is not described`);
    const section = page.slice(page.lastIndexOf('\n### ', at), page.indexOf('\n### ', at));
    for (const field of Object.keys(schema[kind])) {
      const isSaid = field === 'node' || section.includes(`\`${field}\``);
      assert.ok(isSaid, `${field} of a ${kind} is not described`);
    }
  }
  for (const field of Object.values(innerSchema).flatMap((fields) => Object.keys(fields))) {
    assert.ok(page.includes(`\`${field}\``), `${field} is not described`);
  }
  for (const field of Object.keys(exampleTrace.header)) {
    assert.ok(page.includes(`| \`${field}\` |`), `${field} of the header is not described`);
  }
});

async function benchEvents(): Promise<readonly TraceEvent[]> {
  const run = new RunDirectory(directory, 'documentation', new Date(0));
  const trace = new BenchTrace({
    file: run.openJsonLines('trace.jsonl'),
    nodes: ['n1', 'n2'],
    about: {},
    nowMs: () => 0,
    isClient: (name) => name.startsWith('c'),
  });
  trace.begin(0);
  const message = { src: 'n1', dest: 'n2', body: { type: 'commitHint', term: 1 } };
  for (const kind of ['send', 'receive', 'lose'] as const) {
    trace.message(kind, { id: 1, message, text: '' });
  }
  const clients = trace.clients<object, { readonly type: 'ok' }>(4);
  clients.invoke(0, 1, { f: 'read', key: 1, value: null });
  clients.complete(0, 1, { f: 'read', key: 1, value: null }, { type: 'ok' });
  const faults: readonly FaultEvent[] = [
    { f: 'start-partition', shape: 'one', grudge: new Map([['n1', new Set(['n2'])]]) },
    { f: 'stop-partition' },
    { f: 'kill', target: 'one', nodes: ['n1'] },
    { f: 'start', nodes: ['n1'] },
    { f: 'restarted', node: 'n1', tookMs: 3 },
    { f: 'pause', target: 'one', nodes: ['n1'] },
    { f: 'resume', nodes: ['n1'] },
    { f: 'pause', target: 'one', nodes: ['n1'] },
    { f: 'kill', target: 'one', nodes: ['n1'] },
    { f: 'resume', nodes: [] },
  ];
  for (const fault of faults) trace.fault(fault);
  await trace.close();
  return [...readTrace(run.file('trace.jsonl')).events];
}

test('what is really written has the members of the examples, and no kind of fault is left out', async () => {
  const often = { crashEveryMs: 200, downMs: 50, partitionEveryMs: 200, pauseEveryMs: 200 };
  const faults = { ...often, membershipEveryMs: 200, transferEveryMs: 200, rot: 1, loss: 0.1 };
  const { lines } = await simulatedTrace(36, { faultyMs: 1500, faults });
  const written = [...readTrace(fileOf(lines)).events, ...(await benchEvents())];
  const shapes = new Map(exampleEvents.map((event) => [event.kind, fieldsOf(event)]));
  for (const event of written) assert.equal(fieldsOf(event), shapes.get(event.kind));
  const kinds = new Set(written.map(({ kind }) => kind));
  const rare = ['role', 'halt', 'broken', 'snapshot'];
  for (const kind of eventKinds) assert.ok(kinds.has(kind) || rare.includes(kind), kind);
  for (const event of written) {
    if (event.kind === 'fault') assert.ok(page.includes(`\`${event.fault}\``), event.fault);
  }
});

test('a pause ends in the trace even when all who were paused have been killed', async () => {
  const last = (await benchEvents()).at(-1);
  assert.ok(last?.kind === 'fault');
  assert.deepEqual([last.fault, last.phase, last.nodes], ['pause', 'end', []]);
});
