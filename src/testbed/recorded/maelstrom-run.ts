/** A run of the real Maelstrom, read from its directory: `history.edn`, `results.edn`, logs. */

import { type Edn, EdnError, readEdn } from '../../checker/edn.ts';
import {
  type CheckResult,
  checkHistory,
  describeResult,
  MalformedHistory,
  readJepsenHistory,
} from '../../checker/index.ts';
import { plural } from '../../pages/report/words.ts';
import { availabilityBound, type JudgedOperation, judgeOperations } from '../availability-bound.ts';
import type { HistoryEvent } from '../history.ts';
import { recordOfHistory } from '../pages/history-record.ts';
import type { RunRecord } from '../pages/run-record.ts';
import { type CompletedOperation, completedOperations, computeStatistics } from '../statistics.ts';
import { linKv } from '../workloads/lin-kv.ts';
import { at, numberIn, textIn } from './edn-values.ts';
import { byNumber, type RunFiles } from './files.ts';
import { readMaelstromHistory } from './maelstrom-history.ts';
import { type MaelstromTest, readMaelstromTest } from './maelstrom-test.ts';
import { RunFault } from './run-fault.ts';

export function isMaelstromRun(files: RunFiles): boolean {
  return files.has('history.edn') || files.has('results.edn');
}

/** @throws RunFault when a file of it is broken, or is of another workload than lin-kv */
export function readMaelstromRun(files: RunFiles): RunRecord {
  const results = readResults(files);
  const test = readMaelstromTest(files);
  const { events, checked } = readHistory(files);
  const nodes = test.nodes ?? nodesIn(files, events);
  const operations = judge(events, nodes, test);
  const judged = operations.filter((it): it is JudgedOperation => 'attainability' in it);
  const noMessages = { servers: 0, clients: 0, lost: 0, overflowed: 0 };
  const statistics = computeStatistics(events, noMessages, linKv.functions);
  const of = nodes.length === 0 ? '' : `: ${plural(nodes.length, 'node')}`;
  return recordOfHistory({
    ...opinionOf(results, checked, files),
    title: `${test.workload ?? 'lin-kv'} under Maelstrom${of}`,
    facts: [...test.facts, ...factsOf(results, checked)],
    nodes,
    leastDurationMs: 1000 * (test.timeLimitSeconds ?? 0),
    events,
    operations,
    statistics: {
      ...statistics,
      messages: messagesIn(results),
      // Maelstrom does not say how long a node took to start.
      faults: { ...statistics.faults, restartMs: null },
    },
    bound: judged.length > 0 ? availabilityBound(judged) : null,
    checked,
    figures: {},
    validWord: 'linearizable',
    whyFail: linKv.whyFail ?? null,
    answersAlone: false,
    trace: null,
    whyNoRoles:
      'Maelstrom does not know which role a node has. The lanes show what was done to nodes.',
    omitted: [
      ...(judged.length > 0 || operations.length === 0
        ? []
        : [
            'What any protocol could have answered is not known: jepsen.log does not tell latency and nodes.',
          ]),
      'Maelstrom keeps messages in a journal of its own format, so there is no diagram here; its own is messages.svg.',
    ],
  });
}

