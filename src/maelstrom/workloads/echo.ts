/**
 * echo: what is asked comes back. An echo says nothing of any state, so that there is nothing to
 * agree about: each node answers by itself, also when it hears nobody. Maelstrom demands that every
 * single one is answered, through partitions, too.
 */

import { type EchoMachine, echoKit } from '../../machine/echo.ts';
import type { Json } from '../../machine/json.ts';
import { field } from '../request-fields.ts';
import type { Workload } from '../workload.ts';

export const echo: Workload<never, Json, Json, null, EchoMachine> = {
  name: 'echo',
  machine: echoKit,
  requests: {
    echo: {
      toOperation: (body) => ({ kind: 'ownQuery', query: field(body, 'echo') }),
      toReply: (result) => ({ type: 'echo_ok', echo: result }),
    },
  },
};
