/** The session: lines of the scenario language and a cursor, and what is seen follows from them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playScenario } from '../../src/testbed/scenario/run.ts';
import { parseScript } from '../../src/testbed/scenario/script.ts';
import { aboutMessage, cutLinks } from '../../src/theatre/commands.ts';
import { flightsOf } from '../../src/theatre/flights.ts';
import { Session } from '../../src/theatre/session.ts';
import { epilogueOf, stepsOf } from '../../src/theatre/steps.ts';
import { readScenarios } from '../scenarios/collection.ts';

const election = ['cluster n1 n2 n3', 'timeout n1', 'settle', 'propose n1 x', 'settle', ''].join(
  '\n',
);

function played(text: string): Session {
  const session = new Session(text);
  session.moveTo(Number.POSITIVE_INFINITY);
  assert.equal(session.fault, null);
  return session;
}

function roles({ frame }: Session): string {
  return frame.picture.nodes.map(({ id, role, term }) => `${id} ${role} ${term}`).join(', ');
}

/** What the engine makes of the same lines in one go. */
function tracedByEngine(text: string): string {
  return playScenario(parseScript('script', text)).text;
}

test('every scenario of the collection plays to its end, with the trace that its file has', () => {
  const scenarios = readScenarios();
  assert.ok(scenarios.length > 300);
  for (const { path, text, lines } of scenarios) {
    const session = new Session(`${lines.map((line) => line.text).join('\n')}\n`);
    session.moveTo(Number.POSITIVE_INFINITY);
    assert.equal(session.fault, null, path);
    assert.ok(session.isAtEnd, path);
    assert.equal(session.trace, text, path);
  }
});

test('a step back shows what was seen, and a step on shows it again', () => {
  const session = played(election);
  const pictures = [5, 4, 3, 2, 1].map((step) => {
    session.moveTo(step);
    return session.frame.picture;
  });
  assert.match(roles(session), /^n1 follower 0/);
  for (const [at, picture] of pictures.toReversed().entries()) {
    session.moveTo(at + 1);
    assert.equal(session.frame.picture, picture);
    const anew = new Session(election);
    anew.moveTo(at + 1);
    assert.deepEqual(anew.frame.picture, picture, 'and whoever plays it anew sees the same');
  }
});

test('what is done in the past replaces what came after it', () => {
  const session = played(election);
  session.moveTo(3);
  assert.match(roles(session), /n1 leader 1/);
  session.act('crash n1');
  assert.match(roles(session), /n1 down 1/);
  assert.equal(session.text, 'cluster n1 n2 n3\ntimeout n1\nsettle\ncrash n1\n');
  session.moveTo(3);
  session.act('propose n1 y');
  assert.equal(session.text, 'cluster n1 n2 n3\ntimeout n1\nsettle\npropose n1 y\n');
  assert.equal(session.trace, tracedByEngine(session.text));
});

test('what cannot be carried out changes nothing, and is said', () => {
  const session = played(election);
  for (const cursor of [4, 5]) {
    session.moveTo(cursor);
    const before = { text: session.text, picture: session.frame.picture, cursor };
    session.act('propose n1 y', 'restart n2');
    assert.equal(session.fault?.text, 'restart n2');
    assert.match(session.fault?.reason ?? '', /n2 is running: crash it first/);
    const { text, frame } = session;
    assert.deepEqual({ text, picture: frame.picture, cursor: session.cursor }, before);
    session.moveTo(Number.POSITIVE_INFINITY);
    assert.equal(session.trace, tracedByEngine(session.text));
  }
  session.act('crash n2');
  assert.equal(session.fault, null);
  assert.equal(session.trace, tracedByEngine(session.text));
});

test('a script with a fault is played up to it, and the fault has its line', () => {
  const session = new Session('cluster n1 n2\n\n# Now:\ntick\ndeliver nonsense\ntick\n');
  session.moveTo(Number.POSITIVE_INFINITY);
  assert.equal(session.cursor, 2);
  const { line, text, reason } = session.fault ?? {};
  assert.deepEqual([line, text], [5, 'deliver nonsense']);
  assert.match(reason ?? '', /no message "nonsense"/);
  session.moveTo(1);
  assert.equal(session.fault, null);
});

test('a script that is too long, or has too many nodes or steps, is refused', () => {
  assert.throws(() => new Session(`# ${'x'.repeat(100_001)}`), /100003 characters/);
  assert.throws(() => new Session('tick\n'.repeat(2001)), /2001 steps, and 2000 at most/);
  const crowd = new Session(`cluster ${Array.from({ length: 10 }, (_, at) => `n${at}`).join(' ')}`);
  crowd.moveTo(1);
  assert.match(crowd.fault?.reason ?? '', /room for 9 nodes/);
});

