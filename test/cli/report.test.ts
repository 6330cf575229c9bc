/** `raftwright report`: the pages of runs that others have left, and what it says of broken ones. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { repositoryFile } from '../process.ts';

const scratch = mkdtempSync(join(tmpdir(), 'raftwright-report-command-'));
after(() => rmSync(scratch, { recursive: true }));

const maelstrom = repositoryFile('test/testbed/recorded/maelstrom');
let copies = 0;

/** A copy of a run of Maelstrom, changed. */
function copyOfMaelstrom(change: (directory: string) => void): string {
  const directory = join(scratch, `maelstrom-${copies++}`);
  cpSync(maelstrom, directory, { recursive: true });
  change(directory);
  return directory;
}

/** A new directory with these files. */
function directoryOf(files: { readonly [name: string]: string }): string {
  const directory = join(scratch, `run-${copies++}`);
  mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(from, to);
  assert.notEqual(edited, text, `${file} has no ${from}`);
  writeFileSync(file, edited);
}

function report(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [repositoryFile('bin/raftwright'), 'report', ...args],
    { encoding: 'utf8', timeout: 60_000 },
  );
  return { status, stdout, stderr };
}

function pageText(directory: string, name = 'report.html'): string {
  const html = readFileSync(join(directory, name), 'utf8');
  return html
    .replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/[ \n]+/g, ' ');
}

/** What a page's script draws. */
function dataOf(directory: string) {
  const html = readFileSync(join(directory, 'report.html'), 'utf8');
  return JSON.parse(/id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? 'null');
}

test('a run of Maelstrom: its figures, both verdicts, its faults and its nodes', () => {
  const output = join(scratch, 'pages of maelstrom');
  const { status, stdout } = report(maelstrom, '--output', output);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /VALID: 159 operations/);
  const text = pageText(output);
  for (const said of [
    'lin-kv under Maelstrom: 5 nodes linearizable',
    'all 159 116 41 2',
    'Maelstrom says valid',
    'Maelstrom says of the history valid',
    'raftwright says of the history valid',
    'Maelstrom counts 116 ok, 41 fail, 2 info',
    'Messages between servers: 1\u202f840, 50 lost to faults. Nodes killed: 1, paused: 2.',
    'n2 | n0 n1 n3 n4 (one)',
    'n4 (one)',
    'n1 n3 (some)',
    'command line maelstrom test -w lin-kv --bin bin/lin-kv',
    'Maelstrom does not know which role a node has.',
    'there is no diagram here',
  ]) {
    assert.ok(text.includes(said), `${said}\n${text}`);
  }
  const { lanes, faults } = dataOf(output);
  const conditions = lanes.map((lane: { conditions: { condition: string }[] }) =>
    lane.conditions.map(({ condition }) => condition).join(' '),
  );
  assert.deepEqual(conditions, [
    'cut-off',
    'cut-off paused',
    'cut-off',
    'cut-off paused',
    'cut-off down',
  ]);
  assert.deepEqual(
    faults.map(({ kind, fromMs, toMs }: { kind: string; fromMs: number; toMs: number }) => [
      ...[kind, fromMs, toMs],
    ]),
    [
      ['partition', 1500, 3200],
      ['kill', 3405, 3700],
      ['pause', 3751, 3801],
    ],
  );
  assert.ok(!existsSync(join(output, 'diagram.html')));
});

