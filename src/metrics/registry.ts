import { Counter } from './counter.ts';
import {
  type Buckets,
  baseName,
  type Definition,
  defineBuckets,
  defineFamily,
  type LabelledDefinition,
  type LabelNames,
  type LabelValues,
} from './definition.ts';
import type { CollectedFamily, Family, Sample } from './family.ts';
import { Gauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import { Labelled } from './labelled.ts';
import { wallSeconds } from './wall-clock.ts';

/** A value read at scrape; undefined (or NaN) when it cannot be known, and then it is left out. */
export type ReadValue = () => number | undefined;

/** Labelled values read at scrape; again, a value that cannot be known is left out. */
export type ReadSamples<Names extends LabelNames> = () => Iterable<{
  readonly labels: LabelValues<Names>;
  readonly value: number | undefined;
}>;

/** What a registry may hold, and whom it tells of errors. */
export interface RegistryOptions {
  /**
   * Most combinations of label values that a family holds, 1,000 unless told; more are refused, and
   * counted.
   */
  readonly combinationsMax?: number;
  /**
   * Told what a read callback threw; the family is then without samples in that scrape, and this is
   * counted.
   */
  readonly onReadError?: (family: string, error: unknown) => void;
  /** For the times of exemplars, in seconds since the Unix epoch; the time of day unless told. */
  readonly nowSeconds?: () => number;
}

interface Entry {
  readonly family: Family;
  readonly collect: () => CollectedFamily;
}

type AnyDefinition = Definition | LabelledDefinition<LabelNames>;
type Table<Instrument> = Labelled<Instrument, readonly string[]>;

/**
 * All families of a process. Registering one returns the instrument itself or, when it has labels,
 * the table to get instruments from, so that a labelled family cannot be used without its labels.
 *
 * Every registration throws an Error when the definition breaks a rule (see `defineFamily`) or the
 * name is taken.
 */
export class Registry {
  readonly #combinationsMax: number;
  readonly #onReadError: (family: string, error: unknown) => void;
  readonly #nowSeconds: () => number;
  readonly #entries: Entry[] = [];
  /**
   * What the registry says about itself; collected last, so that a scrape includes what went wrong
   * in it.
   */
  readonly #ownEntries: Entry[] = [];
  readonly #refused: Table<Counter>;
  readonly #readErrors: Table<Counter>;

  constructor(options: RegistryOptions = {}) {
    this.#combinationsMax = options.combinationsMax ?? 1_000;
    this.#onReadError = options.onReadError ?? (() => {});
    this.#nowSeconds = options.nowSeconds ?? wallSeconds;
    this.#refused = this.#ownCounter(
      'metrics_label_combinations_refused_total',
      'Times new label values were refused because their family was full; what is recorded under them is lost.',
    );
    this.#readErrors = this.#ownCounter(
      'metrics_read_errors_total',
      'Times the values of a family could not be read, which left it without samples in that scrape.',
    );
  }

  /** Registers a counter. */
  counter(definition: Definition): Counter;
  counter<const Names extends LabelNames>(
    definition: LabelledDefinition<Names>,
  ): Labelled<Counter, Names>;
  counter(definition: AnyDefinition): Counter | Table<Counter> {
    const family = defineFamily('counter', definition);
    const table = this.#table(family, () => new Counter(family.name));
    this.#register(family, () => ({ ...family, type: 'counter', samples: valuesOf(table) }));
    return definition.labels === undefined ? table.labels() : table;
  }

  /** Registers a gauge. */
  gauge(definition: Definition): Gauge;
  gauge<const Names extends LabelNames>(
    definition: LabelledDefinition<Names>,
  ): Labelled<Gauge, Names>;
  gauge(definition: AnyDefinition): Gauge | Table<Gauge> {
    const family = defineFamily('gauge', definition);
    const table = this.#table(family, () => new Gauge(family.name));
    this.#register(family, () => ({ ...family, type: 'gauge', samples: valuesOf(table) }));
    return definition.labels === undefined ? table.labels() : table;
  }

  /** Registers a histogram. */
  histogram(definition: Definition & Buckets): Histogram;
  histogram<const Names extends LabelNames>(
    definition: LabelledDefinition<Names> & Buckets,
  ): Labelled<Histogram, Names>;
  histogram(definition: AnyDefinition & Buckets): Histogram | Table<Histogram> {
    const family = defineFamily('histogram', definition);
    const upperBounds = defineBuckets(family.name, definition.upperBounds);
    const { name, exemplarLabel } = family;
    const options = { family: name, upperBounds, exemplarLabel, nowSeconds: this.#nowSeconds };
    const table = this.#table(family, () => new Histogram(options));
    this.#register(family, () => ({
      ...family,
      type: 'histogram',
      upperBounds,
      samples: table.sorted().map(({ labels, instrument }) => ({ labels, ...instrument.read() })),
    }));
    return definition.labels === undefined ? table.labels() : table;
  }

  /**
   * Registers a counter whose totals are read at scrape; a negative or infinite one is an error of
   * the callback.
   */
  collectCounter(definition: Definition, read: ReadValue): void;
  collectCounter<const Names extends LabelNames>(
    definition: LabelledDefinition<Names>,
    read: ReadSamples<Names>,
  ): void;
  collectCounter(definition: AnyDefinition, read: ReadValue | ReadSamples<LabelNames>): void {
    const family = defineFamily('counter', definition);
    this.#register(family, () => {
      const table = this.#table(family, () => new Counter(family.name));
      const samples = this.#read(family, table, read, (counter, total) => counter.inc(total));
      return { ...family, type: 'counter', samples };
    });
  }

  /** Registers a gauge whose values are read at scrape. */
  collectGauge(definition: Definition, read: ReadValue): void;
  collectGauge<const Names extends LabelNames>(
    definition: LabelledDefinition<Names>,
    read: ReadSamples<Names>,
  ): void;
  collectGauge(definition: AnyDefinition, read: ReadValue | ReadSamples<LabelNames>): void {
    const family = defineFamily('gauge', definition);
    this.#register(family, () => {
      const table = this.#table(family, () => new Gauge(family.name));
      const samples = this.#read(family, table, read, (gauge, value) => gauge.set(value));
      return { ...family, type: 'gauge', samples };
    });
  }

  /** All families in the order of registration, then the registry's own. */
  families(): readonly Family[] {
    return [...this.#entries, ...this.#ownEntries].map(({ family }) => family);
  }

  /** All families with what they hold now, in the order of `families()`. Never throws. */
  collect(): readonly CollectedFamily[] {
    return [...this.#entries, ...this.#ownEntries].map(({ collect }) => collect());
  }

  #register(family: Family, collect: () => CollectedFamily): void {
    const taken = this.families().find(({ name }) => baseName(name) === baseName(family.name));
    if (taken !== undefined) {
      throw new Error(
        `${family.type} "${family.name}": the name is taken by the ${taken.type} "${taken.name}"`,
      );
    }
    this.#entries.push({ family, collect });
  }

  #table<Instrument>(family: Family, create: () => Instrument): Table<Instrument> {
    return new Labelled({
      family: family.name,
      names: family.labels,
      create,
      combinationsMax: this.#combinationsMax,
      onRefused: () => this.#refused.labels(family.name).inc(),
    });
  }

  /**
   * Lets the table do for samples that were read what it does for instruments: check, bound, and
   * sort them.
   */
  #read<Instrument extends Counter | Gauge>(
    family: Family,
    table: Table<Instrument>,
    read: ReadValue | ReadSamples<LabelNames>,
    put: (instrument: Instrument, value: number) => void,
  ): readonly Sample[] {
    try {
      const result = read();
      const samples = typeof result === 'object' ? result : [{ labels: [], value: result }];
      for (const { labels, value } of samples) {
        if (value !== undefined && !Number.isNaN(value)) put(table.labels(...labels), value);
      }
      return valuesOf(table);
    } catch (error) {
      this.#readErrors.labels(family.name).inc();
      this.#onReadError(family.name, error);
      return [];
    }
  }

  #ownCounter(name: string, help: string): Table<Counter> {
    const family = defineFamily('counter', { name, help, labels: ['family'] });
    const table = new Labelled({
      family: name,
      names: family.labels,
      create: () => new Counter(name),
      combinationsMax: Infinity,
      onRefused: () => {},
    });
    const collect = (): CollectedFamily => ({
      ...family,
      type: 'counter',
      samples: valuesOf(table),
    });
    this.#ownEntries.push({ family, collect });
    return table;
  }
}

function valuesOf(table: Table<Counter | Gauge>): readonly Sample[] {
  return table.sorted().map(({ labels, instrument }) => ({ labels, value: instrument.value }));
}
