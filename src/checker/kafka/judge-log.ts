/**
 * What the log of a key gives away as a whole: offsets with several messages, messages with several
 * offsets, messages that nobody sent or whose sending failed, and messages that got lost.
 *
 * *Lost write*: a message was acknowledged at an offset, nobody ever polled it, and somebody polled
 * something at that offset or above. Clients begin at committed offsets, and commit only what they
 * have polled; so somebody should have been shown it. *Unobserved*: nobody polled as far. There is
 * no promise of when a message is shown, so that is no error, unless faults had ended, the message
 * had been acknowledged, and a poll from its offset or below showed nothing at all.
 */

import type { KafkaFindings } from './anomaly.ts';
import type { KeyLog } from './log.ts';
import { endOf, type KafkaOperation, type Poll } from './operation.ts';

/** @returns how many acknowledged messages nobody polled, lost ones aside */
export function judgeLog(
  operations: readonly KafkaOperation[],
  log: KeyLog,
  finalPolls: readonly number[],
  findings: KafkaFindings,
): number {
  judgePlaces(log, findings);
  return judgeLosses(operations, log, finalPolls, findings);
}

function judgePlaces(log: KeyLog, findings: KafkaFindings): void {
  const { key } = log;
  for (const { offset, seen } of log.conflicts) {
    const messages = seen.map(({ message }, it) => `${message} (${letter(it)})`).join(' and ');
    findings.add({
      name: 'inconsistent-offsets',
      key,
      operations: seen.map(({ operation }) => operation),
      problem: `at offset ${offset} of key ${key} there was ${messages}`,
    });
  }
  for (const { message, places } of log.duplicates) {
    const offsets = [...places.keys()].join(' and ');
    findings.add({
      name: 'duplicate',
      key,
      operations: [...places.values()],
      problem: `message ${message} of key ${key} stood at offsets ${offsets}`,
    });
  }
}

/** Whether each polled message was sent to its key, by a send that may have happened. */
export function judgeSources(
  operations: readonly KafkaOperation[],
  logs: ReadonlyMap<string, KeyLog>,
  findings: KafkaFindings,
): void {
  for (const [position, operation] of operations.entries()) {
    if (operation.f !== 'poll') continue;
    for (const [key, messages] of operation.messages) {
      for (const { offset, message } of messages) {
        const sender = logs.get(key)?.senders.get(message);
        const polled = `A polled ${message} at offset ${offset} of key ${key}`;
        if (sender === undefined) {
          const problem = `${polled}, which nobody sent`;
          findings.add({ name: 'garbage-read', key, operations: [position], problem });
        } else if (operations[sender]?.outcome === 'fail') {
          const problem = `${polled}, but B, which sent it, failed`;
          findings.add({ name: 'aborted-read', key, operations: [position, sender], problem });
        }
      }
    }
  }
}

function judgeLosses(
  operations: readonly KafkaOperation[],
  log: KeyLog,
  finalPolls: readonly number[],
  findings: KafkaFindings,
): number {
  const { key, highestPoll } = log;
  let unobserved = 0;
  for (const [message, sender] of log.senders) {
    const send = operations[sender];
    if (send?.f !== 'send' || send.outcome !== 'ok' || send.offset === undefined) continue;
    if (log.isPolled(message)) continue;
    const { offset } = send;
    if (highestPoll !== undefined && offset <= highestPoll.offset) {
      findings.add({
        name: 'lost-write',
        key,
        operations: [sender, highestPoll.operation],
        problem:
          `A was told that ${message} is at offset ${offset} of key ${key}, but nobody ever polled ` +
          `it, though B polled offset ${highestPoll.offset}`,
      });
      continue;
    }
    unobserved++;
    const witness = finalPolls.find((it) => {
      const poll = operations[it];
      return (
        poll?.f === 'poll' && showsTheEnd(poll, key, offset) && endOf(send) < poll.invoked.rank
      );
    });
    if (witness === undefined) continue;
    findings.add({
      name: 'unobserved',
      key,
      operations: [sender, witness],
      problem:
        `A was told that ${message} is at offset ${offset} of key ${key}; B asked for the rest of ` +
        'the key when everything was over, and was shown nothing',
    });
  }
  return unobserved;
}

/**
 * Whether a poll asked for an offset or for one before it, and was told that nothing is there, nor
 * in the other keys: a poll that shows something of some may have no room for the rest.
 */
function showsTheEnd({ asked, messages }: Poll, key: string, offset: number): boolean {
  const from = asked.get(key);
  if (from === undefined || from > offset) return false;
  return [...messages.values()].every((shown) => shown.length === 0);
}

/** A, B, C: how operations of an anomaly are called. */
export function letter(position: number): string {
  return String.fromCharCode(65 + (position % 26));
}
