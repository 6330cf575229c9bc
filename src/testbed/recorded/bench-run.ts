/** A run of the bench, read from its directory. */

import {
  type CheckResult,
  checkHistory,
  describeResult,
  MalformedHistory,
  readJsonlHistory,
} from '../../checker/index.ts';
import { plural } from '../../pages/report/words.ts';
import { benchTraceName, nodeTracesName, TraceFault } from '../../trace/index.ts';
import { availabilityBound, type JudgedOperation, judgeOperations } from '../availability-bound.ts';
import type { HistoryEvent } from '../history.ts';
import { benchFacts } from '../pages/bench-facts.ts';
import { noTraceOfNodes, recordOfHistory } from '../pages/history-record.ts';
import { openRunTrace } from '../pages/open-trace.ts';
import type { RunRecord, RunTrace } from '../pages/run-record.ts';
import { TraceHistory } from '../pages/trace-history.ts';
import { type CompletedOperation, completedOperations, computeStatistics } from '../statistics.ts';
import { type BenchResults, readBenchResults } from './bench-results.ts';
import { byNumber, type RunFiles } from './files.ts';
import { readHistoryLines } from './history-lines.ts';
import { RunFault } from './run-fault.ts';

export function isBenchRun(files: RunFiles): boolean {
  return ['history.jsonl', 'results.json', benchTraceName].some((name) => files.has(name));
}

/** @throws RunFault when a file of it is broken */
export function readBenchRun(files: RunFiles): RunRecord {
  try {
    return readRun(files);
  } catch (error) {
    if (!(error instanceof TraceFault)) throw error;
    throw new RunFault(error.message);
  }
}

function readRun(files: RunFiles): RunRecord {
  const results = readBenchResults(files);
  const trace = openRunTrace(files.directory);
  const nodes = results?.options?.nodes ?? nodesIn(files, trace);
  const concurrency = results?.options?.concurrency ?? 100 * nodes.length;
  const { events, strange, source } = readEvents(files, trace, nodes, concurrency);
  const strict = results?.strict ?? events.some(({ f }) => f === 'kill');
  const checked = source === null ? null : check(source, strict, files);
  const operations = judge(events, nodes, results);
  const messages = results?.statistics?.messages ?? null;
  const statistics = computeStatistics(events, messages ?? noMessages);
  const judged = operations.filter((it): it is JudgedOperation => 'attainability' in it);
  const opinion = opinionOf(results, checked, files);
  return recordOfHistory({
    ...opinion,
    title: `${results?.options?.workload ?? 'lin-kv'}: ${plural(nodes.length, 'node')}`,
    facts: results?.options === null || results === null ? [] : benchFacts(results.options),
    nodes,
    leastDurationMs: 1000 * (results?.options?.timeLimitSeconds ?? 0),
    events,
    operations,
    statistics: { ...statistics, messages: messages === null ? null : statistics.messages },
    bound: judged.length > 0 ? availabilityBound(judged) : null,
    checked,
    trace,
    whyNoRoles: noTraceOfNodes,
    omitted: [
      ...(strange > 0 ? [`${strange} events of the nemesis in history.jsonl make no sense.`] : []),
      ...(trace === null ? [`There is no ${benchTraceName}, and so no diagram.`] : []),
    ],
  });
}

const noMessages = { servers: 0, clients: 0, lost: 0, overflowed: 0 };

function nodesIn(files: RunFiles, trace: RunTrace | null): readonly string[] {
  if (trace !== null) return trace.header.nodes;
  const names = [...files.names(nodeTracesName, '.jsonl'), ...files.names('node-logs', '.log')];
  return [...new Set(names)].sort(byNumber);
}

interface Events {
  readonly events: readonly HistoryEvent[];
  readonly strange: number;
  /** Lines that the checker reads; null when there is nothing to judge. */
  readonly source: readonly string[] | null;
}

/** The history; where a run broke off before it was written, what the trace has of clients. */
function readEvents(
  files: RunFiles,
  trace: RunTrace | null,
  nodes: readonly string[],
  concurrency: number,
): Events {
  const text = files.text('history.jsonl');
  if (text !== null) {
    const lines = text.split('\n');
    if (text.trim() === '') return { events: [], strange: 0, source: null };
    // The checker finds what is wrong with lines, and says where.
    readHistory(lines, files);
    return { ...readHistoryLines(lines), source: lines };
  }
  const history = new TraceHistory(nodes, concurrency);
  if (trace !== null) for (const event of trace.events) history.note(event);
  const { events } = history;
  const source = events.length === 0 ? null : events.map((event) => JSON.stringify(event));
  return { events, strange: 0, source };
}

function readHistory(lines: readonly string[], files: RunFiles) {
  try {
    return readJsonlHistory(lines);
  } catch (error) {
    if (!(error instanceof MalformedHistory)) throw error;
    throw new RunFault(`${files.path('history.jsonl')}: ${error.message}`);
  }
}

function check(lines: readonly string[], strict: boolean, files: RunFiles): CheckResult {
  return checkHistory(readHistory(lines, files), { strict });
}

function judge(
  events: readonly HistoryEvent[],
  nodes: readonly string[],
  results: BenchResults | null,
): readonly (CompletedOperation | JudgedOperation)[] {
  const latency = results?.options?.latency;
  if (latency === undefined || nodes.length === 0) return completedOperations(events);
  const clientTimeoutMs = Math.max(1000, 10 * latency.meanMs);
  return judgeOperations(events, { nodes, clientTimeoutMs, latencyMs: latency.meanMs });
}

/** The verdict that the run was given, and what the checker says of it now. */
function opinionOf(
  results: BenchResults | null,
  checked: CheckResult | null,
  files: RunFiles,
): Pick<RunRecord, 'verdict' | 'reasons' | 'warnings'> {
  const reasons: string[] = [...(results?.reasons ?? [])];
  const warnings: string[] = [];
  const said = results === null || results.verdict === 'crashed' ? 'unknown' : results.verdict;
  if (results === null) {
    reasons.push(
      `${files.path('results.json')} is missing: the run broke off. This is what it left.`,
    );
  } else if (results.verdict === 'crashed') {
    reasons.unshift('The run broke off. This is what it left.');
  }
  const now = checked?.verdict ?? 'unknown';
  const saidOfHistory = reasons.some((it) => it.startsWith('Not linearizable')) ? 'invalid' : said;
  if (now === 'invalid' && saidOfHistory !== 'invalid') {
    if (said !== 'unknown') warnings.push(differing(said, now));
    if (checked !== null) reasons.push(describeResult(checked));
  }
  if (now === 'valid' && reasons.some((it) => it.startsWith('Not linearizable'))) {
    warnings.push(differing('not linearizable', 'linearizable'));
  }
  return { verdict: now === 'invalid' ? 'invalid' : said, reasons, warnings };
}

function differing(said: string, now: string): string {
  return `When it ran, this history was judged ${said}; now the checker says ${now}. The files have changed since, or one of the two checkers is wrong.`;
}
