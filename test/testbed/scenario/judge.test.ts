/** A script whose cluster breaks a rule ends there, and says so. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scenarioCommand } from '../../../src/cli/scenario-command.ts';
import { asLogIndex, asNodeId, asTerm, InvariantViolation } from '../../../src/raft/index.ts';
import { Judge } from '../../../src/testbed/scenario/judge.ts';
import { playScenario, runScenario } from '../../../src/testbed/scenario/run.ts';
import { parseScript } from '../../../src/testbed/scenario/script.ts';
import { withHastyCore } from '../shrinking/broken-core.ts';

const script = ['cluster n1 n2', 'disk slow', 'timeout n1', 'deliver', 'deliver', 'sync', 'tick'];
const election = [
  'cluster n1 n2',
  '',
  'timeout n1',
  'deliver preVoteRequest',
  'deliver preVoteResponse',
  'deliver voteRequest',
  'tick n1',
].join('\n');

const rule = 'a candidate asks for votes when its own is durable';

/** Runs a command and returns its status and what it has printed. */
async function capture(run: () => number): Promise<{ status: number; printed: string }> {
  const { write } = process.stdout;
  let printed = '';
  process.stdout.write = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  try {
    return { status: run(), printed };
  } finally {
    process.stdout.write = write;
  }
}

test('a rule about all nodes, broken, ends the scenario where it happens', async () => {
  await withHastyCore(() => {
    const { breach, text } = playScenario(parseScript('it', election));
    assert.deepEqual([breach?.by, breach?.node, breach?.place], ['specification', 'n1', 'it:5']);
    assert.equal(breach?.rule, rule);
    assert.ok(text.includes('deliver preVoteResponse\n  n1 ← n2 preVoteResponse term=0'), text);
    const end = /\n {2}BROKEN: a candidate asks .* \(n1\): .*\ndeliver voteRequest\ntick n1\n$/s;
    assert.match(text, end, 'what follows is not run');
    assert.throws(
      () => runScenario(parseScript('it', election)),
      /^ScriptFault: it:5: BROKEN: a cand/,
    );
  });
});

test('a script may expect a rule to be broken: that one, and nothing after it', async () => {
  const whole = election.split('\n').slice(0, 5).join('\n');
  const run = (...more: readonly string[]) =>
    playScenario(parseScript('it', [whole, ...more].join('\n')));
  await withHastyCore(() => {
    const { breach, failures } = run(`expect broken ${rule}`, 'deliver nonsense');
    assert.deepEqual([breach, failures], [null, []]);
    assert.match(run('expect broken another').failures[0] ?? '', /but it: a candidate asks/);
    assert.equal(run('expect n1 leader', `expect broken ${rule}`).breach?.rule, rule);
  });
  assert.deepEqual(run(`expect broken ${rule}`).failures, [
    `it:6: expect broken ${rule}\n  but it: nothing`,
  ]);
});

test('where messages are forged, or logs and terms given, nobody judges', async () => {
  await withHastyCore(() => {
    for (const line of ['term n1 1', 'log n1 1', 'receive n1 timeoutNow from n2 term=0']) {
      const lines = election.replace('\n\n', `\n${line}\n`);
      assert.equal(playScenario(parseScript('it', lines)).breach, null, line);
    }
  });
});

test("a core's own assertion is a broken rule, too", () => {
  const judge = new Judge(['n1']);
  const fail = (): never => {
    throw new InvariantViolation('it cannot be');
  };
  assert.throws(() => judge.watch('n1', fail), /it cannot be/);
  assert.deepEqual(judge.breach, { by: 'core', rule: 'it cannot be', node: 'n1', detail: '' });
});

test('the first broken rule counts', () => {
  const judge = new Judge(['n1', 'n2', 'n3']);
  const vote = (to: string) => () =>
    judge.sent({
      kind: 'voteResponse',
      from: asNodeId('n1'),
      to: asNodeId(to),
      term: asTerm(1),
      granted: true,
      lastLogIndex: asLogIndex(0),
      lastLogTerm: asTerm(0),
    });
  assert.throws(vote('n2'));
  assert.throws(vote('n3'));
  assert.equal(judge.breach?.rule, 'a vote is durable before it is given');
});

test('raftwright scenario: 0 as expected, 1 broken or not as expected, 254 no script', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'scenario-'));
  const file = (text: string): string => {
    const path = join(directory, 'script.txt');
    writeFileSync(path, text);
    return path;
  };
  try {
    const good = await capture(() => scenarioCommand([file(`${election}\nexpect n1 candidate`)]));
    assert.equal(good.status, 0);
    assert.match(good.printed, /n1 becomes candidate in term 1/);
    const wrong = await capture(() => scenarioCommand([file(`${election}\nexpect n1 leader`)]));
    assert.equal(wrong.status, 1);
    assert.match(wrong.printed, /script.txt:8: expect n1 leader\n {2}but n1: candidate\n$/);
    const broken = await withHastyCore(() => capture(() => scenarioCommand([file(election)])));
    assert.equal(broken.status, 1);
    assert.match(
      broken.printed,
      /script.txt:5: broken: a candidate asks for votes when its own is durable\n$/,
    );
    const refused = /script.txt:6: sync\n.*NODE is missing/s;
    await assert.rejects(
      capture(() => scenarioCommand([file(script.join('\n'))])),
      refused,
    );
    await assert.rejects(
      capture(() => scenarioCommand(['/no/such/file'])),
      /cannot be read/,
    );
    await assert.rejects(
      capture(() => scenarioCommand([])),
      /takes files/,
    );
    const help = await capture(() => scenarioCommand(['--help']));
    assert.deepEqual([help.status, help.printed.slice(0, 6)], [0, 'Usage:']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
