/** The pages of a simulated run, made from what it tells while it goes on. */

import { checkHistory } from '../../checker/index.ts';
import { TraceReading } from '../../pages/report/from-trace.ts';
import type { TraceEvent } from '../../trace/format.ts';
import { asCheckerHistory } from '../checker-history.ts';
import { nodesOf, type Plan } from '../simulation/plan.ts';
import { describePlan } from '../simulation/plan-changes.ts';
import type { SimulationResult } from '../simulation/simulation.ts';
import { simulationHeader } from '../simulation/trace.ts';
import { completedOperations, computeStatistics } from '../statistics.ts';
import { linKv } from '../workloads/lin-kv.ts';
import type { RunRecord } from './run-record.ts';
import { TraceHistory } from './trace-history.ts';

/** So many events are kept for the diagram: the last ones, for a run ends where a rule breaks. */
const maxEvents = 400_000;

/** Listens to a run. */
export class SimulationListener {
  readonly #plan: Plan;
  readonly #reading: TraceReading;
  readonly #history: TraceHistory;
  #events: TraceEvent[] = [];
  #dropped = 0;

  constructor(plan: Plan) {
    const nodes = nodesOf(plan);
    this.#plan = plan;
    this.#reading = new TraceReading(nodes);
    this.#history = new TraceHistory(
      nodes,
      2 * nodes.length * plan.clientsPerNode,
      linKv.functions,
    );
  }

  note(event: TraceEvent): void {
    this.#reading.note(event);
    this.#history.note(event);
    this.#events.push(event);
    if (this.#events.length < 2 * maxEvents) return;
    this.#dropped += maxEvents;
    this.#events = this.#events.slice(maxEvents);
  }

  /** @param result of the run, which is over */
  record(result: SimulationResult): RunRecord {
    const plan = this.#plan;
    const nodes = nodesOf(plan);
    const durationMs = Math.max(result.simulatedMs, this.#reading.endMs);
    const findings = this.#reading.finish(durationMs);
    const { events } = this.#history;
    const messages = findings.sends?.timesMs.length ?? 0;
    const counts = { servers: messages, clients: 0, lost: findings.lost, overflowed: 0 };
    const statistics = computeStatistics(events, counts, linKv.functions);
    const pauses = findings.faults.filter(({ kind }) => kind === 'pause').length;
    return {
      title: `Simulation: seed ${plan.seed}`,
      verdict: result.verdict,
      reasons: reasonsOf(result),
      warnings: [],
      facts: factsOf(plan, result),
      nodes,
      durationMs,
      events,
      operations: completedOperations(events),
      statistics: {
        ...statistics,
        faults: { ...statistics.faults, kills: result.counts.crashes, pauses },
      },
      bound: null,
      figures: {},
      validWord: 'linearizable',
      whyFail: linKv.whyFail ?? null,
      answersAlone: false,
      checked:
        events.length === 0 ? null : checkHistory(asCheckerHistory(events), { strict: true }),
      faults: findings.faults,
      roles: findings.roles,
      whyNoRoles: 'No node took a step.',
      conditions: findings.conditions,
      sends: findings.sends,
      trace: { header: simulationHeader(plan), events: this.#events },
      omitted: this.#omitted(),
    };
  }

  #omitted(): string[] {
    const [first] = this.#events;
    if (this.#dropped === 0 || first === undefined) return [];
    const fromS = (first.timeMs / 1000).toFixed(1);
    return [
      `The diagram begins at ${fromS} s: it shows the last ${this.#events.length} events, and ${this.#dropped} were before. raftwright simulate --trace writes all of them down.`,
    ];
  }
}

function reasonsOf({ violation, verdict }: SimulationResult): string[] {
  if (violation !== null) {
    const { net, rule, node, timeMs, detail } = violation;
    const where = `${node === null ? '' : `${node}, `}${(timeMs / 1000).toFixed(3)} s`;
    return [`${net}: ${rule} (${where})\n${detail}`.trimEnd()];
  }
  if (verdict !== 'unknown') return [];
  return ['The history could not be decided in reasonable time; nothing else is wrong.'];
}

function factsOf(plan: Plan, result: SimulationResult): (readonly [string, string])[] {
  const { counts, simulatedMs, traceHash } = result;
  return [
    ['seed', String(plan.seed)],
    ['nodes', nodesOf(plan).join(' ')],
    ['faults go on for', `${(plan.faultyMs / 1000).toFixed(1)} s`],
    ['simulated', `${(simulatedMs / 1000).toFixed(1)} s`],
    ['steps', String(counts.steps)],
    ['elections won', String(counts.elections)],
    ['entries committed', String(counts.committed)],
    ['trace hash', traceHash],
    ['to repeat it', describePlan(plan)],
  ];
}
