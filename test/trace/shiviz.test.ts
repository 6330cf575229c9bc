/** What ShiViz is given, it can read, and its clocks say who may have known of whom. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTrace, shivizLines, shivizPattern, type TraceEvent } from '../../src/trace/index.ts';
import { fileOf, simulatedTrace } from './simulated.ts';

interface Logged {
  readonly event: string;
  readonly host: string;
  readonly clock: { readonly [host: string]: number };
}

/** As ShiViz reads a log: the first line is the expression, the second is for several runs. */
function parse(lines: readonly string[]): Logged[] {
  const [pattern = '', delimiter, ...log] = lines;
  assert.equal(delimiter, '');
  const found = log.join('\n').matchAll(new RegExp(pattern, 'gm'));
  return Array.from(found, ({ groups }) => ({
    event: groups?.['event'] ?? '',
    host: groups?.['host'] ?? '',
    clock: JSON.parse(groups?.['clock'] ?? ''),
  }));
}

/** Its rules: a host's own count goes up by one with each of its events, and no other is unknown. */
function demandConsistent(log: readonly Logged[]): void {
  const own = new Map<string, number>();
  for (const { host, clock } of log) {
    const count = (own.get(host) ?? 0) + 1;
    own.set(host, count);
    assert.equal(clock[host], count);
    for (const [other, known] of Object.entries(clock)) {
      assert.ok(known <= (own.get(other) ?? 0), `${host} knows of what ${other} has not done yet`);
    }
  }
}

const describe = (event: TraceEvent): string => JSON.stringify(event);

test('the log of a network: who takes in a message knows what its sender knew', async () => {
  const { lines } = await simulatedTrace(5);
  const { events } = readTrace(fileOf(lines));
  const log = parse([...shivizLines(events, { hasNetwork: true, describe })]);
  demandConsistent(log);
  const sent = new Map<number, Logged>();
  let received = 0;
  for (const entry of log) {
    const [, , kind, id] = /^(\S+) ms .*"kind":"(send|receive)","id":(\d+)/.exec(entry.event) ?? [];
    if (kind === 'send') sent.set(Number(id), entry);
    if (kind !== 'receive') continue;
    received++;
    const { clock } = sent.get(Number(id)) ?? assert.fail(`${id} was not sent`);
    for (const [host, known] of Object.entries(clock)) assert.ok((entry.clock[host] ?? 0) >= known);
  }
  assert.ok(received > 500);
  assert.ok(
    log.some(({ event }) => event.includes('"roleChange"')),
    'roles are shown, too',
  );
  assert.equal(log.length > received + sent.size, true);
});

test('the log of cores alone: messages are found by what they say', async () => {
  const { lines } = await simulatedTrace(5);
  const { events } = readTrace(fileOf(lines));
  const log = parse([...shivizLines(events, { hasNetwork: false, describe })]);
  demandConsistent(log);
  const receipts = log.filter(({ event }) => event.includes('"kind":"receive","message"'));
  assert.ok(receipts.length > 100, String(receipts.length));
  const from = /"from":"(n\d)"/;
  const informed = receipts.filter(({ event, clock }) => {
    const sender = from.exec(event)?.[1] ?? '';
    return (clock[sender] ?? 0) > 0;
  });
  assert.equal(informed.length, receipts.length, 'each comes after something of its sender');
});

test('the expression is the one that ShiViz uses when it is given none', () => {
  const log = parse([shivizPattern, '', 'something happens', 'n1 {"n1":1}', 'else', 'n2 {"n2":1}']);
  assert.deepEqual(log, [
    { event: 'something happens', host: 'n1', clock: { n1: 1 } },
    { event: 'else', host: 'n2', clock: { n2: 1 } },
  ]);
});
