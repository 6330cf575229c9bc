/** echo: what is asked comes back. It is asked of the replica, so that an answer says that the cluster works. */

import { type EchoMachine, echoKit } from '../../machine/echo.ts';
import type { Json } from '../../machine/json.ts';
import { field } from '../request-fields.ts';
import type { Workload } from '../workload.ts';

export const echo: Workload<never, Json, Json, null, EchoMachine> = {
  name: 'echo',
  machine: echoKit,
  requests: {
    echo: {
      toOperation: (body) => ({ kind: 'query', query: field(body, 'echo') }),
      toReply: (result) => ({ type: 'echo_ok', echo: result }),
    },
  },
};
