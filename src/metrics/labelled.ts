import type { LabelValues } from './definition.ts';

/**
 * Label values are cut to this many UTF-16 units: they may come from outsiders, and each one is
 * kept.
 */
const labelValueLengthMax = 200;

/** One label value deep in the tree of combinations; the instrument hangs at the last label. */
interface Branch<Instrument> {
  readonly next: Map<string, Branch<Instrument>>;
  instrument: Instrument | undefined;
}

/** What a family of labelled instruments is made of. */
export interface LabelledOptions<Instrument, Names extends readonly string[]> {
  readonly family: string;
  readonly names: Names;
  readonly create: () => Instrument;
  /** Most combinations of label values that the family will hold. */
  readonly combinationsMax: number;
  /** Told each time a combination beyond that is asked for. */
  readonly onRefused: () => void;
}

/**
 * The instruments of one family, one for each combination of label values, created when first asked
 * for.
 *
 * Once the family is full, a new combination gets an instrument that works as any other and is
 * never exported, so that an outsider who chooses label values can neither fill the memory nor
 * break the caller.
 */
export class Labelled<Instrument, Names extends readonly string[]> {
  readonly #options: LabelledOptions<Instrument, Names>;
  readonly #root: Branch<Instrument> = { next: new Map(), instrument: undefined };
  readonly #combinations: {
    readonly labels: readonly string[];
    readonly instrument: Instrument;
  }[] = [];
  readonly #unexported: Instrument;

  /** @internal A registry makes it. */
  constructor(options: LabelledOptions<Instrument, Names>) {
    this.#options = options;
    this.#unexported = options.create();
  }

  /**
   * The instrument for these label values, given in the order of the label names. Cheap (one map
   * lookup a label, no string is built), and the result may be kept: the same values always give
   * the same instrument.
   *
   * @throws TypeError when the number of values is wrong or one is not a string.
   */
  labels(...values: LabelValues<Names>): Instrument {
    return this.#find(values) ?? this.#admit(values);
  }

  /** All combinations so far, sorted by label values. */
  sorted(): readonly { readonly labels: readonly string[]; readonly instrument: Instrument }[] {
    return this.#combinations.toSorted((a, b) => compareLabels(a.labels, b.labels));
  }

  #find(values: readonly string[]): Instrument | undefined {
    let branch: Branch<Instrument> | undefined = this.#root;
    for (const value of values) {
      branch = branch.next.get(value);
      if (branch === undefined) return undefined;
    }
    return branch.instrument;
  }

  #admit(values: readonly string[]): Instrument {
    const { family, names, create, combinationsMax, onRefused } = this.#options;
    if (values.length !== names.length || values.some((value) => typeof value !== 'string')) {
      throw new TypeError(
        `${family}: the labels (${names.join(', ')}) need one string each, but got ${JSON.stringify(values)}`,
      );
    }
    const labels = values.map(keptLabelValue);
    const existing = this.#find(labels);
    if (existing !== undefined) return existing;
    if (this.#combinations.length >= combinationsMax) {
      onRefused();
      return this.#unexported;
    }
    const instrument = create();
    this.#insert(labels, instrument);
    this.#combinations.push({ labels, instrument });
    return instrument;
  }

  #insert(labels: readonly string[], instrument: Instrument): void {
    let branch = this.#root;
    for (const label of labels) {
      let next = branch.next.get(label);
      if (next === undefined) {
        next = { next: new Map(), instrument: undefined };
        branch.next.set(label, next);
      }
      branch = next;
    }
    branch.instrument = instrument;
  }
}

/**
 * What is kept of a label value: cut, well-formed (two values that differ only in lone surrogates
 * would be one and the same sample in UTF-8), and a string of its own, not a slice that keeps a
 * whole message in memory.
 */
function keptLabelValue(value: string): string {
  return Buffer.from(value.slice(0, labelValueLengthMax)).toString();
}

/** Orders by UTF-16 units, which does not depend on a locale. */
function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i] ?? '';
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
