/** What the workloads say of histories: verdicts, and reasons that name what is wrong and where. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber, type Json } from '../../../src/machine/json.ts';
import { History } from '../../../src/testbed/history.ts';
import { judgeHistory } from '../../../src/testbed/judge-run.ts';
import type {
  ClientOperation,
  Completion,
  Judgement,
} from '../../../src/testbed/workloads/bench-workload.ts';
import { findWorkload } from '../../../src/testbed/workloads/index.ts';

/** Two nodes, three clients: processes 0 and 2 ask n0, process 1 asks n1. */
class Told {
  readonly #history = new History();
  #ms = 0;

  /** Asks, and is answered ok. */
  ok(process: number, f: string, asked: Json, value?: Json, final?: true): this {
    const completion: Completion = value === undefined ? { type: 'ok' } : { type: 'ok', value };
    return this.ends(
      process,
      { f, key: null, value: asked, ...(final ? { final } : {}) },
      completion,
    );
  }

  final(process: number, value: Json): this {
    return this.ok(process, 'read', null, value, true);
  }

  ends(process: number, operation: ClientOperation, completion: Completion): this {
    this.#history.invoke(this.#ms++, process, operation);
    this.#history.complete(this.#ms++, process, operation, completion);
    return this;
  }

  fault(): this {
    this.#history.fault(this.#ms++, { f: 'stop-partition' });
    return this;
  }

