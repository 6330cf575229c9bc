/** For each machine: operations as clients might ask for them, drawn from numbers in [0, 1). */

import { counterKit } from '../../src/machine/counter.ts';
import { echoKit } from '../../src/machine/echo.ts';
import { type Json, parseJson } from '../../src/machine/json.ts';
import type { KeyValueCommand, KeyValueQuery } from '../../src/machine/key-value.ts';
import { keyValueKit } from '../../src/machine/key-value-wire.ts';
import type { LogsCommand, LogsQuery } from '../../src/machine/logs.ts';
import { logsKit } from '../../src/machine/logs-wire.ts';
import type { StateMachine } from '../../src/machine/machine.ts';
import type { MachineKit } from '../../src/machine/machine-kit.ts';
import { setKit } from '../../src/machine/set.ts';
import type { MicroOperation } from '../../src/machine/transactions.ts';
import { transactionsKit } from '../../src/machine/transactions-wire.ts';
import { uniqueIdsKit } from '../../src/machine/unique-ids.ts';
import type { Operation } from '../../src/replica/index.ts';

type Random = () => number;

export type AnyKit = MachineKit<unknown, unknown, unknown, unknown>;

export interface DrawnMachine {
  readonly name: string;
  readonly kit: AnyKit;
  draw(random: Random): Operation<unknown, unknown>;
}

function drawn<C, Q, R, S, M extends StateMachine<C, Q, R, S>>(
  name: string,
  kit: MachineKit<C, Q, R, S, M>,
  draw: (random: Random) => Operation<C, Q>,
): DrawnMachine {
  return { name, kit, draw };
}

const whole = (random: Random, below: number): number => Math.floor(random() * below);

/** Without numbers that a double would change: the simulator's own copies have none. */
const oddValues = ['null', '"é\\n\\u2028"', '[]', '{"__proto__":1}', '1.5', '-7', '"1"'];

function value(random: Random): Json {
  if (random() < 0.7) return whole(random, 100);
  return parseJson(oddValues[whole(random, oddValues.length)] ?? 'null');
}

const key = (random: Random): string => ['a', 'b', '__proto__'][whole(random, 3)] ?? '';

function microOperation(random: Random, isReadOnly: boolean): MicroOperation {
  if (isReadOnly || random() < 0.4) return { kind: 'read', key: key(random) };
  const kind = random() < 0.8 ? 'append' : 'write';
  return { kind, key: key(random), value: random() < 0.1 ? [value(random)] : value(random) };
}

export const drawnMachines: readonly DrawnMachine[] = [
  drawn('key-value', keyValueKit, (random): Operation<KeyValueCommand, KeyValueQuery> => {
    if (random() < 0.4) return { kind: 'query', query: { kind: 'read', key: key(random) } };
    const command = { kind: 'write', key: key(random), value: value(random) } as const;
    return { kind: 'command', command };
  }),
  drawn('transactions', transactionsKit, (random) => {
    const isReadOnly = random() < 0.3;
    const length = 1 + whole(random, 4);
    const operations = Array.from({ length }, () => microOperation(random, isReadOnly));
    return isReadOnly
      ? { kind: 'query', query: operations }
      : { kind: 'command', command: operations };
  }),
  drawn('logs', logsKit, (random): Operation<LogsCommand, LogsQuery> => {
    const chance = random();
    if (chance < 0.4) {
      return {
        kind: 'command',
        command: { kind: 'send', key: key(random), message: value(random) },
      };
    }
    const offset = [key(random), whole(random, 10)] as const;
    if (chance < 0.6) return { kind: 'command', command: { kind: 'commit', offsets: [offset] } };
    if (chance < 0.8) return { kind: 'query', query: { kind: 'poll', from: [offset] } };
    return { kind: 'query', query: { kind: 'committed', keys: [key(random)] } };
  }),
  drawn('set', setKit, (random) =>
    random() < 0.4
      ? { kind: 'query', query: { kind: 'read' } }
      : { kind: 'command', command: { kind: 'add', element: value(random) } },
  ),
  drawn('counter', counterKit, (random) =>
    random() < 0.4
      ? { kind: 'query', query: { kind: 'read' } }
      : { kind: 'command', command: { kind: 'add', delta: whole(random, 9) - 4 } },
  ),
  drawn('unique ids', uniqueIdsKit, () => ({ kind: 'command', command: { kind: 'generate' } })),
  drawn('echo', echoKit, (random) => ({ kind: 'query', query: value(random) })),
];
