/** Were logs kept as they promise, and why not? */

export { checkKafka, type KafkaResult, type KafkaRules } from './check.ts';
export { reasonsOfKafka } from './describe.ts';
export type { Commit, KafkaOperation, List, Offsets, Placed, Poll, Send } from './operation.ts';