  judge(name: string, consistencyModels: readonly string[] = []): Judgement {
    const workload = findWorkload(name) ?? assert.fail(name);
    const context = { nodes: ['n0', 'n1'], concurrency: 3, strict: false, consistencyModels };
    return judgeHistory(workload, this.#history.events, context);
  }
}

const timedOut: Completion = { type: 'info', error: 'net-timeout' };
const read: ClientOperation = { f: 'read', key: null, value: null };

test('echo: what came back changed is shown, with who asked whom', () => {
  const told = new Told().ok(0, 'echo', 'Please echo 1', 'Please echo 1');
  assert.equal(told.judge('echo').verdict, 'valid');
  const { verdict, reasons } = told.ok(1, 'echo', 'Please echo 2', 'please echo 2').judge('echo');
  assert.equal(verdict, 'invalid');
  assert.deepEqual(reasons, [
    'Not the same: "Please echo 2" came back to process 1 at n1 (lines 3–4) as "please echo 2".',
  ]);
});

test('unique-ids: ids are compared as JSON values', () => {
  const told = new Told().ok(0, 'generate', null, [1, 2]).ok(1, 'generate', null, '[1,2]');
  assert.equal(told.judge('unique-ids').verdict, 'valid');
  const { verdict, reasons } = told.ok(2, 'generate', null, [1, 2]).judge('unique-ids');
  assert.equal(verdict, 'invalid');
  assert.deepEqual(reasons, [
    'Not unique: [1,2] was given to process 0 at n0 (lines 1–2), process 2 at n0 (lines 5–6).',
  ]);
});

test('g-set: a lost element is named with who added it, and where it is and is not', () => {
  const told = new Told().ok(1, 'add', 7).fault().final(0, []).final(1, [7]).final(2, []);
  const { verdict, reasons, figures } = told.judge('g-set');
  assert.equal(verdict, 'invalid');
  assert.deepEqual(reasons, [
    'Lost: element 7, acknowledged to process 1 at n1 (lines 1–2). It is missing in the final reads of n0; it is in those of n1.',
  ]);
  assert.equal(figures['lost'], 1);
  assert.equal(figures['final reads answered'], 3);
});

test('broadcast is judged like a set, with its own words', () => {
  const told = new Told().ok(1, 'broadcast', 7).final(0, [7, 8, 7]).final(1, [7]).final(2, [7]);
  assert.deepEqual(told.judge('broadcast').reasons, [
    'Unexpected: message 8 in what process 0 at n0 (lines 3–4) read: nobody had asked for it.',
    'Duplicated: message 7 is 2 times in what process 0 at n0 (lines 3–4) read.',
  ]);
});

test('a whole number is told as people write it, and is the same however a node writes it', () => {
  const written = new Told()
    .ok(1, 'add', 10)
    .final(0, [new ExactNumber('10.0')])
    .final(1, []);
  const { verdict, reasons } = written.final(2, [10]).judge('g-set');
  assert.equal(verdict, 'invalid');
  assert.deepEqual(reasons, [
    'Lost: element 10, acknowledged to process 1 at n1 (lines 1–2). It is missing in the final reads of n1; it is in those of n0.',
  ]);
});

test('a node whose final reads all failed is named, and the verdict is unknown', () => {
  const told = new Told().ok(1, 'add', 7).final(0, [7]);
  const failed: Completion = { type: 'fail', error: 'net-timeout' };
  const { verdict, reasons } = told.ends(1, { ...read, final: true }, failed).judge('g-set');
  assert.equal(verdict, 'unknown');
  assert.deepEqual(reasons, [
    'No final read was answered by n1: what is missing there is not known.',
  ]);
});

test('without a final read nobody can say whether something was lost, unless it is to be linearizable', () => {
  for (const [name, value, seen] of [
    ['g-set', 7, [7]],
    ['g-counter', 7, 7],
  ] as const) {
    const told = new Told().ok(1, 'add', value).ok(0, 'read', null, seen);
    assert.equal(told.judge(name).verdict, 'unknown', name);
    assert.match(told.judge(name).reasons[0] ?? '', /^There is no final read/);
    assert.equal(told.judge(name, ['linearizable']).verdict, 'valid', name);
  }
});

test('a stale read is allowed by sets and counters, and not by linearizable ones', () => {
  for (const [name, before, after] of [
    ['g-set', [], [7]],
    ['pn-counter', 0, 7],
  ] as const) {
    const told = new Told().ok(1, 'add', 7).ok(0, 'read', null, before);
    told.final(0, after).final(1, after).final(2, after);
    assert.equal(told.judge(name).verdict, 'valid', name);
    const { verdict, reasons } = told.judge(name, ['linearizable']);
    assert.equal(verdict, 'invalid', name);
    assert.match(reasons[0] ?? '', /^Not linearizable: .*process 0 at n0 \(lines 3–4\)/);
  }
});

test('what more a valid history would have been held to is told, and is no part of the verdict', () => {
  const held = 'if held to linearizable';
  const told = new Told().ok(0, 'add', 7);
  const fresh = told.final(0, [7]).final(1, [7]).judge('g-set');
  assert.deepEqual([fresh.verdict, fresh.figures[held]], ['valid', 'valid']);
  const late = new Told().ok(0, 'add', 7).ok(1, 'read', null, []).final(0, [7]).final(1, [7]);
  const { verdict, reasons, figures } = late.judge('g-set');
  assert.deepEqual([verdict, reasons], ['valid', []]);
  assert.match(String(figures[held]), /^invalid: Not linearizable: element 7 was acknowledged to/);
  assert.equal(held in late.judge('g-set', ['linearizable']).figures, false);
  assert.equal(held in new Told().ok(0, 'add', 7).final(0, []).judge('g-set').figures, false);
});

test('a counter: the wrong sum, what is known to be in it, and what may be', () => {
  const told = new Told().ok(0, 'add', 4).ends(1, { f: 'add', key: null, value: 3 }, timedOut);
  assert.equal(new Told().ok(0, 'add', 4).final(0, 4).judge('g-counter').verdict, 'valid');
  const { verdict, reasons } = told.final(0, 7).final(4, 5).final(2, 7).judge('g-counter');
  assert.equal(verdict, 'invalid');
  assert.deepEqual(reasons, [
    'Wrong sum: 5 in the final read of process 4 at n1 (lines 7–8). Acknowledged adds come to 4; a final read must be 4, or 7, since nobody knows whether 1 add happened.',
  ]);
});

test('final reads that only an unknown end explains are told of, and decide nothing', () => {
  const told = new Told().ends(1, { f: 'add', key: null, value: 3 }, timedOut).ok(0, 'add', 1);
  const { verdict, reasons } = told.final(0, 4).final(4, 1).final(2, 4).judge('pn-counter');
  assert.equal(verdict, 'unknown');
  assert.deepEqual(reasons, [
    'Not agreed on: final reads differ (4 by n0; 1 by n1). Only adds whose end is unknown can explain that.',
  ]);
});

test('what is found is told of a few times, and then counted', () => {
  const told = new Told();
  for (let element = 0; element < 12; element++) told.ok(0, 'add', element);
  const { reasons } = told.final(0, []).final(1, []).final(2, []).judge('g-set');
  assert.equal(reasons.length, 6);
  assert.equal(reasons[5], 'and 7 more elements lost');
});

test('an empty history breaks no promise', () => {
  for (const name of ['lin-kv', 'echo', 'unique-ids', 'g-set', 'broadcast', 'pn-counter']) {
    assert.deepEqual(new Told().judge(name).reasons, [], name);
  }
});
