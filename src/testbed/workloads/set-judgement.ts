/** What a history says of a set that only grows: of g-set, and of the messages of broadcast. */

import {
  checkGrowOnlySet,
  findSetDisorder,
  type SetAdd,
  type SetDisorder,
  type SetFindings,
  type SetRead,
} from '../../checker/index.ts';
import type { Json } from '../../machine/json.ts';
import type { ClientEvent, JudgeContext, Judgement } from './bench-workload.ts';
import { nodesOf, short, showMs, silentNodes, told, whoAsked } from './call-words.ts';
import { answered, callsOf } from './calls-of.ts';
import { textOf } from './value-text.ts';

/** What `f` and the things are called. */
export interface SetWords {
  readonly add: string;
  /** "element" */
  readonly thing: string;
}

interface Reason {
  readonly verdict: 'invalid' | 'unknown';
  readonly text: string;
}

export function judgeSet(
  events: readonly ClientEvent[],
  context: JudgeContext,
  words: SetWords,
): Judgement {
  const calls = callsOf(events, context.lineOf);
  const adds: readonly SetAdd[] = calls
    .filter(({ f }) => f === words.add)
    .map((call) => ({ ...call, element: textOf(call.asked) }));
  const reads: readonly SetRead[] = answered(calls, 'read').map((call) => ({
    ...call,
    elements: asList(call.result).map(textOf),
  }));
  const findings = checkGrowOnlySet({ adds, reads });
  const isLinearizable = context.consistencyModels.includes('linearizable');
  const disorder = isLinearizable ? findSetDisorder({ adds, reads }) : null;
  const reasons: readonly Reason[] = [
    ...wrongReasons(findings, context, words).map(
      (text) => ({ verdict: 'invalid', text }) as const,
    ),
    ...(disorder === null
      ? []
      : [{ verdict: 'invalid', text: describeDisorder(disorder, context, words) } as const]),
    ...undecided(findings, silentNodes(calls, context), { context, words, isLinearizable }),
  ];
  const verdicts = reasons.map(({ verdict }) => verdict);
  return {
    verdict: verdicts.includes('invalid') ? 'invalid' : (verdicts[0] ?? 'valid'),
    reasons: reasons.map(({ text }) => text),
    figures: figuresOf(findings, words),
  };
}

/** What a valid history has shown. */
export function setClaim(
  { consistencyModels }: Pick<JudgeContext, 'consistencyModels'>,
  thing: string,
): string {
  const inTheEnd = `every acknowledged ${thing} is in every final read`;
  return consistencyModels.includes('linearizable')
    ? `${inTheEnd}, and the history is linearizable`
    : inTheEnd;
}

function asList(json: Json): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

function wrongReasons(findings: SetFindings, context: JudgeContext, words: SetWords): string[] {
  const { lost, unexpected, duplicated } = findings;
  const { thing } = words;
  const asked = (adds: readonly SetAdd[]): string =>
    adds.map((add) => `${endings[add.outcome]} ${whoAsked(add, context)}`).join(', ');
  return [
    ...told(
      lost,
      ({ element, adds, missingIn, presentIn, firstSeen }) => {
        const had =
          presentIn.length === 0
            ? 'no final read has it'
            : `it is in those of ${nodesOf(presentIn, context)}`;
        const isKnownByReads = adds.every(({ outcome }) => outcome !== 'ok');
        const seen =
          isKnownByReads && firstSeen !== null ? `; read by ${whoAsked(firstSeen, context)}` : '';
        return `Lost: ${thing} ${short(element)}, ${asked(adds)}${seen}. It is missing in the final reads of ${nodesOf(missingIn, context)}; ${had}.`;
      },
      `${thing}s lost`,
    ),
    ...told(
      unexpected,
      ({ element, why, adds, read }) =>
        `Unexpected: ${thing} ${short(element)} in what ${whoAsked(read, context)} read: ${
          why === 'never-added'
            ? 'nobody had asked for it'
            : why === 'failed'
              ? `it was ${asked(adds)}, for good`
              : `it was asked for only later, ${asked(adds)}`
        }.`,
      `${thing}s that were not to be there`,
    ),
    ...told(
      duplicated,
      ({ element, times, read }) =>
        `Duplicated: ${thing} ${short(element)} is ${times} times in what ${whoAsked(read, context)} read.`,
      `${thing}s more than once in a read`,
    ),
  ];
}

