/** The echo workload as Maelstrom generates it: a text goes to a node and must come back unchanged. */

import { nextInteger } from '../../raft/index.ts';
import type { BenchWorkload, ClientEvent, JudgeContext, Judgement } from './bench-workload.ts';
import { short, told, whoAsked } from './call-words.ts';
import { answered, callsOf } from './calls-of.ts';
import { closedProtocol } from './closed-protocol.ts';
import { textOf } from './value-text.ts';

function judge(events: readonly ClientEvent[], context: JudgeContext): Judgement {
  const echoes = answered(callsOf(events, context.lineOf), 'echo');
  const wrong = echoes.filter(({ asked, result }) => textOf(asked) !== textOf(result));
  const reasons = told(
    wrong,
    (call) =>
      `Not the same: ${short(textOf(call.asked))} came back to ${whoAsked(call, context)} as ${short(textOf(call.result))}.`,
    'echoes that were not the same',
  );
  return {
    verdict: wrong.length > 0 ? 'invalid' : 'valid',
    reasons,
    figures: {
      'came back the same': echoes.length - wrong.length,
      'came back changed': wrong.length,
    },
  };
}

export const echo: BenchWorkload = {
  name: 'echo',
  functions: ['echo'],
  concurrencyUnit: () => 1,
  consistencyModels: [],
  answersAlone: () => true,
  claim: () => 'everything that came back was what had been sent',
  create: ({ random }) => ({
    next: () => ({ f: 'echo', key: null, value: `Please echo ${nextInteger(random, 0, 128)}` }),
    replaceProcess: () => {},
  }),
  protocol: closedProtocol({
    echo: {
      toRequest: ({ value }) => ({ type: 'echo', echo: value }),
      reply: 'echo_ok',
      result: 'echo',
    },
  }),
  judge,
};
