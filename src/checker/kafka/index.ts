/** Were logs kept as they promise, and why not? */

export {
  type KafkaAnomaly,
  type KafkaAnomalyName,
  kafkaAnomalyNames,
  kafkaMeaningOf,
} from './anomaly.ts';
export { checkKafka, type KafkaResult, type KafkaRules } from './check.ts';
export { reasonsOfKafka } from './describe.ts';
export type { Commit, KafkaOperation, List, Offsets, Placed, Poll, Send } from './operation.ts';
