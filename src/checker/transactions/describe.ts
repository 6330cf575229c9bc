/** A verdict on transactions in words, for a terminal. */

import type { Anomaly, CycleAnomaly, VersionCycle, VersionStep } from './anomaly.ts';
import type { FoundAnomaly, TransactionsResult } from './check.ts';
import { type AnomalyName, meaningOf, modelsWithout, weakestWithout } from './models.ts';
import type { Reason, VersionReason } from './reason.ts';
import { timelinesOf } from './timeline.ts';
import type { AnyTransaction, MicroOperation } from './transaction.ts';
import { showList, showText, showVersion } from './values.ts';

/** How many anomalies are told in full. */
const maxAnomalies = 6;

/** How many transactions of one anomaly are shown. */
const maxTransactions = 12;

/** How many steps of a transaction are shown. */
const maxOperations = 12;

/** A verdict and the reasons for it, in lines of bounded number, without a newline at the end. */
export function describeTransactions(result: TransactionsResult): string {
  return [summaryOf(result), ...paragraphsOf(result)].join('\n\n');
}

/** Why a history is not valid, one paragraph each, worst first; empty when it is. */
export function reasonsOfTransactions(result: TransactionsResult): readonly string[] {
  return result.verdict === 'valid' ? [] : [summaryOf(result), ...paragraphsOf(result)];
}

function paragraphsOf(result: TransactionsResult): readonly string[] {
  const { found } = result;
  const told = [...found.filter((it) => it.isRuledOut), ...found.filter((it) => !it.isRuledOut)];
  const shown = firstOfEach(told).slice(0, maxAnomalies);
  return shown.map((it) => describeAnomaly(result, it));
}

function summaryOf({ verdict, models, figures, counts }: TransactionsResult): string {
  const { ok, fail, info, infoSeen } = figures;
  const asked = models.join(', ');
  const count = `${ok} transaction${ok === 1 ? '' : 's'}`;
  const more = info === 0 ? '' : `, ${info} more that may have happened (${infoSeen} did)`;
  const all = `${count}${more}${fail === 0 ? '' : `, ${fail} that failed`}`;
  switch (verdict) {
    case 'valid':
      return `Nothing that ${asked} rules out: ${all}.`;
    case 'unknown':
      return `Unknown whether ${asked}: the dependencies are too many to look through. ${all}.`;
    case 'invalid': {
      const names = Object.entries(counts).map(([name, count]) => `${name} (${count})`);
      return `Not ${asked}: ${all}. Found: ${names.join(', ')}.`;
    }
  }
}

/** One of each name first. */
function firstOfEach(found: readonly FoundAnomaly[]): readonly FoundAnomaly[] {
  const names = new Set<AnomalyName>();
  return found.filter(({ anomaly: { name } }) => {
    const isFirst = !names.has(name);
    names.add(name);
    return isFirst;
  });
}

/** An anomaly: its name, what it rules out, what it is, and the transactions in it. */
export function describeAnomaly(
  result: Pick<TransactionsResult, 'kind' | 'transactions'>,
  { anomaly, isRuledOut }: FoundAnomaly,
): string {
  const { name, transactions } = anomaly;
  const heading = `${name}: ${meaningOf[name]}.`;
  const rules = `  Ruled out by ${whoRulesOut(name)}${isRuledOut ? '.' : '; allowed here.'}`;
  const numbers = new Map(transactions.map((it, position) => [it, `T${position + 1}`]));
  const names: Names = (it) => {
    const { process, invoked } = result.transactions[it] ?? {};
    return numbers.get(it) ?? `one of process ${process} (line ${invoked?.line})`;
  };
  const width = `T${transactions.length}`.length;
  const shownOnes = transactions.slice(0, maxTransactions);
  const bars = hasRealTime(anomaly)
    ? timelinesOf(shownOnes.map((it) => result.transactions[it]))
    : [];
  const listed = shownOnes.map((it, position) => {
    const transaction = result.transactions[it];
    const shown = transaction === undefined ? '' : showTransaction(result.kind, transaction);
    const bar = bars[position];
    return `  ${names(it).padEnd(width)}  ${bar === undefined ? '' : `${bar}  `}${shown}`;
  });
  const more = transactions.length - listed.length;
  if (more > 0) listed.push(`  and ${more} more`);
  return [heading, rules, ...listed, ...reasonsOf(result.kind, anomaly, names)].join('\n');
}

/** `repeatable-read, snapshot-isolation, and all stronger`. */
function whoRulesOut(name: AnomalyName): string {
  const weakest = weakestWithout(name);
  return `${weakest.join(', ')}${weakest.length < modelsWithout(name).length ? ', and all stronger' : ''}`;
}

/** Whether the order in real time is a part of it, so that it is worth a drawing. */
function hasRealTime(anomaly: Anomaly): boolean {
  return anomaly.kind === 'cycle' && anomaly.steps.includes(undefined);
}

/** How a transaction is called in this report, by its position in the history. */
type Names = (transaction: number) => string;

function reasonsOf(kind: Kind, anomaly: Anomaly, names: Names): readonly string[] {
  switch (anomaly.kind) {
    case 'plain':
      return [`  ${anomaly.problem}.`];
    case 'cycle':
      return cycleReasons(kind, anomaly, names);
    case 'versions':
      return versionReasons(anomaly, names);
  }
}

