/** kafka: logs of messages. Offsets are contiguous from 0, and a poll is as fresh as any read. */

import type { Json } from '../../machine/json.ts';
import type {
  KeyOffset,
  LogsCommand,
  LogsMachine,
  LogsQuery,
  LogsResult,
  LogsSnapshot,
} from '../../machine/logs.ts';
import { logsKit } from '../../machine/logs-wire.ts';
import { malformed } from '../errors.ts';
import { beginning } from '../fault-log.ts';
import type { Body } from '../message.ts';
import type { Reply } from '../node.ts';
import {
  arrayField,
  asInteger,
  asString,
  field,
  membersField,
  textField,
} from '../request-fields.ts';
import type { Workload } from '../workload.ts';

export const kafka: Workload<LogsCommand, LogsQuery, LogsResult, LogsSnapshot, LogsMachine> = {
  name: 'kafka',
  machine: logsKit,
  requests: {
    send: {
      toOperation(body) {
        const [key, message] = [textField(body, 'key'), field(body, 'msg')];
        return { kind: 'command', command: { kind: 'send', key, message } };
      },
      toReply,
    },
    poll: {
      toOperation: (body) => ({ kind: 'query', query: { kind: 'poll', from: offsetsOf(body) } }),
      toReply,
    },
    commit_offsets: {
      toOperation: (body) => ({
        kind: 'command',
        command: { kind: 'commit', offsets: offsetsOf(body) },
      }),
      toReply,
    },
    list_committed_offsets: {
      toOperation(body) {
        const keys = arrayField(body, 'keys').map((key) => asString(key, 'a key of keys'));
        return { kind: 'query', query: { kind: 'committed', keys } };
      },
      toReply,
    },
  },
};

function offsetsOf(body: Body): readonly KeyOffset[] {
  return membersField(body, 'offsets').map(([key, value]) => {
    const name = `the offset of ${beginning(key)}`;
    const offset = asInteger(value, name);
    if (offset < 0) throw malformed(`${name} is below 0`);
    return [key, offset];
  });
}

function toReply(result: LogsResult): Reply {
  switch (result.kind) {
    case 'sent':
      return { type: 'send_ok', offset: result.offset };
    case 'done':
      return { type: 'commit_offsets_ok' };
    case 'offsets':
      return { type: 'list_committed_offsets_ok', offsets: Object.fromEntries(result.offsets) };
    case 'messages': {
      const msgs = result.polled.map(({ key, first, messages }): [string, Json] => [
        key,
        messages.map((message, position) => [first + position, message]),
      ]);
      return { type: 'poll_ok', msgs: Object.fromEntries(msgs) };
    }
  }
}
