/** unique-ids: no two requests are given the same id. */

import {
  type GeneratedId,
  type GenerateId,
  type UniqueIdsMachine,
  uniqueIdsKit,
} from '../../machine/unique-ids.ts';
import type { Workload } from '../workload.ts';

export const uniqueIds: Workload<GenerateId, never, GeneratedId, number, UniqueIdsMachine> = {
  name: 'unique-ids',
  machine: uniqueIdsKit,
  requests: {
    generate: {
      toOperation: () => ({ kind: 'command', command: { kind: 'generate' } }),
      toReply: (id) => ({ type: 'generate_ok', id }),
    },
  },
};
