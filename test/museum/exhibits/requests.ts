/** What clients are told, and what happens to their requests. */

import type { Exhibit } from '../exhibit.ts';

export const requests: readonly Exhibit[] = [
  {
    number: 49,
    title: 'a request retried after failover is applied twice',
    note: 'The former leader has it in its log, and its successor is given it again.',
    file: 'replica/dispatcher.ts',
    find: "(place.kind === 'forwarded' && operation.kind === 'query' && isOverdue(place.sinceMs)),",
    replace: "(place.kind === 'forwarded' && isOverdue(place.sinceMs)),",
    caughtBy: {
      stories: 'replica/replica.test: a forwarded command is not repeated, a query is',
      simulation: '40',
    },
  },
  {
    number: 50,
    title: 'a definite error is returned for a request that later commits',
    note: 'Another node has it, and has not answered in time.',
    seen: 'https://github.com/databendlabs/openraft/issues/2095',
    file: 'replica/requests.ts',
    find: "return request.operation.kind === 'query' || request.place.kind === 'waiting';",
    replace: "return request.operation.kind === 'query' || request.place.kind !== 'local';",
    caughtBy: {
      stories:
        'replica/replica.test: a command that was forwarded and not answered ends as unknown',
      simulation: '40',
    },
  },
];
