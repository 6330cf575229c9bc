/**
 * Consistency models, and which anomalies each of them rules out.
 *
 * Names and hierarchy follow Adya, "Weak Consistency" (1999), Cerone, Bernardi and Gotsman, "A
 * Framework for Transactional Consistency Models with Atomic Visibility" (CONCUR 2015), Cerone and
 * Gotsman, "Analysing Snapshot Isolation" (PODC 2016), and Kingsbury and Alvaro, "Elle" (VLDB 2020).
 */

/** Worst first: the order in which findings are told. */
export const anomalyNames = [
  'garbage-read',
  'duplicate-elements',
  'incompatible-order',
  'cyclic-versions',
  'internal',
  'future-read',
  'G1a',
  'dirty-update',
  'G1b',
  'lost-update',
  'G0',
  'G1c',
  'G-single',
  'G-nonadjacent',
  'G2-item',
  'cyclic-versions-serial',
  'G0-realtime',
  'G1c-realtime',
  'G-single-realtime',
  'G2-item-realtime',
  'cyclic-versions-realtime',
] as const;

/** What can be wrong with transactions; `meaningOf` says what each is. */
export type AnomalyName = (typeof anomalyNames)[number];

/** What each anomaly is, in one sentence. */
export const meaningOf: { readonly [name in AnomalyName]: string } = {
  'garbage-read': 'a read saw a value that nobody wrote',
  'duplicate-elements': 'a read saw an element twice that was appended once',
  'incompatible-order': 'two reads of a list saw its elements in orders that exclude each other',
  'cyclic-versions': 'what transactions read and wrote puts the values of a key into a circle',
  internal: 'a transaction contradicts what it did itself just before',
  'future-read': 'a transaction saw a value that it wrote only afterwards',
  G1a: 'aborted read: a transaction saw what a failed transaction wrote',
  'dirty-update': 'what a failed transaction appended stayed, and others appended after it',
  G1b: 'intermediate read: a transaction saw a value that its writer had still to replace',
  'lost-update': 'transactions read the same version of a key and each wrote the next one',
  G0: 'dirty write: a circle of writes that follow each other',
  G1c: 'circular information flow: a circle of writes and of reads of what was written',
  'G-single': 'read skew: a circle in which one transaction did not see what another wrote',
  'G-nonadjacent': 'a circle with several reads that missed a write, no two of them in a row',
  'G2-item': 'write skew: a circle with several reads that missed a write',
  'G0-realtime': 'a circle of writes and of the order in real time',
  'G1c-realtime': 'a circle of writes, reads of them, and the order in real time',
  'G-single-realtime': 'a stale read: a circle of one read that missed a write, and real time',
  'G2-item-realtime': 'a circle with several reads that missed a write, and real time',
  'cyclic-versions-serial':
    'any one order of the transactions puts the values of a key into a circle',
  'cyclic-versions-realtime': 'real time puts the values of a key into a circle',
};

/** Consistency models by their usual names, from the weakest to the strongest. */
export const modelNames = [
  'read-uncommitted',
  'read-committed',
  'read-atomic',
  'cursor-stability',
  'consistent-view',
  'repeatable-read',
  'snapshot-isolation',
  'serializable',
  'strong-read-uncommitted',
  'strong-read-committed',
  'strong-snapshot-isolation',
  'strict-serializable',
] as const;

/** The name of a consistency model. */
export type ModelName = (typeof modelNames)[number];

interface Model {
  /** Whatever these rule out, it rules out as well. */
  readonly implies: readonly ModelName[];
  readonly rulesOut: readonly AnomalyName[];
}

const models: { readonly [name in ModelName]: Model } = {
  'read-uncommitted': {
    implies: [],
    rulesOut: ['G0', 'garbage-read', 'duplicate-elements', 'cyclic-versions'],
  },
  'read-committed': {
    implies: ['read-uncommitted'],
    rulesOut: ['G1a', 'G1b', 'G1c', 'incompatible-order', 'dirty-update', 'future-read'],
  },
  'read-atomic': { implies: ['read-committed'], rulesOut: ['internal'] },
  'cursor-stability': { implies: ['read-committed'], rulesOut: ['lost-update'] },
  'consistent-view': { implies: ['cursor-stability'], rulesOut: ['G-single'] },
  'repeatable-read': {
    implies: ['cursor-stability'],
    rulesOut: ['G-single', 'G-nonadjacent', 'G2-item'],
  },
  'snapshot-isolation': {
    implies: ['consistent-view', 'read-atomic'],
    rulesOut: ['G-nonadjacent'],
  },
  serializable: {
    implies: ['repeatable-read', 'snapshot-isolation'],
    rulesOut: ['cyclic-versions-serial'],
  },
  'strong-read-uncommitted': { implies: ['read-uncommitted'], rulesOut: ['G0-realtime'] },
  'strong-read-committed': {
    implies: ['read-committed', 'strong-read-uncommitted'],
    rulesOut: ['G1c-realtime'],
  },
  'strong-snapshot-isolation': {
    implies: ['snapshot-isolation', 'strong-read-committed'],
    rulesOut: ['G-single-realtime'],
  },
  'strict-serializable': {
    implies: ['serializable', 'strong-snapshot-isolation'],
    rulesOut: ['G2-item-realtime', 'cyclic-versions-realtime'],
  },
};

/** Other names of the same things. */
const aliases: ReadonlyMap<string, ModelName> = new Map([
  ['strong-serializable', 'strict-serializable'],
  ['conflict-serializable', 'serializable'],
  ['PL-1', 'read-uncommitted'],
  ['PL-2', 'read-committed'],
  ['PL-CS', 'cursor-stability'],
  ['PL-2+', 'consistent-view'],
  ['PL-2.99', 'repeatable-read'],
  ['PL-SI', 'snapshot-isolation'],
  ['PL-3', 'serializable'],
  ['PL-SS', 'strict-serializable'],
]);

/** All names that `modelNamed` knows. */
export const allModelNames: readonly string[] = [...modelNames, ...aliases.keys()];

/** The model of a name, or of one of its other names; undefined when there is none. */
export function modelNamed(name: string): ModelName | undefined {
  return modelNames.find((it) => it === name) ?? aliases.get(name);
}

/** All that a model rules out, by itself and by what it implies. */
export function ruledOutBy(model: ModelName): ReadonlySet<AnomalyName> {
  const { implies, rulesOut } = models[model];
  return new Set([...rulesOut, ...implies.flatMap((it) => [...ruledOutBy(it)])]);
}

/** The models that a history with this anomaly cannot have, weakest first. */
export function modelsWithout(anomaly: AnomalyName): readonly ModelName[] {
  return modelNames.filter((model) => ruledOutBy(model).has(anomaly));
}

/** Of these models those that imply none of the others: all that are stronger follow. */
export function weakestWithout(anomaly: AnomalyName): readonly ModelName[] {
  const without = modelsWithout(anomaly);
  const implies = (model: ModelName, other: ModelName): boolean =>
    models[model].implies.some((it) => it === other || implies(it, other));
  return without.filter((model) => !without.some((other) => implies(model, other)));
}
