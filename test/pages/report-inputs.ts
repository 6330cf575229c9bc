/** Inputs of reports, made up. */

import type { ReportInput, ReportOperation } from '../../src/pages/report/input.ts';
import { seeded } from '../checker/random.ts';

const noFigures = {
  all: { invoked: 0, ok: 0, fail: 0, info: 0, latencyMs: null },
  byFunction: {},
  availability: 0,
  longestWithoutOkMs: 0,
  messages: null,
  faults: { kills: 0, pauses: 0, restarts: 0, restartMs: null },
};

/** A report of nothing, but for what is given. */
export function reportOf(parts: Partial<ReportInput>): ReportInput {
  return {
    title: 'lin-kv',
    verdict: 'valid',
    validWord: 'linearizable',
    reasons: [],
    warnings: [],
    facts: [],
    links: [],
    diagram: null,
    nodes: [],
    durationMs: 1000,
    figures: noFigures,
    bound: null,
    findings: [],
    whyFail: null,
    answersAlone: false,
    operations: [],
    faults: [],
    lanes: [],
    whyNoRoles: null,
    sends: null,
    omitted: [],
    ...parts,
  };
}

/** Operations of a minute or so: most are quick, some slow, some are never answered. */
export function manyOperations(count: number, durationMs: number): ReportOperation[] {
  const random = seeded(count);
  return Array.from({ length: count }, (_, id): ReportOperation => {
    const luck = random();
    const type = luck < 0.7 ? 'ok' : luck < 0.98 ? 'fail' : 'info';
    const f = (['read', 'write', 'cas'] as const)[Math.floor(3 * random())] ?? 'read';
    return {
      id,
      process: String(id % 50),
      node: `n${id % 5}`,
      f,
      key: String(Math.floor(id / 500)),
      value: String(Math.floor(5 * random())),
      type,
      isAnswered: type !== 'info',
      attainability: luck > 0.99 ? 'attainable' : 'uncertain',
      error: type === 'ok' ? null : type === 'fail' ? '22 the value is 3' : 'net-timeout',
      startMs: (durationMs * id) / count,
      durationMs: type === 'info' ? 1000 : 0.5 + 40 * random() ** 6 + 200 * random() ** 40,
    };
  });
}

/** Nodes of which one leads after the other. */
export function someLanes(nodes: readonly string[], durationMs: number): ReportInput['lanes'] {
  const third = durationMs / 3;
  return nodes.map((node, at) => ({
    node,
    roles: [0, 1, 2].map((turn) => ({
      fromMs: turn * third,
      toMs: (turn + 1) * third,
      role: at === turn ? 'leader' : 'follower',
      term: turn + 1,
      leader: nodes[turn] ?? null,
      reason: 'heard of it',
    })),
    conditions: [
      { fromMs: third, toMs: 1.2 * third, condition: at === 0 ? 'down' : 'cut-off', text: '' },
    ],
  }));
}

export function largeReport(count: number): ReportInput {
  const durationMs = 60_000;
  const nodes = ['n0', 'n1', 'n2', 'n3', 'n4'];
  return reportOf({
    title: `${count} operations`,
    diagram: 'diagram.html',
    links: [{ label: 'space-time diagram', href: 'diagram.html' }],
    nodes,
    durationMs,
    operations: manyOperations(count, durationMs),
    lanes: someLanes(nodes, durationMs),
    faults: [
      { kind: 'partition', fromMs: 20_000, toMs: 24_000, text: 'n0 | n1 n2 n3 n4' },
      { kind: 'kill', fromMs: 22_000, toMs: 23_000, text: 'n0' },
    ],
  });
}
