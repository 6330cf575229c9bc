/** A verdict on logs in words, for a terminal. */

import { type KafkaAnomaly, type KafkaAnomalyName, kafkaMeaningOf } from './anomaly.ts';
import type { KafkaResult } from './check.ts';
import { letter } from './judge-log.ts';
import type { KafkaOperation, Offsets, Placed } from './operation.ts';

/** How many anomalies are told in full. */
const maxAnomalies = 6;

/** How many messages, keys or offsets of an operation are shown. */
const maxItems = 6;

/** What is wrong, one paragraph each, worst first; empty when nothing is. */
export function reasonsOfKafka(result: KafkaResult): readonly string[] {
  const { verdict, anomalies, counts } = result;
  if (verdict === 'valid') return [];
  const names = new Set<KafkaAnomalyName>();
  const firsts = anomalies.filter(({ name }) => {
    const isFirst = !names.has(name);
    names.add(name);
    return isFirst;
  });
  const found = Object.entries(counts).map(([name, count]) => `${name} (${count})`);
  return [
    `The logs were not kept. Found: ${found.join(', ')}.`,
    ...firsts.slice(0, maxAnomalies).map((it) => describeKafkaAnomaly(result.operations, it)),
  ];
}

function describeKafkaAnomaly(
  operations: readonly KafkaOperation[],
  { name, operations: involved, key, problem }: KafkaAnomaly,
): string {
  const listed = involved.slice(0, 26).map((it, position) => {
    const operation = operations[it];
    return `  ${letter(position)}  ${operation === undefined ? '' : show(operation, key)}`;
  });
  return [`${name}: ${kafkaMeaningOf[name]}.`, ...listed, `  ${problem}.`].join('\n');
}

/** `send a 5 → offset 3   process 2, lines 3–4`. Of several keys only the one that matters. */
function show(operation: KafkaOperation, key: string): string {
  const { process, outcome, invoked, completed, isFinal } = operation;
  const ending = outcome === 'ok' ? '' : ` (${outcome})`;
  const phase = isFinal ? ', at the end' : '';
  const end = outcome === 'ok' ? (completed?.line ?? '') : '';
  return `${what(operation, key)}${ending}   process ${process}, lines ${invoked.line}–${end}${phase}`;
}

function what(operation: KafkaOperation, key: string): string {
  switch (operation.f) {
    case 'send': {
      const { key: to, message, offset } = operation;
      return `send ${to} ${message}${offset === undefined ? '' : ` → offset ${offset}`}`;
    }
    case 'poll': {
      const from = operation.asked.get(key);
      return `poll ${key} from ${from ?? 'nowhere'} → ${showMessages(operation.messages.get(key) ?? [])}`;
    }
    case 'commit':
      return `commit ${showOffset(operation.offsets, key)}`;
    case 'list':
      return `list ${key} → ${showOffset(operation.offsets, key)}`;
  }
}

function showMessages(messages: readonly Placed[]): string {
  if (messages.length === 0) return 'nothing';
  const shown = messages.slice(0, maxItems).map(({ offset, message }) => `${offset}: ${message}`);
  const more = messages.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function showOffset(offsets: Offsets, key: string): string {
  const offset = offsets.get(key);
  return offset === undefined ? `${key} none` : `${key} ${offset}`;
}
