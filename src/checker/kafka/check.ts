/**
 * The verdict on a history of logs, after Maelstrom's kafka workload
 * (github.com/jepsen-io/maelstrom, workload/kafka.clj) and Jepsen's checker
 * (github.com/jepsen-io/jepsen, tests/kafka.clj). What differs from theirs: committed offsets are
 * judged as well, and recency where it is asked for.
 */

import {
  type KafkaAnomaly,
  type KafkaAnomalyName,
  KafkaFindings,
  kafkaAnomalyNames,
} from './anomaly.ts';
import { judgeLog, judgeSources } from './judge-log.ts';
import { judgePoll } from './judge-polls.ts';
import { judgeTime } from './judge-time.ts';
import { logsOf } from './log.ts';
import type { KafkaOperation } from './operation.ts';

/** What is asked for beyond what Maelstrom asks. */
export interface KafkaRules {
  /** Sends and polls see what had ended before they began. Maelstrom does not ask for it. */
  readonly linearizable?: boolean;
  /** Offsets of each key are 0, 1, 2 and so on. Maelstrom lets them be sparse. */
  readonly contiguous?: boolean;
}

/** The verdict on logs, and what it rests on. */
export interface KafkaResult {
  readonly verdict: 'valid' | 'invalid';
  readonly operations: readonly KafkaOperation[];
  /** Worst first; of each name a few. */
  readonly anomalies: readonly KafkaAnomaly[];
  readonly counts: { readonly [name in KafkaAnomalyName]?: number };
  readonly figures: {
    readonly keys: number;
    readonly acknowledged: number;
    /** Messages that came in polls, each as often as it came. */
    readonly polled: number;
    /** Acknowledged, and never polled by anybody: no error by itself. */
    readonly unobserved: number;
    /** Offsets below the highest known ones of which nothing is known. */
    readonly gaps: number;
  };
}

/** @throws MalformedHistory when a message is sent to a key twice */
export function checkKafka(
  operations: readonly KafkaOperation[],
  { linearizable = false, contiguous = false }: KafkaRules = {},
): KafkaResult {
  const findings = new KafkaFindings();
  const logs = logsOf(operations);
  const finalPolls = [...operations.keys()].filter((it) => {
    const operation = operations[it];
    return operation?.f === 'poll' && operation.isFinal && operation.outcome === 'ok';
  });
  let unobserved = 0;
  let gaps = 0;
  let polled = 0;
  for (const log of logs.values()) {
    unobserved += judgeLog(operations, log, finalPolls, findings);
    gaps += log.gaps;
  }
  for (const [position, operation] of operations.entries()) {
    if (operation.f !== 'poll') continue;
    for (const messages of operation.messages.values()) polled += messages.length;
    judgePoll(operation, position, logs, { contiguous }, findings);
  }
  judgeSources(operations, logs, findings);
  judgeTime(operations, { linearizable }, findings);
  const anomalies = [...findings.anomalies].sort(
    (a, b) => kafkaAnomalyNames.indexOf(a.name) - kafkaAnomalyNames.indexOf(b.name),
  );
  return {
    verdict: anomalies.length > 0 ? 'invalid' : 'valid',
    operations,
    anomalies,
    counts: Object.fromEntries(findings.counts),
    figures: {
      keys: logs.size,
      acknowledged: operations.filter((it) => it.f === 'send' && it.outcome === 'ok').length,
      polled,
      unobserved,
      gaps,
    },
  };
}
