/** `maelstrom/run` from the outside, with a fake Maelstrom. */

import assert from 'node:assert/strict';
import { existsSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { Stage } from './stage.ts';

/** The rows of the table, which comes last, each as its cells. */
function table(stdout: string): string[][] {
  const lines = stdout.trimEnd().split('\n');
  const head = lines.findLastIndex((line) => /^ +preset +workload/.test(line));
  assert.ok(head >= 0, stdout);
  return lines.slice(head + 1).map((line) => line.split(/ {2,}/));
}

test('a valid run is good: verdict, counts, availability, latency and messages are told', async (t) => {
  const { status, stdout, stderr } = await new Stage(t).run(['tutorial']);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /tutorial: valid/);
  assert.match(stdout, /100 operations: 60 ok \(60\.0 %\), 38 fail, 2 info/);
  assert.match(stdout, /partitions: 1 one, 2 majorities-ring/);
  assert.match(stdout, /raftwright check store\/lin-kv\/\S+\/history\.edn/);
  const [row] = table(stdout);
  assert.deepEqual(row?.slice(0, 10), [
    ...['good', 'tutorial', 'lin-kv', '3', 'none', 'valid', '60.0 %', '2.0/3.0', '2.2', '0'],
  ]);
  assert.match(row?.[10] ?? '', /^store\/lin-kv\/20230831T/);
});

test('an invalid run is bad, and the part that is not valid is named', async (t) => {
  const { status, stdout } = await new Stage(t).run(['tutorial'], { fake: 'invalid' });
  assert.equal(status, 1);
  assert.match(stdout, /workload is invalid/);
  assert.equal(table(stdout)[0]?.[0], 'BAD');
});

test('an unknown verdict is bad, and says what kept Maelstrom from deciding', async (t) => {
  const { status, stdout } = await new Stage(t).run(['tutorial'], { fake: 'unknown' });
  assert.equal(status, 1);
  assert.match(stdout, /perf is unknown: .*verify gnuplot is installed and reachable\n/);
  assert.equal(table(stdout)[0]?.[5], 'unknown');
});

test('a warning of a node makes a valid run bad', async (t) => {
  const { status, stdout } = await new Stage(t).run(['tutorial'], { fake: 'node-warning' });
  assert.equal(status, 1);
  assert.match(stdout, /tutorial: valid, but for warnings of nodes/);
  assert.match(stdout, /WARNING of a node, 2 times: n1 stdout .*Invalid dest.*"c10"/);
  const [row] = table(stdout);
  assert.deepEqual([row?.[0], row?.[5], row?.[9]], ['BAD', 'valid', '2']);
});

test('other warnings are told, and leave a run good', async (t) => {
  const { status, stdout } = await new Stage(t).run(['tutorial'], { fake: 'harmless-warnings' });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /3 other warnings, not of nodes/);
});

test('a Maelstrom that breaks off is bad: its last words are shown, and that a node has crashed', async (t) => {
  const { status, stdout } = await new Stage(t).run(['tutorial'], { fake: 'crash' });
  assert.equal(status, 1);
  assert.match(stdout, /\| clojure.lang.ExceptionInfo: Node n2 crashed with exit status 1/);
  assert.match(stdout, /WARNING of a node, 1 times: .*Node n2 crashed/);
  assert.equal(table(stdout)[0]?.[5], 'broke off');
});

test('a Maelstrom that leaves nothing at all is bad', async (t) => {
  const stage = new Stage(t);
  stage.program('maelstrom', 'exit 3');
  const { status, stdout } = await stage.run(['tutorial']);
  assert.equal(status, 1);
  assert.deepEqual(table(stdout)[0]?.slice(5), ['broke off', '-', '-', '-', '0', '-']);
});

test('every run of --test-count has a row', async (t) => {
  const { stdout } = await new Stage(t).run(['soak', '--', '--test-count', '3']);
  assert.equal(table(stdout).length, 3);
});

test('one bad run among several makes the whole bad', async (t) => {
  const stage = new Stage(t);
  await stage.run(['tutorial']);
  // Only what this call has run counts.
  const { status, stdout } = await stage.run(['calm3', 'tutorial'], { fake: 'invalid' });
  assert.equal(status, 1);
  assert.deepEqual(
    table(stdout).map((row) => row[1]),
    ['calm3', 'tutorial'],
  );
});

test('without Maelstrom it says where to get it, and what it needs', async (t) => {
  const stage = new Stage(t);
  stage.remove('maelstrom');
  const { status, stderr } = await stage.run(['tutorial']);
  assert.equal(status, 254);
  assert.match(stderr, /github\.com\/jepsen-io\/maelstrom\/releases/);
  assert.match(stderr, /openjdk-17-jdk-headless gnuplot graphviz/);
  const elsewhere = await stage.run(['tutorial'], { env: { MAELSTROM: '/nowhere' } });
  assert.match(elsewhere.stderr, /MAELSTROM=\/nowhere: \/nowhere is not an executable file/);
});

