/** Which text a client is sent, by what it says it accepts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiate } from '../../src/metrics/negotiation.ts';
import { openMetricsFormat } from '../../src/metrics/openmetrics-format.ts';
import { textFormat } from '../../src/metrics/text-format.ts';
import { createRandom, nextInteger } from '../../src/raft/index.ts';

const name = new Map([
  [textFormat, 'text'],
  [openMetricsFormat, 'openmetrics'],
]);

/** The format that a header gets. */
function chosen(accept: string | undefined): string | undefined {
  return name.get(negotiate(accept, [textFormat, openMetricsFormat]));
}

test('who does not say gets the older text', () => {
  assert.equal(chosen(undefined), 'text');
  assert.equal(chosen(''), 'text');
  assert.equal(chosen('*/*'), 'text');
  assert.equal(chosen('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'), 'text');
});

test('what Prometheus sends gets OpenMetrics', () => {
  const headers = [
    // 2.42
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    // 2.42 with native histograms, for which it would rather have what is not offered here
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    // 3
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  ];
  for (const header of headers) assert.equal(chosen(header), 'openmetrics', header);
});

test('the greater q-value wins', () => {
  assert.equal(chosen('text/plain;q=0.3,application/openmetrics-text;q=0.4'), 'openmetrics');
  assert.equal(chosen('application/openmetrics-text;q=0.4,text/plain;q=0.5'), 'text');
  assert.equal(chosen('text/plain;q=0.001,application/openmetrics-text;q=0'), 'text');
});

test('of equals the one named more exactly wins, then the first of the header', () => {
  assert.equal(chosen('*/*,application/openmetrics-text'), 'openmetrics');
  assert.equal(chosen('text/*,application/openmetrics-text'), 'openmetrics');
  assert.equal(chosen('application/openmetrics-text,text/plain'), 'openmetrics');
  assert.equal(chosen('text/plain,application/openmetrics-text'), 'text');
});

test('the most specific range decides about a format, wherever it stands', () => {
  assert.equal(chosen('*/*;q=1,text/plain;q=0.1'), 'openmetrics');
  assert.equal(chosen('text/plain;q=0.1,*/*;q=1'), 'openmetrics');
  assert.equal(chosen('text/*;q=0.9,text/plain;version=0.0.4;q=0.1,*/*;q=0.5'), 'openmetrics');
  assert.equal(chosen('application/*;q=0.4,text/*;q=0.5'), 'text');
});

test('q=0 is a refusal', () => {
  assert.equal(chosen('text/plain;q=0,*/*;q=0.1'), 'openmetrics');
  assert.equal(chosen('application/openmetrics-text;q=0.000,text/plain;q=0.1'), 'text');
  // Nothing is left: some text is better than an error.
  assert.equal(chosen('*/*;q=0'), 'text');
  assert.equal(chosen('text/plain;q=0'), 'text');
});

test('a version that is not offered is not matched', () => {
  assert.equal(chosen('application/openmetrics-text;version=0.0.1,text/plain;q=0.1'), 'text');
  assert.equal(chosen('application/openmetrics-text;version=2.0.0'), 'text');
  assert.equal(
    chosen(
      'application/openmetrics-text; version=2.0.0, application/openmetrics-text; version="1.0.0"; q=0.2',
    ),
    'openmetrics',
  );
  assert.equal(
    chosen('text/plain;version=1.0.0,application/openmetrics-text;q=0.1'),
    'openmetrics',
  );
});

test('charsets other than UTF-8 cannot be had', () => {
  assert.equal(chosen('application/openmetrics-text;charset=latin1,text/plain;q=0.1'), 'text');
  assert.equal(
    chosen('application/openmetrics-text;charset="UTF-8",text/plain;q=0.1'),
    'openmetrics',
  );
});

test('case and spaces do not matter', () => {
  assert.equal(
    chosen(' Application/OpenMetrics-Text ; VERSION=1.0.0 ; Q=1 , TEXT/PLAIN ; q=0.5 ,'),
    'openmetrics',
  );
});

test('what makes no sense is as if it were not there', () => {
  const broken = [
    'application/openmetrics-text;q=2',
    'application/openmetrics-text;q=-1',
    'application/openmetrics-text;q=0.1234',
    'application/openmetrics-text;q=',
    'application/openmetrics-text;q=high',
    'application/openmetrics-text;q',
    'application/openmetrics-text;=1',
    'application/openmetrics-text/1',
    'application openmetrics-text',
    '*/openmetrics-text',
    'application/',
    '/',
    ',,;;,',
    '\u0000',
  ];
  for (const element of broken) {
    assert.equal(chosen(element), 'text', element);
    assert.equal(chosen(`${element},text/plain;q=0.1`), 'text', element);
    assert.equal(chosen(`${element},application/openmetrics-text;q=0.1`), 'openmetrics', element);
  }
});

test('a comma or a semicolon inside quotes separates nothing', () => {
  assert.equal(
    chosen('text/html;title="a,b;\\",text/plain",application/openmetrics-text;q=0.1'),
    'openmetrics',
  );
  assert.equal(chosen('text/html;title="never closed, application/openmetrics-text'), 'text');
});

test('whatever a header is, one of the formats is chosen', () => {
  const random = createRandom(7);
  const parts = [
    'text/plain',
    'application/openmetrics-text',
    '*/*',
    'version=',
    '1.0.0',
    'q=',
    '0',
  ];
  const pieces = [...parts, '.', '1', ',', ';', '"', '\\', ' ', '\t', '=', '/', '*', 'é', '\u0000'];
  for (let round = 0; round < 20_000; round++) {
    const length = nextInteger(random, 0, 12);
    const header = Array.from({ length }, () => pieces[nextInteger(random, 0, pieces.length)]);
    assert.ok(chosen(header.join('')) !== undefined, header.join(''));
  }
});

test('a huge header is read in one go', () => {
  const padding = 'text/html;level=1;q=0.1,'.repeat(50_000);
  assert.equal(chosen(`${padding}application/openmetrics-text;q=0.1`), 'openmetrics');
  assert.equal(chosen(';'.repeat(1_000_000)), 'text');
  assert.equal(chosen('"'.repeat(1_000_001)), 'text');
  assert.equal(chosen('\\'.repeat(1_000_001)), 'text');
});
