/** What g-counter and pn-counter have in common: a sum of whole numbers. */

import {
  type AddDelta,
  type CounterMachine,
  type CounterResult,
  counterKit,
  type ReadCounter,
} from '../../machine/counter.ts';
import { errorCodes, malformed } from '../errors.ts';
import type { Reply } from '../node.ts';
import { errorReply } from '../outcome-reply.ts';
import { integerField } from '../request-fields.ts';
import type { Workload } from '../workload.ts';

export type CounterWorkload = Workload<
  AddDelta,
  ReadCounter,
  CounterResult,
  number,
  CounterMachine
>;

export function counter(name: string, mayShrink: boolean): CounterWorkload {
  return {
    name,
    machine: counterKit,
    requests: {
      add: {
        toOperation(body) {
          const delta = integerField(body, 'delta');
          if (delta < 0 && !mayShrink) throw malformed(`delta is ${delta}: it must not be below 0`);
          return { kind: 'command', command: { kind: 'add', delta } };
        },
        toReply: (result) => toReply(result, 'add_ok'),
        codes: [errorCodes.preconditionFailed],
      },
      read: {
        toOperation: () => ({ kind: 'query', query: { kind: 'read' } }),
        toReply: (result) => toReply(result, 'read_ok'),
      },
    },
  };
}

function toReply(result: CounterResult, type: string): Reply {
  switch (result.kind) {
    case 'added':
      return { type };
    case 'value':
      return { type, value: result.value };
    case 'outOfRange':
      return errorReply(
        errorCodes.preconditionFailed,
        'the counter would leave the whole numbers up to 2^53 - 1; nothing was added',
      );
  }
}
