import type { Family, FamilyType } from './family.ts';

/** At least one label name; written as a literal, it lets the compiler count the label values. */
export type LabelNames = readonly [string, ...string[]];

/** One value for each label name. */
export type LabelValues<Names extends readonly string[]> = {
  readonly [Index in keyof Names]: string;
};

/** What every family is registered with. */
export interface Definition {
  /** snake_case, `<prefix>_<what>_<unit>`; counters, and only counters, end in `_total`. */
  readonly name: string;
  /** What it measures, in a sentence, for somebody who reads the scrape. */
  readonly help: string;
  /** Base unit (`seconds`, `bytes`, ...); must be the suffix of the name, before `_total`. */
  readonly unit?: string;
  readonly labels?: never;
}

/** The same for a family with labels. */
export interface LabelledDefinition<Names extends LabelNames> extends Omit<Definition, 'labels'> {
  /** Names of the labels; values are given in their order. */
  readonly labels: Names;
}

/** What a histogram needs in addition. */
export interface Buckets {
  /** Inclusive upper bounds, finite and ascending; the bucket `+Inf` is implied. */
  readonly upperBounds: readonly number[];
  /**
   * What an observation's reference is called, such as `log_index`: OpenMetrics shows one for each
   * bucket. Names and values longer than 128 characters in all are left out there.
   */
  readonly exemplarLabel?: string;
}

const snakeCase = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** Suffixes that belong to one type, or to series that an encoder derives from another family. */
const reservedSuffix = /_(total|bucket|sum|count|created)$/;

/** Labels that the formats themselves write. */
const reservedLabels: readonly string[] = ['le', 'quantile'];

/**
 * The name without `_total`, as OpenMetrics names a counter family. Two families may not share it.
 */
export function baseName(name: string): string {
  return name.replace(/_total$/, '');
}

/**
 * Checks a definition and returns the family it describes.
 *
 * The grammar is narrower than what Prometheus accepts ("Metric names and labels" in its data
 * model): `promtool check metrics` asks for snake_case, colons belong to recording rules, and a
 * leading `__` is reserved.
 *
 * @throws Error when a rule is broken; the message names the family, the value, and the rule.
 */
export function defineFamily(
  type: FamilyType,
  definition: (Definition | LabelledDefinition<LabelNames>) & Partial<Buckets>,
): Family {
  const { name, help, unit, exemplarLabel } = definition;
  const problem =
    problemOfName(type, name) ??
    (help.trim() === '' ? 'the help is empty; say in a sentence what it measures' : undefined) ??
    (unit === undefined ? undefined : problemOfUnit(name, unit)) ??
    (definition.labels === undefined ? undefined : problemOfLabels(definition.labels)) ??
    (exemplarLabel === undefined ? undefined : problemOfLabels([exemplarLabel]));
  if (problem !== undefined) throw new Error(`${type} "${name}": ${problem}`);
  return { name, type, help, labels: [...(definition.labels ?? [])], unit, exemplarLabel };
}

function problemOfName(type: FamilyType, name: string): string | undefined {
  if (!snakeCase.test(name)) return 'the name must be snake_case (a-z, 0-9, single underscores)';
  const suffix = reservedSuffix.exec(name)?.[0];
  if (type === 'counter') {
    if (suffix !== '_total') return 'the name of a counter must end in _total';
    return reservedSuffix.test(baseName(name)) ? 'the name has two reserved suffixes' : undefined;
  }
  return suffix === undefined ? undefined : `the name of a ${type} must not end in ${suffix}`;
}

function problemOfUnit(name: string, unit: string): string | undefined {
  if (!snakeCase.test(unit)) return `the unit "${unit}" must be snake_case, or left out`;
  if (!baseName(name).endsWith(`_${unit}`)) {
    return `the unit "${unit}" must be the suffix of the name (before _total)`;
  }
  return undefined;
}

function problemOfLabels(labels: readonly string[]): string | undefined {
  if (labels.length === 0) return 'the list of labels is empty; leave it out instead';
  for (const label of labels) {
    if (!snakeCase.test(label)) {
      return `the label "${label}" must be snake_case (a-z, 0-9, single underscores)`;
    }
    if (reservedLabels.includes(label)) return `the label "${label}" is reserved`;
  }
  if (new Set(labels).size !== labels.length) return `a label occurs twice in ${labels.join(', ')}`;
  return undefined;
}

/**
 * Checks the upper bounds of a histogram and returns a copy.
 *
 * @throws Error when there are none, one is not finite, or they do not ascend.
 */
export function defineBuckets(name: string, upperBounds: readonly number[]): readonly number[] {
  const problem = problemOfBounds(upperBounds);
  if (problem !== undefined) {
    throw new Error(`histogram "${name}": upper bounds [${upperBounds.join(', ')}]: ${problem}`);
  }
  return [...upperBounds];
}

function problemOfBounds(upperBounds: readonly number[]): string | undefined {
  if (upperBounds.length === 0) return 'there are none; give at least one';
  if (!upperBounds.every(Number.isFinite)) return 'each must be finite (+Inf is implied)';
  let previous = -Infinity;
  for (const bound of upperBounds) {
    if (bound <= previous) return 'they must ascend';
    previous = bound;
  }
  return undefined;
}
