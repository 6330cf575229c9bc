/** A trace starts its cores again: they come to the same states, and rules are held against them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPlan } from '../../src/testbed/simulation/plan.ts';
import { runPlan, simulate } from '../../src/testbed/simulation/simulate.ts';
import { simulationHeader } from '../../src/testbed/simulation/trace.ts';
import { checkTrace, type TraceJudgement } from '../../src/testbed/trace-check.ts';
import { roundMs } from '../../src/trace/encode.ts';
import {
  CoreReplay,
  encodeEvent,
  encodeHeader,
  type NodeEvent,
  ReplayDifference,
  readPlacedTrace,
  readTrace,
  summaryOf,
  type TraceEvent,
} from '../../src/trace/index.ts';
import { fileOf, simulatedTrace } from './simulated.ts';

const judge = (lines: readonly string[]): TraceJudgement =>
  checkTrace(readPlacedTrace(fileOf(lines)));

test('the cores of simulated runs do the same again, and keep every rule, crashes and all', async () => {
  let starts = 0;
  // With 327 a core is asked for effects, has none, and is another for it.
  for (const seed of [2, 5, 30, 36, 327]) {
    const faults = seed === 36 ? { crashEveryMs: 200, downMs: 100 } : {};
    const changes = { faultyMs: seed === 327 ? 2500 : 1000, faults };
    const { result, lines } = await simulatedTrace(seed, changes);
    assert.equal(result.verdict, 'valid');
    const judgement = judge(lines);
    assert.equal(judgement.breach, null, `seed ${seed}`);
    assert.equal(judgement.steps, result.counts.steps);
    assert.equal(judgement.leaders, result.counts.elections);
    assert.equal(judgement.committed, result.counts.committed);
    assert.ok(judgement.hasInvariants);
    starts += judgement.starts;
  }
  assert.ok(starts > 25, `nodes have started again: ${starts}`);
});

test('a trace does not change its run', async () => {
  const plan = drawPlan(11, { faultyMs: 1000 });
  const { traceHash } = await runPlan(plan);
  assert.equal((await simulatedTrace(11)).result.traceHash, traceHash);
});

test('a simulation that breaks a rule says so in its trace, and its cores are innocent here', async () => {
  const lines: string[] = [];
  let calls = 0;
  const { violation, plan } = await simulate({
    seed: 3,
    plan: { faultyMs: 1000 },
    // Each machine is another: what is applied is not what counts.
    machine: () => ({
      apply: () => calls++,
      query: () => 0,
      snapshot: () => 0,
      restore: () => {},
    }),
    workload: () => ({ kind: 'command', command: 'count' }),
    onEvent: (event) => void lines.push(encodeEvent(event)),
  });
  assert.equal(violation?.net, 'machine');
  const trace = [encodeHeader(simulationHeader(plan)), ...lines];
  const broken = [...readTrace(fileOf(trace)).events].filter(({ kind }) => kind === 'broken');
  const { rule, detail, timeMs } = violation;
  assert.deepEqual(broken, [
    { timeMs: roundMs(timeMs), kind: 'broken', rule, node: violation.node, detail },
  ]);
  assert.equal(judge(trace).breach, null, 'the cores have kept their rules');
});

test('a core can be asked at any moment, and stands where the trace says', async () => {
  const { lines } = await simulatedTrace(3);
  const { events } = readTrace(fileOf(lines));
  let core: CoreReplay | null = null;
  let asked = 0;
  for (const event of events) {
    if (!('node' in event) || event.node !== 'n1') continue;
    if (event.kind === 'start') core = new CoreReplay(event);
    if (event.kind === 'drain') core?.drain(event);
    if (event.kind !== 'step' || core === null) continue;
    core.step(event);
    assert.deepEqual(summaryOf(core.view), event.state);
    if (asked++ % 50 > 0) continue;
    assert.match(
      core.explain(),
      new RegExp(`^n1 is ${event.state.role} in term ${event.state.term};`),
    );
  }
  assert.ok(asked > 100);
});

/** The lines with one event changed: the `skip`-th of those that `change` does not leave alone. */
function tampered(
  lines: readonly string[],
  change: (event: TraceEvent & NodeEvent) => unknown,
  skip = 0,
): { readonly lines: readonly string[]; readonly at: number } {
  let left = skip;
  for (const [at, line] of lines.entries()) {
    if (at === 0) continue;
    const changed = change(JSON.parse(line));
    if (changed === undefined || left-- > 0) continue;
    const instead = changed === null ? [] : [JSON.stringify(changed)];
    return { lines: lines.toSpliced(at, 1, ...instead), at };
  }
  assert.fail('there was nothing to change');
}

