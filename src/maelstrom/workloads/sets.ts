/** What g-set and broadcast have in common: things that are added and never lost. */

import type { Json } from '../../machine/json.ts';
import type { AddElement, ReadSet, SetMachine, SetResult } from '../../machine/set.ts';
import { field } from '../request-fields.ts';
import type { RequestType, Workload } from '../workload.ts';

export type SetWorkload = Workload<AddElement, ReadSet, SetResult, readonly Json[], SetMachine>;
type SetRequest = RequestType<AddElement, ReadSet, SetResult>;

/** @param name of the field that has what is added */
export function adding(type: string, name: string): SetRequest {
  return {
    toOperation: (body) => ({
      kind: 'command',
      command: { kind: 'add', element: field(body, name) },
    }),
    toReply: () => ({ type: `${type}_ok` }),
  };
}

/** @param name of the field that gets all */
export function reading(name: string): SetRequest {
  return {
    toOperation: () => ({ kind: 'query', query: { kind: 'read' } }),
    toReply: (result) => ({
      type: 'read_ok',
      [name]: result.kind === 'elements' ? result.elements : [],
    }),
  };
}
