/** Mistakes that are easy to make where a command is tried again. */

import type { Exhibit } from '../exhibit.ts';

const machineStory = (name: string): string => `machine/sessions.test: ${name}`;
const replicaStory = (name: string): string => `replica/exactly-once.test: ${name}`;

export const sessions: readonly Exhibit[] = [
  {
    number: 64,
    title: 'a refusal of one attempt is taken for one of all',
    note: 'Another leader has the command, and commits it.',
    file: 'replica/requests.ts',
    find: 'if (at !== -1) attempts.splice(at, 1);',
    replace: 'if (at !== -1) attempts.splice(0);',
    caughtBy: {
      stories: replicaStory('what is refused has not happened, what was not answered may have'),
    },
  },
  {
    number: 65,
    title: 'an attempt that is not remembered is taken for none',
    note: 'A bound on what is remembered of a request must not make it certain.',
    file: 'replica/requests.ts',
    find: '  request.attempts.shift();\n  request.isDoubtful = true;\n',
    replace: '  request.attempts.shift();\n',
    caughtBy: {
      stories: replicaStory(
        'a command that was tried very often is in doubt, though its last attempts are refused',
      ),
    },
  },
  {
    number: 66,
    title: 'an answer that tells nothing ends the doubt',
    note: 'A snapshot took the place of the entry, and the leader says so.',
    file: 'replica/dispatcher.ts',
    find: '        request.isDoubtful = true;\n        this.#hasten(request);\n',
    replace: '        this.#hasten(request);\n',
    caughtBy: {
      stories: replicaStory('a leader that does not know what came of a command leaves the doubt'),
    },
  },
  {
    number: 67,
    title: 'a command whose session has expired is tried again in the next one, whatever it did',
    note: 'It had taken effect before the session expired.',
    file: 'replica/dispatcher.ts',
    find: '    if (!hasSurelyNotHappened(request)) {\n',
    replace: '    if (request.isDoubtful) {\n',
    caughtBy: {
      stories: replicaStory(
        'whether a command has happened whose session expired, nobody claims to know',
      ),
    },
  },
  {
    number: 68,
    title: 'results are dropped before they were acknowledged',
    note: 'Each command says that nobody waits for those before it.',
    file: 'replica/dispatcher.ts',
    find: 'const { firstOpen } = this.#session;',
    replace: 'const firstOpen = place.sequence;',
    caughtBy: {
      stories: replicaStory('a command says from which one on its node waits for answers'),
    },
  },
  {
    number: 69,
    title: 'a late message lowers the floor of a session',
    note: 'What was done and forgotten is done again.',
    file: 'machine/sessions.ts',
    find: 'if (floor <= session.floor) return;',
    replace: 'if (floor === session.floor) return;',
    caughtBy: {
      stories: machineStory(
        'results are forgotten when their owner does not wait for them, and not before',
      ),
    },
  },
  {
    number: 70,
    title: 'a command whose result was forgotten is taken for a new one',
    note: 'A copy that was long on its way is applied once more.',
    file: 'machine/sessions.ts',
    find: '    if (sequence < session.floor) return forgotten;\n',
    replace: '',
    caughtBy: {
      stories: machineStory(
        'a number that was skipped is refused once the owner does not wait for it',
      ),
    },
  },
  {
    number: 71,
    title: 'a new life of a node is given the session of the one before',
    note: 'Its first commands have the numbers of old ones, and get their results.',
    file: 'machine/sessions.ts',
    find: '    const id = state.nextSession++;\n',
    replace:
      "    if (ofNode[0] !== undefined) return { kind: 'opened', session: ofNode[0].id };\n" +
      '    const id = state.nextSession++;\n',
    caughtBy: {
      stories: replicaStory(
        'a node that starts again has a session of its own, and is not given old answers',
      ),
      simulation: '40',
    },
  },
  {
    number: 72,
    title: 'a late opening ends the session that is in use',
    note: 'What was under way in it ends as unknown.',
    file: 'machine/sessions.ts',
    find: 'const maxSessionsOfNode = 2;',
    replace: 'const maxSessionsOfNode = 1;',
    caughtBy: {
      stories: machineStory(
        'of a node the two sessions that were used last stay, so a late opening does no harm',
      ),
    },
  },
  {
    number: 73,
    title: 'a snapshot carries sessions, but not their results',
    note: 'Who was restored from it applies again what others only answer.',
    file: 'machine/session-snapshot.ts',
    find: 'results.set(sequence, { result: format.decode(reader.sized()), appliedAt });',
    replace: 'reader.sized();',
    caughtBy: { stories: machineStory('a snapshot carries sessions, numbers and results') },
  },
  {
    number: 74,
    title: 'a snapshot does not say which session was used last',
    note: 'Nodes let different sessions go, and their machines part ways.',
    file: 'machine/session-snapshot.ts',
    find: 'return { id, node, usedAt, floor, results };',
    replace: 'return { id, node, usedAt: id, floor, results };',
    caughtBy: {
      stories: machineStory(
        'whatever comes, it does what a naive account says, on every copy, through snapshots',
      ),
    },
  },
];
