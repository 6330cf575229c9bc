/** How the specification says that a trace is none of Raft's. */

export type Fact = string | number | boolean | null | undefined;

/** A node, its disk or the network did what the published algorithm does not allow. */
export class SpecificationViolation extends Error {
  override readonly name: string = 'SpecificationViolation';
  /** What must hold, as a sentence. */
  readonly rule: string;
  /** Where it did not hold. */
  readonly node: string;

  constructor(node: string, rule: string, facts: readonly Fact[] = []) {
    const known = facts.filter((fact) => fact !== undefined);
    const detail = known.length === 0 ? '' : ` (${known.join(', ')})`;
    super(`${node}: ${rule}${detail}`);
    this.node = node;
    this.rule = rule;
  }
}

/**
 * The facts are what was seen and what it was held against. There are two at most, and no text is
 * made of them before it is needed: this is called many times a step.
 *
 * @throws SpecificationViolation when the condition does not hold.
 */
export function demand(
  condition: boolean,
  node: string,
  rule: string,
  fact?: Fact,
  other?: Fact,
): asserts condition {
  if (!condition) throw new SpecificationViolation(node, rule, [fact, other]);
}
