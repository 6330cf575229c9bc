/** A script that cannot be run as it stands. The message says what is wrong and what is known. */
export class ScriptFault extends Error {
  override readonly name: string = 'ScriptFault';
}

export function demand(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new ScriptFault(fault);
}
