/** Operations of a machine's clients, with numbers by which they are found in the log again. */

import type { Operation, Outcome } from '../../replica/index.ts';
import type { Ending } from '../workload.ts';

/** A command with the number of the operation that it belongs to. */
export interface NumberedCommand<Command> {
  readonly operation: number;
  readonly command: Command;
}

/** An operation with its number among all of the run. */
export interface NumberedOperation<Command, Query> {
  readonly number: number;
  readonly operation: Operation<Command, Query>;
}

export interface OperationEnding<Result> extends Ending {
  /** Null when no answer came. */
  readonly outcome: Outcome<Result> | null;
}
