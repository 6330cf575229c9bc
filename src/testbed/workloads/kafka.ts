/** Maelstrom's kafka: logs to which messages are sent, and from which they are polled. */

import {
  checkKafka,
  type KafkaOperation,
  MalformedHistory,
  type Offsets,
  type Placed,
  reasonsOfKafka,
} from '../../checker/index.ts';
import { isJsonObject, type Json } from '../../machine/json.ts';
import type { BenchWorkload, JudgeContext, Judgement } from './bench-workload.ts';
import { callsOf, type TracedCall } from './calls-of.ts';
import { closedProtocol } from './closed-protocol.ts';
import { KafkaLoad } from './kafka-load.ts';
import { textOf } from './value-text.ts';

/** Not Maelstrom's, but a promise of ours: the offsets of a key are 0, 1, 2 and so on. */
const contiguousOffsets = 'contiguous-offsets';

function isOffset(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function faultOfOffsets(value: Json): string | null {
  if (!isJsonObject(value)) return 'is not an object';
  const strange = Object.entries(value).find(([, offset]) => !isOffset(offset));
  return strange === undefined ? null : `has no offset for key ${strange[0]}`;
}

function faultOfMessages(value: Json): string | null {
  if (!isJsonObject(value)) return 'is not an object';
  for (const [key, pairs] of Object.entries(value)) {
    const isList =
      Array.isArray(pairs) &&
      pairs.every((it: Json) => Array.isArray(it) && it.length === 2 && isOffset(it[0]));
    if (!isList) return `has for key ${key} something else than an array of [offset, message]`;
  }
  return null;
}

const protocol = closedProtocol({
  send: {
    toRequest: ({ key, value }) => ({ type: 'send', key, msg: value }),
    reply: 'send_ok',
    result: 'offset',
    faultOf: (offset) => (isOffset(offset) ? null : 'is not an offset'),
  },
  poll: {
    toRequest: ({ value }) => ({ type: 'poll', offsets: value }),
    reply: 'poll_ok',
    result: 'msgs',
    faultOf: faultOfMessages,
    isHarmless: true,
  },
  commit_offsets: {
    toRequest: ({ value }) => ({ type: 'commit_offsets', offsets: value }),
    reply: 'commit_offsets_ok',
  },
  list_committed_offsets: {
    toRequest: ({ value }) => ({ type: 'list_committed_offsets', keys: value }),
    reply: 'list_committed_offsets_ok',
    result: 'offsets',
    faultOf: faultOfOffsets,
    isHarmless: true,
  },
});

export const kafka: BenchWorkload = {
  name: 'kafka',
  functions: ['send', 'poll', 'commit_offsets', 'list_committed_offsets'],
  concurrencyUnit: () => 1,
  consistencyModels: ['linearizable', contiguousOffsets],
  modelsToTell: ['linearizable', contiguousOffsets],
  claim: ({ consistencyModels }) =>
    consistencyModels.length === 0
      ? 'no message was lost, and none was shown out of order'
      : `no message was lost, and none was shown out of order: ${consistencyModels.join(', ')}`,
  create: ({ random, options }) => new KafkaLoad(random, options),
  protocol,
  // One client at each node is shown everything: each node must have it.
  final:
    ({ nodes }, load) =>
    (client) =>
      load instanceof KafkaLoad && client < nodes.length ? load.finalQuestions(client) : [],
  judge,
};

function judge(events: Parameters<BenchWorkload['judge']>[0], context: JudgeContext): Judgement {
  const { consistencyModels } = context;
  const result = checkKafka(callsOf(events, context.lineOf).map(operationOf), {
    linearizable: consistencyModels.includes('linearizable'),
    contiguous: consistencyModels.includes(contiguousOffsets),
  });
  return {
    verdict: result.verdict,
    reasons: reasonsOfKafka(result),
    figures: { ...result.figures, anomalies: { ...result.counts } },
  };
}

function operationOf(call: TracedCall): KafkaOperation {
  const { process, f, key, asked: value, result, isFinal, invoked, completed } = call;
  // Of what is still open nobody knows, either.
  const outcome = call.outcome === 'open' ? 'info' : call.outcome;
  const isOk = outcome === 'ok';
  const base = { process, outcome, invoked, completed, isFinal };
  const demand = (fault: string | null, line: number | undefined): void => {
    if (fault !== null) throw new MalformedHistory(line, `the value of a ${f} ${fault}`);
  };
  switch (f) {
    case 'send': {
      if (isOk && !isOffset(result)) demand('is not an offset', completed?.line);
      const offset = isOffset(result) ? result : undefined;
      return { ...base, f, key: textOfKey(key), message: textOf(value), offset };
    }
    case 'poll': {
      demand(faultOfOffsets(value), invoked.line);
      if (isOk) demand(faultOfMessages(result), completed?.line);
      return { ...base, f, asked: offsetsOf(value), messages: messagesOf(result) };
    }
    case 'commit_offsets': {
      demand(faultOfOffsets(value), invoked.line);
      return { ...base, f: 'commit', offsets: offsetsOf(value) };
    }
    default: {
      if (!Array.isArray(value)) demand('is not an array of keys', invoked.line);
      if (isOk) demand(faultOfOffsets(result), completed?.line);
      const keys = (value as readonly Json[]).map(textOfKey);
      return { ...base, f: 'list', keys, offsets: offsetsOf(result) };
    }
  }
}

/** Keys are strings, and are shown without quotes. */
function textOfKey(key: Json): string {
  return typeof key === 'string' ? key : textOf(key);
}

function offsetsOf(value: Json): Offsets {
  if (!isJsonObject(value)) return new Map();
  return new Map(Object.entries(value).map(([key, offset]) => [key, offset as number]));
}

function messagesOf(value: Json): ReadonlyMap<string, readonly Placed[]> {
  if (!isJsonObject(value)) return new Map();
  return new Map(
    Object.entries(value).map(([key, pairs]) => [
      key,
      (pairs as readonly [number, Json][]).map(([offset, message]) => ({
        offset,
        message: textOf(message),
      })),
    ]),
  );
}