test('where Maelstrom and this checker differ, the page says so first', () => {
  // A read of a value that nobody has written.
  const lies = copyOfMaelstrom((directory) =>
    edit(
      join(directory, 'history.edn'),
      /:type :ok, :f :read, :value \[0 \d\]/,
      ':type :ok, :f :read, :value [0 77]',
    ),
  );
  const bad = report(lies);
  assert.equal(bad.status, 1, bad.stderr);
  assert.match(
    bad.stdout,
    /WARNING: The two checkers differ: Maelstrom says that the history is linearizable, and raftwright says that it is not linearizable/,
  );
  assert.match(pageText(lies), /invalid The two checkers differ/);
  assert.match(pageText(lies, 'counterexample.html'), /It returned 77/);

  const stricter = copyOfMaelstrom((directory) =>
    edit(join(directory, 'results.edn'), /:workload \{:valid\? true/, ':workload {:valid? false'),
  );
  const differing = report(stricter);
  assert.equal(differing.status, 1);
  assert.match(differing.stdout, /Maelstrom says that the history is not linearizable/);
  assert.match(pageText(stricter), /Maelstrom: workload is not valid\./);
  // Pages that do not apply any more go.
  cpSync(join(maelstrom, 'history.edn'), join(lies, 'history.edn'));
  assert.equal(report(lies).status, 0);
  assert.ok(!existsSync(join(lies, 'counterexample.html')));
});

test('both agree that it is wrong: no warning', () => {
  const directory = copyOfMaelstrom((copy) => {
    edit(
      join(copy, 'history.edn'),
      /:type :ok, :f :read, :value \[0 \d\]/,
      ':type :ok, :f :read, :value [0 77]',
    );
    edit(join(copy, 'results.edn'), /:workload \{:valid\? true/, ':workload {:valid? false');
    edit(join(copy, 'results.edn'), /:valid\? true\}\n$/, ':valid? false}\n');
  });
  const { status, stdout } = report(directory);
  assert.equal(status, 1);
  assert.doesNotMatch(stdout, /WARNING/);
});

test('a run of Maelstrom that broke off gets what can be drawn; without its log less is known', () => {
  const crashed = copyOfMaelstrom((directory) => {
    rmSync(join(directory, 'results.edn'));
    rmSync(join(directory, 'jepsen.log'));
  });
  const { status, stdout } = report(crashed);
  assert.equal(status, 2, stdout);
  const text = pageText(crashed);
  assert.match(text, /unknown .*results\.edn is missing: Maelstrom did not come to its end/);
  assert.match(text, /What any protocol could have answered is not known/);
  assert.equal(dataOf(crashed).lanes.length, 5, 'nodes are known by their logs');
  const onlyResults = copyOfMaelstrom((directory) => rmSync(join(directory, 'history.edn')));
  assert.equal(report(onlyResults).status, 2);
  assert.match(
    pageText(onlyResults),
    /history\.edn is missing or empty: there is nothing to judge/,
  );
});

const history = [
  { time: 1e6, process: 0, type: 'invoke', f: 'write', key: 0, value: 1 },
  { time: 3e6, process: 0, type: 'ok', f: 'write', key: 0, value: 1 },
  {
    time: 4e6,
    process: 'nemesis',
    type: 'info',
    f: 'pause',
    value: { target: 'one', nodes: ['n0'] },
  },
  { time: 5e6, process: 'nemesis', type: 'info', f: 'sing', value: null },
  { time: 6e6, process: 1, type: 'invoke', f: 'read', key: 0, value: null },
  { time: 9e6, process: 1, type: 'ok', f: 'read', key: 0, value: 1 },
]
  .map((event) => `${JSON.stringify(event)}\n`)
  .join('');

const trace = [
  {
    format: 'raftwright-trace',
    version: 1,
    source: 'bench',
    level: 'roles',
    nodes: ['n0', 'n1'],
    startedAtMs: 1000,
    about: {},
  },
  {
    timeMs: 1,
    kind: 'invoke',
    operation: 0,
    client: 'c2',
    node: 'n0',
    f: 'write',
    key: 0,
    value: 1,
  },
  { timeMs: 2, kind: 'send', id: 1, from: 'n0', to: 'n1', body: { type: 'appendRequest' } },
  { timeMs: 3, kind: 'receive', id: 1 },
  { timeMs: 4, kind: 'complete', operation: 0, type: 'ok', value: 1, error: null },
]
  .map((event) => `${JSON.stringify(event)}\n`)
  .join('');

test('a run of the bench that broke off: its history, or what its trace tells of clients', () => {
  const broken = directoryOf({ 'history.jsonl': history });
  assert.equal(report(broken).status, 2);
  const text = pageText(broken);
  assert.match(text, /results\.json is missing: the run broke off/);
  assert.match(text, /1 events of the nemesis in history\.jsonl make no sense/);
  assert.match(text, /all 2 2 0 0 2\.00 ms/);

  const crashed = directoryOf({
    'trace.jsonl': trace,
    'results.json': JSON.stringify({ verdict: 'crashed', reasons: ['node n1 has ended'] }),
  });
  const { status, stdout } = report(crashed);
  assert.equal(status, 2, stdout);
  assert.match(pageText(crashed), /The run broke off\. This is what it left\. node n1 has ended/);
  assert.match(pageText(crashed), /appendRequest 1 1\.00/);
  assert.ok(existsSync(join(crashed, 'diagram.html')));
  const links = /href="(diagram\.html#ms=1\.0&amp;operation=0)"/;
  assert.match(readFileSync(join(crashed, 'report.html'), 'utf8'), links);
});

test('a history that was judged otherwise when it ran is told of', () => {
  const results = (verdict: string, reasons: readonly string[]): string =>
    JSON.stringify({ verdict, reasons, strict: false, statistics: null, options: null });
  const valid = directoryOf({
    'history.jsonl': history.replace(/"value":1\}\n$/, '"value":9}\n'),
    'results.json': results('valid', []),
  });
  const { status, stdout } = report(valid);
  assert.equal(status, 1);
  assert.match(
    stdout,
    /WARNING: When it ran, this history was judged valid; now the checker says invalid/,
  );
  // What else was wrong with the run stays so, whatever the history is.
  const faulty = directoryOf({
    'history.jsonl': history,
    'results.json': results('invalid', ['node n0 printed a line to stdout that is no message']),
  });
  assert.equal(report(faulty).status, 1);
  assert.doesNotMatch(report(faulty).stdout, /WARNING/);
});

