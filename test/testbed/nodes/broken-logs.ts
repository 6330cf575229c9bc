#!/usr/bin/env node
/**
 * Wrong: logs on a Raft that is right, with a machine, or answers, that are not. The argument says
 * what is wrong; `nothing` is, too, a manner.
 */

import {
  type LogsCommand,
  LogsMachine,
  type LogsResult,
  type LogsSnapshot,
} from '../../../src/machine/logs.ts';
import { MaelstromNode, type Reply } from '../../../src/maelstrom/node.ts';
import { serveWorkload } from '../../../src/maelstrom/serve-workload.ts';
import { kafka } from '../../../src/maelstrom/workloads/kafka.ts';
import { MemoryStore } from '../../../src/storage/memory.ts';

const [manner = 'nothing'] = process.argv.slice(2);

/** So often something goes wrong. */
const period = 7;

class BrokenLogs extends LogsMachine {
  #sends = 0;
  #commits = 0;

  override apply(command: LogsCommand): LogsResult {
    if (command.kind === 'commit' && manner === 'commit-back' && ++this.#commits % 2 === 0) {
      // It begins anew, and what others had committed is gone.
      const { logs, committed } = this.snapshot();
      const keys = new Set(command.offsets.map(([key]) => key));
      this.restore({ logs, committed: committed.filter(([key]) => !keys.has(key)) });
      return { kind: 'done' };
    }
    if (command.kind === 'send') this.#sends++;
    const result = super.apply(command);
    const isTime = result.kind === 'sent' && this.#sends % period === 0;
    if (isTime && manner === 'offset-twice' && result.offset > 0) {
      return { kind: 'sent', offset: result.offset - 1 };
    }
    if (isTime && manner === 'doubled') super.apply(command);
    return result;
  }

  override restore({ logs, committed }: LogsSnapshot): void {
    const isShort = manner === 'short-restore';
    super.restore({
      logs: logs.map(([key, messages, length]) => [key, messages, isShort ? length - 1 : length]),
      committed,
    });
  }
}

type Messages = {
  readonly [key: string]: readonly (readonly [offset: number, message: unknown])[];
};

/** What becomes of the messages of a poll before they are answered. */
function spoiled(messages: Messages, asked: { readonly [key: string]: number }): Messages {
  const entries = Object.entries(messages).map(([key, pairs]) => {
    switch (manner) {
      case 'lost':
        return [key, pairs.filter(([offset]) => offset % period !== 3)] as const;
      case 'late':
        return [key, pairs.filter(([offset]) => offset > (asked[key] ?? 0))] as const;
      case 'reversed':
        return [key, [...pairs].reverse()] as const;
      default:
        return [key, pairs] as const;
    }
  });
  return Object.fromEntries(entries);
}

const node = new MaelstromNode();
let local = new LogsMachine();
const handle = node.handle.bind(node);
node.handle = (type, handler) => {
  handle(type, async (body, context) => {
    if (type !== 'poll') return await handler(body as never, context);
    const asked = body['offsets'] as { readonly [key: string]: number };
    if (manner === 'local-polls') {
      const from = Object.entries(asked);
      const result = local.query({ kind: 'poll', from });
      return kafka.requests['poll']?.toReply(result, body);
    }
    const reply = (await handler(body as never, context)) as Reply;
    if (reply.type !== 'poll_ok') return reply;
    return { ...reply, msgs: spoiled(reply['msgs'] as Messages, asked) as never };
  });
};
serveWorkload(
  node,
  { ...kafka, machine: { ...kafka.machine, create: () => new BrokenLogs() } },
  {
    createStore: () => new MemoryStore(),
    seed: 1,
    snapshotEntries: 20,
    observer: {
      onStart: (_replica, machine) => {
        local = machine;
      },
    },
  },
);
await node.run();
