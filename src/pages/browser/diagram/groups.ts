/** Kinds of messages as people tell them apart: each has a colour, and a line of its own look. */

export interface Group {
  readonly name: string;
  readonly label: string;
  /** The CSS variable of its colour. */
  readonly colour: string;
  /** Lengths of strokes and gaps, in pixels; none for a whole line. */
  readonly dash: readonly number[];
  readonly width: number;
  /** What stands at the arrow's end; answers have it open. */
  readonly head: 'triangle' | 'diamond' | 'barb';
  readonly help: string;
  /** Goes on all the time; where there are many, single ones say little. */
  readonly isRoutine: boolean;
  /** Only who asks for them wants to see them. */
  readonly isHiddenAtFirst?: boolean;
}

export const groups: readonly Group[] = [
  {
    name: 'preVote',
    label: 'pre-votes',
    colour: '--m-pre-vote',
    dash: [2, 3],
    width: 1.5,
    head: 'diamond',
    help: 'would you vote for me? nobody’s term changes',
    isRoutine: false,
  },
  {
    name: 'vote',
    label: 'votes',
    colour: '--m-vote',
    dash: [7, 4],
    width: 2,
    head: 'diamond',
    help: 'a candidate asks for votes, and gets them or not',
    isRoutine: false,
  },
  {
    name: 'append',
    label: 'appends',
    colour: '--m-append',
    dash: [],
    width: 1.5,
    head: 'triangle',
    help: 'entries of the log, and what followers say to them',
    isRoutine: true,
  },
  {
    name: 'heartbeat',
    label: 'heartbeats',
    colour: '--m-heartbeat',
    dash: [1.5, 2.5],
    width: 1,
    head: 'barb',
    help: 'the leader is alive, and how far the log is committed',
    isRoutine: true,
  },
  {
    name: 'snapshot',
    label: 'snapshots',
    colour: '--m-snapshot',
    dash: [],
    width: 2.5,
    head: 'triangle',
    help: 'parts of a snapshot, for who is too far behind',
    isRoutine: false,
  },
  {
    name: 'read',
    label: 'read index',
    colour: '--m-read',
    dash: [4, 2, 1, 2],
    width: 1.2,
    head: 'barb',
    help: 'at which index may I read?',
    isRoutine: true,
  },
  {
    name: 'forward',
    label: 'forwarded',
    colour: '--m-forward',
    dash: [10, 2],
    width: 1.2,
    head: 'barb',
    help: 'a client’s command, passed on to the leader',
    isRoutine: true,
  },
  {
    name: 'order',
    label: 'term, transfer',
    colour: '--m-order',
    dash: [],
    width: 2,
    head: 'diamond',
    help: 'there is a newer term; campaign now',
    isRoutine: false,
  },
  {
    name: 'survey',
    label: 'surveys',
    colour: '--m-survey',
    dash: [1, 4],
    width: 1,
    head: 'barb',
    help: 'who hears whom: what is needed to pass messages on round broken links',
    isRoutine: true,
    isHiddenAtFirst: true,
  },
  {
    name: 'other',
    label: 'other',
    colour: '--m-other',
    dash: [3, 3],
    width: 1,
    head: 'barb',
    help: 'everything else',
    isRoutine: true,
  },
];

const patterns: readonly (readonly [RegExp, string])[] = [
  [/pre_?vote/i, 'preVote'],
  [/vote/i, 'vote'],
  [/heartbeat|commit_?hint|ping/i, 'heartbeat'],
  [/append|replicate/i, 'append'],
  [/snapshot/i, 'snapshot'],
  [/read_?index/i, 'read'],
  [/forward|proxy/i, 'forward'],
  [/survey/i, 'survey'],
  [/timeout_?now|newer_?term|transfer/i, 'order'],
];

/** The position of the group of a message's type; node programs of others have types of their own. */
export function groupOf(type: string): number {
  const name = patterns.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
  return groups.findIndex((group) => group.name === name);
}

export function isAnswer(type: string): boolean {
  return /(response|reply|result|_res|_ok|ack)$/i.test(type);
}
