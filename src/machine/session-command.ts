/** What a machine with sessions is told, and what it answers. See sessions.ts. */

/** Who opens a session. */
export interface SessionOwner {
  /** A node of the cluster. */
  readonly node: string;
  /** Which of the node's lives: another number each time that it is started. */
  readonly life: number;
}

/** What a machine with sessions is told. */
export type SessionCommand<Command> =
  /** Opens a new session, whether or not the owner has one. */
  | { readonly kind: 'openSession'; readonly owner: SessionOwner }
  /** A command of a session's owner. */
  | {
      readonly kind: 'command';
      readonly session: number;
      /** Numbers the owner's commands, from 1. It is the same however often this one is tried. */
      readonly sequence: number;
      /**
       * The lowest sequence whose answer the owner still waits for, at most this one. What came
       * below may be forgotten.
       */
      readonly firstOpen: number;
      readonly command: Command;
    };

/** What a machine with sessions answers. */
export type SessionResult<Result> =
  | { readonly kind: 'opened'; readonly session: number }
  /** The command has taken effect, here or at an earlier place; `result` is what came of it then. */
  | { readonly kind: 'applied'; readonly result: Result }
  /** There is no such session. This entry has not taken effect; an earlier one may have. */
  | { readonly kind: 'sessionExpired' }
  /** The sequence is below what is kept. This entry has not taken effect; an earlier one may have. */
  | { readonly kind: 'forgotten' }
  /** The answer to a query. */
  | { readonly kind: 'answered'; readonly result: Result };
