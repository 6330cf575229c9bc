/**
 * The specification can fail: it is shown traces of a right core in which one thing was changed,
 * networks that alter messages, and disks that forget.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../src/raft/index.ts';
import type { MessageView } from '../../src/specification/message-view.ts';
import {
  Specification,
  type SpecificationOptions,
  SpecificationViolation,
} from '../../src/specification/specification.ts';
import type { EffectView, InputView } from '../../src/specification/step-view.ts';
import type { NodeView } from '../../src/specification/view.ts';
import type { Command } from './watched-node.ts';
import { World, type WorldOptions } from './world.ts';

/** Changes what the specification is shown; null where there is nothing to change. */
interface Lie {
  readonly view?: (view: NodeView, input: InputView) => NodeView | null;
  readonly effect?: (effect: EffectView) => readonly EffectView[] | null;
}

class DeceivedSpecification extends Specification {
  readonly #lie: Lie;
  hasLied = false;

  constructor(options: SpecificationOptions, lie: Lie) {
    super(options);
    this.#lie = lie;
  }

  override stepped(node: string, input: InputView, view: NodeView): void {
    const changed = this.hasLied ? null : (this.#lie.view?.(view, input) ?? null);
    this.hasLied ||= changed !== null;
    super.stepped(node, input, changed ?? view);
  }

  override drained(node: string, effects: readonly EffectView[], view: NodeView): void {
    const shown = effects.flatMap((effect) => {
      const changed = this.hasLied ? null : (this.#lie.effect?.(effect) ?? null);
      this.hasLied ||= changed !== null;
      return changed ?? [effect];
    });
    super.drained(node, shown, view);
  }
}

/** Runs worlds until one breaks a rule, and returns the rule. */
function brokenRule(options: WorldOptions, disturb: (world: World) => void = () => {}): string {
  for (let seed = 1; seed <= 60; seed++) {
    const world = new World(seed, options);
    try {
      for (let part = 0; part < 20; part++) {
        world.run(20);
        disturb(world);
      }
    } catch (error) {
      if (error instanceof SpecificationViolation) return error.rule;
      throw error;
    }
  }
  return 'none';
}

const deceivedBy = (lie: Lie): WorldOptions => ({
  createJudge: (options) => new DeceivedSpecification(options, lie),
});

/** A lie about the messages of one kind. */
function aboutMessage<K extends MessageView['kind']>(
  kind: K,
  change: (message: Extract<MessageView, { kind: K }>) => MessageView | null,
): Lie {
  const isOfKind = (message: MessageView): message is Extract<MessageView, { kind: K }> =>
    message.kind === kind;
  const changed = (message: MessageView) => (isOfKind(message) ? change(message) : null);
  return {
    effect: (effect) => {
      if (effect.kind === 'send') {
        const message = changed(effect.message);
        return message === null ? null : [{ kind: 'send', message }];
      }
      if (effect.kind !== 'persist') return null;
      const at = effect.messages.findIndex((message) => changed(message) !== null);
      const messages = effect.messages.map((message, i) =>
        i === at ? (changed(message) ?? message) : message,
      );
      return at === -1 ? null : [{ ...effect, messages }];
    },
  };
}

const withLog = (view: NodeView, entries: NodeView['log']['entries']): NodeView => ({
  ...view,
  log: { ...view.log, entries },
});

const lies: { readonly [rule: string]: Lie } = {
  'the vote of a term is given once': {
    view: (view, { kind }) =>
      view.votedFor !== null && kind === 'tick' && view.role.kind === 'follower'
        ? { ...view, votedFor: 'somebody' }
        : null,
  },
  'a vote is given to who asks for it in this term': {
    view: (view, { kind }) =>
      view.votedFor === null && kind === 'tick' ? { ...view, votedFor: 'n1' } : null,
  },
  'the term never decreases': {
    view: (view, { kind }) =>
      view.currentTerm > 1 && view.role.kind === 'follower' && kind === 'tick'
        ? { ...view, currentTerm: view.currentTerm - 1 }
        : null,
  },
  'a term is learnt from a message, or begun by a candidate': {
    view: (view) => ({ ...view, currentTerm: view.currentTerm + 1, votedFor: null }),
  },
  'a leader has the votes of a quorum': {
    view: (view, { kind }) =>
      view.role.kind === 'candidate' && kind === 'tick'
        ? { ...view, role: { kind: 'leader', progress: [] } }
        : null,
  },
  'nobody campaigns before a quorum would vote for it': {
    view: (view, { kind }) =>
      view.role.kind === 'preCandidate' && kind === 'tick'
        ? {
            ...view,
            currentTerm: view.currentTerm + 1,
            votedFor: 'n1',
            role: { kind: 'candidate' },
          }
        : null,
  },
  'the commit index never decreases': {
    view: (view) => (view.commitIndex > 3 ? { ...view, commitIndex: 0 } : null),
  },
  'a follower commits what is verified': {
    view: ({ ...view }, { kind }) => {
      const isAhead = view.log.baseIndex + view.log.entries.length > view.commitIndex;
      return isAhead && view.role.kind === 'follower' && kind === 'tick'
        ? { ...view, commitIndex: view.commitIndex + 1 }
        : null;
    },
  },
  'a leader never deletes from its log': {
    view: (view, { kind }) =>
      view.role.kind === 'leader' && kind === 'tick'
        ? withLog(view, view.log.entries.slice(0, -1))
        : null,
  },
  'the log ends where it should': {
    view: (view) =>
      view.role.kind === 'follower' && view.log.entries.length > 1
        ? withLog(view, view.log.entries.slice(0, -1))
        : null,
  },
  'the last membership in the log is in effect': {
    view: (view) =>
      view.commitIndex > 2
        ? {
            ...view,
            memberships: [{ index: 1, membership: { voters: ['n1'], outgoing: [], learners: [] } }],
          }
        : null,
  },
  'a leader counts what it was told in its term': {
    view: (view, { kind }) =>
      view.role.kind === 'leader' && kind === 'receive'
        ? {
            ...view,
            role: {
              kind: 'leader',
              progress: ['n1', 'n2', 'n3'].map((peer) => ({ peer, matchIndex: 1_000_000 })),
            },
          }
        : null,
  },
  'a vote is durable before it is told': aboutMessage('voteResponse', (message) =>
    message.granted ? null : { ...message, granted: true },
  ),
  'a follower acknowledges what it has verified': aboutMessage('heartbeatResponse', (message) => ({
    ...message,
    matchIndex: message.matchIndex + 1000,
  })),
  'an answer echoes a round that was heard': aboutMessage('appendResponse', (message) => ({
    ...message,
    round: message.round + 1,
  })),
  'a leader announces what it has committed': aboutMessage('heartbeatRequest', (message) => ({
    ...message,
    commitIndex: message.commitIndex + 1,
  })),
  'an append names the entry before it': aboutMessage('appendRequest', (message) =>
    message.prevIndex === 0 ? null : { ...message, prevTerm: message.prevTerm + 1 },
  ),
  'an append carries what the log has there': aboutMessage('appendRequest', (message) =>
    message.entries.length === 0
      ? null
      : { ...message, entries: message.entries.map((entry) => ({ ...entry, term: 1000 })) },
  ),
  'a candidate tells its term and its log': aboutMessage('voteRequest', (message) => ({
    ...message,
    lastLogIndex: message.lastLogIndex + 1,
  })),
  'a message carries the current term': aboutMessage('newerTerm', (message) => ({
    ...message,
    term: message.term + 1,
  })),
  'only the leader of a term speaks for it': aboutMessage('voteResponse', ({ from, to, term }) => ({
    kind: 'timeoutNow',
    from,
    to,
    term: term + 1,
  })),
  'a candidate asks for votes when its own is durable': {
    effect: (effect) => {
      const request = effect.kind === 'persist' ? effect.messages[0] : undefined;
      return request?.kind === 'voteRequest' ? [{ kind: 'send', message: request }, effect] : null;
    },
  },
  'the term and vote on disk are those in memory': {
    effect: (effect) =>
      effect.kind === 'persist' && effect.hardState !== null
        ? [{ ...effect, hardState: { ...effect.hardState, votedFor: 'somebody' } }]
        : null,
  },
  'entries are applied once, and in order': {
    effect: (effect) => (effect.kind === 'apply' ? [effect, effect] : null),
  },
  'a snapshot covers just what is applied': {
    effect: (effect) =>
      effect.kind === 'takeSnapshot'
        ? [{ ...effect, snapshot: { ...effect.snapshot, index: effect.snapshot.index - 1 } }]
        : null,
  },
  'only what was asked for is answered': {
    effect: (effect) => (effect.kind === 'readReady' ? [effect, effect] : null),
  },
  'nothing is done after the store has failed': {
    effect: (effect) => (effect.kind === 'halt' ? [{ kind: 'drop' }] : null),
  },
};

for (const [rule, lie] of Object.entries(lies)) {
  test(`a trace that breaks it is noticed: ${rule}`, () => {
    assert.equal(brokenRule(deceivedBy(lie)), rule);
  });
}

const alterations: {
  readonly [what: string]: (message: Message<Command>) => Message<Command> | null;
} = {
  'a term': (message) => ({ ...message, term: (message.term + 1) as typeof message.term }),
  'a sender': (message) => ({ ...message, from: 'n7' as typeof message.from }),
  'a granted vote': (message) =>
    message.kind === 'voteResponse' ? { ...message, granted: !message.granted } : null,
  'an acknowledged index': (message) =>
    message.kind === 'appendResponse' && message.result.kind === 'accepted'
      ? {
          ...message,
          result: { ...message.result, matchIndex: (message.result.matchIndex + 1) as never },
        }
      : null,
  'a commit index': (message) =>
    message.kind === 'heartbeatRequest'
      ? { ...message, commitIndex: (message.commitIndex + 1) as never }
      : null,
  'a byte of a snapshot': (message) => {
    if (message.kind !== 'snapshotRequest') return null;
    const data = message.data.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    return { ...message, data };
  },
};

for (const [what, change] of Object.entries(alterations)) {
  test(`a network that alters ${what} is noticed`, () => {
    const alter: WorldOptions['alter'] = (message) => change(message) ?? message;
    assert.equal(brokenRule({ alter }), 'the network delivers only what was sent, as it was sent');
  });
}

test('a network that alters a command is noticed', () => {
  const alter: WorldOptions['alter'] = (message) => {
    if (message.kind !== 'appendRequest') return message;
    const entries = message.entries.map((entry) =>
      entry.kind === 'command' ? { ...entry, command: { ...entry.command, value: -1 } } : entry,
    );
    return { ...message, entries };
  };
  assert.equal(brokenRule({ alter }), 'an entry is what its leader created');
});

const restart = 'a node begins again with what its disk has';

test('a disk that forgets a durable entry is noticed', () => {
  const forget = (world: World) => {
    const [node] = world.nodes;
    if (node === undefined || node.durable.entries.length === 0) return;
    node.durable.entries.pop();
    node.crash(0, 0);
  };
  assert.equal(brokenRule({}, forget), restart);
});

test('a disk that forgets a durable vote is noticed', () => {
  const forget = (world: World) => {
    const [node] = world.nodes;
    if (node === undefined || node.durable.hardState.votedFor === null) return;
    node.durable.hardState = { ...node.durable.hardState, votedFor: null };
    node.crash(0, 0);
  };
  assert.equal(brokenRule({}, forget), restart);
});

test('a disk that forgets its snapshot, and starts empty, is noticed', () => {
  const forget = (world: World) => {
    for (const node of world.nodes) {
      if (node.durable.snapshot === null) continue;
      node.durable.snapshot = null;
      node.durable.entries = [];
      node.crash(0, 0);
    }
  };
  assert.equal(brokenRule({}, forget), restart);
});

test('a disk that brings back what was truncated is noticed', () => {
  const revive = (world: World) => {
    for (const node of world.nodes) {
      const last = node.durable.entries.at(-1);
      if (last === undefined) continue;
      node.durable.entries.push({ ...last, index: (last.index + 1) as typeof last.index });
      node.crash(0, 0);
    }
  };
  assert.equal(brokenRule({}, revive), restart);
});

test('a snapshot that could not be taken may be on disk all the same', () => {
  let failures = 0;
  const fail = (world: World): void => {
    for (const node of world.nodes.filter(({ isSaving }) => isSaving)) {
      failures++;
      node.failStorage();
      node.crash(0, 1);
    }
  };
  assert.equal(brokenRule({}, fail), 'none');
  assert.ok(failures > 20, `${failures} snapshots`);
});
