/**
 * Somebody's own machine as a replica has it: with texts for commands and results, and bytes for
 * snapshots. Whatever the machine is given is its own copy, and whatever it gives is copied at once.
 */

import { EncodedSnapshots } from '../machine/encoded-snapshots.ts';
import type { StateMachine } from '../machine/machine.ts';
import type { Formats } from './formats.ts';
import { asText, bytesOf, faultText, shownText, type Text } from './text.ts';

/** A query on its way to the machine of the same node, and what the machine threw instead. */
export interface Question<Query> {
  readonly query: Query;
  failure: { readonly error: unknown } | null;
}

const nothing = asText(new Uint8Array(0));

export class TextMachine<Command, Query, Result, Snapshot>
  implements StateMachine<Text, Question<Query>, Text, Uint8Array>
{
  readonly #machine: StateMachine<Command, Query, Result, Snapshot>;
  readonly #formats: Formats<Command, Result, Snapshot>;
  readonly #snapshots: EncodedSnapshots<Command, Query, Result, Snapshot>;

  constructor(
    machine: StateMachine<Command, Query, Result, Snapshot>,
    formats: Formats<Command, Result, Snapshot>,
  ) {
    this.#machine = machine;
    this.#formats = formats;
    this.#snapshots = new EncodedSnapshots(machine, formats.snapshot);
  }

  /** @throws Error which is the end of the node: its state may differ from the others' now */
  apply(text: Text): Text {
    let result: Result;
    try {
      result = this.#machine.apply(this.#formats.command.decode(bytesOf(text)));
    } catch (error) {
      const failure = new Error(
        `the machine threw while it applied the command ${shownText(text)}: ${messageOf(error)}. ` +
          'Every node that applies it stops so. The command stays in the log: start the nodes ' +
          'again with a machine that can carry it out. (A command that cannot succeed is a ' +
          'result, and no exception.)',
        { cause: error },
      );
      // Where the machine threw is of more use than where it was called.
      if (error instanceof Error) failure.stack = `${failure.message}\n${error.stack}`;
      throw failure;
    }
    try {
      return asText(this.#formats.result.encode(result));
    } catch (error) {
      // The states are the same everywhere, and that is what counts.
      return faultText(messageOf(error));
    }
  }

  /** A query that throws has changed nothing: only whoever has asked is told. */
  query(question: Question<Query>): Text {
    try {
      return this.answer(question.query);
    } catch (error) {
      question.failure = { error };
      return nothing;
    }
  }

  /** Asks the machine as it is now. */
  answer(query: Query): Text {
    return asText(this.#formats.result.encode(this.#machine.query(query)));
  }

  snapshot(): Uint8Array {
    return this.#snapshots.snapshot();
  }

  snapshotParts(): Iterable<Uint8Array> {
    return this.#snapshots.snapshotParts();
  }

  restore(snapshot: Uint8Array): void {
    this.#snapshots.restore(snapshot);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