type Kind = TransactionsResult['kind'];

/** One line an edge, with an arrow: `T1 ─rw→ T2  T1 read 3 …`. */
function cycleReasons(
  kind: Kind,
  { transactions, steps, isShortest }: CycleAnomaly,
  names: Names,
): readonly string[] {
  const name = (position: number): string => names(transactions[position] ?? -1);
  const lines = steps.map((reason, position) => {
    const from = name(position);
    const to = name((position + 1) % transactions.length);
    const why = reason === undefined ? `${from} ended before ${to} began` : undefined;
    const arrow = `${from} ─${reason?.kind ?? 'rt'}→ ${to}`;
    return `  ${arrow}   ${why ?? (reason === undefined ? '' : sayReason(kind, reason, from, to, names))}`;
  });
  const note = isShortest ? [] : ['  (The search was ended: there may be a shorter one.)'];
  return ['  So each comes before the next, and the last before the first:', ...lines, ...note];
}

function sayReason(kind: Kind, reason: Reason, from: string, to: string, names: Names): string {
  const { key, order } = reason;
  const before = showVersion(reason.before);
  const after = showVersion(reason.after);
  if (kind === 'list-append') {
    switch (reason.kind) {
      case 'ww':
        return `${from} appended ${before} to key ${key}, and ${to} appended ${after} after it`;
      case 'wr':
        return `${from} appended ${after} to key ${key}, which ${to} saw`;
      case 'rw':
        return `${to} appended ${after} to key ${key}, which ${from} did not see`;
    }
  }
  const because = order === undefined ? '' : `: ${sayOrder({ before, after }, order, names)}`;
  switch (reason.kind) {
    case 'ww':
      return `${from} wrote ${before} to key ${key}, and ${to} wrote ${after} later${because}`;
    case 'wr':
      return `${from} wrote ${after} to key ${key}, which ${to} read`;
    case 'rw':
      return `${from} read ${before} of key ${key}, so before ${to} wrote ${after}${because}`;
  }
}

/** Two versions as they are shown. */
interface Shown {
  readonly before: string;
  readonly after: string;
}

/** Why the one version is before the other, as the end of a sentence. */
function sayOrder(step: Shown, reason: VersionReason, names: Names): string {
  switch (reason.kind) {
    case 'initial':
      return 'every key begins with nothing';
    case 'written-after-read':
      return `${names(reason.by)} read ${step.before} and then wrote ${step.after}`;
    case 'nothing-between':
      return `${names(reason.by)} made ${step.before} out of the version before, and nothing comes between those`;
    case 'read-from':
    case 'real-time':
      return sayWhoWasFirst(step, reason, names);
  }
}

function sayWhoWasFirst(
  { before, after }: Shown,
  reason: Extract<VersionReason, { readonly earlier: number }>,
  names: Names,
): string {
  const { earlier, later, hasEarlierWritten, hasLaterRead } = reason;
  const did = hasEarlierWritten ? 'wrote' : 'read';
  const does = hasLaterRead ? 'read' : 'wrote';
  const first = `${names(earlier)}, which ${did} ${before},`;
  return reason.kind === 'real-time'
    ? `${first} ended before ${names(later)}, which ${does} ${after}, began`
    : `${names(later)} read from ${first} and itself ${does} ${after}`;
}

function versionReasons({ key, steps }: VersionCycle, names: Names): readonly string[] {
  const line = ({ reason, ...versions }: VersionStep): string => {
    const before = showVersion(versions.before);
    const after = showVersion(versions.after);
    return `  ${before} → ${after}   ${sayOrder({ before, after }, reason, names)}`;
  };
  return [
    `  So each value of key ${key} comes before the next, and the last before the first:`,
  ].concat(steps.map(line));
}

/** `read 5 [1 2], append 6 1   process 3, lines 12–14, 1.234–1.250 s`. */
function showTransaction(kind: Kind, transaction: AnyTransaction): string {
  const { process, outcome, operations, invoked, completed } = transaction;
  const shown = operations.slice(0, maxOperations).map((it) => showOperation(kind, it));
  const more = operations.length - shown.length;
  if (more > 0) shown.push(`and ${more} more`);
  const ending = outcome === 'ok' ? '' : ` (${outcome})`;
  const end = outcome === 'ok' ? completed : undefined;
  const lines = `lines ${invoked.line}–${end?.line ?? ''}`;
  const times =
    invoked.timeNs === undefined ? '' : `, ${seconds(invoked.timeNs)}–${seconds(end?.timeNs)} s`;
  return `${shown.join(', ')}${ending}   process ${process}, ${lines}${times}`;
}

function showOperation(kindOfHistory: Kind, operation: MicroOperation<unknown>): string {
  const { kind, key, value } = operation;
  if (kind === 'write') {
    return `${kindOfHistory === 'list-append' ? 'append' : 'write'} ${key} ${showText(value)}`;
  }
  if (value === undefined) return `read ${key} ?`;
  return `read ${key} ${Array.isArray(value) ? showList(value) : showVersion(value as string | null)}`;
}

function seconds(timeNs: number | undefined): string {
  return timeNs === undefined ? '' : (timeNs / 1e9).toFixed(3);
}
