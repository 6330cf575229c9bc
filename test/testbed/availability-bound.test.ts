/** Which requests any protocol could have answered: stories of faults, told in milliseconds. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AvailabilityBound,
  availabilityBound,
  type JudgedOperation,
  judgeOperations,
} from '../../src/testbed/availability-bound.ts';
import type { Completion } from '../../src/testbed/client-operation.ts';
import { History } from '../../src/testbed/history.ts';
import type { FaultEvent } from '../../src/testbed/nemesis.ts';
import type { Grudge } from '../../src/testbed/network.ts';
import type { Operation } from '../../src/testbed/workloads/lin-kv.ts';

const write: Operation = { f: 'write', key: 0, value: 1 };
const timedOut: Completion = { type: 'info', error: 'net-timeout' };
const three = ['n0', 'n1', 'n2'];
const five = ['n0', 'n1', 'n2', 'n3', 'n4'];

interface Told {
  readonly nodes?: readonly string[];
  readonly latencyMs?: number;
  readonly answersAlone?: boolean;
  readonly faults: readonly (readonly [ms: number, event: FaultEvent])[];
  /** When writes are invoked at which node; each times out after a second unless it ends. */
  readonly writes: readonly (readonly [
    ms: number,
    node: number,
    end?: readonly [number, Completion],
  ])[];
}

function judge({
  nodes = three,
  latencyMs = 0,
  answersAlone = false,
  faults,
  writes,
}: Told): JudgedOperation[] {
  const happenings: [ms: number, happen: (history: History) => void][] = faults.map(
    ([ms, event]) => [ms, (history) => history.fault(ms, event)],
  );
  writes.forEach(([ms, node, [endMs, completion] = [ms + 1000, timedOut]], number) => {
    const client = number * nodes.length + node;
    happenings.push([ms, (history) => history.invoke(ms, client, write)]);
    happenings.push([endMs, (history) => history.complete(endMs, client, write, completion)]);
  });
  const history = new History();
  for (const [, happen] of happenings.sort(([a], [b]) => a - b)) happen(history);
  return judgeOperations(history.events, { nodes, clientTimeoutMs: 1000, latencyMs, answersAlone });
}

const attainability = (told: Told): string[] => judge(told).map((each) => each.attainability);
const bound = (told: Told): AvailabilityBound => availabilityBound(judge(told));

/** For each receiver the senders that it does not hear. */
function cut(deaf: { readonly [receiver: string]: readonly string[] }): FaultEvent {
  const grudge: Grudge = new Map(
    Object.entries(deaf).map(([receiver, senders]) => [receiver, new Set(senders)]),
  );
  return { f: 'start-partition', shape: 'one', grudge };
}
const healed: FaultEvent = { f: 'stop-partition' };
const kill = (...nodes: string[]): FaultEvent => ({ f: 'kill', target: 'one', nodes });
const start = (...nodes: string[]): FaultEvent => ({ f: 'start', nodes });
const restarted = (node: string): FaultEvent => ({ f: 'restarted', node, tookMs: 1 });
const pause = (...nodes: string[]): FaultEvent => ({ f: 'pause', target: 'one', nodes });
const resume = (...nodes: string[]): FaultEvent => ({ f: 'resume', nodes });
/** n0 is heard by n1, n1 by n2, n2 by n0, and nobody by anybody else. */
const oneWayRing = cut({ n0: ['n1'], n1: ['n2'], n2: ['n0'] });

test('without faults everything could be answered', () => {
  assert.deepEqual(
    attainability({
      faults: [],
      writes: [
        [0, 0],
        [1, 1],
        [500, 2],
      ],
    }),
    ['attainable', 'attainable', 'attainable'],
  );
});

test('in a one-way ring of three all nodes reach each other over relays', () => {
  const writes = [
    [10, 0],
    [10, 1],
    [10, 2],
  ] as const;
  assert.deepEqual(attainability({ faults: [[0, oneWayRing]], writes }), [
    'attainable',
    'attainable',
    'attainable',
  ]);
});

test('a round trip in the ring takes three delays, and two of them have to fit', () => {
  const ringFor = (ms: number): string[] =>
    attainability({
      latencyMs: 20,
      faults: [
        [0, cut({ n0: ['n1', 'n2'] })],
        [100, oneWayRing],
        [100 + ms, cut({ n0: ['n1', 'n2'] })],
      ],
      writes: [[50, 0]],
    });
  assert.deepEqual(ringFor(119), ['uncertain']);
  assert.deepEqual(ringFor(120), ['attainable']);
});