function readResults(files: RunFiles): Edn | null {
  const text = files.text('results.edn');
  if (text === null) return null;
  const path = files.path('results.edn');
  try {
    const [form] = readEdn(text);
    if (form?.kind !== 'map') throw new RunFault(`${path} is not a map`);
    return form;
  } catch (error) {
    if (!(error instanceof EdnError)) throw error;
    throw new RunFault(`${path}: line ${lineOf(text, error.at)}: ${error.message}`);
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function readHistory(files: RunFiles): {
  readonly events: readonly HistoryEvent[];
  readonly checked: CheckResult | null;
} {
  const text = files.text('history.edn');
  if (text === null || text.trim() === '') return { events: [], checked: null };
  try {
    // Maelstrom does not believe what failed operations saw, and neither does this.
    const checked = checkHistory(readJepsenHistory(text));
    return { events: readMaelstromHistory(text), checked };
  } catch (error) {
    if (!(error instanceof MalformedHistory)) throw error;
    throw new RunFault(`${files.path('history.edn')} is no history of lin-kv: ${error.message}`);
  }
}

/** From the logs that nodes wrote, or from what was done to them. */
function nodesIn(files: RunFiles, events: readonly HistoryEvent[]): readonly string[] {
  const names = new Set([...files.names('node-logs', '.log'), ...files.names('log', '.log')]);
  if (names.size > 0) return [...names].sort(byNumber);
  for (const event of events) {
    if (event.process !== 'nemesis') continue;
    if (event.f === 'start-partition') {
      for (const [node, ignored] of Object.entries(event.value.grudge)) {
        for (const name of [node, ...ignored]) names.add(name);
      }
    }
  }
  return [...names].sort(byNumber);
}

function judge(
  events: readonly HistoryEvent[],
  nodes: readonly string[],
  { latencyMs, concurrency }: MaelstromTest,
): readonly (CompletedOperation | JudgedOperation)[] {
  const isBoundInTurn = concurrency !== null && concurrency % Math.max(1, nodes.length) === 0;
  if (nodes.length === 0 || latencyMs === null || !isBoundInTurn)
    return completedOperations(events);
  const clientTimeoutMs = Math.max(1000, 10 * latencyMs);
  return judgeOperations(events, { nodes, clientTimeoutMs, latencyMs });
}

type Verdict = RunRecord['verdict'];

function verdictIn(form: Edn | undefined): Verdict | null {
  if (form === undefined) return null;
  if (form.kind === 'atom') return form.text === 'true' ? 'valid' : 'invalid';
  return textIn(form) === 'unknown' ? 'unknown' : null;
}

/** What Maelstrom says of the history alone; older ones say it of the run only. */
function theirs(results: Edn | null): Verdict | null {
  const form = results ?? undefined;
  return verdictIn(at(form, 'workload', 'valid?')) ?? verdictIn(at(form, 'valid?'));
}

/** Maelstrom's verdict beside ours; the badge shows the worse. */
function opinionOf(
  results: Edn | null,
  checked: CheckResult | null,
  files: RunFiles,
): Pick<RunRecord, 'verdict' | 'reasons' | 'warnings'> {
  const reasons: string[] = [];
  const warnings: string[] = [];
  const ours = checked?.verdict ?? 'unknown';
  const ofHistory = theirs(results);
  const ofRun = verdictIn(at(results ?? undefined, 'valid?'));
  if (results === null) {
    const path = files.path('results.edn');
    reasons.push(`${path} is missing: Maelstrom did not come to its end. This is what it left.`);
  }
  if (checked === null) {
    reasons.push(`${files.path('history.edn')} is missing or empty: there is nothing to judge.`);
  }
  const isDecided = ours !== 'unknown' && ofHistory !== null && ofHistory !== 'unknown';
  if (isDecided && ours !== ofHistory && checked !== null) {
    const words = { valid: 'linearizable', invalid: 'not linearizable' } as const;
    warnings.push(
      `The two checkers differ: Maelstrom says that the history is ${words[ofHistory]}, and raftwright says that it is ${words[ours]}. One of them is wrong.`,
    );
  }
  for (const name of invalidParts(results)) reasons.push(`Maelstrom: ${name} is not valid.`);
  if (checked !== null && ours !== 'valid') reasons.push(describeResult(checked));
  const all = [ours, ofHistory, ofRun];
  const verdict = all.includes('invalid')
    ? 'invalid'
    : all.includes('unknown')
      ? 'unknown'
      : 'valid';
  return {
    verdict: results === null && verdict === 'valid' ? 'unknown' : verdict,
    reasons,
    warnings,
  };
}

/** The parts of the results that are not valid, by name. */
function invalidParts(results: Edn | null): string[] {
  if (results?.kind !== 'map') return [];
  return results.entries.flatMap(([key, part]) => {
    const name = textIn(key);
    return name !== undefined && verdictIn(at(part, 'valid?')) === 'invalid' ? [name] : [];
  });
}

function messagesIn(results: Edn | null): RunRecord['statistics']['messages'] {
  const net = at(results ?? undefined, 'net');
  const servers = at(net, 'servers') ?? at(net, 'stats', 'servers');
  const count = numberIn(at(servers, 'msg-count'));
  if (count === undefined) return null;
  const [sent, received] = [
    numberIn(at(servers, 'send-count')),
    numberIn(at(servers, 'recv-count')),
  ];
  return {
    servers: count,
    lost: sent === undefined || received === undefined ? null : Math.max(0, sent - received),
    serverMessagesPerOperation: numberIn(at(servers, 'msgs-per-op')) ?? 0,
  };
}

function factsOf(
  results: Edn | null,
  checked: CheckResult | null,
): (readonly [name: string, value: string])[] {
  const form = results ?? undefined;
  const facts: [string, string][] = [];
  const said = verdictIn(at(form, 'valid?'));
  const ofHistory = verdictIn(at(form, 'workload', 'valid?'));
  facts.push(['Maelstrom says', said === null ? 'nothing' : `${said}`]);
  if (ofHistory !== null) facts.push(['Maelstrom says of the history', ofHistory]);
  facts.push(['raftwright says of the history', checked?.verdict ?? 'nothing']);
  const fraction = numberIn(at(form, 'availability', 'ok-fraction'));
  if (fraction !== undefined) facts.push(['Maelstrom’s availability', `${fraction} ended ok`]);
  const { ok, fail, info } = {
    ok: numberIn(at(form, 'stats', 'ok-count')),
    fail: numberIn(at(form, 'stats', 'fail-count')),
    info: numberIn(at(form, 'stats', 'info-count')),
  };
  if (ok !== undefined) {
    facts.push(['Maelstrom counts', `${ok} ok, ${fail ?? 0} fail, ${info ?? 0} info`]);
  }
  return facts;
}
