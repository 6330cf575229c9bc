/** Reads what a run of Maelstrom has left: `results.edn`, `history.edn` and `jepsen.log`. */

import { canonicalEdn, type Edn, EdnError, readEdn } from '../../checker/edn.ts';
import { at, isKeyword, numberIn, textIn } from '../../testbed/recorded/edn-values.ts';
import type { RunFiles } from '../../testbed/recorded/files.ts';
import { RunFault } from '../../testbed/recorded/run-fault.ts';
import { faultOfNode, findingsIn, type LogFindings } from './log-warnings.ts';
import { countByName, noResults, type Results, type Verdict } from './outcome.ts';

/** A longer history is not read for its latencies and faults: that would take longer than it is worth. */
const maxHistoryCharacters = 64 * 1024 * 1024;
const maxReasonLength = 300;

/** What the results say, and what the log says of the nodes. */
export function readMaelstromOutcome(files: RunFiles): {
  readonly results: Results;
  readonly findings: LogFindings;
} {
  const findings = readLog(files);
  try {
    const text = files.text('results.edn');
    if (text === null) return { results: brokeOff('it has left no results.edn'), findings };
    const [form] = readEdn(text);
    if (form === undefined) return { results: brokeOff('results.edn is empty'), findings };
    return {
      results: { ...readParts(form), ...readHistory(files) },
      findings: withExceptions(findings, form),
    };
  } catch (error) {
    if (!(error instanceof EdnError) && !(error instanceof RunFault)) throw error;
    return { results: brokeOff(`results.edn cannot be read: ${error.message}`), findings };
  }
}

function brokeOff(reason: string): Results {
  return { ...noResults, reasons: [reason] };
}

function readLog(files: RunFiles): LogFindings {
  try {
    return findingsIn(files.text('jepsen.log') ?? '');
  } catch (error) {
    if (!(error instanceof RunFault)) throw error;
    return { ofNodes: [], others: [{ text: error.message, times: 1 }] };
  }
}

/** The results list exceptions too, but call the run valid; for a log that is not there. */
function withExceptions(findings: LogFindings, results: Edn): LogFindings {
  const exceptions = at(results, 'exceptions', 'exceptions');
  if (exceptions === undefined || findings.ofNodes.length > 0) return findings;
  const fault = faultOfNode(canonicalEdn(exceptions));
  return fault === null ? findings : { ...findings, ofNodes: [{ text: fault, times: 1 }] };
}

function readParts(results: Edn): Omit<Results, keyof FromHistory> {
  const stats = at(results, 'stats');
  const count = numberIn(at(stats, 'count'));
  const ok = numberIn(at(stats, 'ok-count'));
  const fraction = numberIn(at(results, 'availability', 'ok-fraction'));
  const net = at(results, 'net');
  const servers = at(net, 'servers') ?? at(net, 'stats', 'servers');
  return {
    verdict: verdictOf(at(results, 'valid?')) ?? 'unknown',
    reasons: reasonsIn(results),
    operations:
      count === undefined || ok === undefined
        ? null
        : {
            count,
            ok,
            fail: numberIn(at(stats, 'fail-count')) ?? 0,
            info: numberIn(at(stats, 'info-count')) ?? 0,
          },
    okShare:
      fraction ?? (count === undefined || ok === undefined || count === 0 ? null : ok / count),
    messagesPerOperation: numberIn(at(servers, 'msgs-per-op')) ?? null,
  };
}

function verdictOf(form: Edn | undefined): Verdict | null {
  if (form?.kind === 'atom') return form.text === 'true' ? 'valid' : 'invalid';
  return isKeyword(form, 'unknown') ? 'unknown' : null;
}

/** A line for each part that is not valid, such as the workload's checker or the plots. */
function reasonsIn(results: Edn): string[] {
  if (results.kind !== 'map') return [];
  return results.entries.flatMap(([key, part]) => {
    const name = textIn(key) ?? canonicalEdn(key);
    const verdict = verdictOf(at(part, 'valid?'));
    if (verdict === null || verdict === 'valid') return [];
    const said = errorIn(part) ?? (name === 'perf' ? '' : canonicalEdn(part));
    return [`${name} is ${verdict}: ${said}`.slice(0, maxReasonLength)];
  });
}

/** The first line of an error in a part, or in a part of it. */
function errorIn(part: Edn): string | null {
  const error = textIn(at(part, 'error'));
  if (error !== undefined) return error.split('\n')[0] ?? error;
  if (part.kind !== 'map') return null;
  for (const [, inner] of part.entries) {
    const found = inner.kind === 'map' ? errorIn(inner) : null;
    if (found !== null) return found;
  }
  return null;
}

type FromHistory = Pick<Results, 'latencyMs' | 'partitions'>;

function readHistory(files: RunFiles): FromHistory {
  let forms: readonly Edn[] = [];
  try {
    const text = files.text('history.edn') ?? '';
    if (text.length <= maxHistoryCharacters) forms = readEdn(text);
  } catch (error) {
    if (!(error instanceof EdnError) && !(error instanceof RunFault)) throw error;
  }
  const [only, ...others] = forms;
  const operations = only?.kind === 'sequence' && others.length === 0 ? only.items : forms;
  return { latencyMs: latencies(operations), partitions: countByName(shapes(operations)) };
}

/** Median and 99th percentile of the clients' operations that ended ok. */
function latencies(operations: readonly Edn[]): Results['latencyMs'] {
  const began = new Map<number, number>();
  const taken: number[] = [];
  for (const operation of operations) {
    const process = numberIn(at(operation, 'process'));
    const time = numberIn(at(operation, 'time'));
    if (process === undefined || time === undefined) continue;
    const type = at(operation, 'type');
    if (isKeyword(type, 'invoke')) began.set(process, time);
    const begin = began.get(process);
    if (isKeyword(type, 'ok') && begin !== undefined) taken.push((time - begin) / 1e6);
  }
  taken.sort((a, b) => a - b);
  const median = taken[Math.ceil(0.5 * taken.length) - 1];
  const p99 = taken[Math.ceil(0.99 * taken.length) - 1];
  return median === undefined || p99 === undefined ? null : { median, p99 };
}

/** The nemesis says first which shape it wants, as a keyword, and then what was done. */
function shapes(operations: readonly Edn[]): string[] {
  return operations.flatMap((operation) => {
    if (!isKeyword(at(operation, 'f'), 'start-partition')) return [];
    const value = at(operation, 'value');
    return value?.kind === 'keyword' ? [value.name] : [];
  });
}