test('a node that hears nobody, or that nobody hears, answers nothing; the others do', () => {
  const writes = [
    [10, 0],
    [10, 1],
    [10, 2],
  ] as const;
  const faults = (event: FaultEvent) => [[0, event]] as const;
  const deaf = faults(cut({ n0: ['n1', 'n2'] }));
  const mute = faults(cut({ n1: ['n0'], n2: ['n0'] }));
  const others = ['unattainable', 'attainable', 'attainable'];
  assert.deepEqual(attainability({ faults: deaf, writes }), others);
  assert.deepEqual(attainability({ faults: mute, writes }), others);
});

test('a node that hears one other and is heard by a third works through both', () => {
  const faults = [[0, cut({ n0: ['n1'], n2: ['n0'] })]] as const;
  assert.deepEqual(attainability({ faults, writes: [[10, 0]] }), ['attainable']);
});

test('relays do not help a minority of five', () => {
  const faults = [
    [0, cut({ n0: ['n2', 'n3', 'n4'], n1: ['n2', 'n3', 'n4'], n2: ['n0', 'n1'] })],
  ] as const;
  assert.deepEqual(
    attainability({
      nodes: five,
      faults,
      writes: [
        [10, 0],
        [10, 2],
      ],
    }),
    ['unattainable', 'attainable'],
  );
});

test('a majority that is killed leaves the rest with nothing until one is there again', () => {
  const faults = [
    [100, kill('n1', 'n2')],
    [1500, start('n1', 'n2')],
    [1600, restarted('n1')],
  ] as const;
  assert.deepEqual(
    attainability({
      faults,
      writes: [
        [50, 0],
        [200, 0],
        [700, 0],
        [1700, 0],
      ],
    }),
    ['attainable', 'unattainable', 'attainable', 'attainable'],
  );
});

test('nothing is claimed of who may have been up again a little before the bench knew', () => {
  const faults = [
    [100, kill('n1', 'n2')],
    [1150, start('n1', 'n2')],
    [1250, restarted('n1')],
  ] as const;
  assert.deepEqual(attainability({ faults, writes: [[200, 0]] }), ['uncertain']);
});

test('a request is lost with the node that had it, and at a node that is down', () => {
  const faults = [
    [100, kill('n0')],
    [200, start('n0')],
    [300, restarted('n0')],
  ] as const;
  const told = (ms: number): string[] =>
    attainability({ latencyMs: 20, faults, writes: [[ms, 0]] });
  assert.deepEqual(told(0), ['attainable'], 'it takes five delays');
  assert.deepEqual(told(1), ['uncertain'], 'killed too early');
  assert.deepEqual(told(150), ['uncertain'], 'a few messages wait for a node that is down');
  assert.deepEqual(told(300), ['attainable']);
});

test('a pause that is shorter than the patience of clients is no excuse', () => {
  const faults = [
    [100, pause('n0')],
    [900, resume('n0')],
  ] as const;
  assert.deepEqual(
    attainability({
      faults,
      writes: [
        [150, 0],
        [150, 1],
      ],
    }),
    ['attainable', 'attainable'],
  );
});

test('a pause that outlasts the patience of clients is one, at the node that is paused', () => {
  const faults = [
    [100, pause('n0')],
    [1900, resume('n0')],
  ] as const;
  assert.deepEqual(
    attainability({
      faults,
      writes: [
        [150, 0],
        [150, 1],
      ],
    }),
    ['unattainable', 'attainable'],
  );
});

test('a partition that heals just before the deadline leaves time for two round trips, or not', () => {
  const healedAt = (ms: number): string[] =>
    attainability({
      latencyMs: 20,
      faults: [
        [0, cut({ n0: ['n1', 'n2'], n1: ['n0'], n2: ['n0'] })],
        [ms, healed],
      ],
      writes: [[10, 0]],
    });
  assert.deepEqual(healedAt(929), ['attainable'], '80 ms are left');
  assert.deepEqual(healedAt(931), ['uncertain']);
  assert.deepEqual(healedAt(1011), ['unattainable']);
});

