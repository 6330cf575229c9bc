/** What can be wrong with logs, after Maelstrom's kafka workload and Jepsen's `jepsen.tests.kafka`. */

/** Worst first: the order in which findings are told. */
export const kafkaAnomalyNames = [
  'lost-write',
  'inconsistent-offsets',
  'duplicate',
  'garbage-read',
  'aborted-read',
  'unobserved',
  'poll-skip-internal',
  'poll-skip-external',
  'poll-nonmonotonic-internal',
  'poll-nonmonotonic-external',
  'poll-gap',
  'send-nonmonotonic',
  'send-order-realtime',
  'committed-unknown',
  'committed-backwards',
  'stale-poll',
] as const;

/** `kafkaMeaningOf` says what each is. */
export type KafkaAnomalyName = (typeof kafkaAnomalyNames)[number];

/** What each is, in one sentence. */
export const kafkaMeaningOf: { readonly [name in KafkaAnomalyName]: string } = {
  'lost-write':
    'an acknowledged message was never polled, though one at the same or a higher offset was',
  'inconsistent-offsets': 'one offset of a key had different messages',
  duplicate: 'one message stood at several offsets',
  'garbage-read': 'a message was polled that nobody sent to the key',
  'aborted-read': 'a message was polled whose sending had failed',
  unobserved: 'an acknowledged message was not shown in the end, when everything was polled',
  'poll-skip-internal': 'within one poll an offset was passed over that has a message',
  'poll-skip-external': 'a poll began after an offset that was asked for and has a message',
  'poll-nonmonotonic-internal': 'within one poll offsets did not increase',
  'poll-nonmonotonic-external': 'a poll began before the offset that was asked for',
  'poll-gap': 'offsets of a poll were not contiguous from the one asked for on',
  'send-nonmonotonic': 'a client sent twice to a key, and the second offset was not higher',
  'send-order-realtime':
    'a message was sent after another had been acknowledged, and its offset is not higher',
  'committed-unknown': 'an offset was shown as committed that nobody committed',
  'committed-backwards': 'a committed offset moved back',
  'stale-poll': 'a poll showed nothing of a message that was known before it began',
};

/** One thing that is wrong with the log of a key. */
export interface KafkaAnomaly {
  readonly name: KafkaAnomalyName;
  readonly key: string;
  /** Positions of the operations in it; texts call them A, B and so on, in this order. */
  readonly operations: readonly number[];
  readonly problem: string;
}

/** One report of a kind says what is wrong; a few more say whether it is always the same. */
const keptOfEach = 3;

/** The first few of each name are kept, all are counted. */
export class KafkaFindings {
  readonly #kept: KafkaAnomaly[] = [];
  readonly #counts = new Map<KafkaAnomalyName, number>();

  get anomalies(): readonly KafkaAnomaly[] {
    return this.#kept;
  }

  get counts(): ReadonlyMap<KafkaAnomalyName, number> {
    return this.#counts;
  }

  add(anomaly: KafkaAnomaly): void {
    const count = this.#counts.get(anomaly.name) ?? 0;
    this.#counts.set(anomaly.name, count + 1);
    if (count < keptOfEach) this.#kept.push(anomaly);
  }
}
