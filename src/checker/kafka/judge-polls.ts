/**
 * Single polls: whether what came begins where it was asked for, increases, and leaves out nothing.
 *
 * A client asks for the offset after the last that it was shown, until it is assigned anew; so what
 * lies between what was asked for and what came is what lies between two polls. An offset that has
 * a message is one at which somebody, at some time, saw one: logs only grow at their ends, so
 * where a higher offset can be seen, it was there.
 */

import type { KafkaFindings } from './anomaly.ts';
import type { KeyLog } from './log.ts';
import type { Placed, Poll } from './operation.ts';

export interface PollRules {
  /** Offsets of a log have no gaps. */
  readonly contiguous: boolean;
}

export function judgePoll(
  poll: Poll,
  position: number,
  logs: ReadonlyMap<string, KeyLog>,
  rules: PollRules,
  findings: KafkaFindings,
): void {
  for (const [key, messages] of poll.messages) {
    const log = logs.get(key);
    const [first] = messages;
    if (log === undefined || first === undefined) continue;
    const from = poll.asked.get(key);
    if (from === undefined) {
      const problem = `A was shown key ${key}, for which it had not asked`;
      findings.add({ name: 'poll-nonmonotonic-external', key, operations: [position], problem });
    } else {
      judgeBeginning({ from, first, log, position, rules }, findings);
    }
    for (const [it, later] of messages.entries()) {
      const earlier = messages[it - 1];
      if (earlier !== undefined) judgeStep({ earlier, later, log, position, rules }, findings);
    }
  }
}

interface Beginning {
  readonly from: number;
  readonly first: Placed;
  readonly log: KeyLog;
  readonly position: number;
  readonly rules: PollRules;
}

function judgeBeginning(
  { from, first, log, position, rules }: Beginning,
  findings: KafkaFindings,
): void {
  const { key } = log;
  const shown = `A asked for key ${key} from offset ${from} on, and what came begins at ${first.offset}`;
  if (first.offset < from) {
    const name = 'poll-nonmonotonic-external';
    findings.add({ name, key, operations: [position], problem: shown });
    return;
  }
  judgeSkip('poll-skip-external', from, first.offset, { log, position, rules, shown }, findings);
}

interface Step {
  readonly earlier: Placed;
  readonly later: Placed;
  readonly log: KeyLog;
  readonly position: number;
  readonly rules: PollRules;
}

function judgeStep({ earlier, later, log, position, rules }: Step, findings: KafkaFindings): void {
  const { key } = log;
  const shown = `A was shown offset ${later.offset} of key ${key} after offset ${earlier.offset}`;
  if (later.offset <= earlier.offset) {
    const name = 'poll-nonmonotonic-internal';
    findings.add({ name, key, operations: [position], problem: shown });
    return;
  }
  const place = { log, position, rules, shown };
  judgeSkip('poll-skip-internal', earlier.offset + 1, later.offset, place, findings);
}

/** Whether anything is known of the offsets from `from` to before `to`. */
function judgeSkip(
  name: 'poll-skip-internal' | 'poll-skip-external',
  from: number,
  to: number,
  {
    log,
    position,
    rules,
    shown,
  }: {
    readonly log: KeyLog;
    readonly position: number;
    readonly rules: PollRules;
    readonly shown: string;
  },
  findings: KafkaFindings,
): void {
  if (from >= to) return;
  const { key } = log;
  const skipped = log.nextKnown(from);
  if (skipped !== undefined && skipped < to) {
    const sighting = log.sightingAt(skipped);
    findings.add({
      name,
      key,
      operations: [position, ...(sighting === undefined ? [] : [sighting.operation])],
      problem: `${shown}, past offset ${skipped}, which has ${sighting?.message ?? 'a message'} (B)`,
    });
  } else if (rules.contiguous) {
    findings.add({ name: 'poll-gap', key, operations: [position], problem: shown });
  }
}
