/** A run's record as its report takes it. */

import { type Json, stringifyJson } from '../../machine/json.ts';
import type { Link, NodeLane, ReportInput, ReportOperation } from '../../pages/report/input.ts';
import type { RunRecord } from './run-record.ts';

export function reportInput(
  run: RunRecord,
  links: readonly Link[],
  diagram: string | null,
): ReportInput {
  const { roles, conditions, nodes } = run;
  const lanes = nodes.map(
    (node): NodeLane => ({
      node,
      roles: roles.get(node) ?? [],
      conditions: conditions.get(node) ?? [],
    }),
  );
  const hasRoles = lanes.some((lane) => lane.roles.length > 0);
  return {
    title: run.title,
    verdict: run.verdict,
    validWord: run.validWord,
    reasons: run.reasons,
    warnings: run.warnings,
    facts: run.facts,
    links,
    diagram,
    nodes,
    durationMs: run.durationMs,
    figures: run.statistics,
    bound: run.bound,
    findings: Object.entries(run.figures).map(([name, value]) => [name, showText(value)]),
    whyFail: run.whyFail,
    answersAlone: run.answersAlone,
    operations: operationsOf(run),
    faults: run.faults,
    lanes,
    whyNoRoles: hasRoles || lanes.length === 0 ? null : run.whyNoRoles,
    sends: run.sends,
    omitted: [...run.omitted, ...openOperations(run)],
  };
}

function operationsOf({ operations, nodes }: RunRecord): ReportOperation[] {
  return operations
    .map((it): ReportOperation => {
      const { number, process, f, key, type, isAnswered, isFinal, startMs, durationMs } = it;
      return {
        id: number,
        process: String(process),
        node: it.node ?? nodeAskedBy(process, nodes),
        f: isFinal ? `${f} (final)` : f,
        key: key === null ? '' : showText(key),
        value: describeValue(it),
        type,
        isAnswered,
        attainability: it.attainability ?? null,
        error: type === 'ok' ? null : describeError(it.error),
        startMs,
        durationMs,
      };
    })
    .sort((a, b) => a.startMs - b.startMs);
}

/** Clients are bound to nodes in turn; a client that does not know how an operation ended, too. */
export function nodeAskedBy(process: number, nodes: readonly string[]): string {
  return nodes[process % nodes.length] ?? '';
}

function describeValue({ f, type, value }: RunRecord['operations'][number]): string {
  if (type !== 'ok' && value === null) return '';
  if (f === 'cas' && Array.isArray(value) && value.length === 2) {
    return `${show(value[0] ?? null)} → ${show(value[1] ?? null)}`;
  }
  return show(value);
}

/** A text stands for itself. */
function showText(value: Json): string {
  return typeof value === 'string' ? value : show(value);
}

function describeError(error: Json): string {
  if (error === null) return '';
  if (typeof error === 'string') return error;
  if (Array.isArray(error))
    return error.map((it) => (typeof it === 'string' ? it : show(it))).join(' ');
  return show(error);
}

function show(value: Json): string {
  return stringifyJson(value);
}

function openOperations({ statistics, operations }: RunRecord): string[] {
  const open = statistics.all.invoked - operations.length;
  if (open <= 0) return [];
  const what = open === 1 ? '1 operation had' : `${open} operations had`;
  return [`${what} not ended when the record ends, and so has no latency and no dot.`];
}
