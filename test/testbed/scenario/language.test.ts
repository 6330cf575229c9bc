/** The language itself: what it refuses, what it prints, and that its page knows all of it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asNodeId, asTerm, type Effect, type Message } from '../../../src/raft/index.ts';
import { expectations, nodeExpectations } from '../../../src/testbed/scenario/expectations.ts';
import { formatMessage, parseForged } from '../../../src/testbed/scenario/messages.ts';
import { formatEntries, parseEntries } from '../../../src/testbed/scenario/notation.ts';
import { Requests } from '../../../src/testbed/scenario/requests.ts';
import { commands, runScenario } from '../../../src/testbed/scenario/run.ts';
import { type Judged, Safety } from '../../../src/testbed/scenario/safety.ts';
import { parseScenario, type Scenario } from '../../../src/testbed/scenario/script.ts';
import { printTrace } from '../../../src/testbed/scenario/trace.ts';
import { repositoryFile } from '../../process.ts';
import { diffLines } from '../../scenarios/diff.ts';

const header = [
  '# rule: A rule is a sentence.',
  '# source: paper 5.2, Figure 2; dissertation 9.6',
  '# code: src/raft/elections.ts answerVote, acceptVote; src/raft/quorum.ts hasQuorum',
  '',
];

function scenario(...lines: readonly string[]): Scenario {
  return parseScenario('topic/name.txt', `${[...header, ...lines].join('\n')}\n`);
}

function traceOf(...lines: readonly string[]): readonly string[] {
  return runScenario(scenario(...lines))
    .text.split('\n')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.slice(2));
}

test('a scenario says its rule, its sources, its code and its topic', () => {
  const { topic, name, rule, sources, code } = scenario('cluster n1');
  assert.deepEqual([topic, name, rule], ['topic', 'name', 'A rule is a sentence.']);
  assert.deepEqual(sources, ['paper 5.2, Figure 2', 'dissertation 9.6']);
  assert.deepEqual(
    code.map(({ file, name }) => `${file} ${name}`),
    [
      'src/raft/elections.ts answerVote',
      'src/raft/elections.ts acceptVote',
      'src/raft/quorum.ts hasQuorum',
    ],
  );
});

test('a header that lacks something, or says it in another form, is refused', () => {
  const without = (line: number) => header.filter((_, at) => at !== line).join('\n');
  assert.throws(() => parseScenario('t/n.txt', without(0)), /t\/n\.txt:1: .*"# rule: \.\.\."/);
  assert.throws(() => parseScenario('t/n.txt', without(1)), /must name its source/);
  assert.throws(() => parseScenario('t/n.txt', without(2)), /"# code: .*" is missing/);
  const wrong = header.join('\n').replace('source', 'origin');
  assert.throws(() => parseScenario('t/n.txt', wrong), /:2: no header "origin"; known: rule/);
});

test('a wrong command is told with file, line and what is known instead', () => {
  const run = (line: string) => () => runScenario(scenario('cluster n1 n2 n3', line));
  assert.throws(
    run('timeuot n1'),
    /^ScriptFault: topic\/name\.txt:6: timeuot n1\n.*known: .*timeout/,
  );
  assert.throws(run('timeout n9'), /name\.txt:6: .*\n {2}no node "n9"; known: n1 n2 n3\n.*usage/);
  assert.throws(run('settle n1 n2 now'), /no node "now"/);
  assert.throws(run('timeout n1 n2'), /"n2" is too much/);
  assert.throws(run('deliver voteRequest'), /no voteRequest on the way; there is: nothing/);
  assert.throws(run('receive n1 hello from n2'), /no message "hello"; known: preVoteRequest/);
  assert.throws(
    run('receive n1 voteRequest from n2 lastt=1'),
    /"lastt=1" is not known here; .*last=/,
  );
  assert.throws(run('receive n1 voteRequest from n2 term=1 last=4@9'), /no node sends this/);
  assert.throws(run('expect n1 taller'), /no fact "taller"; known: follower/);
  assert.throws(run('expect n1 leader of the band'), /"of the band" is too much/);
  assert.throws(run('cluster n1 patience=3'), /no setting "patience"; known: seed election/);
  // What every object has is no word of the language.
  assert.throws(run('constructor n1'), /no command "constructor"; known/);
  assert.throws(run('expect constructor'), /cannot expect "constructor"; known/);
  assert.throws(run('expect n1 toString 1'), /no fact "toString"; known/);
  assert.throws(run('expect disk n1 valueOf 1'), /no fact "valueOf" of a disk; known/);
  assert.throws(run('cluster n1 toString=3'), /no setting "toString"; known/);
});

test('a script that would run for ever, or fill the memory, is refused', () => {
  const run = (line: string) => () => runScenario(scenario('cluster n1 n2 n3', line));
  assert.throws(run('tick n1 99999999'), /COUNT is 99999999, and 10000 at most/);
  assert.throws(run('run 10001'), /COUNT is 10001/);
  assert.throws(run('log n1 1..99999999@1'), /the last index is 99999999/);
  assert.throws(run('cluster n1 electionTimeoutTicks=9..99999999'), /is 99999999, and 10000/);
  assert.throws(run('term n1 9007199254740993'), /TERM must be a whole number/);
});

test('what does not hold is told with what was found', () => {
  const { failures } = runScenario(scenario('cluster n1 n2', 'elect n1', 'expect n1 n2 leader'));
  assert.deepEqual(failures, ['topic/name.txt:7: expect n1 n2 leader\n  but n2: follower']);
});

test('a run writes traces below their commands and leaves the rest alone', () => {
  const lines = ['cluster n1', '# It is alone.', 'tick n1', '', 'expect n1 leader'];
  const once = runScenario(scenario(...lines)).text;
  assert.equal(
    once,
    [
      ...header,
      'cluster n1',
      '# It is alone.',
      'tick n1',
      '  n1 becomes preCandidate in term 0 (electionTimeout)',
      '  n1 becomes candidate in term 1 (preVoteWon)',
      '  n1 saves term=1 vote=n1',
      '  n1 becomes leader in term 1 (electionWon)',
      '  n1 saves entries=1@1:noop',
      '  n1 applies 1@1:noop',
      '',
      'expect n1 leader',
      '',
    ].join('\n'),
  );
  assert.equal(runScenario(parseScenario('topic/name.txt', once)).text, once, 'and again the same');
});

test('a message is printed once if it arrives within the command, else where it leaves', () => {
  assert.deepEqual(traceOf('cluster n1 n2', 'timeout n1', 'quiet deliver', 'settle').slice(0, 4), [
    'n1 becomes preCandidate in term 0 (electionTimeout)',
    'n1 → n2 preVoteRequest term=1 round=1 last=0@0',
    'n1 ← n2 preVoteResponse term=0 round=1 granted',
    '  n1 becomes candidate in term 1 (preVoteWon)',
  ]);
});

test('what is hidden is left out, and what stands inside it is not', () => {
  const trace = traceOf('cluster n1 n2', 'hide messages disk', 'timeout n1', 'deliver', 'deliver');
  assert.deepEqual(trace, [
    'n1 becomes preCandidate in term 0 (electionTimeout)',
    'n1 becomes candidate in term 1 (preVoteWon)',
  ]);
});

test('messages and effects that the language does not know are printed field by field', () => {
  const from = asNodeId('n1');
  const message = { kind: 'greeting', from, to: asNodeId('n2'), term: 3, at: { x: [1, 2] } };
  assert.equal(
    formatMessage(message as unknown as Message<string>),
    'greeting term=3 at={x=[1 2]}',
  );
  const effect = { kind: 'waves', entries: parseEntries('1,1', 0) } as unknown as Effect<string>;
  const event = { what: { kind: 'effect', node: from, effect }, inside: [] } as const;
  assert.deepEqual(printTrace([event], new Requests(), new Set()), ['n1 waves entries=1..2@1']);
});

test('entries are written and read in the same notation', () => {
  const text = '3..5@2,6@2:noop,7@3:a,8@3';
  assert.equal(formatEntries(parseEntries(text, 2)), text);
  assert.equal(formatEntries(parseEntries('2,2,2:noop,3', 2)), '3..4@2,5@2:noop,6@3');
  assert.throws(() => parseEntries('9@2', 2), /leaves a gap: the next index is 3/);
});

test('a membership is one word, also within entries', () => {
  const text = '3@2:{n1,n2},4@2:{n1,n2>n2,n3+n4},5@2:{n2+n4}';
  const [plain, joint] = parseEntries(text, 2);
  assert.equal(formatEntries(parseEntries(text, 2)), text);
  assert.deepEqual(plain?.kind === 'membership' && plain.membership, {
    voters: ['n1', 'n2'],
    outgoing: [],
    learners: [],
  });
  assert.deepEqual(joint?.kind === 'membership' && joint.membership, {
    voters: ['n2', 'n3'],
    outgoing: ['n1', 'n2'],
    learners: ['n4'],
  });
  assert.throws(() => parseEntries('1@1:{n1;n2}', 0), /not a membership like \{n1,n2\}/);
});

test('messages about snapshots are printed as they are written', () => {
  const part = 'term=2 snapshot=3@2 members=1:{n1,n2>n1+n3} offset=2 data=a,b last round=4';
  const forge = (kind: string, text: string) =>
    formatMessage(
      parseForged(kind, 'n1', asNodeId('n2'), text.split(' '), {
        term: 0,
        round: 0,
        preVoteRound: 0,
      }),
    );
  assert.equal(forge('snapshotRequest', part), `snapshotRequest ${part}`);
  for (const result of ['expects=5', 'installed']) {
    const answer = `term=2 snapshot=3 offset=2 ${result} round=4`;
    assert.equal(forge('snapshotResponse', answer), `snapshotResponse ${answer}`);
  }
});

test('a node can begin with a snapshot and what follows it', () => {
  const lines = ['cluster n1 n2', 'log n1 1 1:a 1:{n1} 2 snapshot=3', 'quiet timeout n1'];
  const { failures } = runScenario(
    scenario(
      ...lines,
      'expect n1 snapshot 3',
      'expect n1 first 4',
      'expect n1 log 2 3',
      'expect n1 applied 1@1 a 4@2',
      'expect n1 membership {n1}',
      'expect disk n1 snapshot 3@1',
    ),
  );
  assert.deepEqual(failures, []);
});

test('a snapshot on a slow disk waits to be saved, and a part of it to be read', () => {
  const trace = traceOf(
    'cluster n1 snapshotEntries=2 trailingEntries=1',
    'disk slowSnapshots',
    'quiet tick n1',
    'propose n1 a',
    'save n1 fails',
    'propose n1 b c',
    'save n1',
    'crash n1',
    'restart n1',
  );
  assert.deepEqual(trace, [
    'n1 saves entries=2@1:a',
    'n1 applies 2@1:a, and answers a',
    'n1 takes snapshot 2@1 members=0:{n1}',
    'n1 cannot save snapshot 2@1',
    'n1 saves entries=3@1:b',
    'n1 applies 3@1:b, and answers b',
    'n1 saves entries=4@1:c',
    'n1 applies 4@1:c, and answers c',
    'n1 takes snapshot 4@1 members=0:{n1}',
    'n1 saves snapshot 4@1',
    'n1 compacts its log to 3',
    'n1 crashes',
    'n1 restarts as follower: term=1 vote=n1 snapshot 4@1 log 4@1:c',
  ]);
});

test('two leaders in a term, or two commands at an index, end a scenario', () => {
  const leads = (term: number): Judged['roleChanges'][number] => ({
    kind: 'roleChange',
    role: 'leader',
    previousRole: 'candidate',
    term: asTerm(term),
    leader: null,
    reason: 'electionWon',
  });
  const judge = (...nodes: readonly Omit<Judged, 'id'>[]) =>
    new Safety().check(nodes.map((node, at) => ({ id: asNodeId(`n${at + 1}`), ...node })));
  const nothing = { roleChanges: [], applied: [], restored: { index: 0, commands: [] } };
  const applied = (text: string) => ({ ...nothing, applied: parseEntries(text, 0) });
  const leading = (term: number) => ({ ...nothing, roleChanges: [leads(term)] });
  const restored = (index: number, ...commands: readonly string[]) => ({
    ...nothing,
    restored: { index, commands },
  });
  assert.doesNotThrow(() => judge(leading(1), leading(2), applied('1,2:a'), applied('1')));
  assert.throws(() => judge(leading(2), leading(2)), /UNSAFE: n1 and n2 both lead term 2/);
  assert.throws(() => judge(applied('1,2:a'), applied('1,2:b')), /n2 commits 2@2:b where 2@2:a is/);
  assert.doesNotThrow(() => judge(applied('1:noop,2:a'), restored(2, 'a'), restored(3, 'a', 'b')));
  assert.throws(() => judge(applied('1:a,2:b'), restored(2, 'b')), /n2 restores b where a b is/);
});

test('a diff shows the lines that differ and a little around them', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f'].join('\n');
  const after = ['a', 'b', 'c', 'D', 'e', 'f', 'g'].join('\n');
  assert.equal(
    diffLines(before, after, 1),
    ['  ...', '     3  c', '-    4  d', '+    4  D', '     5  e', '     6  f', '+    7  g'].join(
      '\n',
    ),
  );
});

test('the page about the language has every command and every expectation', () => {
  const page = readFileSync(repositoryFile('docs/scenarios.md'), 'utf8').replaceAll(/\s+/g, ' ');
  for (const { usage, does } of Object.values(commands)) {
    assert.ok(
      page.includes(`- \`${usage}\`: ${does}`),
      `docs/scenarios.md lacks: ${usage}: ${does}`,
    );
  }
  const usages = [...Object.values(expectations).map(({ usage }) => usage), ...nodeExpectations];
  for (const usage of usages) {
    assert.ok(page.includes(`- \`expect ${usage}\``), `docs/scenarios.md lacks: expect ${usage}`);
  }
});
