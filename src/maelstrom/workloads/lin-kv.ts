/** lin-kv: a linearizable key-value store with compare-and-set. */

import { stringifyJson } from '../../machine/json.ts';
import type {
  KeyValueCommand,
  KeyValueMachine,
  KeyValueQuery,
  KeyValueResult,
  KeyValueSnapshot,
} from '../../machine/key-value.ts';
import { keyValueKit } from '../../machine/key-value-wire.ts';
import type { Operation } from '../../replica/index.ts';
import { errorCodes, malformed } from '../errors.ts';
import type { Body } from '../message.ts';
import type { Reply } from '../node.ts';
import { errorReply } from '../outcome-reply.ts';
import { field } from '../request-fields.ts';
import type { Workload } from '../workload.ts';

export const linKv: Workload<
  KeyValueCommand,
  KeyValueQuery,
  KeyValueResult,
  KeyValueSnapshot,
  KeyValueMachine
> = {
  name: 'lin-kv',
  machine: keyValueKit,
  requests: {
    read: {
      toOperation: (body) => ({ kind: 'query', query: { kind: 'read', key: field(body, 'key') } }),
      toReply: (result) => toReply('read', result),
      codes: [errorCodes.keyDoesNotExist],
    },
    write: {
      toOperation: (body) => ({
        kind: 'command',
        command: { kind: 'write', key: field(body, 'key'), value: field(body, 'value') },
      }),
      toReply: (result) => toReply('write', result),
    },
    cas: {
      toOperation: parseCas,
      toReply: (result) => toReply('cas', result),
      codes: [errorCodes.keyDoesNotExist, errorCodes.preconditionFailed],
    },
  },
  gauges: [
    {
      definition: { name: 'kv_keys', help: 'How many keys exist on this node.' },
      valueOf: (machine) => machine.size,
    },
    {
      definition: {
        name: 'kv_size_bytes',
        help: 'About what keys and values weigh as JSON on this node, in bytes.',
        unit: 'bytes',
      },
      valueOf: (machine) => machine.weight,
    },
  ],
};

/** Maelstrom's own store also creates keys, when it is told to. */
function parseCas(body: Body): Operation<KeyValueCommand, KeyValueQuery> {
  const createIfNotExists = body['create_if_not_exists'] ?? false;
  if (typeof createIfNotExists !== 'boolean') {
    throw malformed('create_if_not_exists is neither true nor false');
  }
  const [key, from, to] = [field(body, 'key'), field(body, 'from'), field(body, 'to')];
  return { kind: 'command', command: { kind: 'cas', key, from, to, createIfNotExists } };
}

function toReply(request: 'read' | 'write' | 'cas', result: KeyValueResult): Reply {
  switch (result.kind) {
    case 'written':
      return { type: `${request}_ok` };
    case 'value':
      return { type: 'read_ok', value: result.value };
    case 'absent':
      return errorReply(errorCodes.keyDoesNotExist, 'key does not exist');
    case 'mismatch': {
      const actual = stringifyJson(result.actual).slice(0, 100);
      return errorReply(errorCodes.preconditionFailed, `the value is ${actual}`);
    }
  }
}
