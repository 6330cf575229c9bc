/** The unique-ids workload: nodes are asked for ids, and no id may be given out twice. */

import { findRepeatedIds } from '../../checker/index.ts';
import type { BenchWorkload, ClientEvent, JudgeContext, Judgement } from './bench-workload.ts';
import { maxTold, short, told, whoAsked } from './call-words.ts';
import { answered, callsOf } from './calls-of.ts';
import { closedProtocol } from './closed-protocol.ts';
import { textOf } from './value-text.ts';

function judge(events: readonly ClientEvent[], context: JudgeContext): Judgement {
  const given = answered(callsOf(events, context.lineOf), 'generate').map((call) => ({
    ...call,
    id: textOf(call.result),
  }));
  const repeated = findRepeatedIds(given);
  const reasons = told(
    repeated,
    ({ id, calls }) => {
      const who = calls.slice(0, maxTold).map((call) => whoAsked(call, context));
      const more = calls.length > who.length ? `, and ${calls.length - who.length} more` : '';
      return `Not unique: ${short(id)} was given to ${who.join(', ')}${more}.`;
    },
    'ids that were given out more than once',
  );
  return {
    verdict: repeated.length > 0 ? 'invalid' : 'valid',
    reasons,
    figures: { 'ids given out': given.length, 'given out more than once': repeated.length },
  };
}

export const uniqueIds: BenchWorkload = {
  name: 'unique-ids',
  functions: ['generate'],
  concurrencyUnit: () => 1,
  consistencyModels: [],
  answersAlone: () => true,
  claim: () => 'no id was given out twice',
  create: () => ({
    next: () => ({ f: 'generate', key: null, value: null }),
    replaceProcess: () => {},
  }),
  protocol: closedProtocol({
    generate: {
      toRequest: () => ({ type: 'generate' }),
      reply: 'generate_ok',
      result: 'id',
    },
  }),
  judge,
};