test('a broken file is an error that names it, and where', () => {
  const cases: [directory: string, message: RegExp][] = [
    [join(scratch, 'nowhere'), /nowhere: there is no such directory/],
    [join(maelstrom, 'history.edn'), /history\.edn is not a directory/],
    [directoryOf({ 'notes.txt': '' }), /is of no run: it has neither history\.jsonl/],
    [directoryOf({ 'history.jsonl': '{"process":0}\n' }), /history\.jsonl: line 1: no type/],
    [directoryOf({ 'results.json': '{' }), /results\.json is no JSON/],
    [
      directoryOf({ 'results.json': '{"verdict":"fine"}' }),
      /results\.json: verdict is none: "fine"/,
    ],
    [directoryOf({ 'results.json': '[]' }), /results\.json is not an object/],
    [directoryOf({ 'trace.jsonl': `${trace}{"kind"\n` }), /trace\.jsonl:6: /],
    [directoryOf({ 'trace.jsonl': 'hello\n' }), /trace\.jsonl/],
    [
      directoryOf({ 'history.edn': '{:process 0,\n :type' }),
      /history\.edn is no history of lin-kv: line \d/,
    ],
    [
      directoryOf({ 'history.edn': '{:process 0, :type :invoke, :f :echo, :value "a"}' }),
      /history\.edn is no history of lin-kv: line 1: :f is :echo/,
    ],
    [directoryOf({ 'results.edn': '{:valid? \n}' }), /results\.edn: line 1: /],
  ];
  for (const [directory, message] of cases) {
    const { status, stderr } = report(directory);
    assert.equal(status, 254, `${directory}: ${stderr}`);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n {4}at /, 'no stack');
  }
  assert.match(report().stderr, /report takes one directory/);
  assert.match(report('a', 'b').stderr, /report takes one directory/);
  assert.equal(report('--help').status, 0);
  assert.match(report('--help').stdout, /Usage: raftwright report DIR/);
  const file = join(directoryOf({ 'a file': '' }), 'a file');
  assert.match(report(maelstrom, '--output', file).stderr, /--output: /);
});

test('store/latest is followed, and the pages go beside what they are made from', () => {
  const directory = copyOfMaelstrom(() => {});
  const latest = join(scratch, 'latest');
  symlinkSync(directory, latest);
  const { status, stdout } = report(latest);
  assert.equal(status, 0);
  assert.ok(stdout.includes(join(latest, 'report.html')));
  assert.ok(existsSync(join(directory, 'report.html')));
});
