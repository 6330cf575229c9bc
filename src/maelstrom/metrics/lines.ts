/** What a Maelstrom node reads and writes: messages by type, errors, and what was no message. */

import { snakeCase } from '../../instruments/label-values.ts';
import type { Counter } from '../../metrics/counter.ts';
import type { Registry } from '../../metrics/registry.ts';
import { peerMessageKinds } from '../../replica/index.ts';
import { errorCodes } from '../errors.ts';
import type { NodeObserver } from '../node.ts';
import { packetTypes } from '../peer-packets.ts';

const betweenNodes = [...peerMessageKinds, ...packetTypes];

/**
 * @param requests the types of requests that the workload has
 * @param bufferedBytes how much the node has said that nobody has read yet
 */
export function registerLines(
  registry: Registry,
  requests: readonly string[],
  bufferedBytes: () => number,
): NodeObserver {
  const asked = ['init', ...requests];
  const received = startAtZero(
    registry.counter({
      name: 'maelstrom_messages_received_total',
      help: 'Messages read from stdin, by type. Answers to this node\'s own requests are "reply", those of no known type "unknown".',
      labels: ['type'],
    }),
    [...asked, ...betweenNodes, 'reply', 'unknown'],
  );
  const sent = startAtZero(
    registry.counter({
      name: 'maelstrom_messages_sent_total',
      help: 'Messages written to stdout, by type. A "bundle" is several messages between nodes in one.',
      labels: ['type'],
    }),
    [...asked.map((type) => `${type}_ok`), ...betweenNodes, 'error'],
  );
  const errors = startAtZero(
    registry.counter({
      name: 'maelstrom_errors_sent_total',
      help: "Error replies, by Maelstrom's code.",
      labels: ['code'],
    }),
    Object.values(errorCodes).map(String),
  );
  const malformedLines = registry.counter({
    name: 'maelstrom_malformed_lines_total',
    help: 'Lines on stdin that were no message. Normally none.',
  });
  registry.collectGauge(
    {
      name: 'maelstrom_stdout_buffered_bytes',
      help: 'What has been said and not been read by anybody yet, in bytes. When it grows, the reader is too slow.',
      unit: 'bytes',
    },
    bufferedBytes,
  );
  return {
    onReceived: (type) => received(type ?? 'unknown').inc(),
    onSent: (type) => sent(type).inc(),
    onErrorSent: (code) => errors(String(code)).inc(),
    onMalformedLine: () => malformedLines.inc(),
  };
}

/** Finds a counter by a name in the protocol; those of the given names exist from the start. */
function startAtZero(
  family: { labels(value: string): Counter },
  names: readonly string[],
): (name: string) => Counter {
  const counters = new Map(names.map((name) => [name, family.labels(snakeCase(name))]));
  return (name) => counters.get(name) ?? family.labels(snakeCase(name));
}
