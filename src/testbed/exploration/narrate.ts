/** Tells the way to a broken rule: what happened, and what it made of the node it happened to. */

import type { Entry } from '../../raft/index.ts';
import type { NodeFacts } from './automaton.ts';
import { type EntryKey, entryKey, type LogFacts } from './entry-key.ts';
import type { LocalInput, SmallMessage } from './local-input.ts';
import type { Action, Space } from './space.ts';

export interface Tale {
  /** One line for each action, the last being the one that breaks the rule. */
  readonly steps: readonly string[];
  /** What is wrong then. */
  readonly end: string;
  /** The nodes before the first step. */
  readonly beginning: readonly string[];
}

/** `path` leads to a state from which one more action breaks the rule. */
export function narrate(space: Space, path: readonly Action[], rule: string): Tale {
  const steps: string[] = [];
  let row = space.initial;
  for (const action of path) {
    const step = space.take(row, action);
    if (step.kind !== 'to') throw new Error('a path leads through states');
    row = step.row;
    steps.push(`${describe(space, action)} -> ${describeNode(space.factsOf(row)[action.place])}`);
  }
  let end = rule;
  for (const action of space.actionsOf(row)) {
    const step = space.take(row, action);
    if (step.kind !== 'broken' || step.rule !== rule) continue;
    steps.push(describe(space, action));
    end = step.detail;
    break;
  }
  return { beginning: space.factsOf(space.initial).map(describeNode), steps, end };
}

function describe(space: Space, { place, input, spends }: Action): string {
  const id = space.world.nodes[place]?.id ?? '?';
  const taken = space.automaton.inputOf(input);
  if (taken.kind !== 'receive') return `${id} ${describeInput(taken)}`;
  const again = spends === 'duplicates' ? ', which stays in flight,' : '';
  return `${id} receives${again} ${describeMessage(taken.message)}`;
}

function describeInput(input: Exclude<LocalInput, { readonly kind: 'receive' }>): string {
  switch (input.kind) {
    case 'timeout':
      return 'hears nobody for too long';
    case 'heartbeat':
      return 'speaks to its followers';
    case 'resend':
      return 'takes what it sent for lost';
    case 'abandon':
      return 'gives up its transfer';
    case 'crash':
      return 'crashes and starts again';
    case 'sync':
      return 'completes its oldest write';
    case 'saveSnapshot':
      return 'completes its snapshot';
    case 'propose':
      return `is asked for proposal ${input.request}`;
    case 'read':
      return `is asked for read ${input.request}`;
    case 'transfer':
      return `is asked to hand over to ${input.target}`;
    case 'change':
      return `is asked for voters ${input.voters.join(' ')}, learners ${input.learners.join(' ')}`;
  }
}

/** The message's kind, sender and term, and the rest of it but for what is always the same. */
function describeMessage(message: SmallMessage): string {
  const { kind, from, to: _to, term, ...rest } = message;
  const parts = Object.entries(rest).map(([name, value]) => {
    if (name === 'entries') return describeEntries(value as readonly Entry<number>[]);
    if (name === 'electionTicks' || name === 'priority' || name === 'data') return '';
    return `${name} ${JSON.stringify(value)?.replaceAll('"', '')}`;
  });
  return [`${kind} of ${from}`, `term ${term}`, ...parts.filter((it) => it !== '')].join(', ');
}

function describeEntries(entries: readonly Entry<number>[]): string {
  return `entries [${entries.map((entry) => describeEntry(entryKey(entry))).join(' ')}]`;
}

export function describeNode(facts: NodeFacts | undefined): string {
  if (facts === undefined) return '';
  const { id, role, term, votedFor, commitIndex, log, disk, diskTerm } = facts;
  const isOnDisk = JSON.stringify(log.codes) === JSON.stringify(disk.codes) && diskTerm === term;
  const onDisk = isOnDisk ? '' : `, on disk term ${diskTerm} log ${describeLog(disk)}`;
  const vote = votedFor === null ? '' : ` vote ${votedFor}`;
  const inMemory = `${role}, term ${term}${vote}, log ${describeLog(log)}, commit ${commitIndex}`;
  return `${id}: ${inMemory}${onDisk}`;
}

function describeLog({ base, keys }: LogFacts): string {
  const entries = keys.map(describeEntry).join(' ');
  return `[${base > 0 ? `..${base} ` : ''}${entries}]`;
}

/** The term, and what is in the entry unless it is a command. */
function describeEntry([term, payload]: EntryKey): string {
  if (payload === 'noop') return `${term}-`;
  if (typeof payload === 'number') return payload === 0 ? `${term}` : `${term}:${payload}`;
  const { voters, outgoing, learners } = payload;
  return `${term}{${voters.join('')}|${outgoing.join('')}|${learners.join('')}}`;
}
