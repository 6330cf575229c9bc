/** What clients are told, and what happens to their requests. */

import type { Exhibit } from '../exhibit.ts';

export const requests: readonly Exhibit[] = [
  {
    number: 49,
    title: 'a request retried after failover is applied twice',
    note: 'Each attempt gets a number of its own, so the session takes it for another command.',
    file: 'replica/dispatcher.ts',
    find: 'request.place ??= this.#session.take();',
    replace: 'request.place = this.#session.take();',
    caughtBy: {
      stories:
        'replica/exactly-once.test: ' +
        'an answer that was lost in a failover is asked for again, of the next leader',
      simulation: '40',
    },
  },
  {
    number: 50,
    title: 'a definite error is returned for a request that later commits',
    note: 'Another node has it, and has not answered in time.',
    seen: 'https://github.com/databendlabs/openraft/issues/2095',
    file: 'replica/requests.ts',
    find: "return operation.kind === 'query' || (attempts.length === 0 && !isDoubtful);",
    replace: "return operation.kind === 'query' || !isDoubtful;",
    caughtBy: {
      stories:
        'replica/replica.test: a command that was forwarded and not answered ends as unknown',
      simulation: '40',
    },
  },
];
