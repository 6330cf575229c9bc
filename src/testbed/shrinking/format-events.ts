/** Events of a simulated run, a line each, in the words of scenarios. */

import type { Effect, Input } from '../../raft/index.ts';
import { formatMessage } from '../scenario/messages.ts';
import { formatFields } from '../scenario/notation.ts';
import { Requests } from '../scenario/requests.ts';
import { printEffect } from '../scenario/trace.ts';
import type { TraceEvent } from '../simulation/trace.ts';
import { withoutContent } from './message-likeness.ts';

/** The last events that are worth a line: ticks and what a disk does at once are not. */
export function formatEvents(events: readonly TraceEvent[], count: number): string {
  const lines: string[] = [];
  for (let at = events.length - 1; at >= 0 && lines.length < count; at--) {
    const recorded = events[at];
    if (recorded === undefined) break;
    const time = (recorded.timeMs / 1000).toFixed(4);
    const told = linesOf(recorded).map((line) => `${time} ${line}`);
    lines.push(...told.toReversed());
  }
  return `${lines.toReversed().join('\n')}\n`;
}

function linesOf(event: TraceEvent): readonly string[] {
  switch (event.kind) {
    case 'start': {
      const { term, votedFor, lastIndex, lastTerm } = event.state;
      const vote = votedFor ?? 'nobody';
      return [`${event.node} starts: term=${term} vote=${vote} last=${lastIndex}@${lastTerm}`];
    }
    case 'step': {
      const line = inputLine(event.node, event.input);
      return line === null ? [] : [line];
    }
    case 'drain':
      return event.effects
        .filter(({ kind }) => kind !== 'send' && kind !== 'persist')
        .map((effect) => `  ${printEffect(event.node, withWords(effect), new Requests())}`);
    case 'halt':
      return [`${event.node} stops: ${event.reason.split('\n')[0]}`];
    case 'crash':
      return [`${event.node} crashes`];
    case 'fault': {
      const ends = event.phase === 'end' ? ' ends' : '';
      return [`fault: ${event.fault}${ends}: ${event.text}`];
    }
    case 'broken':
      return [`broken: ${event.rule}${event.node === null ? '' : ` (${event.node})`}`];
    default:
      return [];
  }
}

/** Commands are texts in scenarios; here they are whatever a machine takes. */
function withWords(effect: Effect<unknown>): Effect<string> {
  if (effect.kind !== 'apply') return effect as Effect<string>;
  const entries = effect.entries.map((entry) =>
    entry.kind === 'command' ? { ...entry, command: JSON.stringify(entry.command) } : entry,
  );
  return { ...effect, entries };
}

function inputLine(node: string, input: Input<unknown>): string | null {
  switch (input.kind) {
    case 'tick':
    case 'applied':
    case 'persisted':
      return null;
    case 'receive': {
      const { message } = input;
      return `${node} ← ${message.from} ${formatMessage(withoutContent(message))}`;
    }
    case 'propose':
      return `${node} is asked for ${JSON.stringify(input.command)} (request ${input.requestId})`;
    default:
      return `${node} ${input.kind} ${formatFields(input, ['kind', 'chunk'])}`;
  }
}
