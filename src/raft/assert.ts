/** A rule of the protocol does not hold: a fault of this code or of its driver, never of a peer. */
export class InvariantViolation extends Error {
  override readonly name: string = 'InvariantViolation';
}

/** Throws InvariantViolation unless `condition` holds. Stays on in production. */
export function assert(condition: boolean, rule: string): asserts condition {
  if (!condition) violated(rule);
}

/** Throws InvariantViolation. For a rule whose text tells what was found: it is made only then. */
export function violated(rule: string): never {
  throw new InvariantViolation(rule);
}
