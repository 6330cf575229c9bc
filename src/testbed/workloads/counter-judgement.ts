/** What a history says of a counter: of g-counter, and of pn-counter. */

import {
  type CounterAdd,
  type CounterDisorder,
  type CounterFindings,
  type CounterRead,
  checkCounter,
  findCounterDisorder,
  type Range,
} from '../../checker/index.ts';
import { plural } from '../../pages/report/words.ts';
import type { ClientEvent, JudgeContext, Judgement } from './bench-workload.ts';
import { maxTold, nodesOf, silentNodes, told, whoAsked } from './call-words.ts';
import { answered, callsOf } from './calls-of.ts';

export function judgeCounter(events: readonly ClientEvent[], context: JudgeContext): Judgement {
  const calls = callsOf(events, context.lineOf);
  const adds: readonly CounterAdd[] = calls
    .filter(({ f }) => f === 'add')
    .map((call) => ({ ...call, delta: Number(call.asked) }));
  const reads: readonly CounterRead[] = answered(calls, 'read').map((call) => ({
    ...call,
    value: Number(call.result),
  }));
  const findings = checkCounter({ adds, reads });
  const isLinearizable = context.consistencyModels.includes('linearizable');
  const disorder = isLinearizable ? findCounterDisorder({ adds, reads }) : null;
  const wrong = [
    ...wrongReasons(findings, context),
    ...(disorder === null ? [] : [describeDisorder(disorder, context)]),
  ];
  const open =
    adds.length === 0
      ? []
      : undecided(findings, silentNodes(calls, context), context, isLinearizable);
  const verdict = wrong.length > 0 ? 'invalid' : open.length > 0 ? 'unknown' : 'valid';
  return { verdict, reasons: [...wrong, ...open], figures: figuresOf(findings) };
}

/** What a valid history has shown. */
export function counterClaim({
  consistencyModels,
}: Pick<JudgeContext, 'consistencyModels'>): string {
  const sums =
    'every final read is the sum of all acknowledged adds and of some whose end is unknown';
  return consistencyModels.includes('linearizable') ? `${sums}; and no read was found stale` : sums;
}

function wrongReasons(findings: CounterFindings, context: JudgeContext): string[] {
  const { wrong, impossible, acceptable, isExact, uncertain } = findings;
  const sums = `${isExact ? '' : 'something from '}${showRanges(acceptable)}`;
  const unknown =
    uncertain === 0 ? '' : `, since nobody knows whether ${plural(uncertain, 'add')} happened`;
  return [
    ...told(
      wrong,
      ({ read, acknowledged }) =>
        `Wrong sum: ${read.value} in the final read of ${whoAsked(read, context)}. Acknowledged adds come to ${acknowledged}; a final read must be ${sums}${unknown}.`,
      'final reads with a wrong sum',
    ),
    ...told(
      impossible,
      ({ read, possible }) =>
        `Impossible: ${read.value} in the read of ${whoAsked(read, context)}. All that had been asked for until then comes to ${showRange(possible)}, whatever part of it is left out.`,
      'impossible reads',
    ),
  ];
}

function describeDisorder(disorder: CounterDisorder, context: JudgeContext): string {
  switch (disorder.kind) {
    case 'stale': {
      const { read, acknowledged, possible } = disorder;
      return `Not linearizable: ${read.value} in the read of ${whoAsked(read, context)}. Adds that were acknowledged before it began come to ${acknowledged}; with those that ran meanwhile, or whose end is unknown, it must be ${showRange(possible)}.`;
    }
    case 'no-sum': {
      const { read, possible } = disorder;
      return `Not linearizable: ${read.value} in the read of ${whoAsked(read, context)} is within ${showRange(possible)}, but no sum of what may be in it.`;
    }
    case 'back': {
      const { reads, possible } = disorder;
      const [first, second] = reads;
      return `Not linearizable: ${whoAsked(first, context)} read ${first.value} before ${whoAsked(second, context)} began to read, and that was ${second.value}. Between the two it can only have changed by ${showRange(possible)}.`;
    }
  }
}

/** Why a history in which nothing is wrong does not show that all is well. */
function undecided(
  { finalReads, isDisputed }: CounterFindings,
  silent: readonly string[],
  context: JudgeContext,
  isLinearizable: boolean,
): string[] {
  const reasons: string[] = [];
  if (finalReads.length === 0 && !isLinearizable) {
    reasons.push('There is no final read that was answered, so nobody can say what it came to.');
  }
  if (finalReads.length > 0 && silent.length > 0) {
    reasons.push(`No final read was answered by ${silent.join(', ')}: its sum is not known.`);
  }
  if (isDisputed) {
    const values = [...new Set(finalReads.map(({ value }) => value))].slice(0, maxTold);
    const read = values.map((value) => {
      const those = finalReads.filter((it) => it.value === value);
      return `${value} by ${nodesOf(those, context)}`;
    });
    reasons.push(
      `Not agreed on: final reads differ (${read.join('; ')}). Only adds whose end is unknown can explain that.`,
    );
  }
  return reasons;
}

function figuresOf(findings: CounterFindings): Judgement['figures'] {
  const { acknowledged, uncertain, acceptable, isExact, finalReads, wrong } = findings;
  return {
    'sum of acknowledged adds': acknowledged,
    'adds whose end is unknown': uncertain,
    'a final read may be': `${showRanges(acceptable)}${isExact ? '' : ' (bounds)'}`,
    'final reads answered': finalReads.length,
    'final reads with a wrong sum': wrong.length,
  };
}

function showRange({ from, to }: Range): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

function showRanges(ranges: readonly Range[]): string {
  const shown = ranges.slice(0, maxTold).map(showRange).join(', or ');
  const more = ranges.length - maxTold;
  return more > 0 ? `${shown}, or in ${more} more ranges` : shown;
}
