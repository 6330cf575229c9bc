/** A directory, or a file in it, from which no page can be made; the message names it. */
export class RunFault extends Error {
  override readonly name: string = 'RunFault';
}