test('a node says of an index why it is not committed, also in the past', () => {
  const session = played(`${election}crash n2 n3\npropose n1 y\n`);
  assert.match(session.explain('n1', 3).join('\n'), /index 3 .*is not committed\n.*1 of 3 voters/);
  assert.deepEqual(session.explain('n2', 1), []);
  session.moveTo(4);
  assert.match(session.explain('n1', 2).join('\n'), /index 2 \(term 1\) is not committed/);
  session.moveTo(7);
  session.act('restart n2');
  assert.equal(session.trace, tracedByEngine(session.text), 'looking has changed nothing');
});

test('waiting for something to happen is one line, with the ticks that it took', () => {
  const session = played('cluster n1 n2 n3\n');
  assert.ok(session.waitForSomething());
  assert.match(session.text, /^cluster n1 n2 n3\ntick \d+\n$/);
  assert.equal(session.trace, tracedByEngine(session.text));
  assert.match(roles(session), /preCandidate/);
  assert.ok(session.frame.events.length > 0);

  const silent = played('cluster n1\ncrash n1\n');
  assert.equal(silent.waitForSomething(), false);
  assert.equal(silent.text, 'cluster n1\ncrash n1\n');
});

test('a rule that is broken is seen, and nothing is played after it', () => {
  const session = new Session(
    [
      'cluster n1 n2 n3 leaseReads=true',
      'elect n1',
      'isolate n1',
      'tick n2 n3 12',
      'quiet drop',
      'elect n2 by n3',
      'read n1 r lease',
      'tick',
    ].join('\n'),
  );
  session.moveTo(Number.POSITIVE_INFINITY);
  assert.equal(session.frame.breach?.rule, 'a read sees what was committed before it');
  assert.match(session.trace, /BROKEN: a read sees .*\n$/);
  assert.equal(session.isAtEnd, false);
  assert.match(session.fault?.reason ?? '', /nothing can follow where a rule is broken/);
  const { text } = session;
  session.act('tick');
  assert.match(session.fault?.reason ?? '', /nothing can follow/);
  assert.equal(session.text, text);
});

test('comments tell a step; what only looks, is quiet or sets up belongs to the step before', () => {
  const { lines } = parseScript(
    'it',
    [
      '# rule: A rule that goes on',
      '#   in a second line.',
      '# code: src/raft/log.ts append',
      '#',
      '# A story',
      '# of two lines.',
      '#',
      '# And another.',
      'cluster n1 n2 n3',
      'disk n2 slow',
      'elect n1',
      'expect n1 leader',
      '',
      '# Time passes.',
      'tick',
      'quiet settle',
      'tick',
      '# Look.',
      'expect n1 leader',
      '# The end.',
    ].join('\n'),
  );
  const steps = stepsOf(lines).map(({ story, lines: at }) => [story.join('|'), at.length]);
  assert.deepEqual(steps, [
    ['A story of two lines.|And another.', 4],
    ['Time passes.', 2],
    ['', 1],
    ['Look.', 1],
  ]);
  assert.deepEqual(epilogueOf(lines), ['The end.']);
});

test('a command means the message that was clicked, also among others like it', () => {
  const session = played('cluster n1 n2 n3\nelect n1\npropose n1 a\npropose n1 b\npropose n1 c\n');
  const { messages } = session.frame.picture;
  const toN2 = messages.filter(({ to }) => to === 'n2');
  assert.equal(toN2.length, 3);
  for (const message of toN2) {
    session.moveTo(4);
    session.act(aboutMessage('drop', message, messages));
    const left = session.frame.picture.messages.map(({ number }) => number);
    const wanted = messages.map(({ number }) => number).filter((it) => it !== message.number);
    assert.deepEqual(left, wanted);
    assert.equal(session.trace, tracedByEngine(session.text));
  }
});

test('links that separate two groups are a partition; others are cut one by one', () => {
  const ids = ['n1', 'n2', 'n3'];
  const around = [['n1', 'n2'] as const, ['n1', 'n3'] as const];
  assert.deepEqual(cutLinks(around, true, ids), ['partition n1 | n2 n3']);
  assert.deepEqual(cutLinks(around, false, ids), ['cut n1 n2 n3']);
  assert.deepEqual(cutLinks([['n2', 'n3']], false, ids), ['cut n2 n3']);
});

test('messages fly in waves: what answers another flies after it, and a tick after a tick', () => {
  const session = played('cluster n1 n2\ntimeout n1\nsettle\n');
  const waves = flightsOf(session.frame).map(
    ({ message, wave, fate }) => `${wave} ${message.kind} ${fate}`,
  );
  assert.deepEqual(waves.slice(0, 4), [
    '0 preVoteRequest arrives',
    '1 preVoteResponse arrives',
    '2 voteRequest arrives',
    '3 voteResponse arrives',
  ]);
  session.act('cut from n1 to n2', 'tick 4');
  const ticked = flightsOf(session.frame);
  assert.deepEqual(
    ticked.map(({ message, wave, fate }) => `${wave} ${message.kind} ${fate}`),
    ['0 heartbeatRequest leaves', '0 heartbeatRequest leaves'],
  );
  session.act('run 2');
  assert.ok(flightsOf(session.frame).some(({ fate }) => fate === 'lost'));
});
