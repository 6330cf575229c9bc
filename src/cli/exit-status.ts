/** What the commands' exit statuses mean: the same as Maelstrom's. */
export const exitStatus = {
  valid: 0,
  invalid: 1,
  unknown: 2,
  /** The command line, or a file that it names, cannot be understood. */
  usage: 254,
  /** The run broke off: a node has ended, or this program has a fault. */
  crashed: 255,
} as const;

/**
 * The command line, or a file that it names, cannot be understood; the message says what and why.
 */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
