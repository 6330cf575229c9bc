/** A run of the bench, read from its directory. */

import { MalformedHistory } from '../../checker/index.ts';
import { plural } from '../../pages/report/words.ts';
import { benchTraceName, nodeTracesName, TraceFault } from '../../trace/index.ts';
import { availabilityBound, type JudgedOperation, judgeOperations } from '../availability-bound.ts';
import { clientTimeoutMs } from '../bench-options.ts';
import type { HistoryEvent } from '../history.ts';
import { judgeHistory } from '../judge-run.ts';
import { benchFacts } from '../pages/bench-facts.ts';
import { noTraceOfNodes, recordOfHistory } from '../pages/history-record.ts';
import { openRunTrace } from '../pages/open-trace.ts';
import type { RunRecord, RunTrace } from '../pages/run-record.ts';
import { TraceHistory } from '../pages/trace-history.ts';
import { type CompletedOperation, completedOperations, computeStatistics } from '../statistics.ts';
import type { BenchWorkload, Judgement } from '../workloads/bench-workload.ts';
import { findWorkload, workloads } from '../workloads/index.ts';
import { linKv } from '../workloads/lin-kv.ts';
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
  const workload = workloadOf(results, trace, files);
  const { events, strange } = readEvents(files, trace, { nodes, concurrency, workload });
  const strict = results?.strict ?? events.some(({ f }) => f === 'kill');
  const { consistencyModels = [] } = results?.options ?? {};
  const context = { nodes, concurrency, strict, consistencyModels };
  const isEmpty = events.every(({ process }) => process === 'nemesis');
  const judgement = isEmpty ? null : judgeAgain(workload, events, context, files);
  const answersAlone = workload.answersAlone?.(consistencyModels) ?? false;
  const operations = judge(events, nodes, results, answersAlone);
  const messages = results?.statistics?.messages ?? null;
  const statistics = computeStatistics(events, messages ?? noMessages, workload.functions);
  const judged = operations.filter((it): it is JudgedOperation => 'attainability' in it);
  const opinion = opinionOf(results, judgement, files);
  return recordOfHistory({
    ...opinion,
    validWord: workload.validWord ?? 'valid',
    whyFail: workload.whyFail ?? null,
    answersAlone,
    figures: judgement?.figures ?? {},
    title: `${workload.name}: ${plural(nodes.length, 'node')}`,
    facts: results?.options === null || results === null ? [] : benchFacts(results.options),
    nodes,
    leastDurationMs: 1000 * (results?.options?.timeLimitSeconds ?? 0),
    events,
    operations,
    statistics: { ...statistics, messages: messages === null ? null : statistics.messages },
    bound: judged.length > 0 ? availabilityBound(judged) : null,
    checked: judgement?.linearizability ?? null,
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

function workloadOf(
  results: BenchResults | null,
  trace: RunTrace | null,
  files: RunFiles,
): BenchWorkload {
  const name = results?.options?.workload ?? trace?.header.about['workload'] ?? linKv.name;
  const workload = findWorkload(name);
  if (workload !== undefined) return workload;
  const known = workloads.map((it) => it.name).join(', ');
  throw new RunFault(`${files.directory} is of the workload ${name}, which is none of ${known}`);
}

interface Setting {
  readonly nodes: readonly string[];
  readonly concurrency: number;
  readonly workload: BenchWorkload;
}

/** The history; where a run broke off before it was written, what the trace has of clients. */
function readEvents(
  files: RunFiles,
  trace: RunTrace | null,
  { nodes, concurrency, workload }: Setting,
): { readonly events: readonly HistoryEvent[]; readonly strange: number } {
  const text = files.text('history.jsonl');
  if (text !== null) {
    return orSayWhere(files, () => readHistoryLines(text.split('\n'), workload.functions));
  }
  const history = new TraceHistory(nodes, concurrency, workload.functions);
  if (trace !== null) for (const event of trace.events) history.note(event);
  return { events: history.events, strange: 0 };
}

function judgeAgain(
  workload: BenchWorkload,
  events: readonly HistoryEvent[],
  context: Parameters<typeof judgeHistory>[2],
  files: RunFiles,
): Judgement {
  return orSayWhere(files, () => judgeHistory(workload, events, context));
}

function orSayWhere<T>(files: RunFiles, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof MalformedHistory)) throw error;
    throw new RunFault(`${files.path('history.jsonl')}: ${error.message}`);
  }
}

function judge(
  events: readonly HistoryEvent[],
  nodes: readonly string[],
  results: BenchResults | null,
  answersAlone: boolean,
): readonly (CompletedOperation | JudgedOperation)[] {
  const options = results?.options ?? null;
  if (options === null || nodes.length === 0) return completedOperations(events);
  const { latency, concurrency } = options;
  return judgeOperations(events, {
    nodes,
    concurrency,
    clientTimeoutMs: clientTimeoutMs(latency),
    latencyMs: latency.meanMs,
    answersAlone,
  });
}

/** The verdict that the run was given, and what the checker says of it now. */
function opinionOf(
  results: BenchResults | null,
  judgement: Judgement | null,
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
  const now = judgement?.verdict ?? 'unknown';
  const wasBlamed = results?.history === 'invalid';
  const saidOfHistory = wasBlamed ? 'invalid' : said;
  if (now === 'invalid' && saidOfHistory !== 'invalid') {
    if (said !== 'unknown') warnings.push(differing(said, now));
    reasons.push(...(judgement?.reasons ?? []));
  }
  if (now === 'valid' && wasBlamed) {
    warnings.push(differing('invalid', now));
  }
  return { verdict: now === 'invalid' ? 'invalid' : said, reasons, warnings };
}

function differing(said: string, now: string): string {
  return `When it ran, this history was judged ${said}; now the checker says ${now}. The files have changed since, or one of the two checkers is wrong.`;
}
