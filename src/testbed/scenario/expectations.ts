/**
 * What a scenario may expect. Each expectation says what it found; it holds when that is what the
 * script wants, word for word.
 */

import { takeNode, takeNodes } from './command.ts';
import { demand, entryOf } from './fault.ts';
import type { ScenarioNode } from './node.ts';
import { formatEntries, formatMembership, formatSnapshot } from './notation.ts';
import { matches, parsePattern } from './pattern.ts';
import type { Outcome } from './requests.ts';
import { Words } from './words.ts';
import type { World } from './world.ts';

/** What was found, in the words of the script, and what the script wants. */
interface Comparison {
  readonly wanted: string;
  readonly actual: string;
}

export interface Finding extends Comparison {
  /** What the finding is about. */
  readonly subject: string;
}

interface Expectation {
  readonly usage: string;
  find(world: World, words: Words): Comparison;
}

type NodeFact = (node: ScenarioNode) => string;

const terms = (entries: readonly { readonly term: number }[]): string =>
  entries.map(({ term }) => `${term}`).join(' ');

/** `expect n1 FACT VALUE...` */
const usualFacts: { readonly [name: string]: NodeFact } = {
  term: (node) => `${node.status.currentTerm}`,
  vote: (node) => node.status.votedFor ?? 'nobody',
  follows: (node) => node.status.leader ?? 'nobody',
  last: (node) => `${node.status.lastIndex}`,
  durable: (node) => `${node.status.durableIndex}`,
  commit: (node) => `${node.status.commitIndex}`,
  log: (node) => terms(node.raft.save().log.entries) || 'empty',
  entries: (node) => formatEntries(node.raft.save().log.entries, ' ') || 'empty',
  applied: (node) => node.commands.join(' ') || 'nothing',
  reads: (node) => `${node.status.pendingReads}`,
  ignored: (node) => {
    const last = node.drops.at(-1);
    return last === undefined ? 'nothing' : `${last.message} ${last.reason}`;
  },
};

const otherFacts: { readonly [name: string]: NodeFact } = {
  membership: (node) => formatMembership(node.status.membership),
  snapshot: (node) => `${node.status.snapshotIndex}`,
  first: (node) => `${node.status.firstIndex}`,
  handsOverTo: (node) => node.status.transferTarget ?? 'nobody',
  electionTicks: (node) => `${node.status.electionTicks}`,
};

const facts: { readonly [name: string]: NodeFact } = { ...usualFacts, ...otherFacts };

/** `expect n1 WORD` */
function roleOf(node: ScenarioNode): string {
  if (!node.isUp) return 'down';
  return node.status.haltReason === null ? node.status.role : 'halted';
}

const roles = ['follower', 'preCandidate', 'candidate', 'leader', 'halted', 'down'];

function findAboutNode(node: ScenarioNode, words: Words): Comparison {
  const name = words.next('FACT');
  if (name === 'peer') return findAboutPeer(node, words);
  if (name === 'no') {
    demand(words.skip('peer'), 'say "no peer"');
    const id = words.next('NODE');
    const isPeer = node.status.peers.some(({ peer }) => peer === id);
    return { wanted: `no peer ${id}`, actual: `${isPeer ? '' : 'no '}peer ${id}` };
  }
  if (roles.includes(name)) {
    words.end();
    return { wanted: name, actual: roleOf(node) };
  }
  const fact = entryOf(facts, name);
  const known = [...roles, ...Object.keys(facts), 'peer'].join(' ');
  demand(fact !== undefined, `no fact "${name}"; known: ${known}`);
  const wanted = words.rest().join(' ');
  demand(wanted !== '', 'say what is expected');
  return { wanted, actual: fact(node) };
}

/** What a leader knows of a follower: only the words that the script asks about. */
function findAboutPeer(node: ScenarioNode, words: Words): Comparison {
  const id = words.next('NODE');
  const peer = node.status.peers.find((candidate) => candidate.peer === id);
  demand(peer !== undefined, `${node.id} does not lead ${id}`);
  const { mode, matchIndex, nextIndex, inflightAppends } = peer;
  const all = [mode, `match=${matchIndex}`, `next=${nextIndex}`, `inflight=${inflightAppends}`];
  const { role } = node.raft.save();
  const sending = role.kind === 'leader' && role.progress.find((it) => it.peer === id)?.mode;
  if (sending && sending.kind === 'snapshot') {
    all.push(`snapshot=${formatSnapshot(sending.snapshot)}`, `offset=${sending.offset}`);
  }
  const wanted = words.rest();
  demand(wanted.length > 0, `say what is expected, such as ${all.join(' ')}`);
  return {
    wanted: wanted.join(' '),
    actual: wanted.every((word) => all.includes(word)) ? wanted.join(' ') : all.join(' '),
  };
}

