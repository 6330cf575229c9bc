/** The parts of the storage benchmark that are measured in a process of their own. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StateMachine } from '../../src/machine/machine.ts';
import type { SessionCommand } from '../../src/machine/session-command.ts';
import { parseSessionCommand } from '../../src/machine/session-wire.ts';
import { SessionMachine } from '../../src/machine/sessions.ts';
import { asNodeId, defaultSettings, membershipOf } from '../../src/raft/index.ts';
import { Replica, realClock } from '../../src/replica/index.ts';
import { FileStore } from '../../src/storage/file-store.ts';
import { nodeDisk } from '../../src/storage/node-disk.ts';

export interface HistoryFigures {
  readonly historyBytes: number;
  readonly snapshotBytes: number;
  readonly maxResidentBytes: number;
  readonly diskBytes: number;
  readonly seconds: number;
}

export interface RestartFigures {
  readonly entries: number;
  readonly milliseconds: readonly number[];
}

/** Keeps the last thousand commands. */
class LastThousand implements StateMachine<string, null, number, Uint8Array> {
  readonly #commands: string[] = [];
  #count = 0;

  apply(command: string): number {
    this.#commands[this.#count++ % 1000] = command;
    return this.#count;
  }

  query(): number {
    return this.#count;
  }

  snapshot(): Uint8Array {
    return Buffer.from(JSON.stringify([this.#count, this.#commands]));
  }

  restore(snapshot: Uint8Array): void {
    const [count, commands] = JSON.parse(Buffer.from(snapshot).toString()) as [number, string[]];
    this.#count = count;
    this.#commands.splice(0, Number.POSITIVE_INFINITY, ...commands);
  }
}

interface Node {
  readonly replica: Replica<string, null, number>;
  readonly store: FileStore<SessionCommand<string>>;
}

async function start(path: string): Promise<Node> {
  const id = asNodeId('n1');
  const store = new FileStore<SessionCommand<string>>({
    disk: nodeDisk(path),
    node: id,
    format: {
      encode: (command) => Buffer.from(JSON.stringify(command)),
      decode: (bytes) => parseSessionCommand(JSON.parse(Buffer.from(bytes).toString()), String),
    },
  });
  const replica = await Replica.start<string, null, number>({
    id,
    membership: membershipOf([id]),
    seed: 1,
    machine: new SessionMachine(new LastThousand(), {
      sizeOf: () => 8,
      results: {
        encode: (result) => Buffer.from(String(result)),
        decode: (bytes) => Number(Buffer.from(bytes).toString()),
      },
    }),
    sizeOf: (command) => command.length,
    store,
    transport: { send() {} },
    clock: realClock,
  });
  return { replica, store };
}

async function stop({ replica, store }: Node): Promise<void> {
  replica.stop();
  await store.close();
}

/** So many clients, each of which asks again when it is answered. */
async function submitAll(
  replica: Replica<string, null, number>,
  count: number,
  command: string,
): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const outcome = await replica.submit({ kind: 'command', command }, 60_000);
      if (outcome.kind !== 'done') throw new Error(`a command ended as ${outcome.kind}`);
    }
  };
  await Promise.all(Array.from({ length: 64 }, client));
}

async function history(path: string): Promise<HistoryFigures> {
  const command = 'x'.repeat(1000);
  const count = 1_000_000;
  const node = await start(path);
  const startMs = performance.now();
  await submitAll(node.replica, count, command);
  const seconds = (performance.now() - startMs) / 1000;
  await stop(node);
  const diskBytes = readdirSync(path).reduce(
    (sum, name) => sum + statSync(join(path, name)).size,
    0,
  );
  return {
    historyBytes: count * command.length,
    snapshotBytes: defaultSettings.snapshotBytes,
    maxResidentBytes: 1024 * process.resourceUsage().maxRSS,
    diskBytes,
    seconds,
  };
}

async function restart(path: string): Promise<RestartFigures> {
  const entries = 99_990;
  const first = await start(path);
  await submitAll(first.replica, entries, 'x'.repeat(100));
  await stop(first);
  const milliseconds: number[] = [];
  for (let life = 0; life < 5; life++) {
    const startMs = performance.now();
    const node = await start(path);
    milliseconds.push(performance.now() - startMs);
    await stop(node);
  }
  return { entries, milliseconds };
}

const [part, path = ''] = process.argv.slice(2);
const figures = part === 'history' ? await history(path) : await restart(path);
process.send?.(figures);
process.disconnect();
