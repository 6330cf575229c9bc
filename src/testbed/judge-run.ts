/** What came of a run: the verdict with its reasons, and all figures. */

import {
  type AvailabilityBound,
  availabilityBound,
  type JudgedOperation,
  judgeOperations,
} from './availability-bound.ts';
import {
  type Availability,
  type BenchOptions,
  clientTimeoutMs,
  isStrict,
  type Verdict,
} from './bench-options.ts';
import type { ClientEvent, HistoryEvent } from './history.ts';
import { computeStatistics, type MessageCounts, type Statistics } from './statistics.ts';
import type { BenchWorkload, JudgeContext, Judgement } from './workloads/bench-workload.ts';

export interface FinishedRun {
  readonly events: readonly HistoryEvent[];
  readonly messages: MessageCounts;
  /** What nodes did that the protocol does not allow. */
  readonly protocolFaults: readonly string[];
}

export interface JudgedRun {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly claim: string;
  readonly statistics: Statistics;
  readonly operations: readonly JudgedOperation[];
  readonly bound: AvailabilityBound;
  readonly judgement: Judgement;
}

/** So many faults of the protocol are named as reasons. */
const maxProtocolFaults = 5;

export function judgeRun(options: BenchOptions, run: FinishedRun): JudgedRun {
  const { workload, nodes, concurrency, latency, consistencyModels } = options;
  const { events, messages, protocolFaults } = run;
  const statistics = computeStatistics(events, messages, workload.functions);
  const operations = judgeOperations(events, {
    nodes,
    concurrency,
    clientTimeoutMs: clientTimeoutMs(latency),
    latencyMs: latency.meanMs,
    answersAlone: workload.answersAlone?.(consistencyModels) ?? false,
  });
  const context = { nodes, concurrency, strict: isStrict(options), consistencyModels };
  const judgement = judgeHistory(workload, events, context);
  const findings: Finding[] = [
    ...protocolFaults.slice(0, maxProtocolFaults).map(invalid),
    ...judgement.reasons.map((reason) => ({ verdict: judgement.verdict, reason })),
    ...tooLittle(statistics),
    ...unavailable(statistics, options.availability),
  ];
  const verdicts = [judgement.verdict, ...findings.map(({ verdict }) => verdict)];
  return {
    verdict: worstOf(verdicts),
    reasons: findings.map(({ reason }) => reason),
    claim: workload.claim(context),
    statistics,
    operations,
    bound: availabilityBound(operations),
    judgement,
  };
}

/** What a workload says of a history in which faults may stand between what clients did. */
export function judgeHistory(
  workload: BenchWorkload,
  events: readonly HistoryEvent[],
  context: Omit<JudgeContext, 'lineOf'>,
): Judgement {
  const lines = new Map<HistoryEvent, number>();
  const clientEvents: ClientEvent[] = [];
  events.forEach((event, position) => {
    lines.set(event, position + 1);
    if (event.process !== 'nemesis') clientEvents.push(event);
  });
  const whole = { ...context, lineOf: (event: ClientEvent) => lines.get(event) ?? 0 };
  const judgement = workload.judge(clientEvents, whole);
  const { modelsToTell = [] } = workload;
  const isToTell = judgement.verdict === 'valid' && context.consistencyModels.length === 0;
  if (!isToTell || modelsToTell.length === 0 || clientEvents.length === 0) return judgement;
  const held = workload.judge(clientEvents, { ...whole, consistencyModels: modelsToTell });
  const [reason = ''] = held.reasons[0]?.split('\n') ?? [];
  const told = held.verdict === 'valid' ? 'valid' : `${held.verdict}: ${reason}`;
  return {
    ...judgement,
    figures: { ...judgement.figures, [`if held to ${modelsToTell.join(', ')}`]: told },
  };
}

interface Finding {
  readonly verdict: Verdict;
  readonly reason: string;
}

function invalid(reason: string): Finding {
  return { verdict: 'invalid', reason };
}

function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  return verdicts.includes('unknown') ? 'unknown' : 'valid';
}

/** A system that refuses everything breaks no promise, and is of no use. */
function tooLittle({ byFunction }: Statistics): Finding[] {
  return Object.entries(byFunction)
    .filter(([, { ok }]) => ok === 0)
    .map(([f]) => ({
      verdict: 'unknown',
      reason: `no ${f} ended ok, so there is too little to judge by`,
    }));
}

function unavailable({ all }: Statistics, wanted: Availability | null): Finding[] {
  if (wanted === null || all.invoked === 0) return [];
  const least = wanted === 'total' ? 1 : wanted;
  if (all.ok >= least * all.invoked) return [];
  // Cut, not rounded: what is too little must not read as enough.
  const percent = Math.floor((1000 * all.ok) / all.invoked) / 10;
  const asked = wanted === 'total' ? 'all of them (--availability total)' : `${100 * wanted} %`;
  return [
    invalid(`${all.ok} of ${all.invoked} operations ended ok, ${percent} %; asked for: ${asked}`),
  ];
}
