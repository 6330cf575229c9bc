/** What is wrong with a trace. */

/** A file is no trace, cannot be read, or has a line that makes no sense; says where. */
export class TraceFault extends Error {
  override readonly name: string = 'TraceFault';
}