test('MAELSTROM may be the script, or the directory with it', async (t) => {
  const stage = new Stage(t);
  const directory = stage.path('programs');
  for (const MAELSTROM of [directory, `${directory}/maelstrom`]) {
    const { status, stdout } = await stage.run(['tutorial'], { env: { MAELSTROM } });
    assert.equal(status, 0);
    assert.ok(stdout.includes(`Maelstrom: ${directory}/maelstrom\n`));
  }
});

test('what Maelstrom needs is looked for before the run', async (t) => {
  const stage = new Stage(t);
  stage.remove('dot');
  assert.match((await stage.run(['tutorial'])).stdout, /warning: dot is missing/);
  stage.program('java', `echo 'java version "1.8.0_362"' >&2`);
  stage.remove('gnuplot');
  const { status, stderr } = await stage.run(['calm3']);
  assert.equal(status, 254);
  assert.match(stderr, /java is version 8\. Maelstrom needs a JDK, 11 or newer/);
  assert.match(stderr, /gnuplot is missing/);
  stage.remove('java');
  assert.match((await stage.run(['calm3'])).stderr, /java is missing/);
});

test('flags after -- win over those of the preset; those after a second -- go to the node', async (t) => {
  const stage = new Stage(t);
  await stage.run(['hard', '--', '--node-count', '3', '--', '--metrics-port', '0']);
  assert.match(stage.maelstromArguments, /^test -w lin-kv --bin \S+\/bin\/lin-kv --node-count 5 /);
  assert.match(stage.maelstromArguments, / --node-count 3 -- --metrics-port 0$/);
});

test('faults that this Maelstrom does not know: skipped in a group, bad when asked for', async (t) => {
  const stage = new Stage(t);
  const named = await stage.run(['kill5'], { fake: 'old' });
  assert.equal(named.status, 1);
  assert.match(
    named.stdout,
    /Must be one of partition; kill and pause came to Maelstrom in July 2026/,
  );
  assert.equal(table(named.stdout)[0]?.[0], 'BAD');
  const { status, stdout } = await stage.run(['tutorial', 'restarts'], { fake: 'old' });
  assert.equal(status, 0, stdout);
  assert.deepEqual(
    table(stdout).map((row) => [row[0], row[5]]),
    [['good', 'valid'], ...Array.from({ length: 3 }, () => ['-', 'not known here'])],
  );
  const alone = await stage.run(['restarts'], { fake: 'old' });
  assert.equal(alone.status, 1, 'nothing has run, and so nothing is good');
});

test('Ctrl-C ends it with a table of what has run', async (t) => {
  const stage = new Stage(t);
  await stage.run(['calm3']);
  await mkdir(stage.path('store'), { recursive: true });
  const { status, stdout } = await stage.run(['tutorial', 'calm3'], { fake: 'slow' }, (pid) => {
    const watcher = watch(stage.path('store'), () => {
      if (!existsSync(stage.path('store', 'began'))) return;
      watcher.close();
      process.kill(pid, 'SIGINT');
    });
  });
  assert.equal(status, 130);
  assert.deepEqual(
    table(stdout).map((row) => [row[1], row[5]]),
    [['tutorial', 'interrupted']],
  );
});

test('a wrong name or flag is refused, and says what to do', async (t) => {
  const stage = new Stage(t);
  const name = await stage.run(['gentle']);
  assert.equal(name.status, 254);
  assert.match(name.stderr, /unknown preset: gentle; maelstrom\/run --list shows them/);
  const flag = await stage.run(['tutorial', '--rate', '5']);
  assert.match(flag.stderr, /unknown flag: --rate; flags of Maelstrom come after --/);
  const workload = await stage.run(['tutorial', '--', '-w', 'kafka']);
  assert.match(workload.stderr, /-w is what a preset sets/);
});

test('--bench runs the same preset without Maelstrom', async (t) => {
  const stage = new Stage(t);
  for (const program of ['maelstrom', 'java', 'gnuplot', 'dot']) stage.remove(program);
  const { status, stdout, stderr } = await stage.run([
    ...['partition3', '--bench', '--', '--time-limit', '2', '--rate', '200', '--seed', '1'],
  ]);
  assert.equal(status, 0, stdout + stderr);
  const [row] = table(stdout);
  assert.deepEqual(row?.slice(0, 6), ['good', 'partition3', 'lin-kv', '3', 'partition', 'valid']);
  assert.match(stdout, /partitions: \d+ \S+/, 'the first comes at once');
  assert.match(stdout, /raftwright check store\/lin-kv\/\S+\/history\.jsonl/);
});
