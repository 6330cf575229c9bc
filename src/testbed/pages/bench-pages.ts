/** The pages of a run of the bench, written when it is over. */

import { plural } from '../../pages/report/words.ts';
import type { BenchOptions } from '../bench-options.ts';
import type { HistoryEvent } from '../history.ts';
import type { JudgedRun } from '../judge-run.ts';
import { benchFacts } from './bench-facts.ts';
import { noTraceOfNodes, recordOfHistory } from './history-record.ts';
import { openRunTrace } from './open-trace.ts';
import type { RunTrace } from './run-record.ts';
import { writeRunPages } from './write-run-pages.ts';

export function writeBenchPages(
  directory: string,
  options: BenchOptions,
  events: readonly HistoryEvent[],
  judged: JudgedRun,
): void {
  const write = (trace: RunTrace | null): void => {
    const { workload, nodes, timeLimitSeconds } = options;
    const { judgement, ...found } = judged;
    const record = recordOfHistory({
      ...found,
      validWord: workload.validWord ?? 'valid',
      whyFail: workload.whyFail ?? null,
      answersAlone: workload.answersAlone?.(options.consistencyModels) ?? false,
      figures: judgement.figures,
      checked: judgement.linearizability ?? null,
      title: `${workload.name}: ${plural(nodes.length, 'node')}`,
      warnings: [],
      facts: benchFacts(options),
      nodes,
      leastDurationMs: timeLimitSeconds * 1000,
      events,
      trace,
      whyNoRoles: noTraceOfNodes,
      omitted: [],
    });
    writeRunPages(directory, record);
  };
  try {
    write(openRunTrace(directory));
  } catch (error) {
    // Neither verdict nor report depends on what is traced.
    options.print(`no diagram: ${(error as Error).message}`);
    write(null);
  }
}