const diskFacts: { readonly [name: string]: NodeFact } = {
  term: ({ disk }) => `${disk.hardState.currentTerm}`,
  vote: ({ disk }) => disk.hardState.votedFor ?? 'nobody',
  log: ({ disk }) => terms(disk.entries) || 'empty',
  pending: ({ disk }) => `${disk.pending.length}`,
  snapshot: ({ disk }) => (disk.snapshot === null ? 'none' : formatSnapshot(disk.snapshot.meta)),
};

function formatOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'undecided':
    case 'transferred':
      return outcome.kind;
    case 'applied':
    case 'ready':
      return `${outcome.kind} ${outcome.index}`;
    case 'refused':
      return `refused ${outcome.refusal.kind}`;
  }
}

function leadersOf(world: World): string {
  const leaders = world.running.filter(({ status }) => status.role === 'leader');
  return leaders.map(({ id }) => id).join(' ') || 'none';
}

/** `expect WORD ...`, where the word is not a node. */
export const expectations: { readonly [name: string]: Expectation } = {
  leaders: {
    usage: 'leaders NODE...|none',
    find: (world, words) => ({ wanted: words.rest().join(' '), actual: leadersOf(world) }),
  },
  disk: {
    usage: 'disk NODE term|vote|log|pending|snapshot VALUE...',
    find(world, words) {
      const node = takeNode(world, words);
      const name = words.next('FACT');
      const fact = entryOf(diskFacts, name);
      const known = Object.keys(diskFacts).join(' ');
      demand(fact !== undefined, `no fact "${name}" of a disk; known: ${known}`);
      return { wanted: words.rest().join(' '), actual: fact(node) };
    },
  },
  request: {
    usage: 'request NAME undecided|applied INDEX|ready INDEX|transferred|refused REASON',
    find(world, words) {
      const { outcome } = world.requests.named(words.next('NAME'));
      return { wanted: words.rest().join(' '), actual: formatOutcome(outcome) };
    },
  },
  broken: {
    usage: 'broken RULE...',
    find: (world, words) => ({
      wanted: words.rest().join(' '),
      actual: world.judge.breach?.rule ?? 'nothing',
    }),
  },
  message: {
    usage: 'message [KIND] [from NODE] [to NODE] [FIELD...]',
    find(world, words) {
      const found = world.network.find(parsePattern(words)).length;
      return { wanted: 'on the way', actual: found > 0 ? 'on the way' : 'not on the way' };
    },
  },
  no: {
    usage: 'no message [KIND] [from NODE] [to NODE] [FIELD...]',
    find(world, words) {
      demand(words.skip('message'), 'say "no message"');
      const found = world.network.find(parsePattern(words)).length;
      return { wanted: '0 on the way', actual: `${found} on the way` };
    },
  },
  count: {
    usage: 'count N [KIND] [from NODE] [to NODE] [FIELD...]',
    find(world, words) {
      const wanted = words.count('N');
      const pattern = parsePattern(words);
      const sent = world.network.sent.slice(world.countFrom);
      const actual = sent.filter((message) => matches(pattern, message)).length;
      return { wanted: `${wanted}`, actual: `${actual}` };
    },
  },
};

/** Usages for nodes, for people. */
export const nodeExpectations: readonly string[] = [
  `NODE... ${roles.join('|')}`,
  `NODE... ${Object.keys(usualFacts).join('|')} VALUE...`,
  `NODE... ${Object.keys(otherFacts).join('|')} VALUE...`,
  'NODE peer NODE [probe|replicate] [match=N] [next=N] [inflight=N]',
  'NODE peer NODE snapshot [snapshot=INDEX@TERM] [offset=N]',
  'NODE no peer NODE',
];

/**
 * One finding for each node that is named, or one about the cluster.
 *
 * @throws ScriptFault when the script asks about what is not known.
 */
export function findExpected(world: World, text: readonly string[]): readonly Finding[] {
  const words = new Words(text);
  if (world.isNode(words.peek())) {
    const nodes = takeNodes(world, words);
    const rest = words.rest();
    return nodes.map((node) => ({
      subject: node.id,
      ...findAboutNode(node, new Words(rest)),
    }));
  }
  const first = words.next('NODE or WORD');
  const expectation = entryOf(expectations, first);
  const known = [...world.ids, ...Object.keys(expectations)].join(' ');
  demand(expectation !== undefined, `cannot expect "${first}"; known: ${known}`);
  const found = expectation.find(world, words);
  words.end();
  return [{ subject: 'it', ...found }];
}
