/** The verdict on a history of transactions. */

import { type Anomaly, Findings } from './anomaly.ts';
import { componentsOf, largestComponent, noComponent } from './components.ts';
import { type CycleClass, dataCycles, nameOfCycle, realTimeCycles } from './cycle-classes.ts';
import { type Cycle, CycleSearch } from './cycle-search.ts';
import { type Graph, GraphBuilder, hasRealTime, label } from './graph.ts';
import { ListHistory } from './list-append.ts';
import { type AnomalyName, anomalyNames, type ModelName, ruledOutBy } from './models.ts';
import { linkRealTime } from './real-time.ts';
import type { Reason } from './reason.ts';
import { RegisterHistory } from './rw-register.ts';
import {
  type AnyTransaction,
  endOf,
  type ListTransaction,
  type RegisterTransaction,
} from './transaction.ts';

/** What is said of one anomaly, and whether one of the models asked for rules it out. */
export interface FoundAnomaly {
  readonly anomaly: Anomaly;
  readonly isRuledOut: boolean;
}

/** The verdict on transactions, and what it rests on. */
export interface TransactionsResult {
  /**
   * `invalid`: an anomaly was found that one of the models rules out. `valid`: none was found; of
   * lists under strict serializability there is none. `unknown`: the search for cycles was ended
   * before it was complete, and had found none that is ruled out.
   */
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  readonly kind: 'list-append' | 'rw-register';
  readonly models: readonly ModelName[];
  readonly transactions: readonly AnyTransaction[];
  /** Worst first; of each name a few. */
  readonly found: readonly FoundAnomaly[];
  /** How many were found, by name; of cycles the first counts for all. */
  readonly counts: { readonly [name in AnomalyName]?: number };
  readonly figures: {
    readonly ok: number;
    readonly fail: number;
    readonly info: number;
    /** Of those that ended info, those of which something was read. */
    readonly infoSeen: number;
    readonly dependencies: number;
    /** How many transactions the largest knot of cycles has. */
    readonly largestComponent: number;
  };
}

const defaultModels: readonly ModelName[] = ['strict-serializable'];

/**
 * Judges transactions of reads and appends.
 *
 * @throws MalformedHistory when an element is appended to a key twice
 */
export function checkListAppend(
  transactions: readonly ListTransaction[],
  models: readonly ModelName[] = defaultModels,
): TransactionsResult {
  const findings = new Findings();
  const history = new ListHistory(transactions, findings);
  return judge('list-append', transactions, history, findings, models);
}

/**
 * Judges transactions of reads and writes.
 *
 * @throws MalformedHistory when a value is written to a key twice
 */
export function checkRwRegister(
  transactions: readonly RegisterTransaction[],
  models: readonly ModelName[] = defaultModels,
): TransactionsResult {
  const findings = new Findings();
  const history = new RegisterHistory(transactions, findings, {
    // Whoever asks for several models asks for all of them.
    serializable: models.some((it) => ruledOutBy(it).has('cyclic-versions-serial')),
    realTime: models.includes('strict-serializable'),
  });
  return judge('rw-register', transactions, history, findings, models);
}

/** What the two kinds of histories have in common. */
interface History {
  readonly committed: readonly number[];
  addEdges(graph: GraphBuilder<Reason>): void;
}

function judge(
  kind: TransactionsResult['kind'],
  transactions: readonly AnyTransaction[],
  history: History,
  findings: Findings,
  models: readonly ModelName[],
): TransactionsResult {
  const ruledOut = new Set(models.flatMap((it) => [...ruledOutBy(it)]));
  const builder = new GraphBuilder<Reason>(transactions.length);
  history.addEdges(builder);
  const inRealTime = ruledOut.has('G0-realtime');
  if (inRealTime) {
    linkRealTime(transactions, history.committed, (before, after) =>
      builder.add(before, after, label.onlyRealTime),
    );
  }
  const graph = builder.build();
  const components = componentsOf(graph, () => true);
  const isComplete =
    components.every((it) => it === noComponent) ||
    findCycles(graph, transactions, findings, { inRealTime, components });

  dropRepetition(findings);
  const found = [...findings.anomalies]
    .sort((a, b) => anomalyNames.indexOf(a.name) - anomalyNames.indexOf(b.name))
    .map((anomaly) => ({ anomaly, isRuledOut: ruledOut.has(anomaly.name) }));
  const isInvalid = found.some(({ isRuledOut }) => isRuledOut);
  const outcomes = (outcome: string): number =>
    transactions.filter((it) => it.outcome === outcome).length;
  return {
    verdict: isInvalid ? 'invalid' : isComplete ? 'valid' : 'unknown',
    kind,
    models,
    transactions,
    found,
    counts: Object.fromEntries(findings.counts),
    figures: {
      ok: outcomes('ok'),
      fail: outcomes('fail'),
      info: outcomes('info'),
      infoSeen: history.committed.filter((it) => transactions[it]?.outcome === 'info').length,
      dependencies: graph.to.length,
      largestComponent: largestComponent(components),
    },
  };
}

/**
 * A circle of versions that rests on an order of transactions says what a circle of transactions says
 * better, where one was found that the same models rule out.
 */
function dropRepetition(findings: Findings): void {
  const hasAny = (classes: readonly CycleClass[]): boolean =>
    classes.some(({ name }) => findings.counts.has(name));
  if (hasAny(dataCycles)) findings.drop('cyclic-versions-serial');
  if (hasAny([...dataCycles, ...realTimeCycles])) findings.drop('cyclic-versions-realtime');
}

/** Adds a shortest cycle of each class that has one; false when a search was ended early. */
function findCycles(
  graph: Graph<Reason>,
  transactions: readonly AnyTransaction[],
  findings: Findings,
  { inRealTime, components }: { readonly inRealTime: boolean; readonly components: Int32Array },
): boolean {
  const search = new CycleSearch(graph, (a, b) => isBefore(transactions[a], transactions[b]));
  let isComplete = true;
  let foundSome = false;
  const told = new Set<string>();
  const add = (name: AnomalyName, cycle: Cycle, isShortest: boolean): void => {
    foundSome = true;
    const steps = cycle.edges.map((it) => (it === undefined ? undefined : graph.reasons[it]));
    // Two classes can share their shortest cycle; the worse one is told.
    const signature = cycle.edges.join();
    if (told.has(signature)) return;
    told.add(signature);
    findings.add({ kind: 'cycle', name, transactions: cycle.nodes, steps, isShortest });
  };
  const classes: readonly CycleClass[] = [...dataCycles, ...(inRealTime ? realTimeCycles : [])];
  for (const it of classes) {
    const { cycle, isExhaustive } = search.shortest(it);
    if (cycle !== undefined) add(it.name, cycle, isExhaustive);
    else if (!isExhaustive) isComplete = false;
  }
  if (foundSome) return isComplete;
  // Nothing was classed, yet there is a cycle: one is enough to know what it is.
  const isData = (it: number): boolean => !hasRealTime(it);
  const dataComponents = componentsOf(graph, isData);
  const inData = dataComponents.findIndex((it) => it !== noComponent);
  const node = inData >= 0 ? inData : components.findIndex((it) => it !== noComponent);
  const cycle =
    inData >= 0
      ? search.through(node, dataComponents, isData)
      : search.through(node, components, () => true);
  add(nameOfCycle(cycle.sum), cycle, false);
  return isComplete;
}

function isBefore(a: AnyTransaction | undefined, b: AnyTransaction | undefined): boolean {
  return a !== undefined && b !== undefined && endOf(a) < b.invoked.rank;
}
