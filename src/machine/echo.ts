/** A machine without a state: a question is answered by itself. */

import type { Json } from './json.ts';
import { linesFormat } from './lines-format.ts';
import type { StateMachine } from './machine.ts';
import type { MachineKit } from './machine-kit.ts';

/** A machine without a state: a question is answered by itself. */
export class EchoMachine implements StateMachine<never, Json, Json, null> {
  apply(command: never): Json {
    return command;
  }

  query(query: Json): Json {
    return query;
  }

  snapshot(): null {
    return null;
  }

  restore(): void {}
}

/** All that it takes to replicate it. */
export const echoKit: MachineKit<never, Json, Json, null, EchoMachine> = {
  create: () => new EchoMachine(),
  parseCommand: refuse,
  parseResult: refuse,
  sizeOfResult: () => 0,
  snapshots: linesFormat(
    () => [],
    (items) => {
      if (items.length > 0) throw new TypeError('a snapshot of what has no state holds something');
      return null;
    },
  ),
};

function refuse(): never {
  throw new TypeError('there are no commands, and so no results of any');
}