const tamperings: readonly {
  readonly what: string;
  readonly change: (event: TraceEvent & NodeEvent) => unknown;
  readonly skip?: number;
  readonly rule: RegExp;
  /** Whether it shows in the very line. */
  readonly isAtOnce?: boolean;
}[] = [
  {
    what: 'a term that a node did not have',
    change: (event) =>
      event.kind === 'step' && event.state.term > 0
        ? { ...event, state: { ...event.state, term: event.state.term + 1 } }
        : undefined,
    rule: /a core does the same again/,
    isAtOnce: true,
  },
  {
    what: 'an acknowledgement of more than there is',
    change: (event) =>
      event.kind === 'step' &&
      event.input.kind === 'receive' &&
      event.input.message.kind === 'appendResponse' &&
      event.input.message.result.kind === 'accepted'
        ? {
            ...event,
            input: {
              kind: 'receive',
              message: {
                ...event.input.message,
                result: { kind: 'accepted', matchIndex: event.state.lastIndex + 1 },
              },
            },
          }
        : undefined,
    rule: /a core does the same again|the network delivers only what was sent/,
  },
  {
    what: 'a report of the disk that is left out',
    change: (event) =>
      event.kind === 'step' && event.input.kind === 'persisted' ? null : undefined,
    skip: 3,
    rule: /a core does the same again/,
  },
  {
    what: 'a message that nobody has sent',
    change: (event) =>
      event.kind === 'step' &&
      event.input.kind === 'receive' &&
      event.input.message.kind === 'heartbeatRequest'
        ? {
            ...event,
            input: { ...event.input, message: { ...event.input.message, round: 1_000_000 } },
          }
        : undefined,
    rule: /the network delivers only what was sent/,
    isAtOnce: true,
  },
  {
    what: 'an effect that was not handed over',
    change: (event) =>
      event.kind === 'drain' && event.effects.some(({ kind }) => kind === 'apply')
        ? { ...event, effects: event.effects.filter(({ kind }) => kind !== 'apply') }
        : undefined,
    rule: /a core does the same again/,
    isAtOnce: true,
  },
  {
    what: 'a write that never came to the disk',
    change: (event) =>
      event.kind === 'durable' &&
      (event.write as { readonly entries: readonly unknown[] }).entries.length > 0
        ? null
        : undefined,
    skip: 1,
    rule: /durable/,
  },
  {
    what: 'a node that begins with less than it had on its disk',
    change: (event) =>
      event.kind === 'start' && event.core !== null && event.state.votedFor !== null
        ? {
            ...event,
            state: { ...event.state, votedFor: null },
            core: { ...event.core, hardState: { ...event.core.hardState, votedFor: null } },
          }
        : undefined,
    rule: /remembers its term and vote/,
    isAtOnce: true,
  },
];

test('what somebody has changed in a trace is noticed', async (t) => {
  const { lines } = await simulatedTrace(36, {
    faultyMs: 1500,
    faults: { crashEveryMs: 200, downMs: 100 },
  });
  for (const { what, change, skip = 0, rule, isAtOnce = false } of tamperings) {
    await t.test(what, () => {
      const changed = tampered(lines, change, skip);
      const { breach } = judge(changed.lines);
      assert.ok(breach !== null, 'nothing was noticed');
      assert.match(breach.rule, rule);
      const line = Number(breach.place.split(':').at(-1));
      if (isAtOnce) assert.equal(line, changed.at + 1);
      else assert.ok(line > changed.at, `${line} is before ${changed.at + 1}`);
    });
  }
});

test('a core says what it does instead', async () => {
  const { lines } = await simulatedTrace(3);
  const events = [...readTrace(fileOf(lines)).events];
  const start = events.find((event) => event.kind === 'start' && event.node === 'n1');
  assert.ok(start?.kind === 'start');
  const replay = new CoreReplay(start);
  assert.throws(
    () => replay.drain({ effects: [{ kind: 'halt', reason: 'none' }] }),
    new ReplayDifference(
      'n1 hands over nothing where the trace has {"kind":"halt","reason":"none"}',
    ),
  );
  const state = { ...start.state, term: 9 };
  assert.throws(
    () => replay.step({ input: { kind: 'tick' }, state }),
    new ReplayDifference('n1 has term 0, and had 9 in the trace'),
  );
});