test('faults that come one after the other leave a majority each, but never long enough', () => {
  const faults: [number, FaultEvent][] = [];
  for (let ms = 0; ms < 2000; ms += 80) {
    faults.push([ms, cut({ n0: ['n1'], n1: ['n0'] })], [ms + 40, cut({ n0: ['n2'], n2: ['n0'] })]);
  }
  assert.deepEqual(attainability({ latencyMs: 20, faults, writes: [[0, 0]] }), ['uncertain']);
  assert.deepEqual(attainability({ latencyMs: 10, faults, writes: [[0, 0]] }), ['attainable']);
});

test('one node alone is a majority of one', () => {
  const faults = [[500, pause('n0')]] as const;
  const writes = [
    [10, 0],
    [510, 0],
  ] as const;
  assert.deepEqual(attainability({ nodes: ['n0'], faults, writes }), [
    'attainable',
    'unattainable',
  ]);
});

const answers: [what: string, isAnswer: boolean, completion: Completion][] = [
  ['ok', true, { type: 'ok' }],
  ['the register holds another value', true, { type: 'fail', error: [22, 'it is 4'] }],
  ['there is no such key', true, { type: 'fail', error: [20, 'no such key'] }],
  ['temporarily unavailable', false, { type: 'fail', error: [11, 'no leader'] }],
  ['nobody knows', false, { type: 'info', error: [13, 'no leader any more'] }],
  ['no reply', false, timedOut],
];

for (const [what, isAnswer, completion] of answers) {
  test(`${what}: ${isAnswer ? 'an answer' : 'no answer'}`, () => {
    const { attainable, attained } = bound({ faults: [], writes: [[0, 0, [5, completion]]] });
    assert.deepEqual([attainable, attained], [1, isAnswer ? 1 : 0]);
  });
}

test('the figures: what could be answered and was, and what was answered against the bound', () => {
  const faults = [
    [100, cut({ n0: ['n1', 'n2'] })],
    [1500, healed],
  ] as const;
  const figures = bound({
    faults,
    writes: [
      [10, 0, [12, { type: 'ok' }]],
      [150, 0, [160, { type: 'ok' }]],
      [200, 0],
      [300, 1, [310, { type: 'ok' }]],
      [400, 2],
      [410, 1],
      [420, 2],
      [430, 2, [440, { type: 'ok' }]],
      [450, 2],
    ],
  });
  assert.deepEqual(figures, {
    attainable: 7,
    attained: 3,
    attainedShare: 0.4286,
    unattainable: { invoked: 2, answered: 1 },
    uncertain: { invoked: 0, answered: 0 },
    missed: [
      { node: 'n2', fromMs: 400, toMs: 420, requests: 2 },
      { node: 'n1', fromMs: 410, toMs: 410, requests: 1 },
      { node: 'n2', fromMs: 450, toMs: 450, requests: 1 },
    ],
  });
  assert.equal(bound({ faults: [], writes: [] }).attainedShare, 1);
});

test('a node that may answer by itself could answer whenever it ran, cut off or not', () => {
  const faults: Told['faults'] = [
    [0, cut({ n0: ['n1', 'n2'] })],
    [0, { f: 'pause', target: 'one', nodes: ['n1'] }],
    [100, { f: 'kill', target: 'one', nodes: ['n2'] }],
  ];
  const writes: Told['writes'] = [
    [10, 0],
    [20, 1],
    [30, 2],
    [200, 2],
  ];
  const told = { faults, writes };
  const alone = judge({ ...told, answersAlone: true }).map((each) => each.attainability);
  assert.deepEqual(alone, ['attainable', 'unattainable', 'attainable', 'unattainable']);
  assert.deepEqual(attainability(told), Array(4).fill('unattainable'), 'a majority is not there');
});

test('clients are bound to nodes in turn, however many there are', () => {
  const history = new History();
  // Client 4 of five is bound to n1, and goes on as process 9.
  for (const process of [4, 9]) {
    history.invoke(process, process, write);
    history.complete(process + 1, process, write, timedOut);
  }
  const options = { nodes: three, concurrency: 5, clientTimeoutMs: 1000, latencyMs: 0 };
  assert.deepEqual(
    judgeOperations(history.events, options).map(({ node }) => node),
    ['n1', 'n1'],
  );
});
