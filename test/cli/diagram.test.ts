/** `raftwright diagram`: from a trace to a page. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Model } from '../../src/pages/browser/diagram/model.ts';
import { repositoryFile } from '../process.ts';

const directory = mkdtempSync(join(tmpdir(), 'raftwright-diagram-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const inside = (name: string): string => join(directory, name);

function run(...args: readonly string[]): { readonly status: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [repositoryFile('bin/raftwright'), ...args],
    { encoding: 'utf8', cwd: directory },
  );
  return { status, out: stdout + stderr };
}

test('a simulated run becomes one page, with its elections, crashes, faults and operations', () => {
  const [trace, page] = [inside('run.jsonl'), inside('page.html')];
  run('simulate', '--seed', '17', '--trace', trace);
  const { status, out } = run('diagram', trace, '--output', page, '--title', 'Seed <17>');
  assert.equal(status, 0, out);
  assert.match(out, /page\.html: 0\.\d MB/);
  const html = readFileSync(page, 'utf8');
  assert.match(html, /<h1>Seed &lt;17&gt;<\/h1>/);
  const data = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html)?.[1] ?? '';
  const model = new Model(JSON.parse(data));
  const types = new Set(Array.from(model.messages.sentMs, (_, message) => model.typeOf(message)));
  for (const type of ['voteRequest', 'voteResponse', 'appendRequest', 'heartbeatRequest']) {
    assert.ok(types.has(type), type);
  }
  const roles = new Set(model.spans.flat().map(({ role }) => role));
  assert.deepEqual([...roles].sort(), ['candidate', 'down', 'follower', 'leader', 'preCandidate']);
  assert.ok(model.faults.some(({ kind, toMs, fromMs }) => kind === 'kill' && toMs > fromMs));
  assert.ok(model.operations.some(({ outcome }) => outcome === 'ok'));
  assert.ok(model.marks.some(({ kind }) => kind === 'crash'));
  // Nothing arrives before it was sent, and what a leader sends is of a term that it leads.
  const { sentMs, endMs, term, from, fate } = model.messages;
  assert.ok(sentMs.every((ms, message) => (endMs[message] ?? 0) >= ms));
  assert.ok(fate.some((one) => one === 0) && fate.some((one) => one === 2));
  sentMs.forEach((ms, message) => {
    if (model.typeOf(message) !== 'appendRequest') return;
    const led = model.spans[model.messages.origin[message] ?? 0]?.some(
      (span) => span.role === 'leader' && span.term === term[message] && span.fromMs <= ms,
    );
    assert.ok(led, `${model.nameOf(from[message] ?? 0)} at ${ms}`);
  });
});

test('a scenario becomes a page, too', () => {
  const [trace, page] = [inside('scenario.jsonl'), inside('scenario.html')];
  const script = repositoryFile('test/scenarios/elections/candidate-refuses-its-rivals.txt');
  assert.equal(run('scenario', script, '--trace', trace).status, 0);
  assert.equal(run('diagram', trace, '-o', page).status, 0);
  const data = /id="data">(.*)<\/script>/.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
  const model = new Model(JSON.parse(data));
  const types = Array.from(model.messages.sentMs, (_, message) => model.typeOf(message));
  assert.ok(types.includes('voteRequest'));
  assert.ok(model.spans.flat().some(({ role }) => role === 'candidate'));
});

test('what is no trace, or is not there, is an error that names it', () => {
  writeFileSync(inside('no.jsonl'), '{"a":1}\n');
  const cases: [args: string[], message: RegExp][] = [
    [[], /diagram takes traces/],
    [[inside('no.jsonl')], /no\.jsonl:1: no trace/],
    [[inside('missing.jsonl')], /missing\.jsonl/],
    [[inside('no.jsonl'), '--size', '3'], /--size/],
  ];
  for (const [args, message] of cases) {
    const { status, out } = run('diagram', ...args);
    assert.equal(status, 254, out);
    assert.match(out, message);
    assert.doesNotMatch(out, /\n\s+at /, 'no stack');
  }
});

test('a page that cannot be written is an error, too', () => {
  const trace = inside('short.jsonl');
  run('simulate', '--seed', '5', '--set', 'faultyMs=300', '--trace', trace);
  const { status, out } = run('diagram', trace, '--output', inside('no/such/page.html'));
  assert.equal(status, 254, out);
  assert.match(out, /page\.html cannot be written/);
});
