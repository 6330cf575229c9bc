/** What nodes, messages and entries are called on the stage, short and long. */

import type { MessageKind } from '../raft/index.ts';
import { entryOf } from '../testbed/scenario/fault.ts';
import { commands } from '../testbed/scenario/run.ts';
import { parseLine } from '../testbed/scenario/script.ts';
import type { MessagePicture, NodePicture, RolePicture } from './picture.ts';

export const roleNames: { readonly [role in RolePicture]: string } = {
  follower: 'follower',
  preCandidate: 'pre-candidate',
  candidate: 'candidate',
  leader: 'leader',
  learner: 'learner',
  outside: 'no member',
  halted: 'halted',
  down: 'down',
};

const kinds: { readonly [kind in MessageKind]: { readonly short: string; readonly long: string } } =
  {
    preVoteRequest: {
      short: 'could I?',
      long: 'Would you vote for me? Nothing changes by being asked. (pre-vote)',
    },
    preVoteResponse: { short: 'could', long: 'The answer to a pre-vote.' },
    voteRequest: { short: 'vote?', long: 'Asks for a vote in a new term. (RequestVote)' },
    voteResponse: { short: 'vote', long: 'The answer of a voter.' },
    newerTerm: { short: 'newer', long: 'There is a newer term than yours.' },
    appendRequest: {
      short: 'append',
      long: 'Entries for the log of a follower, and what stands before them. (AppendEntries)',
    },
    appendResponse: { short: 'ok', long: 'How far the logs agree, or that they do not.' },
    heartbeatRequest: { short: 'beat', long: 'I lead; do you follow? (heartbeat)' },
    heartbeatResponse: { short: 'yes', long: 'I follow you.' },
    commitHint: { short: 'commit', long: 'So far the log is committed.' },
    snapshotRequest: { short: 'snap', long: 'A part of a snapshot. (InstallSnapshot)' },
    snapshotResponse: {
      short: 'snap ok',
      long: 'Which part is wanted next, or that it is complete.',
    },
    readIndexRequest: { short: 'read?', long: 'At which index may I answer a read?' },
    readIndexResponse: { short: 'read', long: 'The index for the reads of a follower.' },
    timeoutNow: { short: 'lead!', long: 'Campaign now: I hand over to you.' },
  };

/** A word or two that fit on an envelope. */
export function shortName({ kind, fields }: Pick<MessagePicture, 'kind' | 'fields'>): string {
  const words = fields.split(' ');
  const fieldOf = (name: string) =>
    words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const { short } = kinds[kind];
  switch (kind) {
    case 'preVoteResponse':
    case 'voteResponse':
      return `${short} ${words.includes('granted') ? '✓' : '✗'}`;
    case 'appendRequest':
      return cargoOf(fieldOf('entries'));
    case 'appendResponse':
      return words.includes('accepted') ? `ok ${fieldOf('match')}` : 'no ✗';
    case 'commitHint':
      return `${short} ${fieldOf('commit')}`;
    case 'readIndexResponse':
      return `${short} ${fieldOf('index') ?? '✗'}`;
    default:
      return short;
  }
}

/** What an append brings: the entry, or how many; nothing asks where the logs agree. */
function cargoOf(entries: string | undefined): string {
  if (entries === undefined) return 'probe';
  // The commas within a membership do not separate entries.
  const words = entries.split(/,(?![^{]*\})/);
  const count = words.reduce((sum, word) => {
    const [, from, to] = /^(\d+)\.\.(\d+)@/.exec(word) ?? [];
    return sum + (from === undefined || to === undefined ? 1 : Number(to) - Number(from) + 1);
  }, 0);
  if (count > 1) return `append ${count}×`;
  const [, term, content] = /@(\d+)(?::(.*))?$/.exec(entries) ?? [];
  if (content === undefined) return `append t${term}`;
  if (content.startsWith('{')) return 'append members';
  const word = content === 'noop' ? 'no-op' : content;
  return `append ${word.length > 8 ? `${word.slice(0, 7)}…` : word}`;
}

/** Everything about a message, a line each. */
export function describe(message: Pick<MessagePicture, 'kind' | 'fields' | 'from' | 'to'>): string {
  const { kind, fields, from, to } = message;
  return [`${kind}  ${from} → ${to}`, kinds[kind].long, '', ...fields.split(' ')].join('\n');
}

/** What a command of the language does; empty for what is none. */
export function explainCommand(text: string): string {
  const command = entryOf(commands, parseLine(text, 1).step?.command ?? '');
  return command === undefined ? '' : `${command.usage}\n${command.does.replaceAll('`', '')}`;
}

/** A node in a sentence, for those who do not see it. */
export function describeNode(node: NodePicture): string {
  const { id, role, term, vote, log, commitIndex, timer, disk } = node;
  const last = log.at(-1)?.index ?? node.snapshotIndex;
  const parts = [
    `${id}, ${roleNames[role]}, term ${term}`,
    vote === null ? 'no vote given' : `vote for ${vote}`,
    `log to index ${last}, committed to ${commitIndex}`,
  ];
  if (timer !== null) parts.push(describeTimer(node));
  if (disk.pendingWrites > 0) parts.push(`${disk.pendingWrites} writes wait for the disk`);
  return parts.join('; ');
}

export function describeTimer({ timer }: NodePicture): string {
  if (timer === null) return 'no timer runs';
  const left = Math.max(0, timer.total - timer.passed);
  const what = timer.kind === 'election' ? 'election timer' : 'heartbeat';
  return `${what}: ${left} of ${timer.total} ticks left`;
}
