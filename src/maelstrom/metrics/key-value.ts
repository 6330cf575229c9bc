/** What the clients of a lin-kv node ask, and what it stores for them. */

import type { KeyValueMachine } from '../../machine/key-value.ts';
import { exponentialBuckets } from '../../metrics/histogram.ts';
import type { Registry } from '../../metrics/registry.ts';
import { errorCodes } from '../errors.ts';
import type { ClientRequest, KeyValueSessions, LinKvObserver } from '../lin-kv.ts';

const { timeout, temporarilyUnavailable, malformedRequest, crash } = errorCodes;
const { keyDoesNotExist, preconditionFailed } = errorCodes;

const anyCodes = [null, timeout, temporarilyUnavailable, malformedRequest, crash];

/** How each operation may end: with an error code, or null when it succeeds. */
const codes: { readonly [Op in ClientRequest]: readonly (number | null)[] } = {
  read: [...anyCodes, keyDoesNotExist],
  write: anyCodes,
  cas: [...anyCodes, keyDoesNotExist, preconditionFailed],
};

const operations = Object.keys(codes) as ClientRequest[];

export function registerKeyValue(
  registry: Registry,
): Pick<LinKvObserver, 'onStart' | 'onRequest' | 'onReply'> {
  const requests = registerRequests(registry);
  let machine: KeyValueMachine | null = null;
  let sessions: KeyValueSessions | null = null;
  registry.collectCounter(
    {
      name: 'kv_duplicate_requests_total',
      help: 'Commands that were tried again though they had taken effect, and were answered with the result of the first. Normally some around a change of leader.',
    },
    () => sessions?.repeatedCommands,
  );
  registry.collectGauge(
    { name: 'kv_keys', help: 'How many keys exist on this node.' },
    () => machine?.size,
  );
  registry.collectGauge(
    {
      name: 'kv_size_bytes',
      help: 'About what keys and values weigh as JSON on this node, in bytes.',
      unit: 'bytes',
    },
    () => machine?.weight,
  );
  return {
    ...requests,
    onStart(_replica, startedMachine, startedSessions) {
      machine = startedMachine;
      sessions = startedSessions;
    },
  };
}

function registerRequests(registry: Registry): Pick<LinKvObserver, 'onRequest' | 'onReply'> {
  const ended = registry.counter({
    name: 'kv_requests_total',
    help: 'Requests of clients that were answered, by operation and error code of Maelstrom, "ok" for none. Codes 20 and 22 are answers like any other; 0 means that nobody knows whether it happened, 11 that it did not.',
    labels: ['op', 'code'],
  });
  const durations = registry.histogram({
    name: 'kv_request_duration_seconds',
    help: 'From the arrival of a request to its answer, by operation, in seconds.',
    unit: 'seconds',
    labels: ['op'],
    upperBounds: exponentialBuckets(0.0005, 2, 12),
  });
  const inflight = registry.gauge({
    name: 'kv_requests_inflight',
    help: 'Requests of clients that are not answered yet.',
  });
  const instruments = new Map(
    operations.map((operation) => {
      const duration = durations.labels(operation);
      const counters = codes[operation].map(
        (code) => [code, ended.labels(operation, labelOf(code))] as const,
      );
      return [operation, { duration, byCode: new Map(counters) }];
    }),
  );
  return {
    onRequest: () => inflight.inc(),
    onReply(operation, code, durationMs) {
      inflight.dec();
      const known = instruments.get(operation);
      known?.duration.observe(durationMs / 1000);
      (known?.byCode.get(code) ?? ended.labels(operation, labelOf(code))).inc();
    },
  };
}

function labelOf(code: number | null): string {
  return code === null ? 'ok' : String(code);
}