const endings: { readonly [O in SetAdd['outcome']]: string } = {
  ok: 'acknowledged to',
  fail: 'refused to',
  info: 'with an unknown end for',
  open: 'still asked for by',
};

function describeDisorder(
  disorder: SetDisorder,
  context: JudgeContext,
  { thing }: SetWords,
): string {
  const who = (call: SetAdd | SetRead): string => whoAsked(call, context);
  switch (disorder.kind) {
    case 'stale': {
      const { add, read } = disorder;
      return `Not linearizable: ${thing} ${short(add.element)} was acknowledged to ${who(add)} before ${who(read)} began to read, who did not find it.`;
    }
    case 'back': {
      const { reads, element } = disorder;
      return `Not linearizable: ${who(reads[0])} read ${thing} ${short(element)} before ${who(reads[1])} began to read, who did not find it.`;
    }
    case 'apart': {
      const { reads, elements } = disorder;
      return `Not linearizable: ${who(reads[0])} read ${thing} ${short(elements[0])} and not ${short(elements[1])}, ${who(reads[1])} ${short(elements[1])} and not ${short(elements[0])}.`;
    }
    case 'overtaken': {
      const { adds, read } = disorder;
      return `Not linearizable: ${thing} ${short(adds[0].element)} was acknowledged to ${who(adds[0])} before ${who(adds[1])} asked for ${short(adds[1].element)}; and ${who(read)} read the second without the first.`;
    }
    case 'early': {
      const { add, read } = disorder;
      return `Not linearizable: ${who(read)} read ${thing} ${short(add.element)} before ${who(add)} asked for it.`;
    }
  }
}

interface Setting {
  readonly context: JudgeContext;
  readonly words: SetWords;
  readonly isLinearizable: boolean;
}

/** Why a history in which nothing is wrong does not show that all is well. */
function undecided(
  { finalReads, disputed, attempted }: SetFindings,
  silent: readonly string[],
  { context, words: { thing }, isLinearizable }: Setting,
): Reason[] {
  const texts: string[] = [];
  // A linearizable set has no need of a last look: each read is held to all that came before it.
  if (finalReads === 0 && attempted > 0 && !isLinearizable) {
    texts.push(
      'There is no final read that was answered, so nobody can say whether something was lost.',
    );
  }
  if (finalReads > 0 && silent.length > 0) {
    texts.push(
      `No final read was answered by ${silent.join(', ')}: what is missing there is not known.`,
    );
  }
  texts.push(
    ...told(
      disputed,
      ({ element, missingIn, presentIn }) =>
        `Not agreed on: ${thing} ${short(element)}, of whose end nobody was told, is in the final reads of ${nodesOf(presentIn, context)} and not in those of ${nodesOf(missingIn, context)}.`,
      `${thing}s not agreed on`,
    ),
  );
  return texts.map((text) => ({ verdict: 'unknown', text }));
}

function figuresOf(findings: SetFindings, { thing }: SetWords): Judgement['figures'] {
  const { attempted, acknowledged, lost, stale, neverRead, unexpected, duplicated } = findings;
  const { visibleAfterMs: latencies, finalReads } = findings;
  const at = (share: number): string =>
    showMs(latencies[Math.max(0, Math.ceil(share * latencies.length) - 1)] ?? 0);
  return {
    [`${thing}s asked for`]: attempted,
    acknowledged,
    lost: lost.length,
    unexpected: unexpected.length,
    duplicated: duplicated.length,
    'never read afterwards': neverRead.length,
    'missing in a read for a while': stale.length,
    ...(latencies.length === 0
      ? {}
      : {
          'until visible to every read': `median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`,
        }),
    'final reads answered': finalReads,
  };
}
