/** What is found in a set that only grows, and what is not held against it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGrowOnlySet, type SetFindings } from '../../src/checker/index.ts';
import { createRandom, nextFraction, nextInteger } from '../../src/raft/index.ts';
import { drawnSet } from './drawn-calls.ts';

const check = (...drawing: readonly string[]): SetFindings =>
  checkGrowOnlySet(drawnSet(...drawing));

/** What is wrong, element by element. */
function anomalies(findings: SetFindings): object {
  const { lost, unexpected, duplicated, disputed } = findings;
  const found = {
    lost: lost.map(({ element }) => element),
    unexpected: unexpected.map(({ element, why }) => `${element} ${why}`),
    duplicated: duplicated.map(({ element, times }) => `${element} ${times}`),
    disputed: disputed.map(({ element }) => element),
  };
  return Object.fromEntries(Object.entries(found).filter(([, those]) => those.length > 0));
}

test('an acknowledged element that every final read has is neither lost nor anything else', () => {
  const findings = check(
    '|-add 1-|             |==read 1==|',
    '   |-add 2-?  |-read-|  |==read 1==|',
  );
  assert.deepEqual(anomalies(findings), {});
  assert.equal(findings.attempted, 2);
  assert.equal(findings.acknowledged, 1);
  assert.equal(findings.finalReads, 2);
});

test('lost: acknowledged, and missing in a final read; it is told where it is and where not', () => {
  const findings = check('|-add 1-|           |==read==|', '             |-read 1-| |==read 1==|');
  assert.deepEqual(anomalies(findings), { lost: ['1'] });
  const [lost] = findings.lost;
  assert.deepEqual(
    lost?.missingIn.map(({ process }) => process),
    [0],
  );
  assert.deepEqual(
    lost?.presentIn.map(({ process }) => process),
    [1],
  );
  assert.deepEqual(
    lost?.adds.map(({ process }) => process),
    [0],
  );
});

test('lost: nobody was told how its add ended, but somebody has read it', () => {
  const drawing = ['|-add 1-?                |==read==|', '           |-read 1-|'];
  assert.deepEqual(anomalies(check(...drawing)), { lost: ['1'] });
});

test('an add that nobody knows the end of may never have happened', () => {
  assert.deepEqual(anomalies(check('|-add 1-?  |==read==|', '  |-add 2->')), {});
});

test('a final read that began before the add was acknowledged need not have it', () => {
  assert.deepEqual(anomalies(check('|-----add 1-----|', '     |==read==|')), {});
});

test('stale: it may take its time to become visible, and how long is told', () => {
  const findings = check(
    '|-add 1-|                                |==read 1==|',
    '            |-read-|   |-read 1-|  |-read-|  |==read 1==|',
  );
  assert.deepEqual(anomalies(findings), {});
  assert.deepEqual(
    findings.stale.map(({ element, latencyMs, lastWithout }) => [
      ...[element, latencyMs, lastWithout.invoked.rank],
    ]),
    [['1', 35 - 8, 35]],
  );
  assert.deepEqual(findings.visibleAfterMs, [27]);
});

test('never read: no read began after it was acknowledged', () => {
  assert.deepEqual(check('  |-add 1-|', '|-read-|').neverRead, ['1']);
});

test('unexpected: nobody added it, it was refused for good, or it was there before its time', () => {
  const findings = check(
    '|-add 1-x           |-add 2-|',
    '            |-read 1,2,3-|       |==read 2==|',
  );
  assert.deepEqual(anomalies(findings), { unexpected: ['1 failed', '3 never-added'] });
  const early = check('               |-add 2-|', '|-read 2-|                 |==read 2==|');
  assert.deepEqual(anomalies(early), { unexpected: ['2 early'] });
});

test('an add that was refused once and accepted later is expected', () => {
  assert.deepEqual(anomalies(check('|-add 1-x |-add 1-|  |==read 1==|')), {});
});

test('duplicated: more than once in one read, whichever read that is', () => {
  const findings = check('|-add 1-|   |-read 1,1-|  |==read 1,1,1==|  |==read 1==|');
  assert.deepEqual(anomalies(findings), { duplicated: ['1 3'] });
});

test('disputed: final reads at one time differ in what may just have happened', () => {
  const drawing = ['|-add 1-?   |==read 1==|', '             |===read====|'];
  assert.deepEqual(anomalies(check(...drawing)), { disputed: ['1'] });
});

test('correct gossip is never blamed, however late its elements arrive', () => {
  for (let seed = 0; seed < 200; seed++) {
    const findings = checkGrowOnlySet(drawnSet(...gossip(seed, () => true)));
    assert.deepEqual(anomalies(findings), {}, `seed ${seed}`);
    assert.equal(findings.finalReads, 3);
  }
});

test('gossip that never tells a node of an element is found out each time', () => {
  for (let seed = 0; seed < 200; seed++) {
    const findings = checkGrowOnlySet(drawnSet(...gossip(seed, (element) => element !== 0)));
    assert.deepEqual(anomalies(findings), { lost: ['0'] }, `seed ${seed}`);
  }
});

/** Three nodes, a client at each; node 0 is told of all, the others late, and of what `isTold`. */
function gossip(seed: number, isTold: (element: number) => boolean): readonly string[] {
  const random = createRandom(seed);
  const lines = ['', '', ''];
  const has: number[][] = [[], [], []];
  const late: { readonly element: number; readonly node: number }[] = [];
  const draw = (node: number, text: string): void => {
    const before = Math.max(...lines.map((line) => line.length));
    lines[node] = `${(lines[node] ?? '').padEnd(before + 1)}${text}`;
  };
  for (let element = 0; element < 8; element++) {
    const node = nextInteger(random, 0, 3);
    has[node]?.push(element);
    draw(node, `|-add ${element}-${nextFraction(random) < 0.2 && element > 0 ? '?' : '|'}`);
    for (const other of [0, 1, 2]) {
      if (other !== node && isTold(element)) late.push({ element, node: other });
    }
    for (let i = nextInteger(random, 0, 3); i > 0; i--) {
      const [arrived] = late.splice(nextInteger(random, 0, late.length + 1), 1);
      if (arrived !== undefined) has[arrived.node]?.push(arrived.element);
    }
    const reader = nextInteger(random, 0, 3);
    draw(reader, `|-read ${has[reader]?.join(',')}-|`);
  }
  for (const { element, node } of late) has[node]?.push(element);
  for (const node of [0, 1, 2]) draw(node, `|==read ${has[node]?.join(',')}==|`);
  return lines;
}
