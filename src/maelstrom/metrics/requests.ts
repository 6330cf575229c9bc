/** What the clients of a node ask, and what its machine can say of itself. */

import { exponentialBuckets } from '../../metrics/histogram.ts';
import type { Registry } from '../../metrics/registry.ts';
import { errorCodes } from '../errors.ts';
import type { ServingSessions, WorkloadObserver } from '../serve-workload.ts';
import type { MachineGauge, RequestType } from '../workload.ts';

const { timeout, temporarilyUnavailable, malformedRequest, crash } = errorCodes;

/** How any operation may end: with an error code, or null when it succeeds. */
const anyCodes = [null, timeout, temporarilyUnavailable, malformedRequest, crash];

/** What of a workload is counted. */
export interface CountedWorkload<Machine> {
  readonly requests: { readonly [type: string]: Pick<RequestType<never, never, never>, 'codes'> };
  readonly gauges?: readonly MachineGauge<Machine>[];
}

export function registerRequests<Machine>(
  registry: Registry,
  workload: CountedWorkload<Machine>,
): Pick<WorkloadObserver<Machine>, 'onStart' | 'onRequest' | 'onReply'> {
  const requests = registerAnswers(registry, workload);
  let machine: Machine | null = null;
  let sessions: ServingSessions | null = null;
  registry.collectCounter(
    {
      name: 'kv_duplicate_requests_total',
      help: 'Commands that were tried again though they had taken effect, and were answered with the result of the first. Normally some around a change of leader.',
    },
    () => sessions?.repeatedCommands,
  );
  for (const gauge of workload.gauges ?? []) {
    registry.collectGauge(gauge.definition, () =>
      machine === null ? undefined : gauge.valueOf(machine),
    );
  }
  return {
    ...requests,
    onStart(_replica, startedMachine, startedSessions) {
      machine = startedMachine;
      sessions = startedSessions;
    },
  };
}

function registerAnswers(
  registry: Registry,
  { requests }: CountedWorkload<never>,
): Pick<WorkloadObserver, 'onRequest' | 'onReply'> {
  const ended = registry.counter({
    name: 'kv_requests_total',
    help: 'Requests of clients that were answered, by operation and error code of Maelstrom, "ok" for none. Codes 14, 20 and 22 are answers like any other; 0 means that nobody knows whether it happened, 11 that it did not.',
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
    Object.entries(requests).map(([operation, { codes = [] }]) => {
      const duration = durations.labels(operation);
      const counters = [...anyCodes, ...codes].map(
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
