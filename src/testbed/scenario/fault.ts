/** A script that cannot be run as it stands. The message says what is wrong and what is known. */
export class ScriptFault extends Error {
  override readonly name: string = 'ScriptFault';
}

/** What a table has under a word of a script; what every object has, such as `toString`, is none. */
export function entryOf<T>(table: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

export function demand(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new ScriptFault(fault);
}
